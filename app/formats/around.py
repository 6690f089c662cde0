"""What claims refer to, as nodes of JSON-LD: the dataset, documents, passages, sources, entities, topics, words.

Each is described once, when a claim first names it, and has an IRI under the server's own. A source is an agent
(PROV-O), a document a ``schema:Article``, a passage a position in it (Web Annotation), a word of our closed lists a
concept (SKOS), the whole record a dataset (DCAT).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.core.documents import Passage
from app.core.vocabulary import SourceKind
from app.formats.shape import MEDIA_TYPES, WHOLE, Setting
from app.formats.terms import ENTITIES, SOURCES, dated, iri, language_iri, licence_iri, present

Node = dict[str, Any]

_TOLD: Node = {}
_ANONYMOUS = "The document keeps this source anonymous."
_POSITIONS = "Positions count code points over the text after fold-1: {length} of them, with the SHA-256 {sha256}."


class Surroundings:
    """The nodes so far, by IRI. Each method describes one thing, if that is still to do, and returns its IRI."""

    def __init__(self, setting: Setting) -> None:
        self.nodes: dict[str, Node] = {}
        self.new: list[str] = []
        """IRIs of those that :meth:`untold` has not given yet, in order."""
        self.setting = setting
        self.header = setting.header
        self.base = setting.base
        self._passages: dict[str, Mapping[str, Passage]] = {}
        self.dataset()

    def untold(self) -> list[Node]:
        """The nodes that were described since this was last called; of them only the IRIs are kept."""
        nodes = [self.nodes[iri] for iri in self.new]
        self.nodes.update(dict.fromkeys(self.new, _TOLD))
        self.new.clear()
        return nodes

    def everything(self) -> Iterator[str]:
        """Describes all that the record's claims could refer to, and the dataset's distributions, one at each step."""
        yield self.dataset(distributed=True)
        yield from map(self.document, self.header.document_by_id)
        yield from map(self.source, self.header.source_by_id)
        yield from map(self.entity, self.header.entity_by_id)
        yield from map(self.topic, self.header.topic_by_id)
        for document in self.header.document_by_id:
            for passage in self.setting.passages[document]:
                yield self.passage(document, passage.ref)

    def dataset(self, *, distributed: bool = False) -> str:
        """The record as a DCAT dataset: its title, terms and revision; with its distributions if asked."""
        info = self.header.dataset
        me = f"{self.base}/dataset"
        offered = [
            {
                "id": f"{me}#{name}",
                "type": ["dcat:Distribution"],
                "title": f"{info.title} ({name})",
                "mediaType": f"https://www.iana.org/assignments/media-types/{MEDIA_TYPES[name].partition(';')[0]}",
                "downloadURL": f"{me}?format={name}",
                "license": licence_iri(info.licence),
            }
            for name in WHOLE
            if name != "json"  # as JSON the server tells what the dataset is, and where to take it from
        ]
        self._once(me, dict)
        self.nodes[me] = present(
            {
                "id": me,
                "type": ["dcat:Dataset", "schema:Dataset"],
                "title": info.title,
                "name": info.title,
                "description": info.description,
                "version": info.version,
                "identifier": self.setting.revision,
                "license": licence_iri(info.licence),
                "language": language_iri(info.language),
                "distribution": offered if distributed else None,
            }
        )
        return me

    def document(self, id_: str) -> str:
        """A document as ``schema:Article``; its text stays with its publisher."""
        document = self.header.document_by_id[id_]
        me = f"{self.base}/documents/{id_}"
        return self._once(
            me,
            lambda: {
                "type": ["schema:Article", "prov:Entity"],
                "headline": document.title,
                "name": document.title,
                "author": self.source(document.author),
                "wasAttributedTo": self.source(document.author),
                "publisher": {"id": f"{me}#publisher", "type": ["schema:Organization"], "name": document.publisher},
                "datePublished": dated(document.published),
                "inLanguage": document.language,
                "url": iri(document.url) if document.url else None,
                "note": _POSITIONS.format(length=document.text.length, sha256=document.text.sha256),
            },
        )

    def source(self, id_: str) -> str:
        """A source as ``prov:Agent``."""
        source = self.header.source_by_id[id_]
        return self._once(
            f"{self.base}/sources/{id_}",
            lambda: {
                "type": list(SOURCES[source.kind]),
                "identifier": id_,
                "kind": self.word("SourceKind", source.kind),
                "name": source.name,
                "role" if source.kind is SourceKind.person else "description": source.role,
                "note": None if source.named else _ANONYMOUS,
                "isPartOf": self.source(source.part_of) if source.part_of else None,
                "actedOnBehalfOf": self.entity(source.speaks_for) if source.speaks_for else None,
                "sameAs": [iri(each) for each in source.same_as],
            },
        )

    def entity(self, id_: str) -> str:
        """An entity, typed by schema.org; those that can act are agents as well."""
        entity = self.header.entity_by_id[id_]
        return self._once(
            f"{self.base}/entities#{id_}",
            lambda: {
                "type": list(ENTITIES[entity.kind]),
                "identifier": id_,
                "kind": self.word("EntityKind", entity.kind),
                "name": entity.name,
                "alternateName": list(entity.aliases),
                "sameAs": [iri(each) for each in entity.same_as],
            },
        )

    def passage(self, document: str, ref: str) -> str:
        """A sentence of a document, by the positions of its first code point and of the one after its last."""
        source = self.document(document)
        me = f"{source}#{ref}"
        if document not in self._passages:
            self._passages[document] = {each.ref: each for each in self.setting.passages[document]}
        passage = self._passages[document][ref]
        return self._once(
            me,
            lambda: {
                "type": ["oa:SpecificResource"],
                "identifier": ref,
                "hasSource": source,
                "hasSelector": {
                    "id": f"{me}/position",
                    "type": ["oa:TextPositionSelector"],
                    "start": passage.start,
                    "end": passage.end,
                },
                "note": passage.omitted,
            },
        )

    def topic(self, id_: str) -> str:
        """A topic as a concept under which claims are filed."""
        return self.concept("topics", id_, self.header.topic_by_id[id_].name)

    def word(self, list_: str, word: str) -> str:
        """A word of one of the schema's closed lists."""
        return self.concept("schema/claims.json", word, under=f"{list_}/")

    def concept(self, scheme: str, id_: str, label: str = "", under: str = "") -> str:
        """An entry of the list at the path ``scheme``, as a concept."""
        iri = f"{self.base}/{scheme}"
        return self._once(
            f"{iri}#{under}{id_}",
            lambda: {
                "type": ["skos:Concept"],
                "identifier": id_,
                "prefLabel": label or id_.replace("_", " "),
                "inScheme": iri,
            },
        )

    def _once(self, me: str, describe: Callable[[], Node]) -> str:
        if me not in self.nodes:
            self.nodes[me] = {}  # taken: two nodes may name each other
            self.new.append(me)
            self.nodes[me] = present({"id": me} | describe())
        return me

"""What claims refer to, as nodes of JSON-LD: the dataset, documents, passages, sources, entities, topics, words.

Each is described once, when a claim first names it, and has an IRI under the server's own. A source is an agent
(PROV-O), a document a ``schema:Article``, a passage a position in it (Web Annotation), a word of our closed lists a
concept (SKOS), the whole record a dataset (DCAT).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.core.documents import DocumentInfo, Passage
from app.core.model import Entity, Source, Topic
from app.core.vocabulary import SourceKind
from app.formats.shape import MEDIA_TYPES, WHOLE, Setting
from app.formats.terms import ENTITIES, SOURCES, dated, iri, language_iri, licence_iri

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
        self._setting = setting
        self._header = setting.header
        self._base = setting.base
        self._passage_by_ref: dict[str, dict[str, Passage]] = {}
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
        tables: tuple[tuple[Iterable[Any], Callable[[Any], str]], ...] = (
            (self._header.documents, self.document),
            (self._header.sources, self.source),
            (self._header.entities, self.entity),
            (self._header.topics, self.topic),
        )
        for rows, describe in tables:
            yield from map(describe, rows)
        for document in self._header.documents:
            for passage in self._setting.passages[document.id]:
                yield self.passage(document, passage.ref)

    def dataset(self, *, distributed: bool = False) -> str:
        """The record as a DCAT dataset: its title, terms and revision; with its distributions if asked."""
        info = self._header.dataset
        me = f"{self._base}/dataset"
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
        node = {
            "id": me,
            "type": ["dcat:Dataset", "schema:Dataset"],
            "title": info.title,
            "name": info.title,
            "description": info.description,
            "version": info.version,
            "identifier": self._setting.revision,
            "license": licence_iri(info.licence),
            "language": language_iri(info.language),
            "distribution": offered if distributed else None,
        }
        self._once(me, dict)
        self.nodes[me] = present(node)
        return me

    def document(self, document: DocumentInfo) -> str:
        """A document as ``schema:Article``; its text stays with its publisher."""
        me = f"{self._base}/documents/{document.id}"
        return self._once(
            me,
            lambda: {
                "type": ["schema:Article", "prov:Entity"],
                "headline": document.title,
                "name": document.title,
                "author": self.source(self._header.source_by_id[document.author]),
                "wasAttributedTo": self.source(self._header.source_by_id[document.author]),
                "publisher": {"id": f"{me}#publisher", "type": ["schema:Organization"], "name": document.publisher},
                "datePublished": dated(document.published),
                "inLanguage": document.language,
                "url": iri(document.url) if document.url else None,
                "note": _POSITIONS.format(length=document.text.length, sha256=document.text.sha256),
            },
        )

    def source(self, source: Source) -> str:
        """A source as ``prov:Agent``."""
        by_id, entities = self._header.source_by_id, self._header.entity_by_id
        return self._once(
            f"{self._base}/sources/{source.id}",
            lambda: {
                "type": list(SOURCES[source.kind]),
                "identifier": source.id,
                "kind": self.word("SourceKind", source.kind),
                "name": source.name,
                "role" if source.kind is SourceKind.person else "description": source.role,
                "note": None if source.named else _ANONYMOUS,
                "isPartOf": self.source(by_id[source.part_of]) if source.part_of else None,
                "actedOnBehalfOf": self.entity(entities[source.speaks_for]) if source.speaks_for else None,
                "sameAs": [iri(each) for each in source.same_as],
            },
        )

    def entity(self, entity: Entity) -> str:
        """An entity, typed by schema.org; those that can act are agents as well."""
        return self._once(
            f"{self._base}/entities#{entity.id}",
            lambda: {
                "type": list(ENTITIES[entity.kind]),
                "identifier": entity.id,
                "kind": self.word("EntityKind", entity.kind),
                "name": entity.name,
                "alternateName": list(entity.aliases),
                "sameAs": [iri(each) for each in entity.same_as],
            },
        )

    def topic(self, topic: Topic) -> str:
        """A topic as a concept under which claims are filed."""
        return self._concept(f"{self._base}/topics", topic.id, topic.name)

    def passage(self, document: DocumentInfo, ref: str) -> str:
        """A sentence of a document, by the positions of its first code point and of the one after its last."""
        source = self.document(document)
        me = f"{source}#{ref}"
        return self._once(me, lambda: _passage(me, source, self._passages(document)[ref]))

    def _passages(self, document: DocumentInfo) -> dict[str, Passage]:
        if document.id not in self._passage_by_ref:
            self._passage_by_ref[document.id] = {each.ref: each for each in self._setting.passages[document.id]}
        return self._passage_by_ref[document.id]

    def status(self, status: str) -> str:
        """A status as a concept of the list at ``/statuses``."""
        return self._concept(f"{self._base}/statuses", status, status.replace("_", " "))

    def sourcing(self, sourcing: str) -> str:
        """A kind of word on which a claim stands, as a concept of the list at ``/sourcings``."""
        return self._concept(f"{self._base}/sourcings", sourcing, sourcing.replace("_", " "))

    def word(self, list_: str, word: str) -> str:
        """A word of one of the schema's closed lists, as a concept."""
        return self._concept(f"{self._base}/schema/claims.json", word, word.replace("_", " "), under=f"{list_}/")

    def rule(self, rule: str) -> str:
        """A row of the rule, as a concept of the table at ``/statuses``."""
        return self._concept(f"{self._base}/statuses", rule, rule)

    def _concept(self, scheme: str, id_: str, label: str, under: str = "") -> str:
        return self._once(
            f"{scheme}#{under}{id_}",
            lambda: {"type": ["skos:Concept"], "identifier": id_, "prefLabel": label, "inScheme": scheme},
        )

    def _once(self, me: str, describe: Callable[[], Node]) -> str:
        if me not in self.nodes:
            self.nodes[me] = {}  # taken: two nodes may name each other
            self.new.append(me)
            self.nodes[me] = present({"id": me} | describe())
        return me


def present(node: Node) -> Node:
    """``node`` without the terms that have nothing to say."""
    return {term: value for term, value in node.items() if value not in (None, [])}


def _passage(me: str, document: str, passage: Passage) -> Node:
    return {
        "type": ["oa:SpecificResource"],
        "identifier": passage.ref,
        "hasSource": document,
        "hasSelector": {
            "id": f"{me}/position",
            "type": ["oa:TextPositionSelector"],
            "start": passage.start,
            "end": passage.end,
        },
        "note": passage.omitted,
    }

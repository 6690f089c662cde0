"""Rules between the objects of a header: ids that are known and given once, parents without circles, whole passages.

:class:`Ground` is the header with what claims are read against. Findings are not sorted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.dates import edtf_span
from app.core.documents import Document
from app.core.model import FileHeader, Header, Source
from app.record.shapes import did_you_mean
from app.record.syntax import Finding, Path, brief

KINDS = {"documents": "document", "sources": "source", "entities": "entity", "topics": "topic"}
"""Lists of the header, and what one of their entries is called."""

_HINTS = 100


@dataclass(slots=True)
class Ground:
    """What claims stand on: the well-formed objects of the header, and the ids of all of them."""

    header: Header
    at: Mapping[str, Sequence[int]]
    """For each list of the header, where in the file its well-formed entries stand."""
    ids: Mapping[str, Sequence[tuple[int, str]]]
    """For each list of the header, position and id of every entry that has one, well-formed or not."""
    known: Mapping[str, dict[str, int]] = field(init=False)
    hints: int = _HINTS

    def __post_init__(self) -> None:
        self.known = {kind: {id_: number for number, id_ in reversed(self.ids[kind])} for kind in KINDS}

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents with their passages; there are none where claims alone are checked."""
        return self.header.documents if isinstance(self.header, FileHeader) else ()

    @classmethod
    def of(cls, header: Header) -> "Ground":
        """Of a header that is well-formed throughout."""
        lists = {kind: getattr(header, kind) for kind in KINDS}
        ids = {kind: [(number, each.id) for number, each in enumerate(entries)] for kind, entries in lists.items()}
        return cls(header, {kind: range(len(entries)) for kind, entries in lists.items()}, ids)

    def hint(self, word: object, known: Mapping[str, object]) -> str:
        """``did_you_mean``, which is slow, for the first hundred faults only."""
        self.hints -= 1
        return did_you_mean(word, known) if self.hints >= 0 else ""

    def unknown(self, path: Path, kind: str, id_: str | None) -> Iterator[Finding]:
        """A finding where ``id_`` is given and no entry of the list ``kind`` has it."""
        if id_ is not None and id_ not in self.known[kind]:
            yield path, f"there is no {KINDS[kind]} {brief(id_)}.{self.hint(id_, self.known[kind])}"

    def unknowns(self, path: Path, kind: str, ids: Sequence[str]) -> Iterator[Finding]:
        """The same for a list of ids, and a finding for each that is listed twice."""
        known = self.known[kind]
        if not ids or (known.keys() >= (unique := set(ids)) and len(unique) == len(ids)):
            return
        for number, id_ in enumerate(ids):
            yield from self.unknown((*path, number), kind, id_)
            if id_ in known and id_ in ids[:number]:
                yield (*path, number), f"{brief(id_)} is listed already; once is enough"


def header_faults(ground: Ground) -> Iterator[Finding]:
    """Everything wrong between the objects of a header."""
    yield from _repeated_ids(ground)
    for number, source in zip(ground.at["sources"], ground.header.sources, strict=True):
        yield from ground.unknown(("sources", number, "speaks_for"), "entities", source.speaks_for)
        yield from ground.unknown(("sources", number, "part_of"), "sources", source.part_of)
        yield from _circle(("sources", number, "part_of"), source, ground.header)
    for number, document in zip(ground.at["documents"], ground.documents, strict=True):
        yield from ground.unknown(("documents", number, "author"), "sources", document.author)
        if edtf_span(document.published).end in (date.min, date.max):
            yield ("documents", number, "published"), f"{document.published!r} has no end; give the day, month or year"
        yield from _passage_faults(("documents", number, "passages"), document)


def _repeated_ids(ground: Ground) -> Iterator[Finding]:
    for kind, pairs in ground.ids.items():
        for number, id_ in pairs:
            if (first := ground.known[kind][id_]) != number:
                said = f"another {KINDS[kind]} has the id {brief(id_)} already: /{kind}/{first}; rename one"
                yield (kind, number, "id"), said


def _circle(path: Path, source: Source, header: Header) -> Iterator[Finding]:
    steps = [source.id]
    while (parent := header.source_by_id[steps[-1]].part_of) in header.source_by_id and parent is not None:
        if parent == source.id:
            circle = " > ".join([*steps, parent][:10])
            yield path, f"part_of runs in a circle: {circle}; one of them must have no parent"
            return
        if parent in steps:
            return  # a circle further up, found at its own members
        steps.append(parent)


def _passage_faults(path: Path, document: Document) -> Iterator[Finding]:
    refs: dict[str, int] = {}
    before = 0
    for number, each in enumerate(document.passages):
        here: Path = (*path, number)
        if each.ref in refs:
            yield (*here, "ref"), f"passage {refs[each.ref]} of this document has the ref {each.ref!r} already"
        if each.start >= each.end:
            yield (*here, "end"), f"end {each.end} must be greater than start {each.start}"
        if each.end > document.text.length:
            yield (*here, "end"), f"end {each.end} is beyond the text, which has {document.text.length} code points"
        if each.start < before:
            said = f"start {each.start} lies before {before}, where the passage above ends; keep the text's order"
            yield (*here, "start"), said
        refs.setdefault(each.ref, number)
        before = max(before, each.end)

"""The rules of a record that need more than one object at once: what refers to what, who may say what, what is covered.

Claims are checked one by one against the header, so that a record of any length can be checked as it streams; only
their ids, the claims they relate to and the passages they rest on are kept until the end. Findings are not sorted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from app.core.dates import edtf_span
from app.core.documents import Document, section_by_ref
from app.core.model import Claim, FileHeader, Header, Source, Statement
from app.core.vocabulary import SYMMETRIC, Stance
from app.record.idlist import IdList
from app.record.placeholder import unfilled
from app.record.positions import Path, pointer
from app.record.shapes import Finding, brief, did_you_mean

KINDS = {"documents": "document", "sources": "source", "entities": "entity", "topics": "topic"}
"""Lists of the header, and what one of their entries is called."""

_HINTS = 100
_RETRACTABLE = frozenset({Stance.affirms, Stance.denies, Stance.no_evidence, Stance.qualifies})


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
        if known.keys() >= (unique := set(ids)) and len(unique) == len(ids):
            return
        for number, id_ in enumerate(ids):
            if id_ not in known:
                yield from self.unknown((*path, number), kind, id_)
            elif id_ in ids[:number]:
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
            if ground.known[kind][id_] != number:
                first = pointer((kind, ground.known[kind][id_]))
                said = f"another {KINDS[kind]} has the id {brief(id_)} already: {first}; rename one"
                yield (kind, number, "id"), said


def _circle(path: Path, source: Source, header: Header) -> Iterator[Finding]:
    steps = [source.id]
    while (parent := header.source_by_id[steps[-1]].part_of) in header.source_by_id and parent is not None:
        if parent == source.id:
            said = f"part_of runs in a circle: {' > '.join([*steps, parent][:10])}; one of them must have no parent"
            yield path, said
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


def _speaker_faults(statement: Statement, claim: Claim, author: str, roots: Mapping[str, str]) -> Iterator[Finding]:
    """Who may not say this, or pass it on; ``author`` is the document's, ``roots`` the top of each source's parents."""
    if statement.adjudicates and statement.source != author:
        yield ("adjudicates",), f"only the document's author, {author!r}, settles a claim; leave adjudicates out"
    for number, relay in enumerate(statement.via):
        if relay == statement.source:
            said = f"{relay!r} is the origin of this statement and cannot relay itself; leave it out of via"
            yield ("via", number), said
        elif relay == author:
            yield ("via", number), f"{relay!r} is the document's author, the last hop always; leave it out of via"
    if statement.stance is Stance.retracts and not _retractable(statement, claim, roots):
        yield ("stance",), f"{statement.source!r} has said nothing earlier on this claim that it could retract"


def _retractable(statement: Statement, claim: Claim, roots: Mapping[str, str]) -> bool:
    """Whether somebody of the same root spoke, and not strictly later; an undated statement may have been early."""
    until = edtf_span(statement.made).end if statement.made else date.max
    return any(
        other.stance in _RETRACTABLE
        and roots.get(other.source) == roots.get(statement.source)
        and (not other.made or edtf_span(other.made).start <= until)
        for other in claim.statements
    )


Kept: TypeAlias = tuple[IdList, IdList, IdList, IdList, dict[str, set[str]]]
"""Of some claims what only the whole record shows: ids, those of statements, relations, symmetric ones, passages."""


class ClaimCheck:
    """Checks claims in the order of the record; :meth:`end` tells what only the whole record shows."""

    def __init__(self, ground: Ground, *, unfinished: bool = False) -> None:
        """With ``unfinished`` the placeholder of a new record is no fault."""
        self.ground, self._unfinished = ground, unfinished
        self._ids, self._statements, self._related, self._symmetric = IdList(), IdList(), IdList(), IdList()
        first_of_each = reversed(ground.header.documents)  # of two with one id, the second is the one at fault
        self._documents = {each.id: each for each in first_of_each}
        self._covered: dict[str, set[str]] = {document: set() for document in ground.known["documents"]}

    def give(self) -> Kept:
        """What was kept of the claims so far, which is forgotten here."""
        covered = {id_: refs for id_, refs in self._covered.items() if refs}
        kept = self._ids, self._statements, self._related, self._symmetric, covered
        self._ids, self._statements, self._related, self._symmetric = IdList(), IdList(), IdList(), IdList()
        self._covered = {}
        return kept

    def add(self, kept: Kept) -> None:
        """Take what another has kept of the claims that follow."""
        ids, statements, related, symmetric, covered = kept
        self._ids.extend(ids)
        self._statements.extend(statements)
        self._related.extend(related)
        self._symmetric.extend(symmetric)
        for document, refs in covered.items():
            self._covered.setdefault(document, set()).update(refs)

    def claim(self, number: int, claim: Claim) -> Iterator[Finding]:
        """Faults of the ``number``-th claim by itself and against the header."""
        at: Path = ("claims", number)
        self._ids.add(claim.id, number)
        if not self._unfinished:
            yield from unfilled(at, claim.id, claim.text)
        if claim.document not in self.ground.known["documents"]:
            yield from self.ground.unknown((*at, "document"), "documents", claim.document)
        yield from self._names(at, claim.about, claim.parties, claim.topics)
        for nth, figure in enumerate(claim.quantities):
            if isinstance(figure.value, int) and abs(figure.value) >= 2**63:
                said = "this figure has more than 64 bits; write it with a point or an exponent"
                yield (*at, "quantities", nth, "value"), said
        document = self._documents.get(claim.document)
        for nth, statement in enumerate(claim.statements):
            here = (*at, "statements", nth)
            yield from self._statement(here, number, nth, claim.document, statement)
            if document and (statement.via or statement.adjudicates or statement.stance is Stance.retracts):
                for path, said in _speaker_faults(statement, claim, document.author, self.ground.header.root_by_source):
                    yield (*here, *path), said
        yield from self._relations(at, number, claim)

    def _relations(self, at: Path, number: int, claim: Claim) -> Iterator[Finding]:
        for nth, link in enumerate(claim.related):
            self._related.add(link.claim, number, nth)
            if link.claim == claim.id:
                yield (*at, "related", nth, "claim"), "a claim cannot be related to itself"
            elif link.relation in SYMMETRIC:
                self._symmetric.add(" ".join([link.relation, *sorted((claim.id, link.claim))]), number, nth)

    def broken_claim(
        self, number: int, raw: Mapping[str, Any], statements: Mapping[int, Statement]
    ) -> Iterator[Finding]:
        """The same for a claim whose shape is at fault, as far as it can be read; ``statements`` are its good ones."""
        at, document = ("claims", number), raw.get("document")
        if isinstance(raw.get("id"), str) and "\n" not in raw["id"]:
            self._ids.add(raw["id"], number)
        yield from unfilled(at, raw.get("id"), raw.get("text"))
        yield from self._names(at, *(_texts(raw.get(name)) for name in ("about", "parties", "topics")))
        if isinstance(document, str):
            yield from self.ground.unknown((*at, "document"), "documents", document)
            everything = raw.get("statements")
            for each in everything if isinstance(everything, list) else ():
                self._covered.setdefault(document, set()).update(
                    _texts(each.get("passages") if isinstance(each, dict) else None)
                )
            for nth, statement in statements.items():
                yield from self._statement((*at, "statements", nth), number, nth, document, statement)

    def _names(
        self, at: Path, about: Sequence[str], parties: Sequence[str], topics: Sequence[str]
    ) -> Iterator[Finding]:
        for name, kind, ids in (
            ("about", "entities", about),
            ("parties", "entities", parties),
            ("topics", "topics", topics),
        ):
            if ids:
                yield from self.ground.unknowns((*at, name), kind, ids)

    def _statement(self, at: Path, number: int, nth: int, document: str, statement: Statement) -> Iterator[Finding]:
        self._statements.add(statement.id, number, nth)
        if statement.source not in self.ground.known["sources"]:
            yield from self.ground.unknown((*at, "source"), "sources", statement.source)
        if statement.via:
            yield from self.ground.unknowns((*at, "via"), "sources", statement.via)
        known = self._documents.get(document)
        refs = section_by_ref(known.sections) if known else None
        self._covered.setdefault(document, set()).update(statement.passages)
        for place, ref in enumerate(statement.passages):
            if refs is not None and ref not in refs:
                said = f"{document!r} has no passage {brief(ref)}.{self.ground.hint(ref, refs)}"
                yield (*at, "passages", place), said
            elif ref in statement.passages[:place]:
                yield (*at, "passages", place), f"{brief(ref)} is listed already; once is enough"

    def end(self) -> Iterator[Finding]:
        """Ids and symmetric relations given twice, relations to no claim, passages uncovered or covered and omitted."""
        for id_, (number, _), (first, _) in self._ids.repeated():
            said = f"another claim has the id {brief(id_)} already: /claims/{first}; rename one"
            yield ("claims", number, "id"), said
        for id_, (number, nth), (first, place) in self._statements.repeated():
            other = pointer(("claims", first, "statements", place))
            said = f"another statement has the id {brief(id_)} already: {other}; rename one"
            yield ("claims", number, "statements", nth, "id"), said
        for id_, (number, nth) in self._related.without(self._ids):
            hint = self.ground.hint(id_, self._ids.known()) if len(self._ids) <= 1000 else ""
            yield ("claims", number, "related", nth, "claim"), f"there is no claim {brief(id_)}.{hint}"
        for link, (number, nth), (first, place) in self._symmetric.repeated():
            other = pointer(("claims", first, "related", place))
            said = f"{link.split()[0]!r} is symmetric and listed already: {other}; leave it out"
            yield ("claims", number, "related", nth), said
        yield from self._coverage()

    def _coverage(self) -> Iterator[Finding]:
        for number, document in zip(self.ground.at["documents"], self.ground.documents, strict=True):
            if number != self.ground.known["documents"][document.id]:
                continue  # of two with one id, the second is the one at fault
            covered = self._covered[document.id]
            for nth, passage in enumerate(document.passages):
                at: Path = ("documents", number, "passages", nth)
                if passage.omitted is None and passage.ref not in covered:
                    yield at, f"no claim rests on passage {passage.ref!r}; add one, or say in omitted why there is none"
                if passage.omitted is not None and passage.ref in covered:
                    yield (*at, "omitted"), f"a claim rests on passage {passage.ref!r}; leave omitted out"


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []

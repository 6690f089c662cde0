"""The rules of a record that need more than one object at once: what refers to what, who may say what, what is covered.

Claims are checked one by one against the header, so that a record of any length can be checked as it streams; only
their ids, the claims they relate to and the passages they rest on are kept until the end. Findings are not sorted.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.dates import edtf_span
from app.core.documents import Document, section_by_ref
from app.core.model import Claim, Statement
from app.core.vocabulary import SYMMETRIC, Stance
from app.record.header import Ground
from app.record.syntax import Finding, Path, brief, pointer

PLACEHOLDER = "to-be-written"
"""Id of the claim with which ``claims new-document`` begins a record, since a record has one at least."""
PLACEHOLDER_TEXT = "Replace this by the first claim, in your own words."
"""Its text, by which it is told from a claim that somebody has written."""

Place = tuple[int, int]
"""Number of the claim, and of the entry in it."""

_ENTRIES = 2**20
_REFERRING = (("about", "entities"), ("parties", "entities"), ("topics", "topics"))
_RETRACTABLE = frozenset({Stance.affirms, Stance.denies, Stance.no_evidence, Stance.qualifies})


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
        and roots[other.source] == roots[statement.source]
        and (not other.made or edtf_span(other.made).start <= until)
        for other in claim.statements
    )


class IdList:
    """Ids in the order in which they came, each with its place.

    An id costs 16 bytes and its own length: a million claims with their statements fit in 100 MB, where a set of
    strings would need 500.
    """

    def __init__(self, texts: bytes = b"", places: Iterable[int] = ()) -> None:
        self._texts = bytearray(texts)
        self._places = array("q", places)
        self._hashes = array("q", map(hash, self.all()))

    def __len__(self) -> int:
        return len(self._hashes)

    def __reduce__(self) -> tuple[Any, ...]:
        # Each process has hashes of its own.
        return IdList, (bytes(self._texts), self._places)

    def add(self, id_: str, number: int, nth: int = 0) -> None:
        """Keep an id that stands at ``(number, nth)``."""
        self._hashes.append(hash(id_))
        self._places.append(number * _ENTRIES + nth)
        self._texts += id_.encode() + b"\n"

    def extend(self, others: "IdList") -> None:
        """Keep the ids of another list as well, with their places."""
        self._hashes.extend(others._hashes)  # noqa: SLF001
        self._places.extend(others._places)  # noqa: SLF001
        self._texts += others._texts  # noqa: SLF001

    def all(self) -> list[str]:
        """All ids, in order."""
        return self._texts.decode().split("\n")[:-1]

    def repeated(self) -> Iterator[tuple[str, Place, Place]]:
        """Every id that was there before, with its place and the nearest earlier one."""
        if len(set(self._hashes)) == len(self):
            return
        latest: dict[str, int] = {}
        for id_, place in zip(self.all(), self._places, strict=True):
            if id_ in latest:
                yield id_, divmod(place, _ENTRIES), divmod(latest[id_], _ENTRIES)
            latest[id_] = place

    def without(self, others: "IdList") -> Iterator[tuple[str, Place]]:
        """Every id that ``others`` has not, with its place."""
        known = set(others._hashes)  # noqa: SLF001
        if not known.issuperset(self._hashes):
            for id_, hashed, place in zip(self.all(), self._hashes, self._places, strict=True):
                if hashed not in known:
                    yield id_, divmod(place, _ENTRIES)


@dataclass(slots=True)
class Kept:
    """Of some claims what only the whole record shows."""

    ids: IdList = field(default_factory=IdList)
    statements: IdList = field(default_factory=IdList)
    related: IdList = field(default_factory=IdList)
    symmetric: IdList = field(default_factory=IdList)
    covered: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """For each document the refs on which claims rest."""


class ClaimCheck:
    """Checks claims in the order of the record; :meth:`end` tells what only the whole record shows."""

    def __init__(self, ground: Ground, *, unfinished: bool = False) -> None:
        """With ``unfinished`` the placeholder of a new record is no fault."""
        self.ground, self._unfinished = ground, unfinished
        self._kept = Kept()
        # Of two with one id, the second is at fault.
        self._documents = {each.id: each for each in reversed(ground.header.documents)}

    def give(self) -> Kept:
        """What was kept of the claims so far, which is forgotten here."""
        kept, self._kept = self._kept, Kept()
        return kept

    def add(self, kept: Kept) -> None:
        """Take what another has kept of the claims that follow."""
        for name in ("ids", "statements", "related", "symmetric"):
            getattr(self._kept, name).extend(getattr(kept, name))
        for document, refs in kept.covered.items():
            self._kept.covered[document] |= refs

    def claim(self, number: int, claim: Claim) -> Iterator[Finding]:
        """Faults of the ``number``-th claim by itself and against the header."""
        at: Path = ("claims", number)
        self._kept.ids.add(claim.id, number)
        if not self._unfinished:
            yield from _unfilled(at, claim.id, claim.text)
        yield from self.ground.unknown((*at, "document"), "documents", claim.document)
        for name, kind in _REFERRING:
            yield from self.ground.unknowns((*at, name), kind, getattr(claim, name))
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
            self._kept.related.add(link.claim, number, nth)
            if link.claim == claim.id:
                yield (*at, "related", nth, "claim"), "a claim cannot be related to itself"
            elif link.relation in SYMMETRIC:
                self._kept.symmetric.add(" ".join([link.relation, *sorted((claim.id, link.claim))]), number, nth)

    def broken_claim(
        self, number: int, raw: Mapping[str, Any], statements: Mapping[int, Statement]
    ) -> Iterator[Finding]:
        """The same for a claim whose shape is at fault, as far as it can be read; ``statements`` are its good ones."""
        at, document = ("claims", number), raw.get("document")
        if isinstance(raw.get("id"), str) and "\n" not in raw["id"]:
            self._kept.ids.add(raw["id"], number)
        yield from _unfilled(at, raw.get("id"), raw.get("text"))
        for name, kind in _REFERRING:
            yield from self.ground.unknowns((*at, name), kind, _texts(raw.get(name)))
        if isinstance(document, str):
            yield from self.ground.unknown((*at, "document"), "documents", document)
            everything = raw.get("statements")
            for each in everything if isinstance(everything, list) else ():
                self._kept.covered[document].update(_texts(each.get("passages") if isinstance(each, dict) else None))
            for nth, statement in statements.items():
                yield from self._statement((*at, "statements", nth), number, nth, document, statement)

    def _statement(self, at: Path, number: int, nth: int, document: str, statement: Statement) -> Iterator[Finding]:
        self._kept.statements.add(statement.id, number, nth)
        yield from self.ground.unknown((*at, "source"), "sources", statement.source)
        yield from self.ground.unknowns((*at, "via"), "sources", statement.via)
        known = self._documents.get(document)
        refs = section_by_ref(known.sections) if known else None
        self._kept.covered[document].update(statement.passages)
        for place, ref in enumerate(statement.passages):
            if refs is not None and ref not in refs:
                said = f"{document!r} has no passage {brief(ref)}.{self.ground.hint(ref, refs)}"
                yield (*at, "passages", place), said
            elif ref in statement.passages[:place]:
                yield (*at, "passages", place), f"{brief(ref)} is listed already; once is enough"

    def end(self) -> Iterator[Finding]:
        """Ids and symmetric relations given twice, relations to no claim, passages uncovered or covered and omitted."""
        kept = self._kept
        for id_, (number, _), (first, _) in kept.ids.repeated():
            said = f"another claim has the id {brief(id_)} already: /claims/{first}; rename one"
            yield ("claims", number, "id"), said
        for id_, (number, nth), (first, place) in kept.statements.repeated():
            other = pointer(("claims", first, "statements", place))
            said = f"another statement has the id {brief(id_)} already: {other}; rename one"
            yield ("claims", number, "statements", nth, "id"), said
        for id_, (number, nth) in kept.related.without(kept.ids):
            hint = self.ground.hint(id_, dict.fromkeys(kept.ids.all())) if len(kept.ids) <= 1000 else ""
            yield ("claims", number, "related", nth, "claim"), f"there is no claim {brief(id_)}.{hint}"
        for link, (number, nth), (first, place) in kept.symmetric.repeated():
            other = pointer(("claims", first, "related", place))
            said = f"{link.split()[0]!r} is symmetric and listed already: {other}; leave it out"
            yield ("claims", number, "related", nth), said
        for number, document in zip(self.ground.at["documents"], self.ground.documents, strict=True):
            if number == self.ground.known["documents"][document.id]:  # of two with one id, the second is at fault
                yield from self._coverage(("documents", number, "passages"), document)

    def _coverage(self, at: Path, document: Document) -> Iterator[Finding]:
        covered = self._kept.covered[document.id]
        for nth, passage in enumerate(document.passages):
            if passage.omitted is None and passage.ref not in covered:
                said = f"no claim rests on passage {passage.ref!r}; add one, or say in omitted why there is none"
                yield (*at, nth), said
            if passage.omitted is not None and passage.ref in covered:
                yield (*at, nth, "omitted"), f"a claim rests on passage {passage.ref!r}; leave omitted out"


def _unfilled(at: Path, id_: object, text: object) -> Iterator[Finding]:
    if id_ == PLACEHOLDER:
        yield (*at, "id"), f"{PLACEHOLDER!r} only keeps the place; give the claim an id of its own"
    if text == PLACEHOLDER_TEXT:
        said = "this only keeps the place; say in your own words what the document claims, or let `claims add` ask you"
        yield (*at, "text"), said


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []

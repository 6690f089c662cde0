"""An edition that answers from an index: bitmaps by key, and the bodies of its claims by number.

Where these are is the business of those who derive from it; they are asked for bytes, and what is asked for most is
kept here, as far as memory is granted.
"""

import json
from abc import abstractmethod
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TypeVar

from pyroaring import BitMap

from app.core.documents import Passage, section_by_ref
from app.core.errors import CursorInvalid
from app.core.likeness import Lexicon
from app.core.model import Claim
from app.core.query import BY_DAY, ClaimQuery, Page, day_terms, nearest, terms
from app.core.status import period_at, timeline
from app.record.body import id_of, recorded, served
from app.record.dataset import header_end
from app.record.served import Transition, transitions
from app.store import EVERY_CLAIM, Changes, Edition, Found
from app.store.index import grams
from app.store.order import page_before, page_of
from app.store.plan import (
    EMPTY,
    Ranked,
    commonest,
    counted,
    counted_of_many,
    matching,
    most_like,
    plan,
    prefixes,
    ranking,
)
from app.store.rows import PASSAGES, Read, StoredHeader, names

MEMORY = 48 * 2**20
"""Bytes of bitmaps that an edition keeps at hand."""

PIECE = 256
"""Claims of an export that are put together at once, some 160 kB: to send a piece has a price of its own."""

MANY = 250
"""Values of a facet from which not all are counted."""

READ = 100
"""Values that are counted in about the time in which a claim is read: of an answer of fewer claims these are read."""

_ENTRY = 200
"""Bytes that an entry costs beside its value, about."""

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Kept:
    """Values by key. Where they take too much memory, those are dropped that have not been asked for in a while.

    There are two generations: a value that is asked for joins the younger one, and when that has filled half of the
    memory it becomes the older one, whose place it takes. So the hottest values cost one look-up.
    """

    def __init__(self, memory: int) -> None:
        self._half = self._left = memory // 2
        self._young: dict[Hashable, tuple[object, int]] = {}
        self._old: dict[Hashable, tuple[object, int]] = {}

    def of(self, key: _Key, make: Callable[[_Key], tuple[_Value, int]]) -> _Value:
        """The value of ``key``; where it is not kept, ``make`` tells it with its bytes."""
        found = self._young.get(key)
        if found is None:
            found = self._old.pop(key, None) or make(key)
            self._left -= found[1] + _ENTRY
            if self._left < 0:
                self._old, self._young, self._left = self._young, {}, self._half
            self._young[key] = found
        return found[0]  # type: ignore[return-value]


class IndexedEdition(Edition):
    """The record at one revision, answered from its index as :mod:`~app.store.plan` says."""

    def __init__(self, posting: Read, revision: str, modified: int, size: int, lines_size: int) -> None:
        """``posting`` returns what the index has for a key: a serialized bitmap, a list of values, a row."""
        self.posting, self.header = posting, StoredHeader.of(posting)
        self.revision, self.modified, self.size = revision, modified, size
        self.everything = BitMap(range(size))
        self._lines_size = lines_size
        self._kept = Kept(MEMORY)

    @abstractmethod
    def body(self, number: int) -> bytes:
        """The body of a claim, as :func:`app.store.index.pack` has it."""

    @abstractmethod
    def bodies(self, start: int, end: int) -> Iterable[bytes]:
        """The bodies of the claims from ``start`` up to but without ``end``."""

    def claims(self, key: str) -> BitMap:
        """The claims of a key; an absent key has none."""
        return self._kept.of(key, self._bitmap)

    def counts(self, name: str) -> Mapping[str, int]:
        """The values of a name that occur, each with the number of its claims."""
        return self._kept.of(f"{name}>", self._counts)

    def values(self, name: str) -> Mapping[str, BitMap]:
        """The values of a name that occur, each with its claims."""
        return self._kept.of((name,), self._values)

    def ranked(self, name: str, day: date | None) -> Sequence[Ranked]:
        """The values of a name that occur on a day, the commonest first."""
        return self._kept.of((name, day if name in BY_DAY else None), self._ranked)

    def claim_id(self, number: int) -> str:
        """Id of the claim that stands at ``number``, counted from 0, in the record."""
        return id_of(self.body(number))

    async def claim(self, id: str, as_of: date | None = None) -> bytes | None:
        number = self._number(id)
        return None if number is None else served(self.body(number), as_of)

    async def find(self, query: ClaimQuery, page: Page) -> Found:
        edge = page.after if page.before is None else page.before
        at = None if edge is None else self._number(edge)
        if edge is not None and at is None:
            raise CursorInvalid("The claim where the last page ended is no longer in the record.")
        hits = self._kept.of(query, self._hits)
        if page.before is None or at is None:
            numbers = page_of(query, page, hits, at, self)
            numbers, more, less = numbers[: page.limit], len(numbers) > page.limit, at is not None
        else:
            numbers = page_before(query, page, hits, at, self)
            numbers, more, less = numbers[-page.limit :], True, len(numbers) > page.limit
        bodies = [self.body(number) for number in numbers]
        return Found(
            len(hits),
            [served(body, query.as_of) for body in bodies],
            id_of(bodies[-1]) if more and bodies else None,
            {name: self._counted(name, query.as_of, hits) for name in page.facets},
            id_of(bodies[0]) if less and bodies else None,
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon(names(self.posting))

    async def alike(self, stems: Collection[str], least: int, limit: int, as_of: date | None = None) -> Sequence[bytes]:
        numbers = most_like([f"text={stem}" for stem in stems], self, limit, least)
        return [served(self.body(number), as_of) for number in numbers]

    async def served(self, as_of: date | None = None) -> AsyncIterator[bytes]:
        for start in range(0, self.size, PIECE):
            for body in self.bodies(start, min(start + PIECE, self.size)):
                yield served(body, as_of)

    async def lines(self) -> AsyncIterator[bytes]:
        nth = 0
        while (piece := self.posting(f"header={nth:06}")) is not None:
            yield piece
            nth += 1
        yield header_end(self.size)
        async for some in self.records():
            yield some

    async def records(self) -> AsyncIterator[bytes]:
        for start in range(0, self.size, PIECE):
            yield b"".join(map(recorded, self.bodies(start, min(start + PIECE, self.size))))

    @property
    def lines_size(self) -> int | None:
        return self._lines_size

    async def changes(
        self,
        since: date,
        until: date,
        offset: int,
        limit: int,
        query: ClaimQuery = EVERY_CLAIM,
        ids: Collection[str] = (),
    ) -> Changes:
        hits = self._kept.of(query, self._hits)
        if ids:
            hits = hits & BitMap.union(*(self.claims(f"id={id_}") for id_ in ids))
        days = sorted((int(day), count) for day, count in self.counts("changed").items())
        items = list[Transition]()
        skipped = 0
        for day, whole in days:
            if not since.toordinal() <= day <= until.toordinal():
                continue
            numbers = None if hits is self.everything else self.claims(f"changed={day:07}") & hits
            count = whole if numbers is None else len(numbers)
            if skipped + count > offset and len(items) < limit:
                numbers = self.claims(f"changed={day:07}") if numbers is None else numbers
                wanted = numbers[max(0, offset - skipped) :][: limit - len(items)]
                items += [self._change(day, number) for number in wanted]
            skipped += count
        return Changes(skipped, items, offset + limit < skipped)

    async def passages(self, document: str) -> Sequence[Passage]:
        return self._kept.of(f"passages={document}", self._passages)

    async def coverage(self, document: str) -> Mapping[str, Sequence[str]]:
        known = self.header.document_by_id.get(document)
        refs = section_by_ref(known.sections) if known else ()
        resting = {ref: self.claims(f"passage@{document}={ref}") for ref in refs}
        return {ref: [self.claim_id(number) for number in numbers] for ref, numbers in resting.items() if numbers}

    async def suggest(self, id: str) -> tuple[str, ...]:
        alike = most_like(grams(id[:100]), self, 100)
        return nearest(id, map(self.claim_id, alike))

    def _number(self, id: str) -> int | None:
        found = self.claims(f"id={id}")
        return found[0] if found else None

    def _hits(self, query: ClaimQuery) -> tuple[BitMap, int]:
        found = matching(plan(query), self)
        return found, self.size // 8

    def _bitmap(self, key: str) -> tuple[BitMap, int]:
        stored = self.posting(key)
        return (EMPTY, 0) if stored is None else (BitMap.deserialize(stored), len(stored))

    def _passages(self, key: str) -> tuple[Sequence[Passage], int]:
        stored = self.posting(key)
        return ((), 0) if stored is None else (PASSAGES.validate_json(stored), 10 * len(stored))

    def _counts(self, key: str) -> tuple[Mapping[str, int], int]:
        stored = self.posting(key)
        return ({}, 0) if stored is None else (json.loads(stored), 8 * len(stored))

    def _values(self, key: tuple[str]) -> tuple[Mapping[str, BitMap], int]:
        found = {value: self._bitmap(f"{key[0]}={value}") for value in self.counts(*key)}
        return {value: each for value, (each, _) in found.items()}, sum(size + _ENTRY for _, size in found.values())

    def _ranked(self, key: tuple[str, date | None]) -> tuple[Sequence[Ranked], int]:
        found = ranking(*key, self)
        return found, 2 * _ENTRY * len(found)

    def _counted(self, name: str, day: date | None, hits: BitMap) -> Mapping[str, int]:
        values = sum([len(self.counts(prefix)) for prefix in prefixes(name, day)])
        if values <= MANY or hits is self.everything:
            return counted(name, day, hits, self)
        if len(hits) * READ > values:
            return counted_of_many(name, day, hits, self)
        claims = [Claim.model_validate_json(recorded(self.body(number))) for number in hits]
        by_claim = [
            day_terms(each, period_at(each, self.header, day)) if name in BY_DAY else terms(each, self.header)
            for each in claims
        ]
        return commonest(Counter(chain.from_iterable(each[name] for each in by_claim)))

    def _change(self, day: int, number: int) -> Transition:
        """The change of a claim on a day; its sentence is made anew, since few are ever read."""
        claim = Claim.model_validate_json(recorded(self.body(number)))
        return next(each for each in transitions(claim, timeline(claim, self.header)) if each.date.toordinal() == day)

"""An edition that answers from an index, wherever the bodies of its claims are."""

from abc import abstractmethod
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import itemgetter

from pyroaring import BitMap

from app.core.documents import Passage, section_by_ref
from app.core.errors import CursorInvalid
from app.core.likeness import Lexicon
from app.core.model import Claim
from app.core.query import BY_DAY, MOST_VALUES, ClaimQuery, Page, day_terms, nearest, terms
from app.core.status import period_at, timeline
from app.record.body import id_of, recorded, served
from app.record.dataset import header_end
from app.record.served import Transition, transitions
from app.store import EVERY_CLAIM, Changes, Edition, Found
from app.store.index import grams
from app.store.order import page_before, page_of
from app.store.plan import Index, counted, counted_of_many, most_like, prefixes
from app.store.rows import PASSAGES, Read, StoredHeader, names

PIECE = 256
"""Claims of an export that are put together at once, some 160 kB: to send a piece has a price of its own."""

MANY = 5000
"""Values of a facet from which not all are counted."""

READ = 100
"""Values that are counted in about the time in which a claim is read: of an answer of fewer claims these are read."""


class IndexedEdition(Edition):
    """The record at one revision, answered from its index as :mod:`~app.store.plan` says."""

    def __init__(self, posting: Read, revision: str, modified: int, size: int, lines_size: int) -> None:
        """``posting`` returns what the index has for a key: a serialized bitmap, a list of values, a row."""
        self.index, self.header = Index(posting, size), StoredHeader.of(posting)
        self.revision, self.modified, self.size, self.lines_size = revision, modified, size, lines_size

    @abstractmethod
    def body(self, number: int) -> bytes:
        """The body of a claim, as :func:`app.store.index.pack` has it."""

    @abstractmethod
    def bodies(self, start: int, end: int) -> Iterable[bytes]:
        """The bodies of the claims from ``start`` up to but without ``end``."""

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
        hits, back = self.index.hits(query), page.before is not None
        if back and at is not None:
            numbers = page_before(query, page, hits, at, self.index)
        else:
            numbers = page_of(query, page, hits, at, self.index)
        further = len(numbers) > page.limit
        numbers = numbers[-page.limit :] if back else numbers[: page.limit]
        more, less = (True, further) if back else (further, at is not None)
        bodies = [self.body(number) for number in numbers]
        return Found(
            len(hits),
            [served(body, query.as_of) for body in bodies],
            id_of(bodies[-1]) if more and bodies else None,
            {name: _commonest(self._counted(name, query.as_of, hits)) for name in page.facets},
            id_of(bodies[0]) if less and bodies else None,
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon(names(self.index.posting))

    async def alike(self, stems: Collection[str], least: int, limit: int, as_of: date | None = None) -> Sequence[bytes]:
        numbers = most_like([f"text={stem}" for stem in stems], self.index, limit, least)
        return [served(self.body(number), as_of) for number in numbers]

    async def served(self, as_of: date | None = None) -> AsyncIterator[bytes]:
        for start in range(0, self.size, PIECE):
            for body in self.bodies(start, min(start + PIECE, self.size)):
                yield served(body, as_of)

    async def lines(self) -> AsyncIterator[bytes]:
        nth = 0
        while (piece := self.index.posting(f"header={nth:06}")) is not None:
            yield piece
            nth += 1
        yield header_end(self.size)
        async for some in self.records():
            yield some

    async def records(self) -> AsyncIterator[bytes]:
        for start in range(0, self.size, PIECE):
            yield b"".join(map(recorded, self.bodies(start, min(start + PIECE, self.size))))

    async def changes(
        self,
        since: date,
        until: date,
        offset: int,
        limit: int,
        query: ClaimQuery = EVERY_CLAIM,
        ids: Collection[str] = (),
    ) -> Changes:
        index, hits = self.index, self.index.hits(query)
        if ids:
            hits = hits & BitMap.union(*(index.claims(f"id={id_}") for id_ in ids))
        items, total = list[Transition](), 0
        for day, count in sorted((int(day), count) for day, count in index.counts("changed").items()):
            if not since.toordinal() <= day <= until.toordinal():
                continue
            if hits is not index.everything:
                count = index.claims(f"changed={day:07}").intersection_cardinality(hits)  # noqa: PLW2901
            if total + count > offset and len(items) < limit:
                numbers = index.claims(f"changed={day:07}") & hits
                wanted = numbers[max(0, offset - total) :][: limit - len(items)]
                items += [self._change(day, number) for number in wanted]
            total += count
        return Changes(total, items, offset + limit < total)

    async def passages(self, document: str) -> Sequence[Passage]:
        return self.index.kept(f"passages={document}", self._passages)

    async def coverage(self, document: str) -> Mapping[str, Sequence[str]]:
        known = self.header.document_by_id.get(document)
        refs = section_by_ref(known.sections) if known else ()
        resting = {ref: self.index.claims(f"passage@{document}={ref}") for ref in refs}
        return {ref: [self.claim_id(number) for number in numbers] for ref, numbers in resting.items() if numbers}

    async def suggest(self, id: str) -> tuple[str, ...]:
        alike = most_like(grams(id[:100]), self.index, 100)
        return nearest(id, map(self.claim_id, alike))

    def _number(self, id: str) -> int | None:
        found = self.index.claims(f"id={id}")
        return found[0] if found else None

    def _passages(self, key: str) -> tuple[Sequence[Passage], int]:
        stored = self.index.posting(key) or b"[]"
        return PASSAGES.validate_json(stored), 10 * len(stored)

    def _recorded(self, number: int) -> Claim:
        return Claim.model_validate_json(recorded(self.body(number)))

    def _counted(self, name: str, day: date | None, hits: BitMap) -> Mapping[str, int]:
        values = sum([len(self.index.counts(prefix)) for prefix in prefixes(name, day)])
        if values <= MANY or hits is self.index.everything:
            return counted(name, day, hits, self.index)
        if len(hits) * READ > values:
            return counted_of_many(name, day, hits, self.index)
        found = Counter[str]()
        for claim in map(self._recorded, hits):
            held = day_terms(claim, period_at(claim, self.header, day)) if name in BY_DAY else terms(claim, self.header)
            found.update(held[name])
        return found

    def _change(self, day: int, number: int) -> Transition:
        """The change of a claim on a day; its sentence is made anew, since few are ever read."""
        claim = self._recorded(number)
        return next(each for each in transitions(claim, timeline(claim, self.header)) if each.date.toordinal() == day)


def _commonest(counts: Mapping[str, int]) -> dict[str, int]:
    """The commonest values with their numbers; of equals the first in the alphabet."""
    return dict(sorted(sorted(counts.items()), key=itemgetter(1), reverse=True)[:MOST_VALUES])

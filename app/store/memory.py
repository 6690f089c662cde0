"""The store that holds its record in this process: in memory, or mapped in from a compiled file.

It answers by :mod:`~app.store.index` and hands out bytes that were made when the record was compiled.
"""

from bisect import bisect_left
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from pyroaring import BitMap

from app.errors import CursorInvalid, StoreUnavailable
from app.model import Claim, Header, Record
from app.query import ClaimQuery, Page
from app.served import Transition, transitions
from app.status import timeline
from app.store import Changes, ClaimStore, Edition, Found, Health
from app.store.bodies import Bodies
from app.store.compile import compile_into
from app.store.counts import Counts
from app.store.index import Index
from app.store.pages import Pages
from app.store.sections import DAY, Memory, Recent, Sections
from app.store.spelling import Spelling

_RUN = 256
"""Claims of an export that are put together at once, some 160 kB: to send a piece has a price of its own."""

SHORT = 2**13
"""Claims of a question's rarest part up to which the whole answer is worked out, however short a page of it is."""


class MemoryEdition(Edition):
    """The record at one revision, read from its sections."""

    def __init__(
        self, header: Header, revision: str, modified: int, size: int, sections: Mapping[str, memoryview]
    ) -> None:
        self.header, self.revision, self.modified, self.size = header, revision, modified, size
        self._sections = Sections(sections)
        self._bodies = Bodies(self._sections)
        self._index = Index(self._sections, header, size)
        self._pages = Pages(self._sections, self._index, self._bodies)
        self._counts = Counts(self._sections, self._index, header, size)
        self._spelling = Spelling(self._sections, self._bodies.ids)
        # Every page of an answer has the same total.
        self._totals: Recent[ClaimQuery, int] = Recent(256)

    @classmethod
    def from_record(cls, record: Record, modified: int) -> "MemoryEdition":
        """The edition of a record that is in memory, which ``modified`` was first seen, in seconds since 1970."""
        return compile_edition(record.header, record.claims, modified)

    def claim_id(self, number: int) -> str:
        """Id of the claim that stands at ``number``, counted from 0, in the record."""
        return self._bodies.ids[number]

    async def claim(self, id: str, as_of: date | None = None) -> bytes | None:
        number = self._bodies.ids.find(id)
        return None if number is None else self._bodies.served(number, as_of)

    async def find(self, query: ClaimQuery, page: Page) -> Found:
        after = self._number(page.after) if page.after is not None else None
        factors = self._index.factors(query)
        if len(factors) > 1 and (page.facets or page.sort != "document" or len(factors[0]) <= SHORT):
            factors = [self._index.hits(factors)]  # needed more than once, or quickly made
        numbers = self._pages.page(query, page, factors, after)
        more = len(numbers) > page.limit
        numbers = numbers[: page.limit]
        return Found(
            len(factors[0]) if len(factors) == 1 else self._total(query, factors),
            self._bodies.page(numbers, query.as_of),
            self._bodies.ids[numbers[-1]] if more else None,
            self._counts.facets(page.facets, query, self._index.hits(factors)) if page.facets else {},
        )

    async def served(self, as_of: date | None = None) -> AsyncIterator[bytes]:
        for number in range(self.size):
            yield self._bodies.served(number, as_of)

    async def records(self) -> AsyncIterator[bytes]:
        for start in range(0, self.size, _RUN):
            yield self._bodies.records(start, min(start + _RUN, self.size))

    @property
    def header_json(self) -> bytes:
        return self._sections.bytes("header").tobytes()

    @cached_property
    def lines_size(self) -> int:
        return len(self._sections.bytes("header")) + 1 + self._bodies.records_size

    async def changes(self, since: date, until: date, offset: int, limit: int) -> Changes:
        dated = self._sections.numbers("changes", "Q")
        first = bisect_left(dated, since.toordinal() << DAY)
        end = max(first, bisect_left(dated, (until.toordinal() + 1) << DAY))
        wanted = dated[first + offset : min(first + offset + limit, end)] if offset < end - first else ()
        return Changes(end - first, [self._change(each) for each in wanted], first + offset + limit < end)

    async def coverage(self, document: str) -> Mapping[str, Sequence[str]]:
        known = self.header.document_by_id.get(document)
        refs = [each.ref for each in known.passages] if known else []
        resting = {ref: self._index.terms.claims("passage", f"{document}#{ref}") for ref in refs}
        return {ref: [self._bodies.ids[number] for number in numbers] for ref, numbers in resting.items() if numbers}

    async def suggest(self, id: str) -> tuple[str, ...]:
        return self._spelling.suggest(id)

    def _total(self, query: ClaimQuery, factors: Sequence[BitMap]) -> int:
        if len(factors) < 2:
            return self._index.count(factors)
        return self._totals.of(query, lambda: self._index.count(factors))

    def _number(self, id: str) -> int:
        number = self._bodies.ids.find(id)
        if number is None:
            raise CursorInvalid("The claim where the last page ended is no longer in the record.")
        return number

    def _change(self, dated: int) -> Transition:
        """The change of a claim on a day; its sentence is made anew, since few are ever read."""
        number = dated & 0xFFFF_FFFF
        claim = Claim.model_validate_json(self._bodies.records(number, number + 1))
        changes = transitions(claim, timeline(claim, self.header))
        return next(each for each in changes if each.date.toordinal() == dated >> DAY)


class MemoryStore(ClaimStore):
    """A store whose editions are given to it."""

    def __init__(self, edition: Edition | None = None) -> None:
        self._edition = edition

    @property
    def edition(self) -> Edition:
        if self._edition is None:
            raise StoreUnavailable("No record is loaded yet.")
        return self._edition

    def replace(self, edition: Edition) -> None:
        """Serve ``edition`` from now on; requests under way finish on the edition that they took."""
        self._edition = edition

    async def health(self) -> Health:
        if self._edition is None:
            return Health(ready=False, revision=None, faults=("No record is loaded yet.",))
        return Health(ready=True, revision=self._edition.revision)


def compile_edition(header: Header, claims: Iterable[Claim], modified: int) -> MemoryEdition:
    """The edition of a stream of claims, which must be valid against ``header``; held in memory."""
    memory = Memory()
    revision, size = compile_into(memory, header, claims)
    return MemoryEdition(header, revision, modified, size, memory.sections())

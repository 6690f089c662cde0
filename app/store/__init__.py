"""The contract of a store, whatever holds the claims.

A :class:`ClaimStore` has one current :class:`Edition`: the record at one revision, complete and unchanging. A request
takes the edition once and asks it everything, so no answer can mix two revisions. ``tests/store/contract.py`` is one
suite that every store must pass; it compares each answer with :func:`app.core.query.matches`.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from app.core.documents import Passage
from app.core.likeness import Lexicon
from app.core.model import Header
from app.core.query import ClaimQuery, Page, vocabulary
from app.record.served import Transition

EVERY_CLAIM = ClaimQuery()


class Found(NamedTuple):
    """One page of an answer."""

    total: int
    """Claims in the whole answer."""
    bodies: Sequence[bytes]
    """The page's claims as served JSON, in order."""
    last: str | None = None
    """Id of the page's last claim where more follow; ``None`` on the last page."""
    facets: Mapping[str, Mapping[str, int]] = MappingProxyType({})
    """For each facet asked for, the count of each of its :data:`~app.core.query.MOST_VALUES` commonest values; the
    larger count first, then by value."""
    first: str | None = None
    """Id of the page's first claim where others come before it; ``None`` on the first page."""


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of changes of status, by date and then in the order of the record."""

    total: int
    items: Sequence[Transition]
    more: bool


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a store can answer, and what stands in the way; ``faults`` are sentences for an operator."""

    ready: bool
    revision: str | None
    faults: Sequence[str] = ()


class Edition(ABC):
    """The record at one revision."""

    revision: str
    """16 hexadecimal digits of the SHA-256 of the canonical record; the same for every store that holds it."""
    modified: int
    """When this revision was first seen, in seconds since 1970 (HTTP ``Last-Modified``)."""
    header: Header
    """Everything of the record but its claims and passages."""
    size: int
    """Number of claims."""

    @cached_property
    def known(self) -> Mapping[str, Collection[str]]:
        """For each filter the values that this record can have."""
        return vocabulary(self.header)

    @abstractmethod
    async def claim(self, id: str, as_of: date | None = None) -> bytes | None:
        """One claim as served JSON at the end of ``as_of``; ``None`` where the id is unknown."""

    @abstractmethod
    async def find(self, query: ClaimQuery, page: Page) -> Found:
        """The claims that match ``query``, as ``page`` wants them.

        Raises :class:`~app.core.errors.CursorInvalid` where ``after`` or ``before`` is no claim of this edition.
        """

    @property
    @abstractmethod
    def lexicon(self) -> Lexicon:
        """What reads sentences so that they can be compared with this record's claims."""

    @abstractmethod
    async def alike(self, stems: Collection[str], least: int, limit: int, as_of: date | None = None) -> Sequence[bytes]:
        """Up to ``limit`` claims as served JSON whose own text has ``least`` or more of ``stems``.

        Those that have the most come first, equals in document order. A claim must have one of the four stems that
        fewest claims have; of equally rare stems the first given count.
        """

    @abstractmethod
    def served(self, as_of: date | None = None) -> AsyncIterator[bytes]:
        """Every claim as served JSON, in the order of the record."""

    @abstractmethod
    def records(self) -> AsyncIterator[bytes]:
        """Every claim as a line of the record's own JSON, in its order; a piece is some whole lines with their ends."""

    @abstractmethod
    def lines(self) -> AsyncIterator[bytes]:
        """The record in its JSON Lines form: its header with all passages, then :meth:`records`."""

    @property
    def lines_size(self) -> int | None:
        """Bytes that :meth:`lines` will give; ``None`` where only making them would tell."""
        return None

    @abstractmethod
    async def changes(
        self,
        since: date,
        until: date,
        offset: int,
        limit: int,
        query: ClaimQuery = EVERY_CLAIM,
        ids: Collection[str] = (),
    ) -> Changes:
        """Changes of status from ``since`` to ``until``, both days included, skipping ``offset`` of them.

        Those of the claims that match ``query`` and have one of ``ids``, where there are any.
        """

    @abstractmethod
    async def passages(self, document: str) -> Sequence[Passage]:
        """The passages of a document in the order of the text; none of an unknown document."""

    @abstractmethod
    async def coverage(self, document: str) -> Mapping[str, Sequence[str]]:
        """For each passage of a document on which a claim rests, the ids of those claims in the order of the record."""

    @abstractmethod
    async def suggest(self, id: str) -> tuple[str, ...]:
        """Up to three claim ids that ``id`` may have meant."""


class ClaimStore(ABC):
    """Where editions come from."""

    reloads: int = 0
    """Editions that have taken the place of another since the store was opened."""
    refused: int = 0
    """New versions that were refused since then."""

    @property
    @abstractmethod
    def edition(self) -> Edition:
        """The current edition. Raises :class:`~app.core.errors.StoreUnavailable` while there is none."""

    async def open(self) -> None:  # noqa: B027 - a store that needs nothing opened says nothing
        """Begin: connect, load, listen for changes. Called once, by the server that uses the store."""

    async def close(self) -> None:  # noqa: B027
        """End: give back what :meth:`open` took."""

    def refresh(self) -> None:  # noqa: B027
        """Look at once whether there is a newer edition, rather than when it would be looked for next."""

    @abstractmethod
    async def health(self) -> Health:
        """Whether the store can answer right now."""

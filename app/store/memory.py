"""The store that holds its record in this process."""

from collections.abc import Iterable
from itertools import islice

from app.core.errors import StoreUnavailable
from app.core.model import Claim, FileHeader, Record
from app.store import ClaimStore, Edition, Health
from app.store.edition import IndexedEdition
from app.store.index import Indexer


class MemoryEdition(IndexedEdition):
    """The record at one revision, in two containers: postings by key, and bodies by number."""

    def __init__(self, header: FileHeader, claims: Iterable[Claim], modified: int) -> None:
        """The claims must be valid against ``header``; ``modified`` is when they came, in seconds since 1970."""
        indexer = Indexer(header, claims)
        self._bodies = list(indexer.bodies())
        super().__init__(dict(indexer.postings()).get, indexer.revision, modified, indexer.size, indexer.lines_size)

    @classmethod
    def from_record(cls, record: Record, modified: int) -> "MemoryEdition":
        """The edition of a whole record."""
        return cls(record.header, record.claims, modified)

    def body(self, number: int) -> bytes:
        return self._bodies[number]

    def bodies(self, start: int, end: int) -> Iterable[bytes]:
        return islice(self._bodies, start, end)


compile_edition = MemoryEdition
"""The edition of a stream of claims, which must be valid against the header; held in memory."""


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

"""The store that holds its record in this process."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeAlias

from app.core.errors import StoreUnavailable
from app.core.model import Claim, FileHeader, Record
from app.store import ClaimStore, Edition, Health
from app.store.edition import IndexedEdition
from app.store.index import Indexer

logger = logging.getLogger("claims.store")

ReadLines: TypeAlias = Callable[[Iterable[bytes]], tuple[FileHeader, Iterable[Claim]]]
"""Makes a header and claims, valid against it, of a record's lines."""


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
        self._tasks: list[asyncio.Task[None]] = []

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def edition(self) -> Edition:
        if self._edition is None:
            raise StoreUnavailable("No record is loaded yet.")
        return self._edition

    def replace(self, edition: Edition) -> None:
        """Serve ``edition`` from now on; requests under way finish on the edition that they took."""
        self._edition = edition

    def take(self, edition: Edition) -> None:
        """Serves ``edition`` if it is another one, or the one that is served is damaged."""
        before = self._edition
        if before is not None and before.revision == edition.revision and not before.damaged:
            return
        self.replace(edition)
        if before is not None and before.revision != edition.revision:
            self.reloads += 1
            logger.info("took revision %s with %d claims", edition.revision, edition.size)

    async def health(self) -> Health:
        if self._edition is None:
            return Health(ready=False, revision=None, faults=("No record is loaded yet.",))
        return Health(ready=True, revision=self._edition.revision)

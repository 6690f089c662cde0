"""The store that follows another server: the same record, pulled by conditional GET, served from here.

Every few seconds the origin is asked whether its record is still the one that is served here; an unchanged one costs a
304. A new one is taken as JSON Lines into a file, validated whole, and its revision computed anew from its content:
only if that is the revision that the origin promised does it take the place of the old one, in one reference. While the
origin is away, or what it sends is no good, the last good record is served and :meth:`ReplicaStore.health` says so.
With a ``copy`` the last good record outlives the process.
"""

import asyncio
import logging
import random
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

import httpx

from app import __version__
from app.core.errors import ClaimsError, RecordInvalid, RecordUnreadable, StoreUnavailable
from app.record import dataset, files
from app.store import Health
from app.store.edition import IndexedEdition
from app.store.file import LARGE
from app.store.memory import MemoryStore, compile_edition

logger = logging.getLogger("claims.store")

TIMEOUT = httpx.Timeout(10, connect=3, pool=3)
"""Seconds for a step of a conversation with the origin; a connection that takes 3 is no connection."""

_DRAW = random.SystemRandom()

LONGEST_WAIT = 30.0
"""Seconds between two attempts at most, however often they failed."""

STALE_AFTER = 3
"""Failures in a row after which readiness says that the origin is away."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the origin says that it serves."""

    revision: str
    modified: int
    etag: str


class ReplicaStore(MemoryStore):
    """A store over another server."""

    def __init__(
        self,
        origin: str,
        *,
        interval: float = 2.0,
        limit: int = files.LIMIT,
        copy: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """``origin`` is the server's address; ``interval`` in seconds; ``limit`` bytes of a record at the most."""
        super().__init__()
        self.origin = origin.rstrip("/")
        self.reloads = 0
        """New versions that took over."""
        self.refused = 0
        """New versions that were refused."""
        self._interval, self._limit, self._copy, self._transport = interval, limit, copy, transport
        self._etag = ""
        self._failures = 0
        self._fault = ""
        self._following: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take the copy if there is one, ask the origin once, and go on following; an absent origin stops nothing."""
        if self._copy is not None and self._copy.is_file():
            with suppress(ClaimsError):
                self.replace(await files.aside(lambda: _edition_of(self._copy or Path(), int(time.time()))))
        self._client = httpx.AsyncClient(
            base_url=self.origin,
            timeout=TIMEOUT,
            transport=self._transport,
            headers={"user-agent": f"claims-replica/{__version__}"},
        )
        await self._ask()
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None
        await self._client.aclose()

    async def health(self) -> Health:
        health = await super().health()
        said = self._failures >= STALE_AFTER or not health.ready
        faults = [self._fault] if self._fault and said else []
        return Health(health.ready, health.revision, tuple(faults))

    async def _follow(self) -> None:
        while True:
            # Waits double with each failure, and no two replicas ask in step.
            wait = (
                min(self._interval * 2 ** min(self._failures, 10), LONGEST_WAIT) if self._failures else self._interval
            )
            await asyncio.sleep(wait * _DRAW.uniform(0.8, 1.2))
            await self._ask()

    async def _ask(self) -> None:
        """Ask once, and take what is new and good."""
        try:
            damaged = getattr(self._edition, "damaged", False)
            self._etag = "" if damaged else self._etag
            promise = await self._promised()
            served = None if self._edition is None or damaged else self._edition.revision
            if promise is not None and promise.revision != served:
                await self._take(promise)
            self._etag = promise.etag if promise else self._etag
            self._failures, self._fault = 0, ""
        except httpx.HTTPError as error:
            self._failed(f"{self.origin} cannot be reached: {type(error).__name__} {error}".rstrip())
        except ClaimsError as error:
            self._failed(f"{self.origin} sends what cannot be served: {error}")
        except Exception as error:
            logger.exception("following %s broke", self.origin)
            self._failed(f"{self.origin} could not be followed: {type(error).__name__}: {error}")

    async def _promised(self) -> Promise | None:
        """What the origin serves now; ``None`` where that has not changed."""
        headers = {"accept": "application/json"} | ({"if-none-match": self._etag} if self._etag else {})
        answer = await self._client.get("/dataset", headers=headers)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return None
        answer.raise_for_status()
        try:
            revision = str(answer.json()["revision"])
            modified = int(parsedate_to_datetime(answer.headers["last-modified"]).timestamp())
        except (ValueError, KeyError, TypeError):
            raise StoreUnavailable("its /dataset is not that of a Claims API.") from None
        return Promise(revision, modified, answer.headers.get("etag", ""))

    async def _take(self, promise: Promise) -> None:
        """Pull the record into a file, read it aside, and serve it if it is what was promised."""
        with tempfile.TemporaryDirectory(prefix="claims-replica-") as directory:
            path = Path(directory) / "record.jsonl"
            with path.open("wb") as file:
                await self._pull(file)
            edition = await files.aside(lambda: _edition_of(path, promise.modified))
            if edition.revision != promise.revision:
                self.refused += 1
                raise RecordUnreadable(f"its record is {edition.revision}, and {promise.revision} was promised.")
            if self._copy is not None:
                _keep(path, self._copy)
        first = self._edition is None
        self.replace(edition)
        self.reloads += 0 if first else 1
        logger.info("took revision %s with %d claims from %s", edition.revision, edition.size, self.origin)

    async def _pull(self, file: BinaryIO) -> None:
        taken = 0
        headers = {"accept": "application/jsonl", "accept-encoding": "gzip"}
        async with self._client.stream("GET", "/dataset", headers=headers) as answer:
            answer.raise_for_status()
            async for piece in answer.aiter_bytes():
                taken += len(piece)
                if taken > self._limit:
                    raise RecordUnreadable(f"its record has more than the {self._limit:,} bytes that are taken.")
                file.write(piece)

    def _failed(self, fault: str) -> None:
        self._failures += 1
        if fault != self._fault:
            self._fault = fault
            logger.warning("kept the last good record: %s", fault)


def _edition_of(path: Path, modified: int) -> IndexedEdition:
    whole = partial(dataset.load_lines, name=path.name)
    try:
        if path.stat().st_size >= LARGE:
            from app.store.sqlite import edition_of

            # Its file may lie beside the record and go with it: what is open stays readable.
            with suppress(OSError):
                return edition_of(path, whole, modified)
        return compile_edition(*whole(files.read_lines(path)), modified)
    except RecordInvalid as error:
        raise RecordUnreadable(str(error)) from error


def _keep(path: Path, copy: Path) -> None:
    aside_name = copy.with_name(f".{copy.name}.new")
    shutil.copyfile(path, aside_name)
    aside_name.replace(copy)

"""The store that follows another server: the same record, pulled by conditional GET, served from here.

Every few seconds the origin is asked whether its record is still the one that is served here; an unchanged one costs a
304. A new one is taken as JSON Lines into a file, validated whole, and its revision computed anew from its content:
only if that is the revision that the origin promised does it take the place of the old one, in one reference. While the
origin is away, or what it sends is no good, the last good record is served and :meth:`ReplicaStore.health` says so.
With a ``copy`` the last good record outlives the process; its revision, in a file beside it, is compared as well.

What the origin may send is bounded: bytes, packed and unpacked, of the whole and of a line, and the time for them.
"""

import asyncio
import json
import logging
import math
import random
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx

from app import __version__
from app.core.errors import ClaimsError, RecordInvalid, RecordUnreadable, StoreUnavailable
from app.record import dataset, files
from app.store import Health
from app.store.edition import IndexedEdition
from app.store.file import LARGE, edition_of_lines
from app.store.memory import MemoryStore

logger = logging.getLogger("claims.store")

GRACE, LEAST_RATE = 10.0, 10_000
"""Seconds in which an answer must begin, and bytes a second, packed, that it must have brought after them."""

PROMISE, HEADER, LINE = 64 * 2**10, 128 * 2**20, 4 * 2**20
"""Most bytes of what the origin says that it serves, of a record's first line, and of any other line, unpacked."""

VALUES = 4_000_000
"""Most values of a line, roughly: ``[],`` are three bytes of a file and 64 of memory."""

_PIECE = 64 * 2**10
_DRAW = random.SystemRandom()

LONGEST_WAIT = 30.0
"""Seconds between two attempts at most, however often they failed."""

STALE_AFTER = 15.0
"""Seconds without a word of the origin, or three intervals, after which readiness says so."""


class Promise(NamedTuple):
    """What the origin says that it serves."""

    revision: str
    modified: int
    etag: str = ""


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
        """``origin`` is the server's address; ``interval`` in seconds; ``limit`` bytes of a record at the most.

        Name and password in the address are sent as the origin asks for them (RFC 7617), and told to nobody else.
        Raises :class:`~app.core.errors.StoreUnavailable` where it is no address.
        """
        super().__init__()
        try:
            url = httpx.URL(origin.rstrip("/"))
        except httpx.InvalidURL:
            said = "The address of the origin cannot be read; percent-encode signs in a name or password."
            raise StoreUnavailable(said) from None
        self.origin = str(url.copy_with(userinfo=b""))
        self._client = httpx.AsyncClient(
            base_url=self.origin,
            auth=(url.username, url.password) if url.userinfo else None,
            timeout=GRACE,
            transport=transport,
            headers={"user-agent": f"claims-replica/{__version__}", "accept-encoding": "gzip"},
        )
        self._interval, self._limit, self._copy = interval, limit, copy
        self._etag = ""
        self._failures = 0
        self._fault = ""
        self._heard = -math.inf

    async def open(self) -> None:
        """Take the copy if there is one, ask the origin once, and go on following; an absent origin stops nothing."""
        if self._copy is not None and self._copy.is_file():
            try:
                self.replace(await files.aside(lambda: _kept(self._copy or Path())))
            except ClaimsError as error:
                logger.warning("left the kept copy alone: %s", error)
        await self._ask()
        self._tasks = [asyncio.create_task(self._follow())]

    async def close(self) -> None:
        await super().close()
        await self._client.aclose()

    async def health(self) -> Health:
        health = await super().health()
        if health.ready and time.monotonic() - self._heard < max(STALE_AFTER, 3 * self._interval):
            return health
        fault = self._fault or f"{self.origin} has not said for long that this is still its record."
        return Health(health.ready, health.revision, (fault,))

    async def _follow(self) -> None:
        while True:
            # Waits double with each failure, and no two replicas ask in step.
            wait = min(self._interval * 2 ** min(self._failures, 10), max(self._interval, LONGEST_WAIT))
            await asyncio.sleep(wait * _DRAW.uniform(0.8, 1.2))
            await self._ask()

    async def _ask(self) -> None:
        """Ask once, and take what is new and good."""
        try:
            damaged = self._edition is not None and self._edition.damaged
            promise = await self._promised("" if damaged else self._etag)
            served = None if self._edition is None or damaged else self._edition.revision
            if promise is not None and promise.revision != served:
                await self._take(promise)
            self._etag = promise.etag if promise else self._etag
            self._failures, self._fault, self._heard = 0, "", time.monotonic()
        except TimeoutError:
            self._failed(f"{self.origin} is too slow: no answer in {GRACE:.0f} s, or under {LEAST_RATE:,} bytes/s.")
        except httpx.HTTPError as error:
            self._failed(f"{self.origin} cannot be reached: {type(error).__name__} {error}".rstrip())
        except (ClaimsError, zlib.error) as error:
            self._failed(f"{self.origin} sends what cannot be served: {error}")
        except Exception as error:
            logger.exception("following %s broke", self.origin)
            self._failed(f"{self.origin} could not be followed: {type(error).__name__}: {error}")

    async def _promised(self, etag: str) -> Promise | None:
        """What the origin serves now; ``None`` where that has not changed."""
        body = bytearray()
        headers = {"accept": "application/json"} | ({"if-none-match": etag} if etag else {})
        answer = await self._read(headers, PROMISE, body.extend)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return None
        try:
            revision = str(json.loads(body)["revision"])
            modified = int(parsedate_to_datetime(answer.headers["last-modified"]).timestamp())
        except (ValueError, KeyError, TypeError):
            raise StoreUnavailable("its /dataset is not that of a Claims API.") from None
        return Promise(revision, modified, answer.headers.get("etag", ""))

    async def _take(self, promise: Promise) -> None:
        """Pull the record into a file, read it aside, and serve it if it is what was promised."""
        with tempfile.TemporaryDirectory(prefix="claims-replica-") as directory:
            path = Path(directory) / "record.jsonl"
            with path.open("wb") as file:
                lines = _Lines(file.write)
                await self._read({"accept": "application/jsonl"}, self._limit, lines.take)
            try:
                edition = await files.aside(lambda: _taken(path, promise, self._copy))
            except Other:
                self.refused += 1
                raise
        self.take(edition)

    async def _read(self, headers: dict[str, str], limit: int, take: Callable[[bytes], object]) -> httpx.Response:
        """Gives ``/dataset`` to ``take`` in small pieces, and returns the answer's head.

        Raises :class:`~app.core.errors.RecordUnreadable` beyond ``limit`` bytes, and ``TimeoutError`` where it is slow.
        """
        packed = unpacked = 0
        async with (
            asyncio.timeout(GRACE) as deadline,
            self._client.stream("GET", "/dataset", headers=headers) as answer,
        ):
            began = deadline.when() or 0.0
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return answer
            answer.raise_for_status()
            unpacker = zlib.decompressobj(31) if answer.headers.get("content-encoding") == "gzip" else None
            async for received in answer.aiter_raw():
                rest, packed = received, packed + len(received)
                deadline.reschedule(began + packed / LEAST_RATE)
                while rest:
                    if unpacker:  # a byte can stand for a thousand
                        piece, rest = unpacker.decompress(rest, _PIECE), unpacker.unconsumed_tail
                    else:
                        piece, rest = rest[:_PIECE], rest[_PIECE:]
                    unpacked += len(piece)
                    if max(packed, unpacked) > limit:
                        raise RecordUnreadable(f"it sends more than the {limit:,} bytes that are taken.")
                    take(piece)
            if unpacker:
                take(unpacker.flush())
        return answer

    def _failed(self, fault: str) -> None:
        self._failures += 1
        if fault != self._fault:
            self._fault = fault
            logger.warning("kept the last good record: %s", fault)


class Other(RecordUnreadable):
    """A record is whole, and not the one that was promised."""


class _Lines:
    """Passes on what has no line that is too long."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write, self._size, self._values, self._longest = write, 0, 0, HEADER

    def take(self, piece: bytes) -> None:
        self._size += len(piece) if (end := piece.find(b"\n")) < 0 else end
        self._values += piece.count(b",")
        if self._size > self._longest or self._values > VALUES:
            most = f"{self._longest:,} bytes or {VALUES:,} values"
            raise RecordUnreadable(f"a line of its record has more than the {most} that are taken.")
        if end >= 0:
            self._values, self._size, self._longest = 0, len(piece) - piece.rfind(b"\n") - 1, LINE
        self._write(piece)


def _taken(path: Path, promise: Promise, copy: Path | None) -> IndexedEdition:
    """The promised record of a file, which is kept as ``copy``. Raises :class:`Other` where it is another one."""
    # The file of a large one may lie beside the record and go with it: what is open stays readable.
    large, whole = path.stat().st_size >= LARGE, partial(dataset.load_lines, name=path.name)
    try:
        edition = edition_of_lines(path, whole, promise.modified, large=large)
    except RecordInvalid as error:
        raise RecordUnreadable(str(error)) from error
    if edition.revision != promise.revision:
        raise Other(f"its record is {edition.revision}, and {promise.revision} was promised.")
    if copy is not None:
        try:
            aside = copy.with_name(f".{copy.name}.new")
            shutil.copyfile(path, aside)
            aside.replace(copy)
            _beside(copy).write_text(f"{promise.revision} {promise.modified}\n")
        except OSError as error:
            logger.warning("kept no copy: %s", error)
    return edition


def _kept(copy: Path) -> IndexedEdition:
    """The record that was kept, if it is whole and the one that was kept."""
    try:
        revision, modified = _beside(copy).read_text().split()
        return _taken(copy, Promise(revision, int(modified)), None)
    except (OSError, ValueError):
        raise RecordUnreadable(f"{_beside(copy)} does not say which record it is.") from None


def _beside(copy: Path) -> Path:
    return copy.with_name(f"{copy.name}.revision")

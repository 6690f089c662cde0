"""The store that serves a record's file, and follows it while it is being edited.

A changed file is read aside, in a thread, and validated whole. Only a good one takes the place of what is served, in
one reference; a bad one is refused, the last good one goes on being served, and :meth:`FileStore.health` says why.

Whether the file has changed is asked of the file itself every second, by everything that the system tells of it: a
change that keeps size and modification time, a replaced file and a switched symbolic link each differ in something. The
system's notices of changes (watchfiles) only make that sooner.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from pathlib import Path

from app.core.errors import ClaimsError, RecordInvalid, RecordUnreadable
from app.core.model import FileHeader
from app.record import dataset, files
from app.record.lines import ClaimLines
from app.store import Health
from app.store.edition import IndexedEdition
from app.store.memory import MemoryEdition, MemoryStore, ReadLines

logger = logging.getLogger("claims.store")

LOOK = 1.0
"""Seconds between two looks at the file."""

SLOW = 60
"""Seconds after which a reading that goes on is told as a fault."""

MOST_SAID = 20
"""Faults that are told in full."""

LINES = (".jsonl", ".ndjson")

LARGE = 20 * 2**20
"""Bytes from which JSON Lines are indexed into a SQLite file; what is smaller is read in a second or two."""


class FileStore(MemoryStore):
    """A store over a record's file."""

    def __init__(
        self, path: Path, *, record_bytes: int = 512 * 2**20, allow_shrink: bool = False, large: int = LARGE
    ) -> None:
        super().__init__()
        self.path = path
        self._record_bytes = record_bytes
        self._allow_shrink = allow_shrink
        self._large = large
        self._mark: files.Mark | None = None
        """Of the file when it was last read, whatever came of it."""
        self._digest = b""
        """Of what was last read; empty where that was no good."""
        self._faults: tuple[str, ...] = ()
        self._reading_since: float | None = None
        self._wake = asyncio.Event()

    def load(self) -> None:
        """Read the file now. Raises ``RecordInvalid`` or ``RecordUnreadable``, and then serves what it served."""
        edition = self._read()
        if edition is not None:
            self.take(edition)

    async def open(self) -> None:
        if self._edition is None:
            self.load()
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._listen())]

    def refresh(self) -> None:
        self._mark = None
        self._wake.set()

    async def health(self) -> Health:
        health = await super().health()
        faults = [*health.faults, *self._faults]
        if self._reading_since and (waited := time.monotonic() - self._reading_since) > SLOW:
            faults.append(f"A new version of {self.path.name} has been read for {waited:.0f} s and is not done.")
        return Health(health.ready, health.revision, tuple(faults))

    async def _follow(self) -> None:
        """Look again and again; whatever a look meets, the next one comes."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._wake.wait()
            self._wake.clear()
            if self._may_have_changed():
                await self._reload()

    async def _listen(self) -> None:
        """Let the system's notices of changes cut the wait short, where it gives any."""
        # Loaded when the server answers already: nobody waits for it.
        await asyncio.sleep(LOOK)
        from watchfiles import awatch

        while True:
            # The directory may vanish, or lie where nothing can be watched: then the look at every second has to do.
            with suppress(OSError, RuntimeError):
                # Where the file's name stands, and where the file itself does.
                directories = {self.path.parent, self.path.resolve().parent}
                async for _ in awatch(*directories, debounce=50, step=20, recursive=False):
                    self._wake.set()
            await asyncio.sleep(LOOK)

    def _may_have_changed(self) -> bool:
        mark = files.mark(self.path)
        # A version so young that a later one could bear the same marks is read again, and compared by its content.
        return mark is None or mark != self._mark or files.is_young(mark) or self._is_damaged()

    def _is_damaged(self) -> bool:
        return self._edition is not None and self._edition.damaged

    async def _reload(self) -> None:
        """Read the file aside, and take what is new and good."""
        self._reading_since = time.monotonic()
        try:
            edition = await files.aside(self._read)
        except ClaimsError as error:
            self._refuse(_said(error))
        except MemoryError:
            self._refuse([f"{self.path.name} does not fit into this machine's memory."])
        except Exception as error:
            # Whatever a file does to its reader, the last good one goes on being served.
            logger.exception("reading %s broke", self.path)
            self._refuse([f"{self.path.name} could not be read: {type(error).__name__}: {error}"])
        else:
            self._faults = ()
            if edition is not None:
                self.take(edition)
        finally:
            self._reading_since = None

    def _read(self) -> IndexedEdition | None:
        """The edition of the file as it is now; ``None`` where it holds what was read last, and that was good."""
        before, self._digest, self._mark = self._digest, b"", files.mark(self.path)
        make: Callable[[], IndexedEdition]
        if self.path.suffix not in LINES:
            data = files.read(self.path, limit=self._record_bytes)
            digest, make = _digest([data]), partial(self._from_text, data)
        elif self._mark and self._mark[2] >= self._large:
            # To read all of a large file would be most of a warm start. A young one tells nothing by its marks.
            digest = b"" if files.is_young(self._mark) else repr(self._mark).encode()
            make = partial(self._from_lines, large=True)
        else:
            digest, make = _digest(files.read_lines(self.path)), self._from_lines
        if digest and digest == before and not self._is_damaged():
            self._digest = digest
            return None
        edition = make()
        if self._edition and edition.size * 2 < self._edition.size and not self._allow_shrink:
            raise RecordUnreadable(
                f"{self.path.name} has {edition.size} claims, and {self._edition.size} are being served: so great a "
                "loss is taken for an accident. If it is meant, start again with --allow-shrink."
            )
        self._digest = digest
        return edition

    def _from_text(self, data: bytes) -> IndexedEdition:
        return MemoryEdition.from_record(dataset.load(data, self.path.name), self._modified())

    def _from_lines(self, *, large: bool = False) -> IndexedEdition:
        return edition_of_lines(self.path, partial(_whole, self.path, self._mark), self._modified(), large=large)

    def _modified(self) -> int:
        """When this version came, as all workers would say; never the time of the version before.

        An older file may have taken the name of a newer one, and a reader must not take its time for a proof that
        nothing has changed.
        """
        written = self._mark[3] // 10**9 if self._mark else 0
        return max(min(written, int(time.time())), self._edition.modified + 1 if self._edition else 0)

    def _refuse(self, faults: Sequence[str]) -> None:
        if tuple(faults) != self._faults:
            self._faults = tuple(faults)
            self.refused += 1
            logger.warning("kept the last good record: %s", " · ".join(faults))


def edition_of_lines(path: Path, read: ReadLines, modified: int, *, large: bool) -> IndexedEdition:
    """The edition of JSON Lines: of large ones from their SQLite file, or in memory where there can be none."""
    if large:
        from app.store.sqlite import edition_of

        try:
            return edition_of(path, read, modified)
        except OSError as error:
            logger.warning("no index of %s can be kept: %s", path.name, error.strerror or error)
    return MemoryEdition(*read(files.read_lines(path)), modified)


def _whole(path: Path, mark: files.Mark | None, lines: Iterable[bytes]) -> tuple[FileHeader, ClaimLines]:
    """The header and the claims of ``lines``, which are refused where they may not be all that will be written."""
    header, claims = dataset.load_lines(lines, path.name)
    if claims.expected is None and mark and files.is_young(mark):
        # Nothing tells how many claims there should be: whoever writes them has this long for the next.
        time.sleep(files.UNSETTLED / 10**9)
        if files.mark(path) != mark:
            raise RecordUnreadable(
                f"{path.name} is still being written. Put a record there in one step, by renaming; or tell the number "
                'of its claims in its first line, as "claims".'
            )
    return header, claims


def _digest(pieces: Iterable[bytes]) -> bytes:
    whole = blake2b(digest_size=16)
    for piece in pieces:
        whole.update(piece)
    return whole.digest()


def _said(error: ClaimsError) -> list[str]:
    if not isinstance(error, RecordInvalid):
        return [str(error)]
    said = [f"{error.name}: {fault}" for fault in error.faults[:MOST_SAID]]
    more = len(error.faults) - MOST_SAID
    return [*said, f"and {more} more faults; `claims validate` lists them all."] if more > 0 else said

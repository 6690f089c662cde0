"""An edition compiled into a file, so that a large record is read once and not at every start of every worker.

The file is mapped into memory, and the workers share the system's one copy of it. It holds the sections of
:mod:`~app.store.sections` behind a first page that says what they are, and where:

====== ===== ==========================================================
offset bytes
====== ===== ==========================================================
0      8     ``CLAIMSDB``
8      4     version of this layout
12     4     0x01020304 in the byte order of the machine that wrote it
16     8     length of the whole file
24     8     offset of the table of contents, which ends the file
32     4     CRC-32 of the table of contents
====== ===== ==========================================================

The table of contents is JSON: revision, size, the record's fingerprint, the version of this package, and for each
section its offset, length and a CRC-32 of samples spread over it. A file is written under another name and renamed when
it is safe on the disk, so a reader sees all of it or none. One that is foreign, cut short, damaged, or made by other
rules is thrown away and made anew.
"""

import json
import mmap
import os
import struct
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

from app import __version__
from app.files import opened
from app.model import Claim, Header
from app.store.compile import compile_into
from app.store.memory import MemoryEdition

VERSION = 5
"""To be raised with every change of what a section holds or means: older files are then made anew."""

_MAGIC = b"CLAIMSDB"
_FIRST = struct.Struct("=8sIIQQI")
_BYTE_ORDER = 0x01020304
_PAGE = 4096
_SAMPLES = 16
_UNFINISHED = ".unfinished"
_TICK = 20_000_000
"""Nanoseconds: longer than a tick of any kernel's coarse clock."""


class SnapshotUnusable(Exception):
    """A file is no snapshot of this layout, or no longer the one that was written; ``str(error)`` says why."""


def edition_of(
    record: Path,
    directory: Path,
    claims_of: Callable[[], tuple[Header, Iterable[Claim]]],
    modified: int,
    *,
    anew: bool = False,
) -> MemoryEdition:
    """The edition of the file ``record``, from its snapshot in ``directory``, which is made where it is missing.

    ``claims_of`` reads the record; what it raises, :class:`~app.errors.RecordInvalid` say, leaves no file behind. Of
    several workers that need it together one makes the snapshot and the others wait. ``modified`` is kept from the
    time at which the snapshot was made. ``anew`` takes none that was made before the last change of the file, however
    alike the two versions are. Raises ``OSError`` where it has to be made and nothing can be written in ``directory``.
    """
    path = directory / f"{record.name}.snapshot"
    seen = fingerprint(record)
    # First without the lock, which a directory that may only be read cannot hold.
    with suppress(SnapshotUnusable, FileNotFoundError):
        return open_snapshot(path, seen, _state(record) if anew else None)
    with _alone(path):
        state = _state(record)
        with suppress(SnapshotUnusable, FileNotFoundError):
            return open_snapshot(path, seen, state if anew else None)
        path.unlink(missing_ok=True)
        header, claims = claims_of()
        write_snapshot(path, header, claims, modified, seen, state)
        return open_snapshot(path, seen)


def write_snapshot(
    path: Path, header: Header, claims: Iterable[Claim], modified: int, seen: str, state: str = ""
) -> None:
    """Compile ``claims``, which must be valid against ``header``, into the file ``path``, all of it or nothing.

    ``seen`` is the :func:`fingerprint` of what they were read from, ``state`` what :func:`_state` said before that.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_UNFINISHED, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w+b", buffering=2**20) as file:
            out = _File(file)
            revision, size = compile_into(out, header, claims, processes=None)
            out.close(revision=revision, size=size, modified=modified, seen=seen, state=state, made_by=__version__)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _make_durable(path.parent)


def open_snapshot(path: Path, seen: str, state: str | None = None) -> MemoryEdition:
    """The edition in the file ``path``, mapped in.

    Raises :class:`SnapshotUnusable` where it was not made from what has the fingerprint ``seen``, or where ``state`` is
    given and it was made from another state of it, or is not whole; ``FileNotFoundError`` where it is missing.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < _FIRST.size:
            raise SnapshotUnusable(f"{path.name} is too short for a snapshot.")
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    contents = _contents(mapped, path.name)
    if contents["made_by"] != __version__:
        raise SnapshotUnusable(f"{path.name} was made by version {contents['made_by']}, whose rules may differ.")
    if contents["seen"] != seen:
        raise SnapshotUnusable(f"{path.name} was made from another record, or another version of it.")
    if state is not None and (not state or contents["state"] != state):
        raise SnapshotUnusable(f"{path.name} may have been made before the record's last change.")
    sections = {name: mapped[start : start + size] for name, (start, size, _) in contents["sections"].items()}
    for name, (_, _, checksum) in contents["sections"].items():
        if _sampled(sections[name]) != checksum:
            raise SnapshotUnusable(f"{path.name} is damaged in its section {name}.")
    header = Header.model_validate_json(bytes(sections["header"]))
    return MemoryEdition(header, contents["revision"], contents["modified"], contents["size"], sections)


def fingerprint(path: Path) -> str:
    """What tells one version of a file from another without reading all of it: size, time of change, and samples.

    Raises :class:`~app.errors.RecordUnreadable` for what is no regular file, or cannot be read.
    """
    with opened(path, limit=sys.maxsize) as file:
        known = os.fstat(file.fileno())
        samples = sha256()
        for nth in range(_SAMPLES):
            file.seek(nth * max(0, known.st_size - _PAGE) // (_SAMPLES - 1))
            samples.update(file.read(_PAGE))
    return f"{known.st_size} {known.st_mtime_ns} {samples.hexdigest()}"


def _state(path: Path) -> str:
    """What the system knows a file by, of which no change leaves all as it was: empty for a moment after each.

    Two changes within one tick of the clock that stamps them could.
    """
    known = path.stat()
    if time.time_ns() - known.st_ctime_ns < _TICK:
        return ""
    return f"{known.st_dev} {known.st_ino} {known.st_size} {known.st_mtime_ns} {known.st_ctime_ns}"


class _File:
    """Writes sections into a file, each from a multiple of eight bytes on."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._place = file.write(bytes(_PAGE))
        self._sections: dict[str, list[int]] = {}
        self._current = ""

    def write(self, name: str, data: "bytes | bytearray | memoryview | array[int]") -> None:
        if name != self._current:
            if name in self._sections:
                raise ValueError(f"the section {name} was finished before {self._current} began")
            self._place += self._file.write(bytes(-self._place % 8))
            self._sections[name] = [self._place, 0]
            self._current = name
        size = self._file.write(data)
        self._place += size
        self._sections[name][1] += size

    def close(self, **facts: str | int) -> None:
        self._file.flush()
        with mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as whole:
            for place in self._sections.values():
                with whole[place[0] : sum(place)] as section:
                    place.append(_sampled(section))
        contents = json.dumps(facts | {"sections": self._sections}).encode()
        self._file.write(contents)
        first = _FIRST.pack(_MAGIC, VERSION, _BYTE_ORDER, self._place + len(contents), self._place, crc32(contents))
        self._file.seek(0)
        self._file.write(first)
        self._file.flush()


def _contents(mapped: memoryview, name: str) -> dict[str, Any]:
    magic, version, order, length, place, checksum = _FIRST.unpack_from(mapped)
    if (magic, version, order) != (_MAGIC, VERSION, _BYTE_ORDER):
        raise SnapshotUnusable(f"{name} is no snapshot of this version and machine.")
    if length != len(mapped) or crc32(mapped[place:]) != checksum:
        raise SnapshotUnusable(f"{name} was cut short or damaged.")
    contents: dict[str, Any] = json.loads(bytes(mapped[place:]))
    return contents


def _sampled(section: memoryview) -> int:
    """CRC-32 of pages spread over a section, of all of a small one: to read gigabytes would be no warm start."""
    if len(section) <= _SAMPLES * _PAGE:
        return crc32(section)
    checksum = 0
    for nth in range(_SAMPLES):
        start = nth * (len(section) - _PAGE) // (_SAMPLES - 1)
        checksum = crc32(section[start : start + _PAGE], checksum)
    return checksum


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold back other processes that would make the same file; where no lock is to be had they make it too, unhurt."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.with_name(f".{path.name}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left_over in path.parent.glob(f".{path.name}.*{_UNFINISHED}"):  # by somebody who was killed
            left_over.unlink(missing_ok=True)
        yield


def _make_durable(directory: Path) -> None:
    """Have the renaming itself on the disk."""
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""A record's file, read without ever hanging on it; and files that nobody else on this machine can plant or swap."""

import asyncio
import atexit
import fcntl
import functools
import os
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, TypeVar

from app.core.errors import RecordUnreadable

LIMIT = 4 * 2**30
LONGEST_LINE = 256 * 2**20
"""Bytes of one line of the JSON Lines form; the header's is the longest."""

UNSETTLED = 2 * 10**9
"""Nanoseconds after a change in which another may bear the same times: the coarsest file systems count in 2 s."""

Mark = tuple[int, int, int, int, int]
"""Device, inode, size, time of the last write and of the last change, in nanoseconds."""

_Value = TypeVar("_Value")
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def read(path: Path, *, limit: int = LIMIT) -> bytes:
    """The whole file. Raises ``RecordUnreadable``, also where it has more than ``limit`` bytes."""
    with opened(path, limit=limit) as file:
        data = file.read(limit + 1)
        if data is None:
            raise RecordUnreadable(f"{path} has nothing to read now; give a file that is written to its end.")
        if len(data) > limit:
            raise RecordUnreadable(f"{path} is larger than the {limit:,} bytes that are read at most.")
        return data


def read_lines(path: Path, *, limit: int = LIMIT) -> Iterator[bytes]:
    """The file's lines as they are read, line ends included. Errors as for :func:`read`."""
    with opened(path, limit=limit) as file:
        left = limit
        while line := file.readline(min(LONGEST_LINE, left) + 1):
            left -= len(line)
            if len(line) > LONGEST_LINE or left < 0:
                most = f"{limit:,} bytes, and {LONGEST_LINE:,} a line, are the most"
                raise RecordUnreadable(f"{path} is too large: {most}.")
            yield line


@contextmanager
def opened(path: Path, *, limit: int = LIMIT) -> Iterator[BinaryIO]:
    """The open file, a regular one for sure; errors of the system inside the block become ``RecordUnreadable``."""
    try:
        # Without O_NONBLOCK the opening of a FIFO waits for a writer that may never come.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise RecordUnreadable(f"{path} is {_sort(about.st_mode)}; give a regular file.")
            if about.st_size > limit:
                raise RecordUnreadable(f"{path} has {about.st_size:,} bytes; {limit:,} are the most that are read.")
            yield file
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RecordUnreadable(f"{path} cannot be read: {reason}.") from error


def _sort(mode: int) -> str:
    sorts = ((stat.S_ISDIR, "a directory"), (stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"))
    return next((name for is_one, name in sorts if is_one(mode)), "a device")


def mark(path: Path) -> Mark | None:
    """What tells one version of a file from another; ``None`` where there is none."""
    with suppress(OSError, ValueError):
        known = os.stat(path)  # noqa: PTH116 - takes any path that the system takes
        return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns
    return None


def is_young(mark: Mark) -> bool:
    """Whether another version could bear the same marks, as the last change has only just been made."""
    return time.time_ns() - max(mark[3], mark[4]) < UNSETTLED


async def aside(work: Callable[[], _Value]) -> _Value:
    """The outcome of ``work`` in a thread of its own.

    Not one of the loop's: a read from a dead network disk never returns, and must keep neither those nor the end of the
    process waiting.
    """
    outcome: Future[_Value] = Future()
    outcome.set_running_or_notify_cancel()  # whoever stops waiting does not stop the work

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            outcome.set_exception(error)

    threading.Thread(target=run, name="claims-reading", daemon=True).start()
    return await asyncio.wrap_future(outcome)


def place_for(path: Path, suffix: str) -> Path:
    """Where a file that belongs to ``path`` may be kept: beside it, if this user alone can write there, or apart.

    Raises ``OSError`` where there is neither.
    """
    path = path.resolve()
    if is_private(path.parent) and os.access(path.parent, os.W_OK):
        return path.with_name(f"{path.name}{suffix}")
    name = f"{path.stem[:40]}-{blake2b(os.fsencode(path), digest_size=8).hexdigest()}{path.suffix}{suffix}"
    return cache() / name


def cache() -> Path:
    """A directory of this user's alone, which outlives the process where the user has a home."""
    with suppress(OSError, RuntimeError):
        found = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "claims-api"
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_private(found):
            return found.resolve()
    return _of_this_process()


@functools.cache
def _of_this_process() -> Path:
    directory = tempfile.mkdtemp(prefix="claims-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return Path(directory)


def is_private(directory: Path) -> bool:
    """Whether this user alone can write in ``directory``, and nobody else can put another in its place.

    In a directory with the sticky bit, such as ``/tmp``, others cannot rename what is not theirs.
    """
    directory = directory.resolve()
    about = directory.stat()
    if about.st_uid != os.geteuid() or about.st_mode & _OTHERS_WRITE:
        return False
    above = [each.stat() for each in directory.parents]
    return all(
        each.st_uid in (0, os.geteuid()) and (not each.st_mode & _OTHERS_WRITE or each.st_mode & stat.S_ISVTX)
        for each in above
    )


def check_private(path: Path) -> os.stat_result:
    """What is known of a file that this user has written, and nobody else can have.

    Raises ``FileNotFoundError`` where there is none, ``PermissionError`` for a link, for what is no regular file, and
    for what others own or can write.
    """
    with _private(path) as descriptor:
        return _checked(descriptor, path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold back other processes that want the lock ``path``, a file. Raises ``OSError`` where it cannot be had."""
    with _private(path, os.O_RDWR | os.O_CREAT) as descriptor:
        _checked(descriptor, path)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def make_durable(path: Path) -> None:
    """Have a file, or the names in a directory, on the disk."""
    with _private(path) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _private(path: Path, flags: int = os.O_RDONLY) -> Iterator[int]:
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _checked(descriptor: int, path: Path) -> os.stat_result:
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        raise PermissionError(f"{path.name} is no regular file")
    if about.st_uid != os.geteuid() or about.st_mode & _OTHERS_WRITE:
        raise PermissionError(f"{path.name} may have been written by somebody else")
    return about

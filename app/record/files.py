"""Opening a record's file without ever hanging on it: only regular files are read, and only so much of them."""

import asyncio
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
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
                raise RecordUnreadable(
                    f"{path} is too large: {limit:,} bytes, and {LONGEST_LINE:,} a line, are the most."
                )
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
    try:
        known = os.stat(path)  # noqa: PTH116 - takes any path that the system takes
    except (OSError, ValueError):
        return None
    return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns


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

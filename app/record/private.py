"""Files that nobody else on this machine can plant or swap: where they may lie, and how they are opened."""

import atexit
import fcntl
import functools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def place_for(path: Path, suffix: str) -> Path:
    """Where a file that belongs to ``path`` may be kept.

    Beside it, where only this user can write; else in :func:`cache`.
    Raises ``OSError`` where there is none of these.
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


def check(path: Path) -> os.stat_result:
    """What is known of a file that this user has written, and nobody else can have.

    Raises ``FileNotFoundError`` where there is none, ``PermissionError`` for a link, for what is no regular file, and
    for what others own or can write.
    """
    descriptor = os.open(path, os.O_RDONLY | _SAFELY)
    try:
        return _checked(descriptor, path)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold back other processes of this user that want the same lock, the file ``path``, which is never written to.

    Raises ``OSError`` where it cannot be had.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _SAFELY, 0o600)
    try:
        _checked(descriptor, path)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_durable(path: Path) -> None:
    """Have a file, or the names in a directory, on the disk."""
    descriptor = os.open(path, os.O_RDONLY | _SAFELY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _checked(descriptor: int, path: Path) -> os.stat_result:
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        raise PermissionError(f"{path.name} is no regular file")
    if about.st_uid != os.geteuid() or about.st_mode & _OTHERS_WRITE:
        raise PermissionError(f"{path.name} may have been written by somebody else")
    return about

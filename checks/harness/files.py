"""What can become of a record's file while it is being served: a table of injuries, each with how it must end."""

import json
import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import records

GOOD, REFUSED = "good", "refused"


@dataclass(frozen=True)
class Injury:
    """What is done to the file, and whether a server may take what is there then."""

    name: str
    do: Callable[[Path], None]
    outcome: str
    says: str = ""
    """Words that readiness must have for it, where it is refused."""


def version(number: int, count: int = 6) -> bytes:
    """A good record, different for each number."""
    whole = records.many(count, seed=0)
    whole["dataset"]["title"] = f"Version {number}"
    return records.as_json(whole)


def replaced(data: bytes) -> Callable[[Path], None]:
    """Put ``data`` in the file's place in one step, as editors and deployments do."""

    def do(path: Path) -> None:
        beside = path.with_suffix(".new")
        beside.write_bytes(data)
        beside.replace(path)

    return do


def written(data: bytes) -> Callable[[Path], None]:
    """Write ``data`` over the file."""
    return lambda path: _ignore(_cleared(path).write_bytes(data))


def same_time_and_size(number: int) -> Callable[[Path], None]:
    """Change the content, and nothing else that ``ls -l`` shows."""

    def do(path: Path) -> None:
        _cleared(path).write_bytes(version(number))
        os.utime(path, ns=(10**18, 10**18))

    return do


def within_a_tick(path: Path) -> None:
    """Two versions of one size, the second so soon that the clock may not have moved."""
    _cleared(path)
    data = version(5001), version(5002)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(descriptor, data[0])
    os.pwrite(descriptor, data[1], 0)
    os.close(descriptor)


def symbolic_link(number: int, name: str) -> Callable[[Path], None]:
    """Switch the file's name to a link to another file, in one step."""

    def do(path: Path) -> None:
        target = path.with_name(name)
        target.write_bytes(version(number))
        # As old as can be: a newer modification time must not be what is looked for.
        os.utime(target, (1, 1))
        _link(path, target)

    return do


def _link(path: Path, target: Path) -> None:
    beside = path.with_suffix(".link")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(path)


def _cleared(path: Path) -> Path:
    """The path, with nothing but a file in its place."""
    if path.is_symlink():
        path.unlink()
    elif path.is_dir():
        path.rmdir()
    elif not path.is_file():
        path.unlink(missing_ok=True)
    return path


def _ignore(_: object) -> None:
    return None


def _removed(path: Path) -> None:
    _cleared(path).unlink(missing_ok=True)


def _directory(path: Path) -> None:
    _removed(path)
    path.mkdir()


def _fifo(path: Path) -> None:
    _removed(path)
    os.mkfifo(path)


def _socket(path: Path) -> None:
    _removed(path)
    here = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
    os.chdir(here)


def _loop(path: Path) -> None:
    _removed(path)
    path.symlink_to(path.name)


def _to(target: str) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        _removed(path)
        path.symlink_to(target)

    return do


def _sparse(path: Path) -> None:
    _removed(path)
    with path.open("wb") as file:
        file.truncate(8 * 2**30)


def _changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    whole = records.many(6)
    change(whole)
    return records.as_json(whole)


def _set(pointer: str, value: Any) -> bytes:
    def change(whole: dict[str, Any]) -> None:
        *above, last = [int(part) if part.isdecimal() else part for part in pointer.split("/")[1:]]
        holder: Any = whole
        for part in above:
            holder = holder[part]
        holder[last] = value

    return _changed(change)


def injuries() -> list[Injury]:
    """Every injury, in an order in which each finds the record served that the one before left."""
    good = version(0)
    deep = 200_000
    noise = random.Random(1).randbytes(5000)
    bad: list[tuple[str, bytes, str]] = [
        ("empty", b"", "bad.json"),
        ("only a blank", b" ", ""),
        ("cut in the middle", good[: len(good) // 2], "line"),
        ("cut by one byte", good.rstrip()[:-1], "line"),
        ("cut after 4096 bytes", good[:4096], "line"),
        ("zeros, as after a power cut", bytes(len(good)), ""),
        ("noise", noise, ""),
        ("invalid UTF-8", good.replace(b"Norland", b"Norl\xffnd", 1), "UTF-8"),
        ("byte order mark", b"\xef\xbb\xbf" + good, "byte order mark"),
        ("UTF-16", good.decode().encode("utf-16"), ""),
        ("NaN", good.replace(b'"named": true', b'"named": NaN', 1), "NaN"),
        ("duplicate key", good.replace(b'"dataset": {', b'"dataset": {"title": "x", ', 1), "title"),
        ("twice in one file", good + good, "line"),
        ("an array", b"[]", ""),
        ("a string", b'"claims"', ""),
        ("null", b"null", ""),
        ("an HTML page", b"<!DOCTYPE html><title>502 Bad Gateway</title>", "line 1"),
        ("JSON Lines under this name", b"".join(records.as_lines(records.many(6))), ""),
        (f"{deep} arrays deep", b"[" * deep + b"]" * deep, ""),
        (f"{deep} objects deep", b'{"claims":' * deep + b"1" + b"}" * deep, ""),
        ("a merge conflict", b"<<<<<<< ours\n" + good + b"=======\n>>>>>>> theirs\n", "line 1"),
        ("unknown field", _changed(lambda whole: whole.update(clams=[])), "clams"),
        ("dangling source", _set("/claims/0/statements/0/source", "nobody"), "nobody"),
        ("bad date", _set("/claims/0/period", "2022-13"), "2022-13"),
        ("duplicate id", _set("/claims/1/id", "claim-0"), "claim-0"),
        ("no claim", _set("/claims", []), ""),
        ("half of the claims and one lost", records.as_json(records.many(2)), "--allow-shrink"),
        ("a number of 5,000 digits", good.replace(b'"start": 0', b'"start": ' + b"9" * 5000, 1), ""),
    ]
    found = [Injury(name, written(data), REFUSED, says if says != "bad.json" else "") for name, data, says in bad]
    found += [
        Injury("removed", _removed, REFUSED, "No such file"),
        Injury("a directory", _directory, REFUSED, "directory"),
        Injury("a named pipe", _fifo, REFUSED, "pipe"),
        Injury("a socket", _socket, REFUSED, ""),
        Injury("a link to itself", _loop, REFUSED, ""),
        Injury("a link to nowhere", _to("/nowhere/claims.json"), REFUSED, "No such file"),
        Injury("an endless device", _to("/dev/zero"), REFUSED, "device"),
        Injury("an empty device", _to("/dev/null"), REFUSED, "device"),
        Injury("a terminal that never answers", _to("/dev/tty"), REFUSED, ""),
        Injury("8 GB of nothing", _sparse, REFUSED, "bytes"),
        Injury("a path too long for the system", _to("x" * 4000), REFUSED, ""),
        Injury("replaced in one step", replaced(version(1)), GOOD),
        Injury("written over", written(version(2)), GOOD),
        Injury("written within a tick of the clock", within_a_tick, GOOD),
        Injury("same time and size", same_time_and_size(3001), GOOD),
        Injury("same time and size again", same_time_and_size(3002), GOOD),
        Injury("a link to an older file", symbolic_link(4, "four.json"), GOOD),
        Injury("the link switched to another", symbolic_link(5, "five.json"), GOOD),
        Injury("grown to eleven claims", written(version(6, 11)), GOOD),
    ]
    return found


def written_titles(injury: Injury, path: Path) -> str | None:
    """The title that must be served after a good injury."""
    if injury.outcome == REFUSED:
        return None
    title: str = json.loads(path.read_bytes())["dataset"]["title"]
    return title


@contextmanager
def spoilt(path: Path, injury: Injury) -> Iterator[None]:
    """The file with its injury; afterwards a plain file of the first version."""
    injury.do(path)
    yield
    _cleared(path).write_bytes(version(0))

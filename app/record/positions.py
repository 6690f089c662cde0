"""Where in a JSON text a value stands: line numbers for faults, and keys that an object has twice.

A parsed value no longer knows its place, so a text with faults is read once more, by its tokens only. Never recursive,
and content with any bytes: a text that breaks off is read as far as it goes. Pointers are RFC 6901.
"""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""A JSON pointer taken apart: names and positions."""

LARGEST = 64 * 2**20
"""Longest text, in bytes, that is searched for lines (about 4 s); in a larger one they stay unknown."""

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|"|[][{},]|[^]["{},:\s]++', re.DOTALL)
_DEEPEST = 1000


def pointer(path: Path) -> str:
    """``("claims", 0, "a/b")`` as ``/claims/0/a~1b``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that its object had before, on line ``first``."""

    path: Path
    line: int
    first: int


@dataclass(slots=True)
class Places:
    """What :func:`survey` found."""

    lines: dict[Path, int] = field(default_factory=dict)
    repeated: list[Repeated] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Line of the value at ``path``, or of the innermost value around it; 0 where the text was not searched."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


@dataclass(slots=True)
class _Level:
    """An object (``keys``: name to line) or an array being read, and where in it the reading is."""

    keys: dict[str, int] | None
    at: str | int = 0
    wants_key: bool = True


def survey(data: bytes, wanted: Iterable[Path]) -> Places:
    """Lines of the ``wanted`` values and of all that is around them, and every repeated key."""
    places = Places()
    if len(data) > LARGEST:
        return places
    around = {path[:size] for path in wanted for size in range(len(path) + 1)}
    levels: list[_Level] = []
    line, seen = 1, 0
    for token in _TOKEN.finditer(data):
        text, start = token.group(), token.start()
        line, seen = line + data.count(b"\n", seen, start), start
        if text == b'"' or len(levels) > _DEEPEST or not _step(text, line, levels, around, places):
            break
    return places


def _step(text: bytes, line: int, levels: list[_Level], around: Collection[Path], places: Places) -> bool:
    """Read one token; False where the text cannot be JSON any more."""
    level = levels[-1] if levels else None
    if text in b"]}":
        return bool(levels and levels.pop())
    if text == b",":
        if level and level.keys is None and isinstance(level.at, int):
            level.at += 1
        elif level:
            level.wants_key = True
        return level is not None
    if level and level.keys is not None and level.wants_key:
        return _key(text, line, level, levels, around, places)
    if level is None or level.keys is None:
        _place(line, levels, around, places)
    if text in b"{[":
        levels.append(_Level({} if text == b"{" else None))
    return True


def _key(text: bytes, line: int, level: _Level, levels: list[_Level], around: Collection[Path], places: Places) -> bool:
    try:
        name = json.loads(text)
    except ValueError:
        return False
    if not isinstance(name, str) or level.keys is None:
        return False
    level.at, level.wants_key = name, False
    if name in level.keys:
        places.repeated.append(Repeated(tuple(each.at for each in levels), line, level.keys[name]))
    level.keys[name] = line
    _place(line, levels, around, places)
    return True


def _place(line: int, levels: list[_Level], around: Collection[Path], places: Places) -> None:
    path = tuple(each.at for each in levels)
    if path in around:
        places.lines[path] = line

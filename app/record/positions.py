"""Where in a JSON text a value stands: line numbers for faults, and keys that an object has twice.

A parsed value no longer knows its place, so a text with faults is read once more, by its tokens only. Never recursive,
and content with any bytes: a text that breaks off is read as far as it goes. Pointers are RFC 6901.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
"""A JSON pointer taken apart: names and positions."""

LARGEST = 64 * 2**20
"""Longest text, in bytes, that is searched for lines (about 4 s); in a larger one they stay unknown."""

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|"|[][{},]|[^]["{},:\s]++', re.DOTALL)
_DEEPEST = 1000


def pointer(path: Path) -> str:
    """``("claims", 0, "a/b")`` as ``/claims/0/a~1b``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


@dataclass(slots=True)
class Places:
    """What :func:`survey` found."""

    lines: dict[Path, int] = field(default_factory=dict)
    repeated: list[tuple[Path, int, int]] = field(default_factory=list)
    """Keys that their object had before: where, on which line, and on which line before."""

    def line(self, path: Path) -> int:
        """Line of the value at ``path``, or of the innermost value around it; 0 where the text was not searched."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def survey(data: bytes, wanted: Iterable[Path]) -> Places:
    """Lines of the ``wanted`` values and of all that is around them, and every repeated key."""
    places = Places()
    searched = data if len(data) <= LARGEST else b""
    around = {path[:size] for path in wanted for size in range(len(path) + 1)}
    at: list[Any] = []
    levels: list[dict[str, int] | None] = []  # of an object its keys with their lines, of an array nothing
    line, seen, wants_key = 1, 0, False
    for token in _TOKEN.finditer(searched):
        text, start = token.group(), token.start()
        line, seen = line + data.count(b"\n", seen, start), start
        if text == b'"' or len(at) > _DEEPEST or (text in b"]}," and not at):
            break
        keys = levels[-1] if levels else None
        if text in b"]}":
            at.pop()
            levels.pop()
        elif text == b"," and keys is None:
            at[-1] += 1
        elif wants_key and keys is not None and text != b",":
            if not isinstance(name := _scalar(text), str):
                break
            at[-1] = name
            if name in keys:
                places.repeated.append((tuple(at), line, keys[name]))
            keys[name] = line
        if text not in b"]}," and (keys is None or wants_key) and (path := tuple(at)) in around:
            places.lines[path] = line
        if text in b"{[":
            at.append(0)
            levels.append({} if text == b"{" else None)
        wants_key = text == b"{" or (text == b"," and keys is not None)
    return places


def _scalar(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None

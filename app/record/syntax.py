"""JSON read as strictly as its standard (RFC 8259), with faults that say where they are and what to do.

The parser is jiter, which reports positions and repeated keys; its bound of 200 levels keeps deep nesting harmless. A
parsed value no longer knows its place, so a text with faults is read once more by :func:`survey`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import jiter

from app.core.errors import Fault, RecordInvalid

Path = tuple[str | int, ...]
"""A JSON pointer taken apart: names and positions."""
Finding = tuple[Path, str]
"""Where a fault is, and the sentence about it."""

LARGEST = 64 * 2**20
"""Longest text, in bytes, that is searched for lines (about 4 s); in a larger one they stay unknown."""

_MARKS = {
    b"\xef\xbb\xbf": "UTF-8 without a byte order mark (BOM)",
    b"\xff\xfe": "UTF-8, not UTF-16",
    b"\xfe\xff": "UTF-8, not UTF-16",
}
_SENTENCES: Mapping[str, str] = {
    "EOF while parsing": "the text breaks off here; it seems to be truncated",
    "trailing characters": "the JSON value has ended, but text follows; a bracket may be closed too early",
    "trailing comma": "a comma stands before the closing bracket; take it away",
    "recursion limit exceeded": "this is nested more than 200 levels deep; a record needs ten",
    "control character": "a line break or control character stands in a text; is the quotation mark before it closed?",
    "number out of range": "this number has too many digits",
    "invalid number": "this is no JSON number; write it without leading zeros, plus signs or blanks",
    "unexpected end of hex escape": "half of a surrogate pair is no character; write the whole character",
    "lone leading surrogate": "half of a surrogate pair is no character; write the whole character",
    "expected value": "a JSON value should stand here; NaN, Infinity, comments and single quotes are not JSON",
    "expected ident": "this is no JSON value; write true, false, null, a number, or a text in double quotes",
    "key must be a string": "the name of a field must stand in double quotes",
}
"""What jiter's errors begin with, and what they mean to who wrote the text; others speak for themselves."""

_SUSPECT = re.compile(rb"\\u00[0189]|\\u007[fF]|\\[bfnrt]|\x7f|\xc2[\x80-\x9f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|"|[][{},]|[^]["{},:\s]++', re.DOTALL)
_DEEPEST = 1000


def pointer(path: Path) -> str:
    """``("claims", 0, "a/b")`` as ``/claims/0/a~1b``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def brief(value: Any) -> str:
    """A value as a message may show it, however long it is."""
    shown = repr(value) if isinstance(value, str) else str(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def parse(data: bytes, name: str) -> tuple[Any, list[Fault]]:
    """The value, and a fault for each repeated key (of which the last counts).

    Raises :class:`~app.core.errors.RecordInvalid` where the text is no JSON at all.
    """
    if wrong := _encoding_fault(data):
        raise RecordInvalid([wrong], name)
    try:
        return jiter.from_json(data, catch_duplicate_keys=True, allow_inf_nan=False), []
    except ValueError as error:
        faults = [
            Fault(pointer(path), line, f"the field {brief(str(path[-1]))} is on line {first} already; keep one")
            for path, line, first in (survey(data, ()).repeated if "duplicate key" in str(error) else ())
        ]
        if not faults:
            raise RecordInvalid([_syntax_fault(error, data)], name) from None
    try:
        return jiter.from_json(data, allow_inf_nan=False), faults
    except ValueError as error:
        raise RecordInvalid([*faults, _syntax_fault(error, data)], name) from None


def control_characters(data: bytes, value: Any, findings: Sequence[Finding], around: Path = ()) -> Iterator[Finding]:
    """Texts with control characters (NUL, line breaks, DEL), which no record needs and no database likes.

    ``value`` is what ``data`` holds, and stands at ``around``; places that ``findings`` name already are left out.
    """
    if not may_control(data):
        return
    named = {path for path, _ in findings}
    todo: list[tuple[Path, Any]] = [(around, value)]
    while todo:
        path, each = todo.pop()
        if isinstance(each, str) and path not in named and (found := _CONTROL.search(each)):
            yield path, f"the character U+{ord(found.group()):04X} controls a device and is no text; take it away"
        elif isinstance(each, dict):
            todo += (((*path, key), inner) for key, inner in each.items())
        elif isinstance(each, list):
            todo += (((*path, number), inner) for number, inner in enumerate(each))


def may_control(data: bytes) -> bool:
    """Whether there may be control characters in the texts of ``data``: seen at a glance."""
    return _SUSPECT.search(data) is not None


def _encoding_fault(data: bytes) -> Fault | None:
    for mark, wanted in _MARKS.items():
        if data.startswith(mark):
            return Fault("", 1, f"the file begins with a byte order mark; save it as {wanted}")
    if not data.strip():
        return Fault("", 1, "this is empty; a JSON object should stand here")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        said = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8; save the file as UTF-8"
        return Fault("", data.count(b"\n", 0, error.start) + 1, said)
    return None


def _syntax_fault(error: ValueError, data: bytes) -> Fault:
    what, _, place = str(error).rpartition(" at line ")
    line, column = map(int, place.split(" column "))
    sentence = next((text for start, text in _SENTENCES.items() if what.startswith(start)), what)
    rest = data.split(b"\n", line)[line - 1][max(column - 1, 0) :]
    context = rest[:20].decode(errors="replace").strip()
    near = f", at {json.dumps(context, ensure_ascii=False)}" if context else ""
    return Fault("", line, f"{sentence} (column {column}{near})")


class Places(NamedTuple):
    """What :func:`survey` found."""

    lines: dict[Path, int]
    repeated: list[tuple[Path, int, int]]
    """Keys that their object had before: where, on which line, and on which line before."""

    def line(self, path: Path) -> int:
        """Line of the value at ``path``, or of the innermost value around it; 0 where the text was not searched."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def survey(data: bytes, wanted: Iterable[Path]) -> Places:
    """Lines of the ``wanted`` values and of all that is around them, and every repeated key.

    By tokens only, never recursive, and content with any bytes: a text that breaks off is read as far as it goes.
    """
    places = Places({}, [])
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

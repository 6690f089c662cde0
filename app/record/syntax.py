"""JSON read as strictly as its standard (RFC 8259), with faults that say what to do.

The parser is jiter, which reports positions and repeated keys; its bound of 200 levels keeps deep nesting harmless.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jiter

from app.core.errors import Fault, RecordInvalid
from app.record.positions import Path, pointer, survey
from app.record.shapes import Finding, brief

_PLACE = re.compile(r"(.*) at line (\d+) column (\d+)", re.DOTALL)
_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8 without a byte order mark (BOM)"),
    (b"\xff\xfe", "UTF-8, not UTF-16"),
    (b"\xfe\xff", "UTF-8, not UTF-16"),
)

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


def parse(data: bytes, name: str) -> tuple[Any, list[Fault]]:
    """The value, and a fault for each repeated key (of which the last counts).

    Raises :class:`~app.core.errors.RecordInvalid` where the text is no JSON at all.
    """
    _check_encoding(data, name)
    try:
        return _value(data, once=True), []
    except ValueError as error:
        faults = [
            Fault(pointer(path), line, f"the field {brief(str(path[-1]))} is on line {first} already; keep one")
            for path, line, first in (survey(data, ()).repeated if "duplicate key" in str(error) else ())
        ]
        if not faults:
            raise RecordInvalid([_fault(error, data)], name) from None
    try:
        return _value(data, once=False), faults
    except ValueError as error:
        raise RecordInvalid([*faults, _fault(error, data)], name) from None


def control_characters(data: bytes, value: Any, findings: Sequence[Finding], around: Path = ()) -> Iterator[Finding]:
    """Texts with control characters (NUL, line breaks, DEL ..), which no record needs and no database likes.

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


def _value(data: bytes, *, once: bool) -> Any:
    return jiter.from_json(data, catch_duplicate_keys=once, allow_inf_nan=False)


def _check_encoding(data: bytes, name: str) -> None:
    for mark, wanted in _MARKS:
        if data.startswith(mark):
            raise RecordInvalid([Fault("", 1, f"the file begins with a byte order mark; save it as {wanted}")], name)
    if not data.strip():
        raise RecordInvalid([Fault("", 1, "this is empty; a JSON object should stand here")], name)
    if data.isascii():
        return
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8; save the file as UTF-8"
        raise RecordInvalid([Fault("", line, said)], name) from None


def _fault(error: ValueError, data: bytes) -> Fault:
    found = _PLACE.fullmatch(str(error))
    what, line, column = (found[1], int(found[2]), int(found[3])) if found else (str(error), 0, 0)
    sentence = next((text for start, text in _SENTENCES.items() if what.startswith(start)), what)
    context = (
        data.split(b"\n", line)[line - 1][max(column - 1, 0) :][:20].decode(errors="replace").strip() if line else ""
    )
    near = f" (column {column}, at {json.dumps(context, ensure_ascii=False)})" if context else f" (column {column})"
    return Fault("", line, f"{sentence}{near}")

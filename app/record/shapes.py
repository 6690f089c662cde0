"""Faults in the shape of a record's objects, in plain words that say what to do.

Pydantic decides what is right; its errors name types and patterns, so each kind of error has a sentence here. A value
is never taken for another: ``"yes"`` is no ``true``, and ``"5"`` no number (strict mode).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.core.model import Record
from app.core.query import nearest
from app.record.syntax import Finding, Path, brief

PATTERNS: Mapping[str, str] = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "an id is made of a-z, 0-9 and single hyphens, such as 'jake-sullivan'",
    r"^\S(.*\S)?$": "take away blanks at the ends and line breaks within",
    r"^[0-9a-f]{64}$": "a SHA-256 is 64 digits of 0-9 and a-f",
    r"^p[1-9][0-9]*s[1-9][0-9]*$": "a passage's ref looks like 'p9s3': paragraph 9, sentence 3",
    r"^\d+\.\d+\.\d+$": "a version looks like '1.0.0'",
    r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$": "a language is a BCP 47 tag such as 'en' or 'pt-BR'",
    r"^fold-1$": "the only normalization is 'fold-1'",
}
"""What to write instead of a text that does not fit a pattern of :mod:`app.core.model`."""

_TYPES = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
_SENTENCES: Mapping[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "string_type": lambda value, _: _wanted('a text in "quotes"', value),
    "bool_type": lambda value, _: _wanted("true or false, without quotes", value),
    "int_type": lambda value, _: _wanted("a whole number, without quotes", value),
    "int_from_float": lambda value, _: _wanted("a whole number, without quotes", value),
    "float_type": lambda value, _: _wanted("a number, without quotes", value),
    "tuple_type": lambda value, _: _wanted("a list [..]", value),
    "model_type": lambda value, _: _wanted("an object {..}", value),
    "finite_number": lambda value, _: "this number is too large, or none; write one that is finite",
    "enum": lambda value, about: (
        f"{brief(value)} is none of {about['expected']}."
        + did_you_mean(value, tuple(re.findall(r"'([^']*)'", about["expected"])))
    ),
    "string_pattern_mismatch": lambda value, about: f"{brief(value)} does not fit: {PATTERNS[about['pattern']]}",
    "string_too_short": lambda value, _: "this is empty; write something, or leave the field out if it is optional",
    "string_too_long": lambda value, about: f"this has {len(value)} characters; {about['max_length']} are the most",
    "too_short": lambda value, _: "this list is empty; it needs at least one entry",
    "greater_than_equal": lambda value, about: f"{brief(value)} is too small; {about['ge']} is the least",
    "url_parsing": lambda value, _: f"{brief(value)} is no URL; write it whole, with https:// in front",
    "url_scheme": lambda value, _: f"{brief(value)} must begin with https:// or http://",
    "json_invalid": lambda _, about: f"this is no JSON text: {about['error']}",
    "value_error": lambda value, about: str(about["error"]),
}


def shape_faults(error: ValidationError, around: Path = (), model: type[BaseModel] = Record) -> Iterator[Finding]:
    """One finding for each thing that is wrong with an object that stands at ``around`` in a ``model``."""
    met = set()
    for each in error.errors(include_url=False):
        path, sentence = _translated((*around, *each["loc"]), each, model)
        if sentence and path not in met:
            met.add(path)
            yield path, sentence


def did_you_mean(word: object, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """`` Did you mean 'x'?`` with a blank in front, or nothing; looks among 1,000 words at most, for speed."""
    near = nearest(word, known) if isinstance(word, str) and len(known) <= 1000 else ()
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


def _translated(path: Path, error: ErrorDetails, model: type[BaseModel]) -> Finding:
    kind, value = error["type"], error["input"]
    if kind == "missing":
        return path[:-1], f"the field {path[-1]!r} is missing; add it"
    if kind == "extra_forbidden":
        known = _fields(model, tuple(part for part in path[:-1] if isinstance(part, str)))
        hint = did_you_mean(path[-1], known) or f" There are {', '.join(known)}."
        return path, f"there is no field {brief(str(path[-1]))} here.{hint}"
    if kind == "too_short" and value:  # reported by pydantic of every list whose entries are faulty
        return path, ""
    if path[-2:] in (("value", "float"), ("value", "int")):  # the two readings of a figure are one fault to its writer
        path, kind = path[:-1], "float_type" if kind == "int_type" else kind
    sentence = _SENTENCES.get(kind)
    return path, sentence(value, error.get("ctx", {})) if sentence else f"{brief(value)} does not fit: {error['msg']}"


@cache
def _fields(model: Any, where: tuple[str, ...]) -> tuple[str, ...]:
    for name in where:
        annotation = model.model_fields[name].annotation
        model = next(iter(get_args(annotation)), annotation)
    return tuple(each.alias or name for name, each in model.model_fields.items())


def _wanted(expected: str, value: Any) -> str:
    got = _TYPES.get(type(value), "null")
    shown = f" ({brief(value)})" if type(value) in (str, int, float) else ""
    return f"write {expected}; this is {got}{shown}"

"""The body of a claim: what :func:`app.record.served.render` made of it, in one run of bytes for the stores."""

import struct
from datetime import date

from app.record.served import Rendering

_START = struct.Struct("<IIII")
_TURN = struct.Struct("<II")
_ANY_DAY = date.max.toordinal()


def pack(rendering: Rendering) -> bytes:
    """The body of a claim.

    First the lengths of its head and of its last tail, the first day of that, and how many other tails there are; for
    each of these its first day and length; the head with the last tail, which is asked for most; the other tails.
    """
    others = [(0, rendering.before), *((day.toordinal(), tail) for day, _, tail in rendering.periods)]
    last_day, last = others.pop()
    start = _START.pack(len(rendering.head), len(last), last_day, len(others))
    turns = [_TURN.pack(day, len(tail)) for day, tail in others]
    tails = [tail for _, tail in others]
    return b"".join((start, *turns, rendering.head, last, *tails))


def served(body: bytes, day: date | None = None) -> bytes:
    """The claim as served JSON at the end of ``day``."""
    head, last, last_day, others = _START.unpack_from(body)
    start = _START.size + others * _TURN.size
    wanted = _ANY_DAY if day is None else day.toordinal()
    if wanted >= last_day:
        return body[start : start + head + last]
    at, found = start + head + last, b""
    for first, size in _TURN.iter_unpack(body[_START.size : start]):
        if first <= wanted:
            found = body[at : at + size]
        at += size
    return body[start : start + head] + found


def recorded(body: bytes) -> bytes:
    """The claim as a line of the record, with its end."""
    head, _, _, others = _START.unpack_from(body)
    start = _START.size + others * _TURN.size
    return body[start : start + head] + b"}\n"


def id_of(body: bytes) -> str:
    """The claim's id, which its JSON begins with."""
    others = _START.unpack_from(body)[3]
    start = _START.size + others * _TURN.size + len(b'{"id":"')
    return body[start : body.index(b'"', start)].decode()

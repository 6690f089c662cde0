"""Records spoilt in one place, and the faults with which they are refused."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from app.core.errors import Fault, RecordInvalid
from app.record.dataset import load, load_lines
from tests.records import as_json, record

GONE = object()
"""As the value of :func:`spoilt`: take away what stands there."""


def spoilt(pointer: str, value: Any) -> dict[str, Any]:
    """The small record with ``value`` at ``pointer``; ``-`` as its last part appends (as in JSON Patch, RFC 6902)."""
    whole = record()
    *above, last = [int(part) if part.isdecimal() else part for part in pointer.split("/")[1:]]
    holder: Any = whole
    for part in above:
        holder = holder[part]
    if value is GONE:
        del holder[last]
    elif last == "-":
        holder.append(value)
    else:
        holder[last] = value
    return whole


def line_of(whole: dict[str, Any], pointer: str) -> int:
    """The line of a pointer's value in ``as_json(whole)``, found the long way: by putting a mark there."""
    marked = json.loads(as_json(whole))
    *above, last = [int(part) if part.isdecimal() else part for part in pointer.split("/")[1:]]
    holder: Any = marked
    for part in above:
        holder = holder[part]
    holder[last] = "the mark"
    return next(number for number, line in enumerate(as_json(marked).splitlines(), 1) if b"the mark" in line)


def faults(data: bytes) -> list[Fault]:
    """Faults with which ``data`` is refused; fails where it is not."""
    with pytest.raises(RecordInvalid) as refused:
        load(data)
    return list(refused.value.faults)


def only_fault(data: bytes) -> Fault:
    """The fault with which ``data`` is refused; fails where there are others."""
    found = faults(data)
    assert len(found) == 1, found
    return found[0]


def faults_if_any(data: bytes) -> list[Fault]:
    """Faults with which ``data`` is refused; none where it is accepted."""
    try:
        load(data)
    except RecordInvalid as refused:
        return list(refused.faults) or [Fault("", 0, "refused without a reason")]
    return []


def faults_of_lines(lines: Iterable[bytes]) -> list[Fault]:
    """Faults with which the JSON Lines form is refused; fails where it is not."""
    with pytest.raises(RecordInvalid) as refused:
        list(load_lines(lines)[1])
    return list(refused.value.faults)

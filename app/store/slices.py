"""Numbers of claims as bitmaps, one for each bit: a bit-sliced index (P. O'Neil, D. Quass, SIGMOD 1997).

Which claims lie before a day, and which of many come first by a day, is told by a handful of operations on bitmaps,
however many days there are. An import slices days at its end; a server compares by slices that it has fetched.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap

from app.dates import Span

BITS = 22
"""Of a day, counted from 0001-01-01: that of 9999-12-31 is less than 2 ** 22."""

Found = Mapping[str, BitMap]
"""Bitmaps by their keys, all that were asked for; empty where the record has none."""


def slice_keys(name: str) -> list[str]:
    """Keys of the claims that have the number ``name``, and of those with each bit set in it, the highest first.

    They have a sign in them that is in no word and stands in a term behind its colon only.
    """
    return [f"{name}>", *(f"{name}>{bit}" for bit in reversed(range(BITS)))]


def sliced(name: str, claims: "array[int]", numbers: "array[int]") -> Iterator[tuple[str, BitMap]]:
    """The bitmaps of :func:`slice_keys`. ``claims`` ascend; ``numbers`` stand beside them."""
    import numpy as np

    each, value = np.frombuffer(claims, dtype=np.uint32), np.frombuffer(numbers, dtype=np.uint32)
    having, *bits = slice_keys(name)
    yield having, BitMap(claims)
    for key, bit in zip(bits, reversed(range(BITS)), strict=True):
        yield key, BitMap(array("I", each[(value >> np.uint32(bit)) & np.uint32(1) == 1].tobytes()))


class Slices:
    """A number of each claim that has it, or several numbers one behind the other."""

    def __init__(self, found: Found, *names: str) -> None:
        keys = [slice_keys(name) for name in names]
        self.having = found[keys[0][0]]
        self._bits = [found[key] for each in keys for key in each[1:]]

    def up_to(self, number: int) -> BitMap:
        """Claims whose number is ``number`` or less."""
        less, same = BitMap(), self.having
        for place, bit in self._places():
            if number >> place & 1:
                less |= same - bit
                same = same & bit
            else:
                same = same - bit
        return less | same

    def number(self, claim: int) -> int:
        """The number of a claim that has one."""
        return sum(1 << place for place, bit in self._places() if claim in bit)

    def beyond(self, claims: BitMap, number: int, way: int) -> tuple[BitMap, BitMap]:
        """Those of ``claims`` whose number is greater, or less where ``way`` is -1; and those that have this one."""
        more, same = BitMap(), claims
        for place, bit in self._places():
            ones, zeros = same & bit, same - bit
            if number >> place & 1:
                same, further = ones, zeros if way < 0 else None
            else:
                same, further = zeros, ones if way > 0 else None
            if further:
                more |= further
        return more, same

    def first(self, claims: BitMap, count: int, way: int) -> list[int]:
        """The ``count`` of ``claims`` with the least numbers, or the greatest, in order; of equal ones the first."""
        sure, rest = BitMap(), claims
        for _, bit in self._places():
            if len(rest) <= count - len(sure):
                break
            sooner = rest - bit if way > 0 else rest & bit
            if len(sure) + len(sooner) >= count:
                rest = sooner
            else:
                sure |= sooner
                rest = rest - sooner
        return sorted(sure | rest[: count - len(sure)], key=lambda claim: (way * self.number(claim), claim))

    def _places(self) -> Iterator[tuple[int, BitMap]]:
        return zip(reversed(range(len(self._bits))), self._bits, strict=True)


@dataclass(slots=True)
class Dates:
    """When claims happened, and when each changed its status for the first time, the second and so on."""

    dated: "array[int]" = field(default_factory=lambda: array("I"))
    starts: "array[int]" = field(default_factory=lambda: array("I"))
    ends: "array[int]" = field(default_factory=lambda: array("I"))
    """Of the claims that are ``dated``, the first and the last day."""
    changed: "list[array[int]]" = field(default_factory=list)
    days: "list[array[int]]" = field(default_factory=list)
    standing: "list[array[int]]" = field(default_factory=list)
    """For each turn the claims that changed so often, on which day, and the place of the status from then on."""

    @property
    def turns(self) -> int:
        """How often a claim changed its status at most."""
        return len(self.changed)

    def add(self, claim: int, span: Span | None, changes: Sequence[tuple[int, int]]) -> None:
        """Add a claim, behind all others, with the days and the statuses of its changes."""
        if span:
            self.dated.append(claim)
            self.starts.append(span.start.toordinal())
            self.ends.append(span.end.toordinal())
        self._grow(len(changes))
        for turn, (day, status) in enumerate(changes):
            self.changed[turn].append(claim)
            self.days[turn].append(day)
            self.standing[turn].append(status)

    def extend(self, others: "Dates") -> None:
        """Add the claims of ``others``, which follow."""
        self.dated += others.dated
        self.starts += others.starts
        self.ends += others.ends
        self._grow(len(others.changed))
        for turn, claims in enumerate(others.changed):
            self.changed[turn] += claims
            self.days[turn] += others.days[turn]
            self.standing[turn] += others.standing[turn]

    def _grow(self, turns: int) -> None:
        for each, kind in ((self.changed, "I"), (self.days, "I"), (self.standing, "B")):
            each += [array(kind) for _ in range(turns - len(each))]

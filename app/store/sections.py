"""Named sections of bytes, and the few shapes in which an edition keeps everything it knows.

An edition of a hundred claims and one of a million are read by the same code: the small one's bytes are in memory, the
large one's in a file that the system maps in. Nothing becomes an object before somebody asks for it.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Protocol, TypeVar
from zlib import crc32

from pyroaring import BitMap

KEPT = 24 * 2**20
"""Bytes of bitmaps that an edition may keep decoded; what is asked for less often is decoded again."""

_EACH = 200
"""Bytes that a decoded bitmap takes besides its containers, about."""

DAY = 32
"""Bits below the day in a pair of a day and a claim that is packed into one number."""

_STEPS = (256, 16, 1)
"""Days after which the running totals of :class:`Days` are kept."""

_ABSENT = -1
"""What stands for the number of a name that is not there."""

NOTHING = BitMap()
"""No claim at all. Like every bitmap that is handed out, it may not be changed."""


Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(dict[Key, Value]):
    """What was worked out last, ``most`` of it at a time.

    Not :func:`functools.lru_cache`, which around a method would keep an edition alive in a circle after its last use.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def of(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of ``key``, which ``make`` gives where it is not kept."""
        found = self.get(key)
        if found is None:
            while len(self) >= self._most:
                del self[next(iter(self))]
            found = self[key] = make()
        return found


class Writer(Protocol):
    """Where sections are written."""

    def write(self, name: str, data: "bytes | bytearray | memoryview | array[int]") -> None:
        """Add ``data`` to the section ``name``. A section is written in one go: none can be resumed after another."""


class Memory:
    """Sections in memory."""

    def __init__(self) -> None:
        self._written: dict[str, bytearray] = {}

    def write(self, name: str, data: "bytes | bytearray | memoryview | array[int]") -> None:
        self._written.setdefault(name, bytearray()).extend(memoryview(data).cast("B"))

    def sections(self) -> dict[str, memoryview]:
        """All that was written, by name."""
        return {name: memoryview(data) for name, data in self._written.items()}


class Sections:
    """Sections as they are read."""

    def __init__(self, sections: Mapping[str, memoryview]) -> None:
        self._sections = sections
        self._kept: dict[tuple[str, int], BitMap] = {}
        self._room = KEPT

    def bytes(self, name: str) -> memoryview:
        return self._sections[name]

    def numbers(self, name: str, code: str) -> "memoryview[int]":
        """A section as numbers; ``code`` as in :mod:`array`, little-endian machines only (checked by the snapshot)."""
        return self._sections[name].cast(code)  # type: ignore[call-overload, no-any-return]

    def piece(self, name: str, nth: int) -> memoryview:
        """One of the pieces that :func:`write_pieces` wrote."""
        at = self.numbers(f"{name}.at", "Q")
        return self._sections[name][at[nth] : at[nth + 1]]

    def bitmap(self, name: str, nth: int) -> BitMap:
        """One of the bitmaps that :func:`write_bitmaps` wrote; it is kept, so nobody may change it."""
        kept = self._kept.get((name, nth))
        return self._decoded(name, nth) if kept is None else kept

    def bitmaps(self, name: str, numbers: Sequence[int]) -> list[BitMap]:
        """Several bitmaps of one section, as :meth:`bitmap` gives them."""
        kept = self._kept
        try:
            return [kept[name, nth] for nth in numbers]
        except KeyError:
            return [self.bitmap(name, nth) for nth in numbers]

    def _decoded(self, name: str, nth: int) -> BitMap:
        piece = self.piece(name, nth)
        self._room -= len(piece) + _EACH
        while self._room < 0 and self._kept:  # the one decoded first: to note every use would cost more than it saves
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._room += len(self.piece(*oldest)) + _EACH
        # Its stub names bytes alone, but it takes any buffer, and so spares a copy.
        bitmap = self._kept[name, nth] = BitMap.deserialize(piece)  # type: ignore[arg-type]
        return bitmap


def write_numbers(writer: Writer, name: str, code: str, numbers: Iterable[int]) -> None:
    """Write ``numbers`` as a section."""
    writer.write(name, array(code, numbers))


def write_pieces(writer: Writer, name: str, pieces: Iterable[bytes]) -> None:
    """Write ``pieces`` one after the other, each to be read by its number."""
    at = array("Q", [0])
    writer.write(name, b"")
    for each in pieces:
        writer.write(name, each)
        at.append(at[-1] + len(each))
    writer.write(f"{name}.at", at)


def write_bitmaps(writer: Writer, name: str, bitmaps: Iterable[BitMap]) -> None:
    """Write ``bitmaps``, each to be read by its number."""
    write_pieces(writer, name, (_packed(each) for each in bitmaps))


def _packed(bitmap: BitMap) -> bytes:
    bitmap.run_optimize()
    return bitmap.serialize()


class Names:
    """Different strings, numbered from 0 in the order in which they were written."""

    def __init__(self, sections: Sections, name: str) -> None:
        self._text = sections.bytes(name)
        self._ends = sections.numbers(f"{name}.ends", "Q")
        self._hashes = sections.numbers(f"{name}.hashes", "I")
        self._numbers = sections.numbers(f"{name}.numbers", "I")

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, number: int) -> str:
        return str(self._text[self._ends[number - 1] if number else 0 : self._ends[number]], "utf-8")

    def find(self, string: str) -> int | None:
        """Number of ``string``; ``None`` where it is not among them."""
        sought = string.encode("utf-8", "surrogatepass")
        wanted = crc32(sought)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            number = self._numbers[at]
            if self._text[self._ends[number - 1] if number else 0 : self._ends[number]] == sought:
                return number
            at += 1
        return None


class FamiliarNames(Names):
    """Names of which the same ones are looked up over and over, as words and ids of sources are."""

    def __init__(self, sections: Sections, name: str) -> None:
        super().__init__(sections, name)
        self._recent: Recent[str, int] = Recent(1024)

    def find(self, string: str) -> int | None:
        number = self._recent.get(string)
        if number is None:
            found = super().find(string)
            number = self._recent.of(string, lambda: _ABSENT if found is None else found)
        return None if number == _ABSENT else number


def write_names(writer: Writer, name: str, strings: Iterable[str]) -> None:
    """Write ``strings``, which must differ, as :class:`Names`."""
    ends, hashes, size = array("Q"), array("I"), 0
    writer.write(name, b"")
    for each in strings:
        text = each.encode()
        writer.write(name, text)
        size += len(text)
        ends.append(size)
        hashes.append(crc32(text))
    numbers = sorted(range(len(hashes)), key=hashes.__getitem__)
    writer.write(f"{name}.ends", ends)
    write_numbers(writer, f"{name}.hashes", "I", (hashes[each] for each in numbers))
    write_numbers(writer, f"{name}.numbers", "I", numbers)


class Days:
    """For every day, the claims that have been named an odd number of times up to its end.

    Of dates that each claim has once, these are the claims whose date has come; of days on which a property is gained
    or lost, those that have it. Kept are running totals from the first day, from each 256th and from each 16th one, so
    that any day of thousands takes three bitmaps, and none a pass over the claims.
    """

    def __init__(self, sections: Sections, name: str) -> None:
        self._sections = sections
        self._names = tuple(f"{name}.{step}" for step in _STEPS)
        self._days = sections.numbers(f"{name}.days", "I")

    def count(self, day: int) -> int:
        """How many of the days named lie at or before ``day``, a proleptic Gregorian ordinal."""
        return bisect_right(self._days, day)

    def first(self, count: int) -> BitMap:
        """The claims after the first ``count`` days named."""
        longest, longer, rest = (
            self._sections.bitmap(name, count // step) for name, step in zip(self._names, _STEPS, strict=True)
        )
        found = longest ^ longer
        found ^= rest
        return found


def write_days(writer: Writer, name: str, dated: Iterable[int]) -> None:
    """Write :class:`Days` from pairs in ascending order, each ``day << DAY | claim``."""
    days, named = array("I"), []
    for day, pairs in groupby(dated, key=lambda pair: pair >> DAY):
        days.append(day)
        named.append(BitMap(array("I", (pair & 0xFFFF_FFFF for pair in pairs))))
    writer.write(f"{name}.days", days)
    for step, span in zip(_STEPS, (len(named) + 1, *_STEPS), strict=False):
        write_bitmaps(writer, f"{name}.{step}", _running(named, step, span))


def _running(named: Sequence[BitMap], step: int, span: int) -> Iterator[BitMap]:
    """At every ``step`` of days, what the days since the last ``span`` of them come to."""
    running = BitMap()
    for count in range(len(named) + 1):
        if count % span == 0:
            running = BitMap()
        if count % step == 0:
            yield running.copy()
        if count < len(named):
            running ^= named[count]

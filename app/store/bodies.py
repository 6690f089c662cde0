"""The claims themselves, as ready bytes: nothing is parsed or written as JSON between a question and its answer.

A claim's block begins with its head, then the tail of its last period: what is asked for most is one slice. Then come
the tails of other days (see :class:`app.served.Rendering`), each found by a row with its first day and its status.
"""

from array import array
from collections.abc import Iterable
from datetime import date
from itertools import accumulate

from app.store.index import STATUSES
from app.store.sections import Names, Sections, Writer, write_numbers
from app.store.sheets import Sheet

_LINE_END = b"}\n"
"""What ends a head that stands by itself on a line."""

_NOTHING = memoryview(b"")


class Bodies:
    """Bytes of claims by their number."""

    def __init__(self, sections: Sections) -> None:
        self.ids = Names(sections, "ids")
        self._bytes = sections.bytes("bodies")
        self._at = sections.numbers("bodies.at", "Q")
        self._ends = sections.numbers("bodies.ends", "Q")
        self._rows = sections.numbers("bodies.rows", "I")
        self._days = sections.numbers("rows.days", "I")
        self._status = sections.numbers("rows.status", "B")
        self._from = sections.numbers("rows.from", "I")
        self._to = sections.numbers("rows.to", "I")
        self._heads = sections.numbers("bodies.heads", "I")

    def served(self, number: int, day: date | None) -> bytes:
        """The claim as served at the end of ``day``."""
        if day is None:
            return self._bytes[self._at[number] : self._ends[number]].tobytes()
        start, row = self._at[number], self._row(number, day)
        tail = self._bytes[start + self._from[row] : start + self._to[row]]
        return self._bytes[start : start + self._heads[number]].tobytes() + tail

    def page(self, numbers: Iterable[int], day: date | None) -> list[bytes]:
        """Several claims as :meth:`served`; most pages want no day, and then a claim is one slice."""
        if day is not None:
            return [self.served(each, day) for each in numbers]
        claims, at, ends = self._bytes, self._at, self._ends
        return [claims[at[each] : ends[each]].tobytes() for each in numbers]

    def records(self, start: int, end: int) -> bytes:
        """Claims as they stand in the record, a line each."""
        claims = self._bytes
        places = zip(self._at[start:end].tolist(), self._heads[start:end].tolist(), strict=False)
        heads = [claims[at : at + size] for at, size in places]
        heads.append(_NOTHING)
        return _LINE_END.join(heads)

    @property
    def records_size(self) -> int:
        """Bytes of all claims as :meth:`records` gives them."""
        return sum(self._heads) + len(_LINE_END) * len(self._heads)

    def status(self, number: int, day: date | None) -> str:
        """Status at the end of ``day``."""
        return STATUSES[self._status[self._row(number, day or date.max)]]

    def _row(self, number: int, day: date) -> int:
        wanted = day.toordinal()
        first, row = self._rows[number], self._rows[number + 1] - 1
        while row > first and self._days[row] > wanted:
            row -= 1
        return row


class BodiesWriter:
    """Writes what :class:`Bodies` reads, run by run."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._sizes, self._rows, self._heads = array("I"), array("I"), array("I")
        self._days, self._status, self._from, self._to = array("I"), array("B"), array("I"), array("I")
        writer.write("bodies", b"")

    def add(self, sheet: Sheet) -> None:
        """Write the claims that come next in the record."""
        for block in sheet.bodies:
            self._writer.write("bodies", block)
        self._sizes.extend(map(len, sheet.bodies))
        self._rows.extend(sheet.rows)
        self._heads.extend(sheet.heads)
        self._days.extend(sheet.days)
        self._status.extend(sheet.status)
        self._from.extend(sheet.begins)
        self._to.extend(sheet.ends)

    def close(self) -> None:
        """Write where everything is."""
        at, rows = array("Q", accumulate(self._sizes, initial=0)), array("I", accumulate(self._rows, initial=0))
        self._writer.write("bodies.at", at)
        self._writer.write("bodies.rows", rows)
        ends = (start + self._to[row - 1] for start, row in zip(at, rows[1:], strict=False))
        write_numbers(self._writer, "bodies.ends", "Q", ends)
        for name, numbers in {
            "bodies.heads": self._heads, "rows.days": self._days, "rows.status": self._status,
            "rows.from": self._from, "rows.to": self._to,
        }.items():  # fmt: skip
            self._writer.write(name, numbers)

"""The claims themselves, as ready bytes: nothing is parsed or written as JSON between a question and its answer.

A claim's block begins with its head, then the tail of its last period: what is asked for most is one slice. Then come
the tails of other days (see :class:`app.served.Rendering`), each found by a row with its first day and its status.
"""

from array import array
from datetime import date

from app.served import Rendering
from app.store.index import STATUSES
from app.store.sections import Names, Sections, Writer
from app.vocabulary import Status


class Bodies:
    """Bytes of claims by their number."""

    def __init__(self, sections: Sections) -> None:
        self.ids = Names(sections, "ids")
        self._bytes = sections.bytes("bodies")
        self._at = sections.numbers("bodies.at", "Q")
        self._rows = sections.numbers("bodies.rows", "I")
        self._days = sections.numbers("rows.days", "I")
        self._status = sections.numbers("rows.status", "B")
        self._from = sections.numbers("rows.from", "I")
        self._to = sections.numbers("rows.to", "I")
        self._heads = sections.numbers("bodies.heads", "I")

    def served(self, number: int, day: date | None) -> bytes:
        """The claim as served at the end of ``day``."""
        start = self._at[number]
        if day is None:
            return bytes(self._bytes[start : start + self._to[self._rows[number + 1] - 1]])
        row = self._row(number, day)
        head = self._bytes[start : start + self._heads[number]]
        return b"".join((head, self._bytes[start + self._from[row] : start + self._to[row]]))

    def record(self, number: int) -> bytes:
        """The claim as it stands in the record."""
        start = self._at[number]
        return b"".join((self._bytes[start : start + self._heads[number]], b"}"))

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
    """Writes what :class:`Bodies` reads, claim by claim."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._at = array("Q", [0])
        self._rows = array("I", [0])
        self._days, self._from, self._to, self._heads = array("I"), array("I"), array("I"), array("I")
        self._status = array("B")
        writer.write("bodies", b"")

    def add(self, rendering: Rendering) -> None:
        """Write the claim that comes next in the record."""
        head, (last_day, last_status, last) = rendering.head, rendering.periods[-1]
        pieces, place = [head, last], len(head) + len(last)
        for day, status, tail in ((None, Status.not_yet_made, rendering.before), *rendering.periods[:-1]):
            self._row(day, status, place, place + len(tail))
            pieces.append(tail)
            place += len(tail)
        self._row(last_day, last_status, len(head), len(head) + len(last))
        self._writer.write("bodies", b"".join(pieces))
        self._heads.append(len(head))
        self._rows.append(len(self._days))
        self._at.append(self._at[-1] + place)

    def close(self) -> None:
        """Write where everything is."""
        for name, numbers in {
            "bodies.at": self._at, "bodies.rows": self._rows, "bodies.heads": self._heads,
            "rows.days": self._days, "rows.status": self._status, "rows.from": self._from, "rows.to": self._to,
        }.items():  # fmt: skip
            self._writer.write(name, numbers)

    def _row(self, day: date | None, status: Status, start: int, end: int) -> None:
        self._days.append(day.toordinal() if day else 0)
        self._status.append(STATUSES.index(status))
        self._from.append(start)
        self._to.append(end)

"""Ids that somebody may have meant.

In a large record only neighbours in the alphabet are compared, read from either end: a slip of the pen leaves what
stands before it and what stands behind it.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain

from app.query import nearest
from app.store.sections import Names, Sections, Writer, write_numbers

FEW = 2000
"""Ids up to which all are compared: that takes some milliseconds."""

_NEAR = 100
"""Neighbours compared on each side."""


class Spelling:
    """Suggests ids."""

    def __init__(self, sections: Sections, ids: Names) -> None:
        self._ids = ids
        self._sections = sections

    def suggest(self, id: str) -> tuple[str, ...]:
        """Up to three ids that ``id`` may have meant, the likeliest first."""
        if len(self._ids) <= FEW:
            return nearest(id, map(self._ids.__getitem__, range(len(self._ids))))
        return nearest(id, chain(self._neighbours(id, "ids.forward", 1), self._neighbours(id, "ids.backward", -1)))

    def _neighbours(self, id: str, order: str, way: int) -> Iterator[str]:
        numbers = self._sections.numbers(order, "I")
        at = bisect_left(numbers, id[::way], key=lambda number: self._ids[number][::way])
        return map(self._ids.__getitem__, numbers[max(0, at - _NEAR) : at + _NEAR])


def write_spelling(writer: Writer, ids: Sequence[str]) -> None:
    """Write what :class:`Spelling` reads: the numbers of ``ids`` in the alphabet's order, read from either end."""
    write_numbers(writer, "ids.forward", "I", sorted(range(len(ids)), key=ids.__getitem__))
    backward = [each[::-1] for each in ids]
    write_numbers(writer, "ids.backward", "I", sorted(range(len(ids)), key=backward.__getitem__))

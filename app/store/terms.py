"""Claims by the values of filters, and by words of names: the part of the index that does not depend on a day."""

from collections.abc import Sequence

from pyroaring import BitMap

from app.store.sections import NOTHING, FamiliarNames, Sections


class Terms:
    """Bitmaps by ``name=value``: terms of :func:`app.query.terms`, the last status, passages, and words of names."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._names = FamiliarNames(sections, "terms")

    def number(self, name: str, value: str) -> int | None:
        """Number of the bitmap of a term; ``None`` where no claim has it."""
        return self._names.find(f"{name}={value}")

    def numbered(self, number: int) -> BitMap:
        """The bitmap of that number."""
        return self._sections.bitmap("terms.claims", number)

    def several(self, numbers: Sequence[int]) -> list[BitMap]:
        """The bitmaps of several numbers."""
        return self._sections.bitmaps("terms.claims", numbers)

    def claims(self, name: str, value: str) -> BitMap:
        """Claims that have ``value`` among the terms ``name``."""
        number = self._names.find(f"{name}={value}")
        return NOTHING if number is None else self._sections.bitmap("terms.claims", number)

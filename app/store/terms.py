"""Claims by the values of filters, and by words of names: the part of the index that does not depend on a day."""

from pyroaring import BitMap

from app.store.sections import NOTHING, Names, Recent, Sections

_NONE = -1
"""What stands for the number of a term that no claim has."""


class Terms:
    """Bitmaps by ``name=value``: terms of :func:`app.query.terms`, the last status, passages, and words of names."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._names = Names(sections, "terms")
        self._numbers: Recent[str, int] = Recent(1024)

    def number(self, name: str, value: str) -> int | None:
        """Number of the bitmap of a term; ``None`` where no claim has it."""
        term = f"{name}={value}"
        number = self._numbers.of(term, lambda: self._found(term))
        return None if number == _NONE else number

    def _found(self, term: str) -> int:
        number = self._names.find(term)
        return _NONE if number is None else number

    def numbered(self, number: int) -> BitMap:
        """The bitmap of that number."""
        return self._sections.bitmap("terms.claims", number)

    def claims(self, name: str, value: str) -> BitMap:
        """Claims that have ``value`` among the terms ``name``."""
        number = self.number(name, value)
        return NOTHING if number is None else self.numbered(number)

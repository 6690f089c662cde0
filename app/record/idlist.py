"""Ids of a stream of claims, kept until its end in a fraction of what as many strings would take.

An id costs 16 bytes and its own length: a hash, a place and the text. A million claims with their statements fit in
100 MB, where a set of strings would need 500.
"""

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

Place = tuple[int, int]
"""Number of the claim, and of the entry in it."""

_ENTRIES = 2**20


class IdList:
    """Ids in the order in which they came, each with its place."""

    def __init__(self, texts: bytes = b"", places: Iterable[int] = ()) -> None:
        self._texts = bytearray(texts)
        self._places = array("q", places)
        self._hashes = array("q", map(hash, self._all()))

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, id_: str, number: int, nth: int = 0) -> None:
        """Keep an id that stands at ``(number, nth)``."""
        self._hashes.append(hash(id_))
        self._places.append(number * _ENTRIES + nth)
        self._texts += id_.encode() + b"\n"

    def extend(self, others: "IdList") -> None:
        """Keep the ids of another list as well, with their places."""
        self._hashes.extend(others._hashes)  # noqa: SLF001
        self._places.extend(others._places)  # noqa: SLF001
        self._texts += others._texts  # noqa: SLF001

    def __reduce__(self) -> tuple[Any, ...]:
        # Each process has hashes of its own.
        return IdList, (bytes(self._texts), self._places)

    def repeated(self) -> Iterator[tuple[str, Place, Place]]:
        """Every id that was there before, with its place and the nearest earlier one."""
        if len(set(self._hashes)) == len(self):
            return
        latest: dict[str, int] = {}
        for each, text in enumerate(self._all()):
            if text in latest:
                yield text, self._place(each), self._place(latest[text])
            latest[text] = each

    def without(self, others: "IdList") -> Iterator[tuple[str, Place]]:
        """Every id that ``others`` has not, with its place."""
        known = set(others._hashes)  # noqa: SLF001
        lost = [each for each, hashed in enumerate(self._hashes) if hashed not in known]
        texts = self._all() if lost else ()
        yield from ((texts[each], self._place(each)) for each in lost)

    def known(self) -> dict[str, None]:
        """All ids, each once."""
        return dict.fromkeys(self._all())

    def _all(self) -> list[str]:
        return self._texts.decode().split("\n")[:-1]

    def _place(self, index: int) -> Place:
        return divmod(self._places[index], _ENTRIES)

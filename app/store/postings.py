"""Which claims have a key: Roaring bitmaps (https://roaringbitmap.org) that a database keeps and a server intersects.

A database counts and sorts rows one by one, and a common word of a million claims is in hundreds of thousands of them.
So an import stores for each word and each term the bitmap of its claims, and the database is asked for nothing but
bitmaps by their keys and bodies by their positions.
"""

from array import array
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pyroaring import BitMap

from app.store import sql

KEPT = 64 * 2**20
"""Bytes of postings that a server keeps for the next question."""

_EACH = 200
"""Bytes that a bitmap takes beside its containers, about."""

_PENDING = 64

Ask: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[list[tuple[Any, ...]]]]


class Gathering:
    """Collects the postings of all keys while claims stream by."""

    def __init__(self) -> None:
        self._claims: dict[str, BitMap] = {}
        self._pending: dict[str, array[int]] = {}

    def add(self, keys: Sequence[str], having: "array[int]", sizes: "array[int]") -> None:
        """Add the positions ``having`` the ``keys``: as many as ``sizes`` says for one key, then for the next."""
        start = 0
        for key, size in zip(keys, sizes, strict=True):
            positions = having[start : start + size]
            start += size
            # Few at a time would each cost a bitmap's overhead.
            pending = self._pending.get(key)
            if pending is None:
                self._pending[key] = positions
            else:
                pending.extend(positions)
                if len(pending) >= _PENDING:
                    self._settle(key)

    def postings(self) -> Iterator[tuple[str, BitMap]]:
        """Every key with its claims, once."""
        for key in sorted(self._pending):
            self._settle(key)
            del self._pending[key]
            yield key, self._claims.pop(key)

    def _settle(self, key: str) -> None:
        positions = self._pending[key]
        if key in self._claims:
            self._claims[key].update(positions)
        else:
            self._claims[key] = BitMap(positions)
        self._pending[key] = array("I")


class Postings:
    """The postings of one edition, fetched when they are asked for."""

    def __init__(self, ask: Ask, edition: int) -> None:
        self._ask = ask
        self._edition = edition
        self._kept: OrderedDict[str, tuple[BitMap, int]] = OrderedDict()
        self._bytes = 0

    async def fetch(self, keys: Collection[str]) -> dict[str, BitMap]:
        """The bitmap of each of ``keys``; empty where no claim has it. Nobody may change one."""
        missing = [key for key in keys if key not in self._kept]
        found = {key: self._keep(key) for key in keys if key in self._kept}
        if missing:
            stored: dict[str, bytes] = dict(await self._ask(sql.postings(self._edition), {"keys": missing}))
            for key in missing:
                data = stored.get(key)
                found[key] = BitMap.deserialize(data) if data else BitMap()
                self._add(key, found[key], len(data or b"") + _EACH)
        return found

    def _add(self, key: str, claims: BitMap, size: int) -> None:
        if key in self._kept:  # fetched for another question meanwhile
            return
        self._kept[key] = claims, size
        self._bytes += size
        while self._bytes > KEPT:
            _, (_, size) = self._kept.popitem(last=False)
            self._bytes -= size

    def _keep(self, key: str) -> BitMap:
        self._kept.move_to_end(key)
        return self._kept[key][0]

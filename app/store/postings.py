"""Which claims have a key: what makes the counts of a common word as quick as those of a rare one.

A database counts rows one by one, and a common word of a million claims is in hundreds of thousands of them. So an
import also stores, for each term and each frequent word, the bitmap of its claims (Roaring, https://roaringbitmap.org),
and a server intersects those that a question is about. What has none is rare, and counted by the database.
"""

from array import array
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, TypeAlias

from pyroaring import BitMap

from app.store import sql
from app.store.pairs import Run

FREQUENT = 100
"""Claims that have a word from which on it is given postings. A term has them always."""

KEPT = 32 * 2**20
"""Bytes of postings that a server keeps for the next question."""

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
        """Every key that gets postings, with its claims."""
        for key in sorted(self._pending):
            if ":" in key or len(self._pending[key]) + len(self._claims.get(key, ())) >= FREQUENT:
                self._settle(key)
                claims = self._claims[key]
                claims.run_optimize()
                yield key, claims

    def _settle(self, key: str) -> None:
        positions = self._pending[key]
        if key in self._claims:
            self._claims[key].update(positions)
        else:
            self._claims[key] = BitMap(positions)
        self._pending[key] = array("I")


class Postings:
    """The postings of one edition, fetched when they are asked for."""

    def __init__(self, ask: Ask, edition: int, counts: Mapping[str, int]) -> None:
        """``counts`` says how many claims have each key that has postings."""
        self._ask = ask
        self._edition = edition
        self.counts = counts
        self._kept: OrderedDict[str, tuple[BitMap, int]] = OrderedDict()
        self._bytes = 0

    async def claims(
        self, keys: Collection[str], alternatives: Collection[Collection[str]], runs: Collection[Run] = ()
    ) -> BitMap | None:
        """Claims that have all of ``keys``, and one of each of ``alternatives``; ``None`` where only rows can tell.

        Of ``runs`` those that are told by bitmaps are held to, and all that have pairs leave fewer claims.
        """
        runs = [run for run in runs if run.pairs]
        implied = set[str]().union(*(run.implied for run in runs))
        every = {*keys, *(key for each in alternatives for key in each if key in self.counts)} - implied
        every |= {key for run in runs for key in (*run.pairs, *run.named)}
        if any(":" in key and key not in self.counts for key in keys):
            return BitMap()
        if not (keys or alternatives) or not all(key in self.counts for key in keys):
            return None
        found = await self._fetch(every)
        parts = [found[key] for key in keys if key not in implied]
        parts += [_standing(run, found) for run in runs]
        parts += [_union([found[key] for key in each if key in found]) for each in alternatives]
        return BitMap.intersection(*sorted(parts, key=len)) if len(parts) > 1 else parts[0]

    async def count(self, claims: BitMap, keys: Collection[str]) -> dict[str, int]:
        """For each of ``keys`` how many of ``claims`` have it."""
        found = await self._fetch({key for key in keys if key in self.counts})
        return {key: claims.intersection_cardinality(each) for key, each in found.items()}

    async def _fetch(self, keys: Collection[str]) -> dict[str, BitMap]:
        missing = [key for key in keys if key not in self._kept]
        found = {key: self._keep(key) for key in keys if key in self._kept}
        if missing:
            for key, data in await self._ask(sql.postings(self._edition), {"keys": missing}):
                found[key] = BitMap.deserialize(data)
                self._kept[key] = found[key], len(data) + 200
                self._bytes += len(data) + 200
            while self._bytes > KEPT:
                _, (_, size) = self._kept.popitem(last=False)
                self._bytes -= size
        return found

    def _keep(self, key: str) -> BitMap:
        self._kept.move_to_end(key)
        return self._kept[key][0]


def _standing(run: Run, found: Mapping[str, BitMap]) -> BitMap:
    pairs = sorted([found.get(key, BitMap()) for key in run.pairs], key=len)
    return _union(
        [
            BitMap.intersection(*pairs) if len(pairs) > 1 else pairs[0],
            *(found[key] for key in run.named if key in found),
        ]
    )


def _union(each: Sequence[BitMap]) -> BitMap:
    return reduce(BitMap.union, each) if each else BitMap()

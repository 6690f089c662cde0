"""The plan of a question: an AND of ORs of keys, phrases, an order, and the counts.

:func:`app.core.query.matches` is the meaning; this is a faster way to the same claims. An index maps each key to the
bitmap of its claims (Roaring, https://roaringbitmap.org), which are numbered from 0 in the order of the record:

===================  ==================================================================================
``name=value``       a term of :func:`app.core.query.terms`, or a term of the day in the claim's last period
``name@L.I=value``   the same in all the days of a dyadic interval (the days ``I * 2**L`` and following)
``start@L.I=``       the claim's period begins in that interval; ``end@L.I=`` that it ends there
``span=start.end``   the first and the last day of the claim's period; ``span@L.I=`` an interval of their ranks
``text=word``        a word of the claim's own text
``name=words``       words that stand together in a name of one of its sources and entities
``at=word``          places of a word: ``n * BLOCK + number`` where it is the text's word ``n``, counted from 0
``name>``            not a bitmap: the values that occur, each with the number of its claims
===================  ==================================================================================

A phrase is an AND as well: the places of its first word, those of the second moved back by one word, and so on.

The days in which a claim has a value are covered by disjoint dyadic intervals, so a claim has the value on a day if
one of the 23 intervals around that day has the claim, and only one has it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from heapq import heappush, heappushpop
from itertools import chain, islice
from typing import NamedTuple, TypeAlias, TypeVar

from pydantic_core import from_json
from pyroaring import BitMap

from app.core.query import BY_DAY, MOST_VALUES, MOST_WORDS, ClaimQuery, search
from app.store.rows import Read

TOP = 22
"""Level of the interval that holds every day: there are less than 2**22 of them."""

LAST = 2**TOP - 1
"""The last day of that interval, after every day of the calendar."""

BLOCK = 2**23
"""Claims that can be numbered, so that the places of :data:`~app.core.query.MOST_WORDS` words fit into 32 bits."""

MEMORY = 48 * 2**20
"""Bytes of bitmaps that an index keeps at hand."""

ENTRY = 200
"""Bytes that an entry costs beside its value, about."""

EMPTY = BitMap()


Ranked: TypeAlias = tuple[str, int, tuple[str, ...]]
"""A value of a name on a day, how many claims have it, and the keys of these claims, of which each has one."""

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Index:
    """The bitmaps of a record, which nobody may change; those that are asked for most stay in memory.

    There are two generations of these: a value that is asked for joins the younger one, and when that has filled half
    of the memory it becomes the older one, whose place it takes. So the hottest values cost one look-up.
    """

    def __init__(self, posting: Read, size: int) -> None:
        """``posting`` returns what is stored for a key, of a record of ``size`` claims."""
        self.posting, self.everything = posting, BitMap(range(size))
        self._half = self._left = MEMORY // 2
        self._young: dict[Hashable, tuple[object, int]] = {}
        self._old: dict[Hashable, tuple[object, int]] = {}

    def claims(self, key: str) -> BitMap:
        """The claims of a key; an absent key has none."""
        return self.kept(key, self._claims)

    def counts(self, name: str) -> Mapping[str, int]:
        """The values of a name that occur, each with the number of its claims."""
        return self.kept(f"{name}>", self._counts)

    def values(self, name: str) -> Mapping[str, BitMap]:
        """The values of a name that occur, each with its claims."""
        return self.kept((name,), self._values)

    def ranked(self, name: str, day: date | None) -> Sequence[Ranked]:
        """The values of a name that occur on a day, the commonest first."""
        return self.kept((name, day if name in BY_DAY else None), self._ranked)

    def hits(self, query: ClaimQuery) -> BitMap:
        """The claims that match ``query``."""
        return self.kept(query, self._hits)

    def kept(self, key: _Key, make: Callable[[_Key], tuple[_Value, int]]) -> _Value:
        """The value of ``key``; where it is not kept, ``make`` tells it with its bytes."""
        found = self._young.get(key)
        if found is None:
            found = self._old.pop(key, None) or make(key)
            self._left -= found[1] + ENTRY
            if self._left < 0:
                self._old, self._young, self._left = self._young, {}, self._half
            self._young[key] = found
        return found[0]  # type: ignore[return-value]

    def _claims(self, key: str) -> tuple[BitMap, int]:
        stored = self.posting(key)
        return (EMPTY, 0) if stored is None else (BitMap.deserialize(stored), len(stored))

    def _counts(self, key: str) -> tuple[Mapping[str, int], int]:
        stored = self.posting(key) or b"{}"
        return from_json(stored), 8 * len(stored)

    def _values(self, key: tuple[str]) -> tuple[Mapping[str, BitMap], int]:
        found = {value: self._claims(f"{key[0]}={value}") for value in self.counts(*key)}
        return {value: each for value, (each, _) in found.items()}, sum(size + ENTRY for _, size in found.values())

    def _ranked(self, key: tuple[str, date | None]) -> tuple[Sequence[Ranked], int]:
        most: dict[str, int] = {}
        keys: dict[str, tuple[str, ...]] = {}
        for prefix in prefixes(*key):
            for value, count in self.counts(prefix).items():
                most[value] = most.get(value, 0) + count
                keys[value] = (*keys.get(value, ()), f"{prefix}={value}")
        commonest_first = sorted(most, key=most.__getitem__, reverse=True)
        return [(value, most[value], keys[value]) for value in commonest_first], 2 * ENTRY * len(most)

    def _hits(self, query: ClaimQuery) -> tuple[BitMap, int]:
        return matching(plan(query), self), len(self.everything) // 8


class Plan(NamedTuple):
    """What all claims of an answer have."""

    clauses: tuple[tuple[str, ...], ...]
    """An AND of ORs of keys."""
    phrases: tuple[tuple[str, ...], ...] = ()
    """Words that stand together in the claim's own text, or in a name."""


def plan(query: ClaimQuery) -> Plan:
    """The plan of ``query``."""
    asked = search(query.q)
    if asked.impossible:
        return Plan(((),))
    clauses: list[tuple[str, ...]] = [
        (f"text={word}", f"name={word}") for word in asked.words.difference(*asked.phrases)
    ]
    filters = dict(query.filters())
    if query.origin and query.stance:
        filters["said"] = tuple(f"{origin}/{stance}" for origin in query.origin for stance in query.stance)
        del filters["origin"], filters["stance"]
    for name, values in filters.items():
        starts = prefixes(name, query.as_of)
        clauses.append(tuple([f"{start}={value}" for value in dict.fromkeys(values) for start in starts]))
    if query.during:
        clauses.append(tuple(f"start{each}=" for each in cover(0, query.during.end.toordinal())))
        clauses.append(tuple(f"end{each}=" for each in cover(query.during.start.toordinal(), LAST)))
    return Plan(tuple(clauses), asked.phrases)


@lru_cache(maxsize=4096)
def prefixes(name: str, day: date | None) -> tuple[str, ...]:
    """What stands before the values of ``name`` in the keys of ``day``."""
    if day is None or name not in BY_DAY:
        return (name,)
    return tuple([name + interval for interval in around(day.toordinal())])


@lru_cache(maxsize=1024)
def around(day: int) -> tuple[str, ...]:
    """The dyadic intervals that hold ``day``."""
    return tuple(f"@{level}.{day >> level}" for level in range(TOP + 1))


@lru_cache(maxsize=65536)
def cover(first: int, last: int) -> tuple[str, ...]:
    """The fewest dyadic intervals that hold the days from ``first`` to ``last``, and no other."""
    found = []
    level, end = 0, last + 1
    while first < end:
        if first & 1:
            found.append(f"@{level}.{first}")
            first += 1
        if end & 1:
            end -= 1
            found.append(f"@{level}.{end}")
        first, end, level = first >> 1, end >> 1, level + 1
    return tuple(found)


def matching(plan: Plan, index: Index) -> BitMap:
    """The claims of an answer."""
    operands = [_any(index, clause) for clause in plan.clauses]
    operands += [_in_a_row(index, each) | index.claims(f"name={' '.join(each)}") for each in plan.phrases]
    return _all_of(operands, index)


def counted(name: str, day: date | None, hits: BitMap, index: Index) -> dict[str, int]:
    """How many of ``hits`` have each value of ``name`` on ``day``."""
    found: dict[str, int] = {}
    for prefix in prefixes(name, day) if hits else ():
        counts = (
            index.counts(prefix)
            if hits is index.everything
            else {value: claims.intersection_cardinality(hits) for value, claims in index.values(prefix).items()}
        )
        for value, count in counts.items():
            if count:
                found[value] = found.get(value, 0) + count
    return found


def counted_of_many(name: str, day: date | None, hits: BitMap, index: Index) -> dict[str, int]:
    """The same for the commonest values, where there are many.

    Values come with the number of all claims that have them, the largest first: where that is less than what
    :data:`~app.core.query.MOST_VALUES` have among ``hits``, none behind it can be among them.
    """
    found: dict[str, int] = {}
    best: list[int] = []
    for value, most, keys in index.ranked(name, day):
        if len(best) == MOST_VALUES and most < best[0]:
            break
        count = sum([index.claims(key).intersection_cardinality(hits) for key in keys])
        if count:
            found[value] = count
            (heappush if len(best) < MOST_VALUES else heappushpop)(best, count)
    return found


def most_like(keys: Iterable[str], index: Index, wanted: int, least: int = 0) -> list[int]:
    """Up to ``wanted`` claims that have ``least`` or more of ``keys``, among those of the four rarest; the most first.

    One slip of the pen spoils at most three trigrams, so of four one is left.
    """
    having = sorted(filter(None, map(index.claims, keys)), key=len)
    candidates = union(having[:4])
    levels = sorted(by_level(candidates, having).items(), reverse=True)
    return list(islice(chain.from_iterable(claims for level, claims in levels if level >= least), wanted))


def _any(index: Index, keys: Sequence[str]) -> BitMap:
    return union(list(filter(None, map(index.claims, keys))))


def _in_a_row(index: Index, words: Sequence[str]) -> BitMap:
    """The claims in whose own text ``words`` stand together."""
    places = BitMap.intersection(*[index.claims(f"at={word}").shift(-nth * BLOCK) for nth, word in enumerate(words)])
    last = places.max() // BLOCK if places else -1
    return BitMap.union(EMPTY, *[(places & _block(nth)).shift(-nth * BLOCK) for nth in range(last + 1)])


@lru_cache(maxsize=MOST_WORDS)
def _block(nth: int) -> BitMap:
    return BitMap(range(nth * BLOCK, (nth + 1) * BLOCK))


def union(bitmaps: Sequence[BitMap]) -> BitMap:
    """The claims of any of ``bitmaps``."""
    return bitmaps[0] if len(bitmaps) == 1 else BitMap.union(*bitmaps) if bitmaps else EMPTY


def _all_of(bitmaps: Sequence[BitMap], index: Index) -> BitMap:
    if len(bitmaps) < 2:
        return bitmaps[0] if bitmaps else index.everything
    return BitMap.intersection(*sorted(bitmaps, key=len))


def by_level(claims: BitMap, raising: Iterable[BitMap]) -> dict[int, BitMap]:
    """``claims`` by how many of ``raising`` have them."""
    levels = {0: claims}
    for each in raising:
        rising = {level + 1: part & each for level, part in levels.items()}
        levels = {level: part - each for level, part in levels.items()}
        for level, part in rising.items():
            levels[level] = levels[level] | part if level in levels else part
    return {level: part for level, part in levels.items() if part}

"""The plan of a question: an AND of ORs of keys, phrases, an order, and the counts.

:func:`app.core.query.matches` is the meaning; this is a faster way to the same claims. An index maps each key to the
bitmap of its claims (Roaring, https://roaringbitmap.org), which are numbered from 0 in the order of the record:

===================  ==================================================================================
``name=value``       a term of :func:`app.core.query.terms`, or a term of the day in the claim's last period
``name@L.I=value``   the same in all the days of a dyadic interval (the days ``I * 2**L`` and following)
``start@L.I=``       the claim's period begins in that interval; ``end@L.I=`` that it ends there
``span=start.end``   the first and the last day of the claim's period; ``span@L.I=`` an interval of their ranks
``text=word``        a word of the claim's own text; ``name=word`` one of its sources' and entities' names
``at=word``          places of a word: ``n * BLOCK + number`` where it is the text's word ``n``, counted from 0
``name>``            not a bitmap: the values that occur, each with the number of its claims
===================  ==================================================================================

A phrase is an AND as well: the places of its first word, those of the second moved back by one word, and so on.

The days in which a claim has a value are covered by disjoint dyadic intervals, so a claim has the value on a day if
one of the 23 intervals around that day has the claim, and only one has it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple, Protocol, TypeAlias

from pyroaring import BitMap

from app.core.model import Header
from app.core.query import BY_DAY, MOST_WORDS, ClaimQuery, Page, search, stands_in, words
from app.core.vocabulary import Status

TOP = 22
"""Level of the interval that holds every day: there are less than 2**22 of them."""

LAST = 2**TOP - 1
"""The last day of that interval, after every day of the calendar."""

BLOCK = 2**23
"""Claims that can be numbered, so that the places of :data:`~app.core.query.MOST_WORDS` words fit into 32 bits."""

EMPTY = BitMap()

Group: TypeAlias = tuple[BitMap, int | None]
"""Claims that an order holds equal, and the claim among them after which a page begins."""


class Index(Protocol):
    """Where a plan finds its bitmaps, which nobody may change."""

    everything: BitMap

    def claims(self, key: str) -> BitMap:
        """The claims of a key; an absent key has none."""
        ...

    def counts(self, name: str) -> Mapping[str, int]:
        """The values of a name that occur, each with the number of its claims."""
        ...

    def values(self, name: str) -> Mapping[str, BitMap]:
        """The values of a name that occur, each with its claims."""
        ...


class Phrase(NamedTuple):
    """Words that stand together in the claim's own text, or in one of the names that the keys stand for."""

    words: tuple[str, ...]
    named: tuple[str, ...]


class Plan(NamedTuple):
    """What all claims of an answer have."""

    clauses: tuple[tuple[str, ...], ...]
    """An AND of ORs of keys."""
    phrases: tuple[Phrase, ...] = ()


class Names:
    """The names of sources and entities, by their words."""

    def __init__(self, header: Header) -> None:
        named = [(f"source={each.id}", each.name) for each in header.sources]
        named += [(f"about={each.id}", name) for each in header.entities for name in (each.name, *each.aliases)]
        self._by_word: dict[str, dict[tuple[str, tuple[str, ...]], None]] = {}
        for key, name in named:
            run = tuple(words(name))
            for word in run:
                self._by_word.setdefault(word, {})[key, run] = None

    def having(self, phrase: Sequence[str]) -> tuple[str, ...]:
        """Keys of the sources and entities in a name of which ``phrase`` stands."""
        named = self._by_word.get(phrase[0], ())
        return tuple(dict.fromkeys(key for key, run in named if stands_in(phrase, run)))


def plan(query: ClaimQuery, names: Names) -> Plan:
    """The plan of ``query`` to a record with these ``names``."""
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
    clauses += [any_of(name, values, query.as_of) for name, values in filters.items()]
    if query.during:
        clauses.append(tuple(f"start{each}=" for each in cover(0, query.during.end.toordinal())))
        clauses.append(tuple(f"end{each}=" for each in cover(query.during.start.toordinal(), LAST)))
    return Plan(tuple(clauses), tuple(Phrase(each, names.having(each)) for each in asked.phrases))


def any_of(name: str, values: Iterable[str], day: date | None) -> tuple[str, ...]:
    """Keys of the claims that have one of ``values`` at the end of ``day``."""
    return tuple([f"{prefix}={value}" for value in dict.fromkeys(values) for prefix in prefixes(name, day)])


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
    operands += [_in_a_row(index, each.words) | _any(index, each.named) for each in plan.phrases]
    return _all_of(operands, index)


def page_of(query: ClaimQuery, page: Page, hits: BitMap, after: int | None, index: Index) -> list[int]:
    """Numbers of up to ``page.limit`` + 1 of ``hits`` that follow claim ``after``; one more shows that more follow.

    :func:`app.core.query.sort_key` is the meaning. An order is a sequence of disjoint groups, each in document order; a
    page begins in the group of the claim before it, whether that claim matches or not.
    """
    name, way, wanted = page.sort.lstrip("-"), -1 if page.sort.startswith("-") else 1, page.limit + 1
    if page.sort == "-document":
        end = len(hits) if after is None else hits.rank(after) - (after in hits)
        return list(hits[max(0, end - wanted) : end])[::-1]
    groups = _ORDERS[name](query, hits, after, index, way)
    following = (each.iter_equal_or_larger(0 if last is None else last + 1) for each, last in groups)
    return list(islice(chain.from_iterable(following), wanted))


def counted(name: str, day: date | None, hits: BitMap, index: Index) -> dict[str, int]:
    """How many of ``hits`` have each value of ``name`` on ``day``; the larger count first, then by value."""
    found: dict[str, int] = {}
    for prefix in prefixes(name, day) if hits else ():
        if hits is index.everything:
            counts = list(index.counts(prefix).items())
        else:
            counts = [(value, claims.intersection_cardinality(hits)) for value, claims in index.values(prefix).items()]
        for value, count in counts:
            if count:
                found[value] = found.get(value, 0) + count
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def most_like(keys: Iterable[str], index: Index, wanted: int) -> list[int]:
    """Up to ``wanted`` claims that have the most of ``keys``, among those of the four rarest.

    One slip of the pen spoils at most three trigrams, so of four one is left.
    """
    having = sorted(filter(None, map(index.claims, keys)), key=len)
    candidates = _union(having[:4])
    levels = sorted(_by_level(candidates, having).items(), reverse=True)
    return list(islice(chain.from_iterable(claims for _, claims in levels), wanted))


def _any(index: Index, keys: Sequence[str]) -> BitMap:
    return _union(list(filter(None, map(index.claims, keys))))


def _in_a_row(index: Index, words: Sequence[str]) -> BitMap:
    """The claims in whose own text ``words`` stand together."""
    places = BitMap.intersection(*[index.claims(f"at={word}").shift(-nth * BLOCK) for nth, word in enumerate(words)])
    last = places.max() // BLOCK if places else -1
    return BitMap.union(EMPTY, *[(places & _block(nth)).shift(-nth * BLOCK) for nth in range(last + 1)])


@lru_cache(maxsize=MOST_WORDS)
def _block(nth: int) -> BitMap:
    return BitMap(range(nth * BLOCK, (nth + 1) * BLOCK))


def _union(bitmaps: Sequence[BitMap]) -> BitMap:
    return bitmaps[0] if len(bitmaps) == 1 else BitMap.union(*bitmaps) if bitmaps else EMPTY


def _all_of(bitmaps: Sequence[BitMap], index: Index) -> BitMap:
    if len(bitmaps) < 2:
        return bitmaps[0] if bitmaps else index.everything
    return BitMap.intersection(*sorted(bitmaps, key=len))


def _by_document(query: ClaimQuery, hits: BitMap, after: int | None, index: Index, way: int) -> Iterator[Group]:
    yield hits, after


def _by_status(query: ClaimQuery, hits: BitMap, after: int | None, index: Index, way: int) -> Iterator[Group]:
    having: dict[str, list[BitMap]] = {}
    for prefix in prefixes("status", query.as_of):
        for value, claims in index.values(prefix).items():
            having.setdefault(value, []).append(claims)
    for status in list(Status)[::way]:
        claims = _union(having.get(status, ()))
        if after is None or after in claims:
            yield hits & claims, after
            after = None


def _by_relevance(query: ClaimQuery, hits: BitMap, after: int | None, index: Index, way: int) -> Iterator[Group]:
    asked = search(query.q).words
    # A word that is in no name is in the text of every hit.
    own = [index.claims(f"text={word}") for word in asked if index.claims(f"name={word}")]
    levels, least = _by_level(hits, own), len(asked) - len(own)
    last = None if after is None else sum(after in index.claims(f"text={word}") for word in asked)
    for level in range(len(asked) + 1)[::-way]:
        if last is None or level == last:
            yield levels.get(level - least, EMPTY), after if last is not None else None
            last = None


def _by_level(claims: BitMap, raising: Iterable[BitMap]) -> dict[int, BitMap]:
    """``claims`` by how many of ``raising`` have them."""
    levels = {0: claims}
    for each in raising:
        rising = {level + 1: part & each for level, part in levels.items()}
        levels = {level: part - each for level, part in levels.items()}
        for level, part in rising.items():
            levels[level] = levels[level] | part if level in levels else part
    return {level: part for level, part in levels.items() if part}


def _by_period(query: ClaimQuery, hits: BitMap, after: int | None, index: Index, way: int) -> Iterator[Group]:
    top = (len(index.counts("span")) - 1).bit_length()
    dated = index.claims(f"span@{top}.0=")
    if after is None or after in dated:
        yield from _by_rank("span", hits & dated, after, index, way, top)
        after = None
    yield hits - dated, after


def _by_rank(
    name: str, claims: BitMap, after: int | None, index: Index, way: int, level: int, nth: int = 0
) -> Iterator[Group]:
    """``claims`` by the rank of their value, from that of claim ``after`` on; an interval is halved where needed.

    One claim alone is in order.
    """
    if not claims:
        return
    if level <= 0 or (len(claims) == 1 and after is None):
        yield claims, after
        return
    first = index.claims(f"{name}@{level - 1}.{2 * nth}=")
    holder = None if after is None else 2 * nth + (after not in first)
    for half in (2 * nth, 2 * nth + 1)[::way]:
        if holder is None or holder == half:
            part = claims - first if half & 1 else claims & first
            yield from _by_rank(name, part, after if holder == half else None, index, way, level - 1, half)
            holder = None


_ORDERS: Mapping[str, Callable[[ClaimQuery, BitMap, int | None, Index, int], Iterator[Group]]] = {
    "document": _by_document, "status": _by_status, "period": _by_period, "relevance": _by_relevance,
}  # fmt: skip
"""For each order its groups; the last argument is -1 where they come the other way round."""

"""A question to an edition in a database: which bitmaps it needs, and what those say.

:func:`app.query.matches` and :func:`app.query.sort_key` are the meaning. What is needed is known beforehand, so that it
is fetched in one go; nothing here waits.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pyroaring import BitMap

from app.model import Header
from app.query import ClaimQuery, Page, search
from app.store.calendar import PERIODS, Calendar, Standing, happened
from app.store.index import STATUSES, by_level
from app.store.keys import Codes, own_key, word_key
from app.store.naming import Naming
from app.store.pages import grouped, in_order
from app.store.pairs import Run, Runs
from app.store.slices import Found, Slices

BEFOREHAND = 100
"""Values up to which the bitmaps of facets are fetched before it is known whether the answer has many claims."""


class Ground:
    """What all questions to one edition begin from."""

    def __init__(self, header: Header, size: int, counts: Mapping[str, int], common: int, turns: int) -> None:
        """``counts`` says how many claims have each term and each word that at least ``common`` have."""
        self.codes = Codes(header)
        self.counts = counts
        self.everything = BitMap(range(size))
        self.calendar = Calendar(turns, self.everything)
        self.naming = Naming(header)
        self.runs = Runs(self.naming, self.codes, counts, common)
        self.facets = self.codes.facets(counts)


class Question:
    """One question, and the page of its answer that is wanted."""

    def __init__(self, ground: Ground, query: ClaimQuery, page: Page) -> None:
        self._ground = ground
        self._query = query
        self._page = page
        self._asked = search(query.q)
        self.day = query.as_of.toordinal() if query.as_of else None
        # Held here: another question may have it forgotten before this one's bitmaps have come.
        self._standing = None if self.day is None else ground.calendar.kept(self.day)
        self.runs: list[Run] = [ground.runs.run(each) for each in self._asked.phrases]
        """Words that must stand together."""
        implied = set[str]().union(*(run.implied for run in self.runs))
        self._words = [key for word in sorted(self._asked.words) if (key := word_key(word)) not in implied]
        self._terms = [
            ground.codes.alternatives(name, wanted) for name, wanted in query.filters() if not self._of_day(name)
        ]
        self.counted: Mapping[str, tuple[str, str]] = {
            key: pair for facet in page.facets if not self._of_day(facet) for key, pair in ground.facets[facet].items()
        }
        """Keys of the values over which the answer is counted, each with facet and value."""

    def keys(self) -> set[str]:
        """Keys of the bitmaps that are needed."""
        keys = {*self._words, *(key for each in self._terms for key in each)}
        keys.update(*((*run.pairs, *run.named) for run in self.runs))
        if self._query.during:
            keys.update(PERIODS)
        if self.day is not None and self._standing is None and self._by_day:
            keys.update(self._ground.calendar.keys())
        if len(self.counted) <= BEFOREHAND:
            keys.update(self.counted)
        if self._sort == "status" and self.day is None:
            keys.update(self._status_keys().values())
        elif self._sort == "period":
            keys.update(PERIODS)
        elif self._sort == "relevance":
            keys.update(*((word_key(word), own_key(word)) for word in self._asked.words))
        return keys

    def hits(self, found: Found) -> BitMap:
        """Claims that match, or may where :attr:`unsure` names a run."""
        if self._asked.impossible:
            return BitMap()
        parts = [found[key] for key in self._words]
        parts += [union(found[key] for key in each) for each in self._terms]
        parts += [
            union([BitMap.intersection(*[found[key] for key in run.pairs]), self.named(run, found)])
            for run in self.runs
            if run.pairs
        ]
        if self._query.during:
            parts.append(happened(found, self._query.during))
        if self._query.status and self.day is not None:
            standing = self.standing(found)
            parts.append(union(standing[status] for status in self._query.status if status in standing))
        if not parts:
            return self._ground.everything
        return BitMap.intersection(*sorted(parts, key=len)) if len(parts) > 1 else parts[0]

    @property
    def unsure(self) -> list[Run]:
        """Runs for which the texts of the hits must be looked at."""
        return [run for run in self.runs if not run.told]

    def named(self, run: Run, found: Found) -> BitMap:
        """Claims in a name of whose sources or entities the words of ``run`` stand."""
        return union(found[key] for key in run.named)

    def standing(self, found: Found) -> Standing:
        """How all claims stood on the question's day, or stand at the end."""
        if self.day is not None:
            self._standing = self._standing or self._ground.calendar.standing(self.day, found)
            return self._standing
        return {status: found[key] for status, key in self._status_keys().items()}

    def counts(self, hits: BitMap, found: Found) -> dict[tuple[str, str], int]:
        """How many of ``hits`` have each facet's value."""
        if len(hits) == len(self._ground.everything):
            return {pair: self._ground.counts[key] for key, pair in self.counted.items()}
        return {pair: hits.intersection_cardinality(found[key]) for key, pair in self.counted.items()}

    def page(self, hits: BitMap, found: Found, after: int | None) -> list[int]:
        """Numbers of up to ``limit`` + 1 claims that follow claim ``after``: one more shows that more follow."""
        wanted, way = self._page.limit + 1, -1 if self._page.sort.startswith("-") else 1
        match self._sort:
            case "status":
                return list(islice(self._by_status(hits, found, after, way), wanted))
            case "period":
                return self._by_period(hits, found, after, way, wanted)
            case "relevance":
                return list(islice(self._by_relevance(hits, found, after, way), wanted))
            case _:
                return list(islice(in_order([hits], after, way), wanted))

    @property
    def _sort(self) -> str:
        return self._page.sort.lstrip("-")

    @property
    def _by_day(self) -> bool:
        """Whether it matters how claims stood on a day."""
        return bool(self._query.status) or "status" in self._page.facets or self._sort == "status"

    def _of_day(self, name: str) -> bool:
        return name == "status" and self._query.as_of is not None

    def _status_keys(self) -> dict[str, str]:
        return {str(status): self._ground.codes.key["status", status] for status in STATUSES}

    def _by_status(self, hits: BitMap, found: Found, after: int | None, way: int) -> Iterator[int]:
        groups = list(self.standing(found).values())[::way]
        last = None if after is None else next(rank for rank, group in enumerate(groups) if after in group)
        return grouped(((rank, [hits, group]) for rank, group in enumerate(groups)), last, after)

    def _by_relevance(self, hits: BitMap, found: Found, after: int | None, way: int) -> Iterator[int]:
        # A word that no name has is in the text of every claim that has it.
        words, has = self._asked.words, self._ground.naming.has
        own = {word: found[own_key(word) if has(word) else word_key(word)] for word in words}
        named = [own[word] for word in words if has(word)]
        levels = by_level(hits, len(words) - len(named), named)[::way]
        last = None if after is None else -way * sum(after in each for each in own.values())
        return grouped(((-way * level, [claims]) for level, claims in levels), last, after)

    def _by_period(self, hits: BitMap, found: Found, after: int | None, way: int, wanted: int) -> list[int]:
        periods = Slices(found, "starts", "ends")
        dated, others = hits & periods.having, hits - periods.having
        if after is not None and after in periods.having:
            dated, same = periods.beyond(dated, periods.number(after), way)
            dated |= same[same.rank(after) :]
        elif after is not None:
            dated, others = BitMap(), others[others.rank(after) :]
        numbers = periods.first(dated, wanted, way)
        return [*numbers, *others[: wanted - len(numbers)]]


def union(bitmaps: Iterable[BitMap]) -> BitMap:
    """What any of them has."""
    found = list(bitmaps)
    return BitMap.union(*found) if len(found) > 1 else found[0] if found else BitMap()

"""Pages: which claims come next in an order, without putting the whole answer in order.

:func:`app.query.sort_key` is the meaning. Claims that an order holds equal follow the document, so an order is a row of
groups; a page begins in the group of the claim before it and runs on until it is full.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import ClassVar

from pyroaring import BitMap

from app.query import ClaimQuery, Page, search
from app.store.bodies import Bodies
from app.store.index import STATUSES, Index
from app.store.sections import Sections

_FEW = 512
"""Claims that are quicker put into an array, all of them, than walked to the end of a page."""


class Pages:
    """Finds the claims of a page among the hits of a question."""

    def __init__(self, sections: Sections, index: Index, bodies: Bodies) -> None:
        self._index = index
        self._bodies = bodies
        self._sections = sections

    def page(self, query: ClaimQuery, page: Page, factors: Sequence[BitMap], after: int | None) -> list[int]:
        """Numbers of up to ``page.limit`` + 1 claims that follow claim ``after``: one more shows that more follow."""
        following, way = self._ORDERS[page.sort]
        return list(islice(following(self, query, factors, after, way), page.limit + 1))

    def _by_document(self, query: ClaimQuery, factors: Sequence[BitMap], after: int | None, way: int) -> Iterator[int]:
        if way > 0 and not factors:
            return iter(range(0 if after is None else after + 1, len(self._index.everything)))
        return in_order(factors if way > 0 else [self._index.hits(factors)], after, way)

    def _by_status(self, query: ClaimQuery, factors: Sequence[BitMap], after: int | None, way: int) -> Iterator[int]:
        keys = STATUSES[::way]
        groups = ((rank, self._index.status(status, query.as_of)) for rank, status in enumerate(keys))
        last = None if after is None else keys.index(self._bodies.status(after, query.as_of))
        return grouped(((rank, [*factors, group]) for rank, group in groups), last, after)

    def _by_relevance(self, query: ClaimQuery, factors: Sequence[BitMap], after: int | None, way: int) -> Iterator[int]:
        asked = search(query.q)
        levels = self._index.levels(factors, asked)[::way]
        last = None
        if after is not None:
            last = -way * sum(after in self._index.own_word(word) for word in asked.words)
        return grouped(((-way * level, [claims]) for level, claims in levels), last, after)

    def _by_period(self, query: ClaimQuery, factors: Sequence[BitMap], after: int | None, way: int) -> Iterator[int]:
        name = "period" if way > 0 else "period.back"
        order, rank = self._sections.numbers(name, "I"), self._sections.numbers(f"{name}.rank", "I")
        return _ranked(self._index.hits(factors), order, rank, 0 if after is None else rank[after] + 1)

    _ORDERS: ClassVar = {
        f"{sign}{name}": (following, way)
        for name, following in {
            "document": _by_document, "status": _by_status, "period": _by_period, "relevance": _by_relevance,
        }.items()
        for sign, way in (("", 1), ("-", -1))
    }  # fmt: skip
    """For each order that can be asked for, what follows in it, and which way round."""


def in_order(factors: Sequence[BitMap], after: int | None, way: int) -> Iterator[int]:
    """What all of ``factors`` have and follows ``after`` in the order of the record; backward there is one of them."""
    return _common(factors, 0 if after is None else after + 1) if way > 0 else _backward(factors[0], after)


def _common(factors: Sequence[BitMap], start: int) -> Iterator[int]:
    """What all of ``factors`` have from ``start`` on."""
    first, *others = factors
    if others:
        return _in_runs(first, others, start)
    if len(first) <= _FEW:
        return iter(first.to_array()[first.rank(start - 1) if start else 0 :])
    return first.iter_equal_or_larger(start)


def _in_runs(first: BitMap, others: Sequence[BitMap], start: int) -> Iterator[int]:
    """What all of them have, looked for in runs of the ``first`` that grow until enough is taken."""
    at, size = first.rank(start - 1) if start else 0, 64
    while at < len(first):
        run = first[at : at + size]
        for other in others:
            run &= other
        yield from run.to_array()
        at, size = at + size, min(size * 4, 2**16)


def _backward(hits: BitMap, before: int | None) -> Iterator[int]:
    end = len(hits) if before is None else hits.rank(before) - (before in hits)
    while end > 0:
        start = max(0, end - 128)
        yield from reversed(hits[start:end])
        end = start


def grouped(groups: Iterable[tuple[int, Sequence[BitMap]]], last: int | None, after: int | None) -> Iterator[int]:
    """Claims of ``groups``, which ascend by their key, from claim ``after`` of the group ``last`` on."""
    return chain.from_iterable(
        _common(sorted(factors, key=len), after + 1 if after is not None and key == last else 0)
        for key, factors in groups
        if last is None or key >= last
    )


def _ranked(hits: BitMap, order: memoryview, rank: memoryview, start: int) -> Iterator[int]:
    """Hits along ``order`` from ``start`` on, by whichever is shorter: walking the order, or sorting the hits."""
    if len(hits) ** 2 <= 64 * len(order):
        yield from sorted((each for each in hits if rank[each] >= start), key=rank.__getitem__)
        return
    for each in order[start:]:
        if each in hits:
            yield each

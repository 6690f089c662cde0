"""The orders of a result, and its pages.

An order is a sequence of disjoint groups of claims that it holds equal, each in document order;
:func:`app.core.query.sort_key` is the meaning.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice, takewhile
from typing import TypeAlias

from pyroaring import BitMap

from app.core.query import ClaimQuery, Page, search
from app.core.vocabulary import Status
from app.store.plan import EMPTY, Index, by_level, prefixes, union

Group: TypeAlias = tuple[BitMap, int | None]
"""Claims that an order holds equal, and the claim among them after which a page begins."""


def page_of(query: ClaimQuery, page: Page, hits: BitMap, after: int | None, index: Index) -> list[int]:
    """Numbers of up to ``page.limit`` + 1 of ``hits`` that follow claim ``after``; one more shows that more follow.

    A page begins in the group of the claim before it, whether that claim matches or not.
    """
    name, way, wanted = page.sort.lstrip("-"), -1 if page.sort.startswith("-") else 1, page.limit + 1
    if page.sort == "-document":
        end = len(hits) if after is None else hits.rank(after) - (after in hits)
        return list(hits[max(0, end - wanted) : end])[::-1]
    groups = _ORDERS[name](query, hits, after, index, way)
    following = (each.iter_equal_or_larger(0 if last is None else last + 1) for each, last in groups)
    return list(islice(chain.from_iterable(following), wanted))


def page_before(query: ClaimQuery, page: Page, hits: BitMap, before: int, index: Index) -> list[int]:
    """Numbers of up to ``page.limit`` + 1 of ``hits`` before claim ``before``; one more shows that more come before."""
    if before not in hits:
        following = page_of(query, page, hits, before, index)
        before = following[0] if following else -1
    if page.sort == "-document":
        begin = hits.rank(before) if before >= 0 else 0
        return list(hits[begin : begin + page.limit + 1])[::-1]
    name, way = page.sort.lstrip("-"), -1 if page.sort.startswith("-") else 1
    ordered = chain.from_iterable(group for group, _ in _ORDERS[name](query, hits, None, index, way))
    return list(deque(takewhile(before.__ne__, ordered), maxlen=page.limit + 1))


def _by_document(query: ClaimQuery, hits: BitMap, after: int | None, index: Index, way: int) -> Iterator[Group]:
    yield hits, after


def _by_status(query: ClaimQuery, hits: BitMap, after: int | None, index: Index, way: int) -> Iterator[Group]:
    having: dict[str, list[BitMap]] = {}
    for prefix in prefixes("status", query.as_of):
        for value, claims in index.values(prefix).items():
            having.setdefault(value, []).append(claims)
    for status in list(Status)[::way]:
        claims = union(having.get(status, ()))
        if after is None or after in claims:
            yield hits & claims, after
            after = None


def _by_relevance(query: ClaimQuery, hits: BitMap, after: int | None, index: Index, way: int) -> Iterator[Group]:
    asked = search(query.q).words
    # A word that is in no name is in the text of every hit.
    own = [index.claims(f"text={word}") for word in asked if index.claims(f"name={word}")]
    levels, least = by_level(hits, own), len(asked) - len(own)
    last = None if after is None else sum(after in index.claims(f"text={word}") for word in asked)
    for level in range(len(asked) + 1)[::-way]:
        if last is None or level == last:
            yield levels.get(level - least, EMPTY), after if last is not None else None
            last = None


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

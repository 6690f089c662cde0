"""Claims as rows in PostgreSQL's binary COPY format, as its documentation of ``COPY`` lays it down.

Python makes the bytes that the database stores; the database only takes them over. This is most of the work of an
import, so it is done for many claims at once and, for large records, in several processes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import TypeAlias

from app.model import Claim, Header
from app.query import terms, words
from app.served import Rendering, render
from app.status import timeline
from app.store.keys import NEVER, Codes, in_a_row, word_key
from app.vocabulary import Status

Changes: TypeAlias = list[tuple[int, int]]
"""Days on which a claim's status changes, each with the status from then on, as its place in the sort order."""
Pairs: TypeAlias = list[tuple[str, str]]
"""Filters, each with a value that a claim has; the status comes first."""

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
FOOT = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
_INT2, _INT4, _TEXT = 21, 23, 25
"""Object ids of the types, the same in every database."""

_SIZE = Struct(">i")
_CLAIM = Struct(">hiiiiihiiii")
_BODY = Struct(">hiiii")
_PERIOD = Struct(">hiiiiiiiiihib")
_ARRAY = Struct(">iiiiii")
_PLACES = {status: place for place, status in enumerate(Status)}


@dataclass(slots=True)
class Rows:
    """The rows of some claims that follow each other: for each table a whole COPY stream."""

    claims: bytes
    bodies: bytes
    periods: bytes
    records: list[bytes]
    """Each claim as the record's own JSON, from which the revision is reckoned."""
    counts: Counter[str]
    """How many of the claims have each key but words."""
    last_day: int
    """No status of theirs changes after this day."""


class Writer:
    """Makes the rows of one edition."""

    def __init__(self, header: Header, edition: int) -> None:
        self._header = header
        self._edition = edition
        self._codes = Codes(header)
        self._named = lru_cache(maxsize=65536)(lambda name: tuple(words(name)))
        self._item = lru_cache(maxsize=65536)(lambda text: _sized(text.encode()))

    def rows(self, claims: Iterable[tuple[int, Claim]]) -> Rows:
        """Rows of ``claims``, each with its position in the record."""
        slim, fat, dated = [HEAD], [HEAD], [HEAD]
        records: list[bytes] = []
        counts: Counter[str] = Counter()
        last_day = 0
        for position, claim in claims:
            periods = timeline(claim, self._header)
            rendering = render(claim, self._header, periods)
            spoken, named = words(claim.text), [self._named(name) for name in self._names(claim)]
            changes = _changes(rendering)
            pairs = self._pairs(claim, rendering)
            keys = [self._codes.key[pair] for pair in pairs]
            slim += self._claim(position, claim, changes, pairs)
            slim.append(self._texts(dict.fromkeys(chain(keys, map(word_key, chain(spoken, *named))))))
            fat += self._body(position, claim, rendering, spoken, named)
            dated += self._periods(position, rendering, {day for day, _ in changes})
            records.append(rendering.record)
            counts.update(keys)
            last_day = max(last_day, rendering.periods[-1][0].toordinal())
        claims_, bodies, periods_ = (b"".join((*parts, FOOT)) for parts in (slim, fat, dated))
        return Rows(claims_, bodies, periods_, records, counts, last_day)

    def _claim(self, position: int, claim: Claim, changes: Changes, pairs: Pairs) -> Iterator[bytes]:
        span = claim.span
        starts, ends = (span.start.toordinal(), span.end.toordinal()) if span else (NEVER, NEVER)
        status = _PLACES[Status(pairs[0][1])]
        yield _CLAIM.pack(9, 4, self._edition, 4, position, 2, status, 4, starts, 4, ends)
        yield _numbers(_INT4, [code for pair in pairs if (code := self._codes.code.get(pair)) is not None])
        yield _numbers(_INT4, [day for day, _ in changes])
        yield _numbers(_INT2, [status for _, status in changes])

    def _body(
        self, position: int, claim: Claim, rendering: Rendering, spoken: list[str], named: list[tuple[str, ...]]
    ) -> Iterator[bytes]:
        yield _BODY.pack(8, 4, self._edition, 4, position)
        yield _sized(claim.id.encode())
        yield _sized(_SIZE.pack(len(rendering.head)))
        yield _sized(rendering.at(None))
        yield _sized(in_a_row(spoken).encode())
        yield _sized("\n".join(map(in_a_row, named)).encode())
        yield self._texts(dict.fromkeys(ref for each in claim.statements for ref in each.passages))

    def _periods(self, position: int, rendering: Rendering, changed: set[int]) -> Iterator[bytes]:
        firsts = [start.toordinal() for start, _, _ in rendering.periods]
        for first, until, (_, status, tail) in zip(firsts, [*firsts[1:], NEVER], rendering.periods, strict=True):
            yield _PERIOD.pack(
                7, 4, self._edition, 4, position, 4, first, 4, until, 2, _PLACES[status], 1, first in changed
            )
            yield NULL if until == NEVER else _sized(tail)

    def _pairs(self, claim: Claim, rendering: Rendering) -> Pairs:
        values = {"status": [rendering.periods[-1][1].value], **terms(claim, self._header)}
        return [(name, value) for name, each in values.items() for value in each]

    def _names(self, claim: Claim) -> Iterator[str]:
        for id_ in dict.fromkeys(id_ for each in claim.statements for id_ in (each.source, *each.via)):
            yield self._header.source_by_id[id_].name
        for id_ in dict.fromkeys((*claim.about, *claim.parties)):
            yield self._header.entity_by_id[id_].name
            yield from self._header.entity_by_id[id_].aliases

    def _texts(self, texts: Iterable[str]) -> bytes:
        return _array(_TEXT, [self._item(each) for each in texts])


def _changes(rendering: Rendering) -> Changes:
    changes, before = [], Status.not_yet_made
    for start, status, _ in rendering.periods:
        if status is not before:
            changes.append((start.toordinal(), _PLACES[status]))
        before = status
    return changes


def _numbers(type_: int, numbers: Iterable[int]) -> bytes:
    return _array(type_, [_item(type_, each) for each in numbers])


@lru_cache(maxsize=65536)
def _item(type_: int, number: int) -> bytes:
    return _sized(number.to_bytes(2 if type_ == _INT2 else 4, "big", signed=True))


def _array(type_: int, items: Sequence[bytes]) -> bytes:
    body = b"".join(items)
    whole = _ARRAY.pack(20 + len(body), 1, 0, type_, len(items), 1) + body
    return whole if items else _SIZE.pack(12) + bytes(8) + _SIZE.pack(type_)


def _sized(value: bytes) -> bytes:
    return _SIZE.pack(len(value)) + value

"""Claims as rows in PostgreSQL's binary COPY format, as its documentation of ``COPY`` lays it down.

Python makes the bytes that the database stores; the database only takes them over. This is most of the work of an
import, so it is done for many claims at once and, for large records, in several processes.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import TypeAlias

from app.model import Claim, Header
from app.query import terms, words
from app.served import Tails, head, tails
from app.status import timeline
from app.store.crew import RUN, chunks
from app.store.keys import NEVER, Codes, in_a_row, own_key, word_key
from app.store.naming import Naming
from app.store.slices import Dates
from app.vocabulary import Status

Changes: TypeAlias = list[tuple[int, int]]
"""Days on which a claim's status changes, each with the status from then on, as its place in the sort order."""
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
FOOT = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
_INT4, _TEXT = 23, 25
"""Object ids of the types, the same in every database."""

_SIZE = Struct(">i")
_BODY = Struct(">hiiii")
_PERIOD = Struct(">hiiiiiiiiib")
_ARRAY = Struct(">iiiiii")
_PLACES = {status: place for place, status in enumerate(Status)}


@dataclass(slots=True)
class Rows:
    """The rows of some claims that follow each other: for each table a whole COPY stream."""

    bodies: bytes
    periods: bytes
    lines: bytes
    """The claims as the record's own JSON, a line each, from which the revision is reckoned."""
    size: int
    """How many claims they are."""
    keys: list[str]
    """Each key that any of the claims has."""
    having: "array[int]"
    """Positions of the claims that have each of the keys: as many as ``sizes`` says for one key, then for the next."""
    sizes: "array[int]"
    dates: Dates
    last_day: int
    """No status of theirs changes after this day."""


@dataclass(slots=True)
class _Made:
    """Rows in the making."""

    fat: list[bytes] = field(default_factory=lambda: [HEAD])
    dated: list[bytes] = field(default_factory=lambda: [HEAD])
    lines: list[bytes] = field(default_factory=list)
    postings: "dict[str, array[int]]" = field(default_factory=dict)
    dates: Dates = field(default_factory=Dates)
    last_day: int = 0

    def add_postings(self, positions: Sequence[int], keys: Sequence[Sequence[str]]) -> None:
        postings = self.postings
        for position, each in zip(positions, keys, strict=True):
            for key in each:
                if key in postings:
                    postings[key].append(position)
                else:
                    postings[key] = array("I", (position,))

    def rows(self) -> Rows:
        bodies, periods = (b"".join((*parts, FOOT)) for parts in (self.fat, self.dated))
        having = array("I", b"".join(self.postings.values()))
        sizes = array("I", map(len, self.postings.values()))
        lines = b"}\n".join((*self.lines, b""))
        keys = list(self.postings)
        return Rows(bodies, periods, lines, len(self.lines), keys, having, sizes, self.dates, self.last_day)


class Writer:
    """Makes the rows of one edition."""

    def __init__(self, header: Header, edition: int) -> None:
        self._header = header
        self._edition = edition
        self._values = _values(Codes(header))
        self._spoken = _Spoken(Naming(header))
        self._source = lru_cache(maxsize=65536)(self._source_names)
        self._entity = lru_cache(maxsize=65536)(self._entity_names)
        self._items = _Items()

    def rows(self, claims: Iterable[tuple[int, Claim]]) -> Rows:
        """Rows of ``claims``, each with its position in the record."""
        made = _Made()
        for run in chunks(claims, RUN):
            self._add(run, made)
        return made.rows()

    def _add(self, run: Sequence[tuple[int, Claim]], made: "_Made") -> None:
        header = self._header
        positions, claims = [position for position, _ in run], [claim for _, claim in run]
        timelines = [timeline(claim, header) for claim in claims]
        heads = [head(claim) for claim in claims]
        standings = [tails(claim, header, periods) for claim, periods in zip(claims, timelines, strict=True)]
        changes = [_changes(periods) for periods in standings]
        spoken = [words(claim.text) for claim in claims]
        terms_ = [self._terms(*each) for each in zip(claims, standings, strict=True)]
        keys = [self._keys(*each) for each in zip(claims, (keys for keys, _ in terms_), spoken, strict=True)]
        codes = [codes for _, codes in terms_]
        made.lines += heads
        made.last_day = max(made.last_day, *(periods[-1][0].toordinal() for periods in standings))
        made.add_postings(positions, keys)
        for position, claim, each in zip(positions, claims, changes, strict=True):
            made.dates.add(position, claim.span, each)
        for body in map(self._body, positions, claims, heads, standings, spoken, codes):
            made.fat += body
        for dated in chain.from_iterable(map(self._periods, positions, standings, changes)):
            made.dated += dated

    def _body(
        self, position: int, claim: Claim, head_: bytes, periods: Tails, spoken: list[str], codes: list[bytes]
    ) -> tuple[bytes, ...]:
        id_, body = claim.id.encode(), head_ + periods[-1][2]
        refs = dict.fromkeys([ref for each in claim.statements for ref in each.passages])
        return (
            _BODY.pack(8, 4, self._edition, 4, position),
            _sized(id_),
            _integer(len(head_)),
            _sized(body),
            _sized(in_a_row(spoken).encode()),
            self._texts(refs),
            _array(_INT4, codes),
        )

    def _periods(self, position: int, periods: Tails, changes: Changes) -> Iterator[tuple[bytes, bytes]]:
        firsts = [start.toordinal() for start, _, _ in periods]
        changed = {day for day, _ in changes}
        for first, until, (_, _, tail) in zip(firsts, [*firsts[1:], NEVER], periods, strict=True):
            row = _PERIOD.pack(6, 4, self._edition, 4, position, 4, first, 4, until, 1, first in changed)
            yield row, NULL if until == NEVER else _sized(tail)

    def _terms(self, claim: Claim, periods: Tails) -> tuple[list[str], list[bytes]]:
        """Keys of the claim but words, and the codes of those over which results are counted."""
        found = [self._values["status"][periods[-1][1]]]
        for name, values in terms(claim, self._header).items():
            known = self._values[name]
            # In order, so that the same claim makes the same row wherever it is made.
            found += [known[value] for value in (sorted(values) if len(values) > 1 else values)]
        return [key for key, _ in found], [code for _, code in found if code]

    def _keys(self, claim: Claim, terms_: list[str], spoken: Sequence[str]) -> list[str]:
        """Keys of a claim, each once: of its terms, of its own words, of the names of its sources and entities."""
        found = [*terms_, *chain.from_iterable(map(self._spoken.__getitem__, spoken))]
        for source in dict.fromkeys([id_ for each in claim.statements for id_ in (each.source, *each.via)]):
            found += self._source(source)
        for entity in dict.fromkeys((*claim.about, *claim.parties)):
            found += self._entity(entity)
        return list(dict.fromkeys(found))

    def _source_names(self, id_: str) -> list[str]:
        return list(map(word_key, words(self._header.source_by_id[id_].name)))

    def _entity_names(self, id_: str) -> list[str]:
        entity = self._header.entity_by_id[id_]
        return [word_key(word) for name in (entity.name, *entity.aliases) for word in words(name)]

    def _texts(self, texts: Iterable[str]) -> bytes:
        items = self._items
        return _array(_TEXT, [items[each] for each in texts])


class _Spoken(dict[str, tuple[str, ...]]):
    """The keys of a word in a claim's own text."""

    def __init__(self, naming: Naming) -> None:
        super().__init__()
        self._naming = naming

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) > 100_000:
            self.clear()
        keys = (word_key(word), own_key(word)) if self._naming.has(word) else (word_key(word),)
        self[word] = keys
        return keys


class _Items(dict[str, bytes]):
    """Texts as items of an array."""

    def __missing__(self, text: str) -> bytes:
        if len(self) > 100_000:
            self.clear()
        self[text] = item = _sized(text.encode())
        return item


def _values(codes: Codes) -> dict[str, dict[str, tuple[str, bytes]]]:
    """For each filter and value the key, and the code as an item of an array, empty where nothing is counted."""
    values: dict[str, dict[str, tuple[str, bytes]]] = {}
    for (name, value), key in codes.key.items():
        code = codes.code.get((name, value))
        values.setdefault(name, {})[value] = key, b"" if code is None else _integer(code)
    return values


def _changes(periods: Tails) -> Changes:
    changes, before = [], Status.not_yet_made
    for start, status, _ in periods:
        if status is not before:
            changes.append((start.toordinal(), _PLACES[status]))
        before = status
    return changes


@lru_cache(maxsize=65536)
def _integer(number: int) -> bytes:
    return _sized(number.to_bytes(4, "big"))


def _array(type_: int, items: Sequence[bytes]) -> bytes:
    body = b"".join(items)
    if not items:
        return _SIZE.pack(12) + bytes(8) + _SIZE.pack(type_)
    return _ARRAY.pack(20 + len(body), 1, 0, type_, len(items), 1) + body


def _sized(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value

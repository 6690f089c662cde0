"""An edition in the database's tables: rows by SQL, counts of common words by bitmaps.

Nothing is kept here but the header, the bitmaps that were asked for last, and how many claims some questions had.
"""

import json
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from psycopg.types.numeric import Int4, Int8
from pyroaring import BitMap

from app.errors import CursorInvalid
from app.model import Claim, Header
from app.query import ClaimQuery, Page, nearest
from app.served import Transition, render, transitions
from app.status import timeline
from app.store import Changes, Edition, Found, sql
from app.store.conditions import Conditions
from app.store.connections import Connections
from app.store.keys import Codes
from app.store.pairs import Runs
from app.store.postings import Postings
from app.store.sections import Recent
from app.vocabulary import Status

_COMPARED, _NEAR = 2000, 100
"""Ids up to which all are compared with a misspelt one; of more, so many on each side. The same as in memory."""

_UNHOLDABLE = re.compile("[\0\ud800-\udfff]")
_BATCH = 500
_REMEMBERED = 512
_STOOD = 32
"""Questions with phrases of which the claims are kept, in whose texts those were found."""

_FEW = 2000
"""Claims among which a page is looked for one by one; of more, the first ones on the way are enough.

Ten times as many where each must be looked at, for a phrase or for a day.
"""

Counted: TypeAlias = tuple[int, Mapping[str, Mapping[str, int]]]
"""The total of an answer, and its facets."""


class PostgresEdition(Edition):
    """The record at one revision, in the database's tables of that edition."""

    def __init__(self, connections: Connections, row: Sequence[Any]) -> None:
        """``row`` is what :data:`app.store.sql.EDITION` gives."""
        self.number, self.revision, self.modified, self.size, self._last_day, counts, common, header = row
        self.header = Header.model_validate_json(header)
        self._ask = connections.ask
        self._codes = Codes(self.header)
        self._postings = Postings(connections.ask, self.number, json.loads(counts))
        self._runs = Runs(self.header, self._codes, self._postings.counts, common)
        self._facets = self._codes.facets(self._postings.counts)
        self._stood: Recent[ClaimQuery, BitMap] = Recent(_STOOD)
        self._counted: OrderedDict[tuple[ClaimQuery, tuple[str, ...]], Counted] = OrderedDict()

    async def claim(self, id: str, as_of: date | None = None) -> bytes | None:
        if not id.isascii() or "\0" in id:
            return None
        day = self._day(as_of)
        rows = await self._ask(sql.claim(self.number, on_a_day=day is not None), {"id": id, "day": day})
        return self._body(*rows[0]) if rows else None

    async def find(self, query: ClaimQuery, page: Page) -> Found:
        if page.after is not None and (not page.after.isascii() or "\0" in page.after):
            raise _gone()
        if self._day(query.as_of) is None:
            query = query._replace(as_of=None)
        where = Conditions(self.number, self._codes, query)
        claims = await self._having(query, where)
        counted = self._counted.get((query, page.facets))
        count: sql.Count = "nothing"
        if counted is None:
            counted, count = await self._count(query, page.facets, where, claims)
        exact = count == "nothing" and not where.by_rows
        if exact and claims is not None and counted is not None and page.sort.lstrip("-") == "document":
            found = await self._ask(*await self._known(claims, query, page))
            found.sort(reverse=page.sort.startswith("-"))
        else:
            _narrow(where, claims, exact=exact)
            rows = await self._ask(*sql.find(where, query, page, count), varied=True)
            if page.after is not None and not any(row[0] == sql.AFTER for row in rows):
                raise _gone()
            counted = self._sum(query, page.facets, rows, counted)
            found = sorted(row[1:] for row in rows if row[0] == sql.PAGE)
        self._remember(query, page.facets, counted)
        bodies = [self._body(body, before) for *_, body, before in found[: page.limit]]
        return Found(counted[0], bodies, found[page.limit - 1][-3] if len(found) > page.limit else None, counted[1])

    async def served(self, as_of: date | None = None) -> AsyncIterator[bytes]:
        day = self._day(as_of)
        question = sql.batch(self.number, on_a_day=day is not None)
        for start in range(0, self.size, _BATCH):
            for row in await self._ask(question, {"start": start, "end": start + _BATCH, "day": day}):
                yield self._body(*row)

    async def records(self) -> AsyncIterator[bytes]:
        for start in range(0, self.size, _BATCH):
            heads = await self._ask(sql.heads(self.number), {"start": start, "end": start + _BATCH})
            yield b"".join([part for (head,) in heads for part in (head, b"}\n")])

    async def changes(self, since: date, until: date, offset: int, limit: int) -> Changes:
        wanted = {"since": since.toordinal(), "until": until.toordinal(), "offset": Int8(offset), "limit": Int8(limit)}
        rows = await self._ask(sql.changes(self.number), wanted)
        dated = sorted((day, position, head) for _, day, position, head in rows if day is not None)
        total = rows[0][0]
        return Changes(total, [self._change(day, head) for day, _, head in dated], offset + len(dated) < total)

    async def coverage(self, document: str) -> Mapping[str, Sequence[str]]:
        resting: dict[str, list[str]] = {}
        if document in self.header.document_by_id:
            wanted = {"document": self._codes.key["document", document], "limit": 20 * _BATCH, "after": -1}
            while rows := await self._ask(sql.grounds(self.number), wanted):
                for _, id_, refs in rows:
                    for ref in refs:
                        resting.setdefault(ref, []).append(id_)
                wanted["after"] = rows[-1][0]
        return resting

    async def suggest(self, id: str) -> tuple[str, ...]:
        if self.size <= _COMPARED:
            rows = await self._ask(sql.ids(self.number))
        else:
            # What the database's text cannot hold gives way to what stands in the same place beside any id.
            near = _UNHOLDABLE.sub(lambda each: "\1" if each[0] == "\0" else "\uffff", id)
            rows = await self._ask(sql.neighbours(self.number), {"id": near, "back": near[::-1], "near": _NEAR})
        return nearest(id, (known for (known,) in rows))

    def _day(self, day: date | None) -> Int4 | None:
        """``day`` as a number; ``None`` where nothing changes after it."""
        return Int4(number) if day and (number := day.toordinal()) < self._last_day else None

    def _body(self, body: bytes, before: int) -> bytes:
        """A claim as served. Few ask for a day before anything was said, so that tail is made anew and not stored."""
        if not before:
            return body
        claim = Claim.model_validate_json(body + b"}")
        return body + render(claim, self.header, ()).before

    async def _having(self, query: ClaimQuery, where: Conditions) -> BitMap | None:
        """Claims that have the keys and phrases of ``where``, which keeps the phrases that only rows can tell."""
        runs = [self._runs.run(each) for each in where.runs]
        claims = await self._postings.claims(where.keys, where.alternatives, runs)
        if claims is None:
            return None
        where.runs = [run.words for run in runs if not run.told]
        if where.runs and len(claims) <= 10 * _FEW:
            stood = self._stood.get(query)
            if stood is None:
                rows = await self._ask(*sql.standing(where, claims.to_array()))
                stood = self._stood.of(query, lambda: BitMap([position for (position,) in rows]))
            claims, where.runs = stood, []
        return claims

    async def _count(
        self, query: ClaimQuery, facets: Sequence[str], where: Conditions, claims: BitMap | None
    ) -> tuple[Counted | None, sql.Count]:
        """Total and facets of the answer as far as they can be told without rows, and what rows must be counted for."""
        everything = not (where.keys or where.alternatives)
        if where.by_rows or (claims is None and not everything):
            return None, "facets" if facets else "total"
        keys = {key: pair for facet in facets for key, pair in self._facets[facet].items()}
        if claims is None:
            total, counts = self.size, self._postings.counts
        else:
            total, counts = len(claims), await self._postings.count(claims, keys)
        counted = self._codes.counted(facets, {pair: counts[key] for key, pair in keys.items()})
        return (total, counted), "status" if query.as_of and "status" in facets else "nothing"

    def _sum(
        self, query: ClaimQuery, facets: Sequence[str], rows: Sequence[Sequence[Any]], counted: Counted | None
    ) -> Counted:
        """Total and facets, as far as they are not ``counted`` already, from the rows that count them."""
        codes = {row[1]: row[7] for row in rows if row[0] == sql.CODE}
        places = enumerate(Status)
        on_day = {("status", value.value): codes.get(sql.LATER_STATUS - place, 0) for place, value in places}
        if counted is not None:
            return (counted[0], {**counted[1], **self._codes.counted(["status"], on_day)}) if codes else counted
        if not facets:
            return next(row[7] for row in rows if row[0] == sql.TOTAL), {}
        counts = {self._codes.named[code]: count for code, count in codes.items() if code >= 0}
        # Every claim has one kind, so the total need not be asked for.
        total = sum(count for (facet, _), count in counts.items() if facet == "kind")
        return total, self._codes.counted(facets, {**counts, **on_day} if query.as_of else counts)

    def _remember(self, query: ClaimQuery, facets: tuple[str, ...], counted: Counted) -> None:
        self._counted[query, facets] = counted
        self._counted.move_to_end((query, facets))
        if len(self._counted) > _REMEMBERED:
            self._counted.popitem(last=False)

    async def _known(self, claims: BitMap, query: ClaimQuery, page: Page) -> tuple[str, Mapping[str, Any]]:
        """What asks for the claims of a page of ``claims``, which are all that match, in the record's order."""
        after = await self._ask(sql.position(self.number), {"id": page.after}) if page.after is not None else None
        if after == []:
            raise _gone()
        some = _following(claims, after[0][0] if after else None, page)
        day = self._day(query.as_of)
        return sql.some(self.number, on_a_day=day is not None), {"some": list(some), "day": day}

    def _change(self, day: int, head: bytes) -> Transition:
        claim = Claim.model_validate_json(head + b"}")
        changed = transitions(claim, timeline(claim, self.header))
        return next(each for each in changed if each.date.toordinal() == day)


def _narrow(where: Conditions, claims: BitMap | None, *, exact: bool) -> None:
    """Have ``where`` look only among ``claims`` if those are few, ``exact`` where they are all that match."""
    if claims is None:
        if where.keys:
            where.rare()
    elif len(claims) <= (_FEW if exact else 10 * _FEW):
        where.among(claims.to_array())


def _following(claims: BitMap, after: int | None, page: Page) -> Sequence[int]:
    """The claims of a page, and one more, in the order of the record or backward."""
    size = page.limit + 1
    if page.sort.startswith("-"):
        end = len(claims) if after is None else claims.rank(after) - (after in claims)
        return claims[max(0, end - size) : end].to_array()
    start = 0 if after is None else claims.rank(after)
    return claims[start : start + size].to_array()


def _gone() -> CursorInvalid:
    return CursorInvalid("The claim where the last page ended is no longer in the record.")

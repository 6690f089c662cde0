"""An edition in the database's tables: which claims by bitmaps, and their bodies by position.

Nothing is kept here but the header, the bitmaps that were asked for last, and where some claims stand.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any

from psycopg.types.numeric import Int4, Int8
from pyroaring import BitMap

from app.errors import CursorInvalid
from app.model import Claim, Header
from app.query import ClaimQuery, Page, nearest
from app.served import Transition, render, transitions
from app.status import timeline
from app.store import Changes, Edition, Found, sql
from app.store.connections import Connections
from app.store.keys import in_a_row
from app.store.postings import Postings
from app.store.question import BEFOREHAND, Ground, Question
from app.store.sections import Recent
from app.store.slices import Found as Bitmaps

_COMPARED, _NEAR = 2000, 100
"""Ids up to which all are compared with a misspelt one; of more, so many on each side. The same as in memory."""

_UNHOLDABLE = re.compile("[\0\ud800-\udfff]")
_BATCH = 500

_FEW = 2000
"""Claims whose own values are counted, where a facet has many values; of more, each value's claims are."""


class PostgresEdition(Edition):
    """The record at one revision, in the database's tables of that edition."""

    def __init__(self, connections: Connections, row: Sequence[Any]) -> None:
        """``row`` is what :data:`app.store.sql.EDITION` gives."""
        self.number, self.revision, self.modified, self.size, self._last_day, turns, common, counts, header = row
        self.header = Header.model_validate_json(header)
        self._ask = connections.ask
        self._postings = Postings(connections.ask, self.number)
        self._ground = Ground(self.header, self.size, json.loads(counts), common, turns)
        self._stood: Recent[ClaimQuery, BitMap] = Recent(32)
        self._positions: Recent[str, int] = Recent(512)

    async def claim(self, id: str, as_of: date | None = None) -> bytes | None:
        if not id.isascii() or "\0" in id:
            return None
        day = self._day(as_of)
        rows = await self._ask(sql.claim(self.number, on_a_day=day is not None), {"id": id, "day": day})
        return self._body(*rows[0]) if rows else None

    async def find(self, query: ClaimQuery, page: Page) -> Found:
        if self._day(query.as_of) is None:
            query = query._replace(as_of=None)
        question = Question(self._ground, query, page)
        after = None if page.after is None else await self._position(page.after)
        found = await self._postings.fetch(question.keys())
        hits = question.hits(found)
        if question.unsure and hits:
            hits = await self._standing(query, question, hits, found)
        rows = await self._rows(question.page(hits, found, after), self._day(query.as_of))
        facets = await self._facets(question, page, hits, found) if page.facets else {}
        shown, last = rows[: page.limit], None
        if len(rows) > page.limit:
            position, last, *_ = shown[-1]
            self._positions.of(last, lambda: position)
        return Found(len(hits), [self._body(body, before) for *_, body, before in shown], last, facets)

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
        key = self._ground.codes.key.get(("document", document))
        claims = (await self._postings.fetch([key]))[key] if key else BitMap()
        for start in range(0, len(claims), 20 * _BATCH):
            some = list(claims[start : start + 20 * _BATCH])
            for _, id_, refs in sorted(await self._ask(sql.resting(self.number), {"some": some})):
                for ref in refs:
                    resting.setdefault(ref, []).append(id_)
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

    async def _position(self, id: str) -> int:
        position = self._positions.get(id)
        if position is None:
            holdable = id.isascii() and "\0" not in id
            rows = await self._ask(sql.position(self.number), {"id": id}) if holdable else ()
            if not rows:
                raise CursorInvalid("The claim where the last page ended is no longer in the record.")
            position = self._positions.of(id, lambda: int(rows[0][0]))
        return position

    async def _standing(self, query: ClaimQuery, question: Question, hits: BitMap, found: Bitmaps) -> BitMap:
        """Those of ``hits`` in which every phrase stands; the texts of those are read in which it may stand or not."""
        stood = self._stood.get(query)
        if stood is None:
            runs = question.unsure
            named = [question.named(run, found) for run in runs]
            texts = {f"run{nth}": in_a_row(run.words) for nth, run in enumerate(runs)}
            rows = await self._ask(sql.standing(self.number, len(runs)), {"some": list(hits), **texts})
            own = [BitMap([row[0] for row in rows if row[nth]]) for nth in range(1, len(runs) + 1)]
            standing = [one | other for one, other in zip(own, named, strict=True)]
            stood = self._stood.of(query, lambda: BitMap.intersection(hits, *standing))
        return stood

    async def _rows(self, numbers: Sequence[int], day: Int4 | None) -> list[tuple[Any, ...]]:
        """Position, id and body of some claims, in the order of ``numbers``."""
        if not numbers:
            return []
        rows = await self._ask(sql.some(self.number, on_a_day=day is not None), {"some": list(numbers), "day": day})
        by_position = {row[0]: row for row in rows}
        return [by_position[number] for number in numbers]

    async def _facets(
        self, question: Question, page: Page, hits: BitMap, found: Bitmaps
    ) -> dict[str, Mapping[str, int]]:
        codes, counted = self._ground.codes, question.counted
        if len(counted) <= BEFOREHAND or len(hits) == self.size:
            counts = question.counts(hits, found)
        elif len(hits) <= _FEW:
            rows = await self._ask(sql.codes(self.number), {"some": list(hits)}) if hits else ()
            wanted = set(counted.values())
            counts = {pair: count for code, count in rows if (pair := codes.named[code]) in wanted}
        else:
            counts = question.counts(hits, await self._postings.fetch(counted))
        if question.day is not None and "status" in page.facets:
            counts |= {
                ("status", status): hits.intersection_cardinality(each)
                for status, each in question.standing(found).items()
            }
        return dict(codes.counted(page.facets, counts))

    def _change(self, day: int, head: bytes) -> Transition:
        claim = Claim.model_validate_json(head + b"}")
        changed = transitions(claim, timeline(claim, self.header))
        return next(each for each in changed if each.date.toordinal() == day)

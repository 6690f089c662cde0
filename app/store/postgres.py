"""The store that holds its record in PostgreSQL, or in what speaks its protocol.

The database holds each claim as the bytes that are served, and searches arrays of words and keys; the schema is in
``migrations``, the statements in :mod:`~app.store.sql`. Nothing is kept here but the header, and how many claims some
questions had.
"""

import asyncio
import json
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

import psycopg
from psycopg.types.numeric import Int4, Int8
from pyroaring import BitMap

from app.errors import CursorInvalid, StoreUnavailable
from app.model import Claim, Header
from app.query import ClaimQuery, Page, nearest
from app.served import Transition, render, transitions
from app.status import timeline
from app.store import Changes, ClaimStore, Edition, Found, Health, schema, sql
from app.store.connections import Connection, Connections, answer
from app.store.keys import Codes
from app.store.postings import Postings
from app.vocabulary import Status

POLL = 3.0
"""Seconds after which a server that has heard of no new edition asks for it."""

_COMPARED, _NEAR = 2000, 100
"""Ids up to which all are compared with a misspelt one; of more, so many on each side. The same as in memory."""

_UNHOLDABLE = re.compile("[\0\ud800-\udfff]")
_BATCH = 500
_REMEMBERED = 512
_log = logging.getLogger("claims.store")

_FEW = 2000
"""Claims among which a page is looked for one by one; of more, the first ones on the way are enough."""

Counted: TypeAlias = tuple[int, Mapping[str, Mapping[str, int]]]
"""The total of an answer, and its facets."""


class PostgresEdition(Edition):
    """The record at one revision, in the database's tables of that edition."""

    def __init__(self, connections: Connections, row: Sequence[Any]) -> None:
        """``row`` is what :data:`app.store.sql.EDITION` gives."""
        self.number, self.revision, self.modified, self.size, self._last_day, counts, header = row
        self.header = Header.model_validate_json(header)
        self._ask = connections.ask
        self._codes = Codes(self.header)
        self._postings = Postings(connections.ask, self.number, json.loads(counts))
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
            query = replace(query, as_of=None)
        where = sql.Conditions(self.number, self._codes, query)
        claims = await self._postings.claims(where.keys, where.alternatives)
        counted = self._counted.get((query, page.facets)) or await self._count(query, page.facets, where, claims)
        narrowed = await self._narrow(page, where, claims, exact=counted is not None and not where.others)
        rows = await self._ask(*sql.find(where, query, narrowed, counted is None))
        if narrowed.after is not None and not any(row[0] == sql.AFTER for row in rows):
            raise _gone()
        if counted is None:
            counted = self._sum(query, page.facets, rows)
        self._remember(query, page.facets, counted)
        found = sorted(row[1:] for row in rows if row[0] == sql.PAGE)
        shown = found[: page.limit]
        last = shown[-1][4] if len(found) > page.limit else None
        return Found(counted[0], [self._body(body, before) for *_, body, before in shown], last, counted[1])

    async def served(self, as_of: date | None = None) -> AsyncIterator[bytes]:
        day = self._day(as_of)
        question = sql.batch(self.number, on_a_day=day is not None)
        for start in range(0, self.size, _BATCH):
            for row in await self._ask(question, {"start": start, "end": start + _BATCH, "day": day}):
                yield self._body(*row)

    async def records(self) -> AsyncIterator[bytes]:
        for start in range(0, self.size, _BATCH):
            for (head,) in await self._ask(sql.heads(self.number), {"start": start, "end": start + _BATCH}):
                yield head + b"}"

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

    async def _count(
        self, query: ClaimQuery, facets: Sequence[str], where: sql.Conditions, claims: BitMap | None
    ) -> Counted | None:
        """Total and facets of the answer without asking for rows; ``None`` where only rows can tell."""
        if where.others or (query.as_of and "status" in facets):
            return None
        keys = {key: pair for pair, key in self._codes.key.items() if pair[0] in facets}
        if not where.keys and not where.alternatives:
            total, counts = self.size, self._postings.counts
        elif claims is not None:
            total, counts = len(claims), await self._postings.count(claims, keys)
        else:
            return None
        return total, self._codes.counted(facets, {pair: counts.get(key, 0) for key, pair in keys.items()})

    def _sum(self, query: ClaimQuery, facets: Sequence[str], rows: Sequence[Sequence[Any]]) -> Counted:
        """Total and facets from the rows that count them."""
        if not facets:
            return next(row[7] for row in rows if row[0] == sql.TOTAL), {}
        codes = {row[1]: row[7] for row in rows if row[0] == sql.CODE}
        counts = {pair: codes.get(code, 0) for code, pair in enumerate(self._codes.named)}
        # Every claim has one kind, so the total need not be asked for.
        total = sum(count for (facet, _), count in counts.items() if facet == "kind")
        if query.as_of:
            counts |= {
                ("status", value.value): codes.get(sql.LATER_STATUS - place, 0) for place, value in enumerate(Status)
            }
        return total, self._codes.counted(facets, counts)

    def _remember(self, query: ClaimQuery, facets: tuple[str, ...], counted: Counted) -> None:
        self._counted[query, facets] = counted
        self._counted.move_to_end((query, facets))
        if len(self._counted) > _REMEMBERED:
            self._counted.popitem(last=False)

    async def _narrow(self, page: Page, where: sql.Conditions, claims: BitMap | None, *, exact: bool) -> Page:
        """Have ``where`` look only among ``claims`` if those are few; the page as it is still to be looked for.

        Where ``claims`` are ``exact``, all that match and counted already, the page's own claims are known at once.
        """
        if claims is None:
            return page
        if not exact or page.sort.lstrip("-") != "document":
            if len(claims) <= _FEW:
                where.among(claims.to_array())
            return page
        after = await self._ask(sql.position(self.number), {"id": page.after}) if page.after is not None else None
        if after == []:
            raise _gone()
        where.among(_following(claims, after[0][0] if after else None, page))
        return replace(page, after=None)

    def _change(self, day: int, head: bytes) -> Transition:
        claim = Claim.model_validate_json(head + b"}")
        changed = transitions(claim, timeline(claim, self.header))
        return next(each for each in changed if each.date.toordinal() == day)


class PostgresStore(ClaimStore):
    """Editions from the database at ``url``; learns of new ones by itself."""

    def __init__(self, url: str, *, pool_size: int = 8, timeout: float = 1.8) -> None:
        """At most ``pool_size`` connections to ask, and one to listen; an answer takes ``timeout`` seconds at most."""
        self._connections = Connections(url, pool_size, timeout)
        self._timeout = timeout
        self._edition: PostgresEdition | None = None
        self._following: asyncio.Task[None] | None = None

    @property
    def edition(self) -> Edition:
        if self._edition is None:
            raise StoreUnavailable("The database holds no record yet.")
        return self._edition

    async def open(self) -> None:
        """Raises :class:`~app.errors.StoreUnavailable`, saying what to do, where there is nothing to serve."""
        connection = await self._connections.connect()
        try:
            await self._check(connection)
            await self._refresh(connection)
        finally:
            await connection.close()
        await self._connections.open()
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        if self._following:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
        await self._connections.close()

    def refresh(self) -> None:
        if self._following:
            self._following.cancel()
            self._following = asyncio.create_task(self._follow())

    async def health(self) -> Health:
        revision = self._edition.revision if self._edition else None
        try:
            await self._connections.ask("SELECT 1", within=0.9)
        except StoreUnavailable as error:
            return Health(ready=False, revision=revision, faults=(str(error),))
        if self._edition is None:
            return Health(ready=False, revision=None, faults=("The database holds no record yet.",))
        return Health(ready=True, revision=revision)

    async def _check(self, connection: Connection) -> None:
        """Whether the schema is the one that this program's statements are written for."""
        installed = await self._answer(connection, schema.INSTALLED)
        version = (await self._answer(connection, schema.APPLIED))[0][0] if installed[0][0] else 0
        schema.refuse_newer(version)
        if version < (latest := schema.migrations()[-1].number):
            raise StoreUnavailable(
                f"The database has schema {version}, this program needs {latest}: run `claims import` with its URL.",
                60,
            )

    async def _refresh(self, connection: Connection) -> None:
        current = await self._answer(connection, sql.CURRENT)
        if not current:
            raise StoreUnavailable("The database holds no record yet: run `claims import` with its URL.", 60)
        if self._edition is None or (self._edition.number, self._edition.revision) != current[0]:
            self._edition = PostgresEdition(self._connections, (await self._answer(connection, sql.EDITION))[0])
            _log.info("Serving revision %s", self._edition.revision)

    async def _follow(self) -> None:
        """Serve each new edition as soon as it is announced, or soon after; connect again whenever that fails."""
        while True:
            connection = None
            try:
                connection = await self._connections.connect()
                with suppress(psycopg.errors.FeatureNotSupported):
                    await answer(connection, f"LISTEN {schema.CHANNEL}", None, self._deadline())
                while True:
                    await self._refresh(connection)
                    async for _ in connection.notifies(timeout=POLL, stop_after=1):
                        pass
            except (psycopg.Error, OSError, ValueError, StoreUnavailable) as error:
                _log.warning("Cannot hear of new editions: %s", schema.said(error))
            finally:
                if connection:
                    await connection.close()
            await asyncio.sleep(1)

    async def _answer(self, connection: Connection, question: str) -> list[tuple[Any, ...]]:
        try:
            return await answer(connection, question, None, self._deadline())
        except psycopg.Error as error:
            raise StoreUnavailable(f"The database failed: {schema.said(error)}") from error

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._timeout


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

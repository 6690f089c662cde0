"""The store whose claims are in ClickHouse, which shards and replicates by itself: the database answers each question.

One statement finds total, page and counts, one reads bodies. A request asks the edition that it took, and the statement
tells how many claims of it there are: where a part is missing there is an error and no answer. A server looks every two
seconds for a newer edition.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from app import __version__
from app.core.documents import Passage, section_by_ref
from app.core.errors import CursorInvalid, StoreUnavailable
from app.core.likeness import Lexicon
from app.core.model import Claim
from app.core.query import ClaimQuery, Page, nearest
from app.core.status import timeline
from app.record.dataset import header_end
from app.record.served import Transition, transitions
from app.store import EVERY_CLAIM, Changes, Edition, Found, Health
from app.store.clickhouse_database import NO_RECORD, Database
from app.store.clickhouse_sql import BODIES, HEADERS, INDEX, OF_EDITION, Question, body
from app.store.memory import MemoryStore
from app.store.rows import PASSAGES, Read, StoredHeader, names

LAYOUT = 2
"""To be raised with every change of what a row holds or means: older editions are then imported anew."""

MADE_BY = f"{__version__}.{LAYOUT}"

POLL = 2.0
"""Seconds between two looks for a newer edition."""

PIECE = 512
"""Claims of an export that are asked for at once."""

logger = logging.getLogger("claims.store")


class ClickHouseEdition(Edition):
    """The record at one revision, in the database."""

    def __init__(self, database: Database, newest: Mapping[str, Any], read: Read) -> None:
        self._database, self._edition, self.header = database, newest["edition"], StoredHeader.of(read)
        self.revision, self.modified, self.size = newest["revision"], newest["modified"], newest["size"]
        self._lexicon = Lexicon(names(read))

    async def check(self) -> None:
        """Raises :class:`~app.core.errors.StoreUnavailable` where the edition cannot be read."""
        await self._columns({})
        await self._read("head", [0])

    async def claim(self, id: str, as_of: date | None = None) -> bytes | None:
        if not (id.isascii() and id.isprintable()):
            return None
        place = f"SELECT position FROM {INDEX} {OF_EDITION} AND id = {{id:String}}"
        statement = f"SELECT {body(as_of)} FROM {BODIES} {OF_EDITION} AND position = ({place})"
        rows = await self._ask(statement, {"id": id}, as_of)
        if not rows:
            await self.check()
        return rows[0][0].encode() if rows else None

    async def find(self, query: ClaimQuery, page: Page) -> Found:
        question = Question(query)
        columns = {"found": question.found(page)}
        columns |= {f"{name}_counts": question.counts(name) for name in page.facets}
        back = page.before is not None
        edged = back or page.after is not None
        if edged:
            columns["edge"] = question.edge(page)
        (total, positions), *rest = await self._columns(columns, question.parameters)
        if edged and not rest.pop():
            raise CursorInvalid("The claim where the last page ended is no longer in the record.")
        more = len(positions) > page.limit
        positions = positions[: page.limit][:: -1 if back else 1]
        bodies = await self._read(body(query.as_of), positions, query.as_of)
        counted = zip(page.facets, rest, strict=True)
        return Found(
            total,
            bodies,
            _id(bodies[-1]) if bodies and (more or back) else None,
            {name: dict(sorted(counts, key=lambda each: (-each[1], each[0]))) for name, counts in counted},
            _id(bodies[0]) if bodies and (more if back else edged) else None,
        )

    @property
    def lexicon(self) -> Lexicon:
        return self._lexicon

    async def alike(self, stems: Collection[str], least: int, limit: int, as_of: date | None = None) -> Sequence[bytes]:
        having, given = f"FROM {INDEX} {OF_EDITION}", {"keys": list(dict.fromkeys(f"text={stem}" for stem in stems))}
        shared = "arrayIntersect(keys, {keys:Array(String)})"
        any_of = "hasAnyTokens(keys, {keys:Array(String)})"
        rare = f"SELECT arrayJoin({shared}) AS key {having} AND {any_of} GROUP BY key"
        rarest = f"SELECT key FROM ({rare} ORDER BY count(), indexOf({{keys:Array(String)}}, key) LIMIT 4)"
        found = await self._ask(rarest, given) if given["keys"] else []
        if not found:
            return ()
        given["rarest"] = [key for (key,) in found]
        order = f"ORDER BY length({shared}) DESC, position LIMIT {limit}"
        page = f"{having} AND hasAnyTokens(keys, {{rarest:Array(String)}}) AND length({shared}) >= {least} {order}"
        positions = [position for (position,) in await self._ask(f"SELECT position {page}", given)]
        return await self._read(body(as_of), positions, as_of)

    async def served(self, as_of: date | None = None) -> AsyncIterator[bytes]:
        for start in range(0, self.size, PIECE):
            for each in await self._read(body(as_of), range(start, min(start + PIECE, self.size)), as_of):
                yield each

    async def records(self) -> AsyncIterator[bytes]:
        for start in range(0, self.size, PIECE):
            heads = await self._read("head", range(start, min(start + PIECE, self.size)))
            yield b"".join(head + b"}\n" for head in heads)

    async def lines(self) -> AsyncIterator[bytes]:
        nth = 0
        while piece := await self._header(f"header={nth:06}"):
            yield piece.encode()
            nth += 1
        yield header_end(self.size)
        async for some in self.records():
            yield some

    async def changes(
        self,
        since: date,
        until: date,
        offset: int,
        limit: int,
        query: ClaimQuery = EVERY_CLAIM,
        ids: Collection[str] = (),
    ) -> Changes:
        question = Question(query)
        days = question.changes(since, until, ids)
        page = f"{days} ORDER BY day, position LIMIT {limit} OFFSET {offset}"
        columns = {
            "total": f"SELECT count() FROM ({days})",
            "page": f"SELECT groupArray((day, position)) FROM ({page})",
        }
        total, changes = await self._columns(columns, question.parameters)
        heads = await self._read("head", [position for _, position in changes])
        items = [self._change(day, head) for (day, _), head in zip(changes, heads, strict=True)]
        return Changes(total, items, offset + limit < total)

    async def passages(self, document: str) -> Sequence[Passage]:
        if document not in self.header.document_by_id:
            return ()
        return PASSAGES.validate_json(await self._header(f"passages={document}") or "[]")

    async def coverage(self, document: str) -> Mapping[str, Sequence[str]]:
        if document not in self.header.document_by_id:
            return {}
        claims = (
            f"SELECT id, rests FROM {INDEX} {OF_EDITION} AND hasAnyTokens(keys, [{{key:String}}]) ORDER BY position"
        )
        columns = {"claims": f"SELECT groupArray((id, rests)) FROM ({claims})"}
        (found,) = await self._columns(columns, {"key": f"document={document}"})
        resting = {ref: list[str]() for ref in section_by_ref(self.header.document_by_id[document].sections)}
        for id_, refs in found:
            for ref in refs:
                resting[ref].append(id_)
        return {ref: ids for ref, ids in resting.items() if ids}

    async def suggest(self, id: str) -> tuple[str, ...]:
        sought = id[:100].encode(errors="replace").decode()
        # A slip of the pen spoils a quarter of an id, or two that meet.
        size = max(3, -(-len(sought) // 4))
        parts = [part for at in range(0, len(sought), size) if len(part := sought[at : at + size]) > 2]
        statement = (
            f"SELECT id FROM {INDEX} {OF_EDITION} AND multiSearchAny(id, {{parts:Array(String)}}) "
            "ORDER BY ngramDistance(id, {sought:String}), position LIMIT 100"
        )
        return nearest(id, [each for (each,) in await self._ask(statement, {"parts": parts, "sought": sought})])

    async def _ask(self, statement: str, parameters: Mapping[str, Any], day: date | None = None) -> list[list[Any]]:
        given = {"edition": self._edition, **parameters, **({"day": day.toordinal()} if day else {})}
        return await self._database.ask(statement, given)

    async def _columns(self, columns: Mapping[str, str], parameters: Mapping[str, Any] = {}) -> list[Any]:
        """The value of each column, if the whole edition is there."""
        whole = {"whole": f"SELECT count() FROM {INDEX} {OF_EDITION}", **columns}
        chosen = ", ".join(f"({each}) AS {name}" for name, each in whole.items())
        ((size, *values),) = await self._ask(f"SELECT {chosen}", parameters)
        if size != self.size:
            raise StoreUnavailable("Not all of the database's claims can be read.", 2)
        return values

    async def _read(self, what: str, positions: Sequence[int], day: date | None = None) -> list[bytes]:
        """``what`` of the claims at ``positions``, in that order."""
        if not positions:
            return []
        wanted = f"IN [{', '.join(map(str, positions))}]"
        if isinstance(positions, range):
            wanted = f"BETWEEN {positions[0]} AND {positions[-1]}"
        statement = f"SELECT position, {what} FROM {BODIES} {OF_EDITION} AND position {wanted}"
        found = dict(await self._ask(statement, {}, day))
        if not found.keys() >= set(positions):
            raise StoreUnavailable("Not all of the database's claims can be read.", 2)
        return [found[position].encode() for position in positions]

    async def _header(self, key: str) -> str | None:
        rows = await self._ask(f"SELECT value FROM {HEADERS} {OF_EDITION} AND key = {{key:String}}", {"key": key})
        return rows[0][0] if rows else None

    def _change(self, day: int, head: bytes) -> Transition:
        claim = Claim.model_validate_json(head + b"}")
        return next(each for each in transitions(claim, timeline(claim, self.header)) if each.date.toordinal() == day)


def _id(body: bytes) -> str:
    """The id of a claim, which is the first of its fields."""
    return body[7 : body.index(b'"', 7)].decode()


class ClickHouseStore(MemoryStore):
    """Editions from the database at ``url``; looks for new ones by itself."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._database = Database(url)
        self._newest = 0
        self._fault = ""
        self._wake = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Raises :class:`~app.core.errors.StoreUnavailable`, saying what to do, where there is nothing to serve."""
        try:
            await self._database.open()
            await self._look()
        except StoreUnavailable:
            await self._database.close()
            raise
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        if self._following:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._database.close()

    def refresh(self) -> None:
        self._wake.set()

    async def health(self) -> Health:
        health = await super().health()
        try:
            if isinstance(self._edition, ClickHouseEdition):
                await self._edition.check()
        except StoreUnavailable as error:
            return Health(ready=False, revision=health.revision, faults=(str(error),))
        return Health(health.ready, health.revision, (*health.faults, *filter(None, [self._fault])))

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._look()
                self._fault = ""
            except StoreUnavailable as error:
                if str(error) != self._fault:
                    logger.warning("kept the last edition: %s", error)
                self._fault = str(error)

    async def _look(self) -> None:
        """Asks once, and serves what is new."""
        newest = await self._database.newest()
        if newest is None:
            raise StoreUnavailable(NO_RECORD, 60)
        if newest["made_by"] != MADE_BY:
            raise StoreUnavailable("Another version imported the database's record: run `claims import` anew.", 60)
        if newest["edition"] == self._newest:
            return
        edition = ClickHouseEdition(
            self._database, newest, await self._database.rows(newest["edition"], newest["rows"])
        )
        await edition.check()
        self.reloads += self._edition is not None
        self._newest = newest["edition"]
        self.replace(edition)

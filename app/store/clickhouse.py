"""The store whose claims are in ClickHouse, which shards and replicates by itself: the database answers each question.

A question is one statement for total, page and counts, and one for bodies. A request asks the edition that it took;
each statement tells how many claims of that edition there are, so a part that is missing is an error and never an answer.
A server looks every two seconds for a newer edition. An error tells what ClickHouse calls it, never a statement or a URL.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from pydantic_core import from_json

from app import __version__
from app.core.documents import Passage, section_by_ref
from app.core.errors import CursorInvalid, StoreUnavailable
from app.core.model import Claim, Header
from app.core.query import ClaimQuery, Page, nearest
from app.core.status import timeline
from app.record import files
from app.record.dataset import header_end
from app.record.served import Transition, transitions
from app.store import Changes, Edition, Found, Health
from app.store.clickhouse_sql import BODIES, EDITIONS, HEADERS, INDEX, WHOLE, Question, turn
from app.store.index import PASSAGES
from app.store.memory import MemoryStore
from app.store.plan import Names

if TYPE_CHECKING:
    from clickhouse_connect.driver import AsyncClient

POLL = 2.0
"""Seconds between two looks for a newer edition."""

DEADLINE = 1.8
"""Seconds in which the database must have answered a reader's question."""

PIECE = 2048
"""Claims of an export that are asked for at once."""

LAYOUT = 1
"""To be raised with every change of what a row holds or means: editions of before are then imported anew."""

MADE_BY = f"{__version__}.{LAYOUT}"

_OF_EDITION = "WHERE edition = {edition:UInt64}"
_LIMITS = {"max_execution_time": 2, "cancel_http_readonly_queries_on_client_close": 1}
_NAMED = re.compile(r"Code: (\d+).*\(([A-Z_]{4,})\)", re.DOTALL)
_SAID = {
    "ACCESS_DENIED": "its user lacks a right: SELECT for a server, and also CREATE TABLE, INSERT and ALTER for an import",
    "AUTHENTICATION_FAILED": "it does not know the user, or the password is another",
    "UNKNOWN_DATABASE": "it has no database of that name",
    "UNKNOWN_TABLE": "it holds no record yet: run `claims import` with its URL",
}

logger = logging.getLogger("claims.store")


class Refused(StoreUnavailable):
    """The database answered with an error."""


class Database:
    """A connection to the database at a URL, ``clickhouse://`` or, with TLS, ``clickhouses://``."""

    def __init__(self, url: str, deadline: float = DEADLINE, limits: Mapping[str, int] = _LIMITS) -> None:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        self.cluster = options.pop("cluster", "")
        """Name of the cluster whose servers share the claims; empty where there is one server."""
        self._url = parts._replace(query=urlencode(options)).geturl()
        self._deadline, self._limits = deadline, limits
        self._client: AsyncClient | None = None

    async def open(self) -> None:
        """Connects. Raises :class:`~app.core.errors.StoreUnavailable`."""
        from clickhouse_connect import get_async_client
        from clickhouse_connect.driver.exceptions import Error, ProgrammingError

        try:
            async with asyncio.timeout(10):
                self._client = await get_async_client(
                    dsn=self._url, query_retries=0, connect_timeout=1, send_receive_timeout=300, client_name="claims",
                    autogenerate_session_id=False,
                )  # fmt: skip
        except (Error, TimeoutError, OSError, ValueError) as error:
            raise _unavailable(error) from None
        lacking = []
        for name, value in self._limits.items():
            try:
                self._client.set_client_setting(name, value)
            except ProgrammingError:
                lacking.append(name)
        if lacking:
            logger.warning(
                "the database's user may not set %s: a question that is given up here goes on there",
                " and ".join(lacking),
            )

    async def close(self) -> None:
        """Disconnects."""
        client, self._client = self._client, None
        if client:
            await client.close()

    async def ask(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """The rows of an answer. Raises :class:`~app.core.errors.StoreUnavailable`, at the deadline at the latest."""
        from clickhouse_connect.driver.exceptions import Error

        if self._client is None:
            raise StoreUnavailable("The database is not connected.")
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._client.raw_query(
                    statement, dict(parameters or {}), fmt="JSONCompactEachRow",
                    settings={"wait_end_of_query": 1},
                )  # fmt: skip
            return [from_json(line) for line in answer.splitlines()]
        except (Error, TimeoutError, OSError, ValueError) as error:
            raise _unavailable(error) from None

    async def insert(self, table: str, rows: bytes, settings: Mapping[str, Any] | None = None) -> None:
        """Adds rows, each a line of JSON, in the order of the columns."""
        from clickhouse_connect.driver.exceptions import Error

        if self._client is None:
            raise StoreUnavailable("The database is not connected.")
        try:
            await self._client.raw_insert(
                table, insert_block=rows, settings=dict(settings or {}), fmt="JSONCompactEachRow"
            )
        except (Error, TimeoutError, OSError) as error:
            raise _unavailable(error) from None


def _unavailable(error: Exception) -> StoreUnavailable:
    """What went wrong, in the words of ClickHouse's table of errors: without the statement, the address and the user."""
    named = _NAMED.search(str(error))
    if named:
        code, name = named.groups()
        return Refused(f"The database refuses: {_SAID.get(name, f'{name}, error {code}')}.", 5)
    if isinstance(error, TimeoutError):
        return StoreUnavailable("The database does not answer in time.", 1)
    return StoreUnavailable("The database cannot be reached, or its answer was cut off.", 1)


class ClickHouseEdition(Edition):
    """The record at one revision, in the database."""

    def __init__(
        self, database: Database, edition: int, revision: str, modified: int, size: int, header: Header
    ) -> None:
        self._database, self._edition = database, edition
        self.revision, self.modified, self.size, self.header = revision, modified, size, header
        self._names = Names(header)

    async def check(self) -> None:
        """Raises :class:`~app.core.errors.StoreUnavailable` where the edition cannot be read whole."""
        await self._asked({"body": f"SELECT length(head) FROM {BODIES} {_OF_EDITION} AND position = 0"}, {})

    async def claim(self, id: str, as_of: date | None = None) -> bytes | None:
        if not id.isascii() or not id.isprintable() or len(id) > 1000:
            return None
        place = f"(SELECT position FROM {INDEX} {_OF_EDITION} AND hasAnyTokens(keys, {{keys:Array(String)}}))"
        bodies = f"SELECT groupArray({_body(as_of)}) FROM {BODIES} {_OF_EDITION} AND position = {place}"
        (found,) = await self._asked({"found": bodies}, {"keys": [f"id={id}"], **_day(as_of)})
        return found[0].encode() if found else None

    async def find(self, query: ClaimQuery, page: Page) -> Found:
        question = Question(self._edition, query, self._names)
        columns = {"total": question.total(), "page": question.page(page)}
        if page.after is not None:
            columns["after"] = question.after(page)
        columns |= {f"{name}_counts": question.counts(name) for name in page.facets}
        total, claims, *rest = await self._asked(columns, question.parameters)
        if page.after is not None and not rest.pop(0):
            raise CursorInvalid("The claim where the last page ended is no longer in the record.")
        wanted = [position for position, _ in claims[: page.limit]]
        facets = {
            name: dict(sorted(((value, int(count)) for value, count in counts), key=lambda each: (-each[1], each[0])))
            for name, counts in zip(page.facets, rest, strict=True)
        }
        bodies = await self._bodies(_body(query.as_of), wanted, query.as_of)
        return Found(int(total), bodies, claims[page.limit - 1][1] if len(claims) > page.limit else None, facets)

    async def served(self, as_of: date | None = None) -> AsyncIterator[bytes]:
        for start in range(0, self.size, PIECE):
            for body in await self._bodies(_body(as_of), range(start, min(start + PIECE, self.size)), as_of):
                yield body

    async def records(self) -> AsyncIterator[bytes]:
        for start in range(0, self.size, PIECE):
            heads = await self._bodies("head", range(start, min(start + PIECE, self.size)))
            yield b"".join(head + b"}\n" for head in heads)

    async def lines(self) -> AsyncIterator[bytes]:
        nth = 0
        while (piece := await self._header(f"header={nth:06}")) is not None:
            yield piece.encode()
            nth += 1
        yield header_end(self.size)
        async for some in self.records():
            yield some

    async def changes(self, since: date, until: date, offset: int, limit: int) -> Changes:
        within = f"day -> day >= {since.toordinal()} AND day <= {until.toordinal()}, changed"
        days = f"SELECT arrayJoin(arrayFilter({within})) AS day, position FROM {INDEX} {_OF_EDITION}"
        columns = {
            "total": f"SELECT sum(arrayCount({within})) FROM {INDEX} {_OF_EDITION}",
            "page": f"SELECT groupArray((day, position)) FROM ({days} ORDER BY day, position LIMIT {limit} OFFSET {offset})",
        }
        total, page = await self._asked(columns, {})
        claims = await self._bodies("head", [position for _, position in page])
        items = [self._change(day, head) for (day, _), head in zip(page, claims, strict=True)]
        return Changes(int(total), items, offset + limit < int(total))

    async def passages(self, document: str) -> Sequence[Passage]:
        if document not in self.header.document_by_id:
            return ()
        return PASSAGES.validate_json(await self._header(f"passages={document}") or "[]")

    async def coverage(self, document: str) -> Mapping[str, Sequence[str]]:
        known = self.header.document_by_id.get(document)
        if known is None:
            return {}
        claims = f"SELECT id, rests FROM {INDEX} {_OF_EDITION} AND hasAnyTokens(keys, {{keys:Array(String)}}) ORDER BY position"
        (found,) = await self._asked(
            {"all": f"SELECT groupArray((id, rests)) FROM ({claims})"}, {"keys": [f"document={document}"]}
        )
        resting: dict[str, list[str]] = {ref: [] for ref in section_by_ref(known.sections)}
        for id_, refs in found:
            for ref in refs:
                resting[ref].append(id_)
        return {ref: ids for ref, ids in resting.items() if ids}

    async def suggest(self, id: str) -> tuple[str, ...]:
        sought = id[:100].encode(errors="replace").decode()
        # One slip spoils one quarter, or two that meet.
        quarter = max(3, -(-len(sought) // 4))
        parts = [part for at in range(0, len(sought), quarter) if len(part := sought[at : at + quarter]) > 2]
        alike = (
            f"SELECT id FROM {INDEX} {_OF_EDITION} AND multiSearchAny(id, {{parts:Array(String)}}) "
            "ORDER BY ngramDistance(id, {sought:String}), position LIMIT 100"
        )
        with suppress(StoreUnavailable):
            (found,) = await self._asked(
                {"alike": f"SELECT groupArray(id) FROM ({alike})"}, {"parts": parts, "sought": sought}
            )
            return nearest(id, found)
        return ()

    async def _asked(self, columns: Mapping[str, str], parameters: Mapping[str, Any]) -> list[Any]:
        """The value of each column, all from the whole edition."""
        chosen = ", ".join(f"({each}) AS {name}" for name, each in {"whole": WHOLE, **columns}.items())
        rows = await self._database.ask(f"SELECT {chosen}", {**parameters, "edition": self._edition})  # noqa: S608
        if not rows or int(rows[0][0]) != self.size:
            raise StoreUnavailable("Not all of the database's claims can be read.", 2)
        return rows[0][1:]

    async def _bodies(self, what: str, positions: Sequence[int], day: date | None = None) -> list[bytes]:
        """``what`` of the claims at ``positions``, in that order."""
        if not positions:
            return []
        statement = f"SELECT position, {what} FROM {BODIES} {_OF_EDITION} AND position IN {{positions:Array(UInt32)}}"
        if isinstance(positions, range):
            statement = statement.replace("IN {positions:Array(UInt32)}", f"BETWEEN {positions[0]} AND {positions[-1]}")
        parameters = {"edition": self._edition, "positions": list(dict.fromkeys(positions)), **_day(day)}
        found = dict(await self._database.ask(statement, parameters))
        if len(found) != len(parameters["positions"]):
            raise StoreUnavailable("Not all of the database's claims can be read.", 2)
        return [found[position].encode() for position in positions]

    async def _header(self, key: str) -> str | None:
        statement = f"SELECT value FROM {HEADERS} {_OF_EDITION} AND key = {{key:String}}"
        rows = await self._database.ask(statement, {"edition": self._edition, "key": key})
        return rows[0][0] if rows else None

    def _change(self, day: int, head: bytes) -> Transition:
        claim = Claim.model_validate_json(head + b"}")
        return next(each for each in transitions(claim, timeline(claim, self.header)) if each.date.toordinal() == day)


def _body(day: date | None) -> str:
    return f"concat(head, tails[{turn(day)}])"


def _day(day: date | None) -> dict[str, int]:
    return {"day": day.toordinal()} if day else {}


class ClickHouseStore(MemoryStore):
    """Editions from the database at ``url``; looks for new ones by itself."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._database = Database(url)
        self._fault = ""
        self._newest = 0
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
        return Health(health.ready, health.revision, (*health.faults, *([self._fault] if self._fault else [])))

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
        newest = await newest_edition(self._database)
        if newest is None:
            raise StoreUnavailable(f"The database {_SAID['UNKNOWN_TABLE'].removeprefix('it ')}.", 60)
        if newest["made_by"] != MADE_BY:
            raise StoreUnavailable(
                "The database's record was imported by another version: run `claims import` with its URL anew.", 60
            )
        if newest["edition"] == self._newest:
            return
        statement = f"SELECT header FROM {EDITIONS} {_OF_EDITION}"
        rows = await self._database.ask(statement, {"edition": newest["edition"]})
        header = await files.aside(lambda: Header.model_validate_json(rows[0][0]))
        taken = (newest[name] for name in ("edition", "revision", "modified", "size"))
        edition = ClickHouseEdition(self._database, *taken, header)
        await edition.check()
        self.reloads += self._edition is not None
        self._newest = newest["edition"]
        self.replace(edition)
        logger.info("took revision %s with %d claims", edition.revision, edition.size)


async def newest_edition(database: Database) -> dict[str, Any] | None:
    """The edition that is to be served, without its header; ``None`` where there is none."""
    names = ("edition", "number", "revision", "made_by", "size", "modified")
    rows = await database.ask(f"SELECT {', '.join(names)} FROM {EDITIONS} ORDER BY number DESC LIMIT 1")
    return dict(zip(names, rows[0], strict=True)) if rows else None

"""A connection to ClickHouse, and what is told where it fails.

An error is told by ClickHouse's name for it: no statement, user, address or password reaches a reader or a log.
"""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic_core import from_json

from app.core.errors import StoreUnavailable
from app.store.clickhouse_sql import EDITIONS, HEADERS, OF_EDITION
from app.store.rows import Read

if TYPE_CHECKING:
    from clickhouse_connect.driver import AsyncClient

DEADLINE = 1.5
"""Seconds in which the database must have answered a reader's question."""

FEW = 4096
"""Rows of a header that are asked for at once."""

NO_RECORD = "The database holds no record yet: run `claims import` with its URL."

_LIMITS = {"max_execution_time": 2, "cancel_http_readonly_queries_on_client_close": 1}
_NAMED = re.compile(r"Code: (\d+).*\(([A-Z_]{4,})\)", re.DOTALL)
_SAID = {
    "ACCESS_DENIED": "The database's user lacks a right: servers SELECT, imports CREATE TABLE, INSERT and ALTER too.",
    "AUTHENTICATION_FAILED": "The database does not know the user, or the password is another.",
    "UNKNOWN_DATABASE": "There is no database of that name.",
    "UNKNOWN_TABLE": NO_RECORD,
}

logger = logging.getLogger("claims.store")


class Database:
    """The database at a URL: ``clickhouse://``, or ``clickhouses://`` with TLS; ``?cluster=`` names a cluster."""

    def __init__(self, url: str, deadline: float = 0, limits: Mapping[str, int] = _LIMITS) -> None:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        self.cluster = options.pop("cluster", "")
        self._url = parts._replace(query=urlencode(options)).geturl()
        self._deadline, self._limits = deadline or DEADLINE, limits
        self._client: AsyncClient | None = None

    async def open(self) -> None:
        """Connects, and says which of its limits the database does not take."""
        try:
            from clickhouse_connect import get_async_client
            from clickhouse_connect.driver.exceptions import ProgrammingError
        except ImportError:
            raise StoreUnavailable("ClickHouse needs more packages: pip install 'claims-api[clickhouse]'.") from None
        with _named_errors():
            async with asyncio.timeout(10):
                self._client = await get_async_client(
                    dsn=self._url,
                    query_retries=0,
                    connect_timeout=1,
                    client_name="claims",
                    autogenerate_session_id=False,
                )
        lacking = []
        for name, value in self._limits.items():
            try:
                self._client.set_client_setting(name, value)
            except ProgrammingError:
                lacking.append(name)
        if lacking:
            what = " and ".join(lacking)
            logger.warning("the database's user may not set %s: a question that is given up here goes on there", what)

    async def close(self) -> None:
        """Disconnects."""
        client, self._client = self._client, None
        if client:
            await client.close()

    async def ask(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[list[Any]]:
        """The rows of an answer. Raises :class:`~app.core.errors.StoreUnavailable`, at the deadline at the latest."""
        if self._client is None:
            raise StoreUnavailable("The database is not connected.")
        with _named_errors():
            async with asyncio.timeout(self._deadline):
                answer = await self._client.raw_query(
                    statement, dict(parameters or {}), settings={"wait_end_of_query": 1}, fmt="JSONCompactEachRow"
                )
            return [from_json(line) for line in answer.splitlines()]

    async def insert(self, table: str, rows: bytes, **settings: str | int) -> None:
        """Adds rows, each a line of JSON in the order of the columns."""
        if self._client is None:
            raise StoreUnavailable("The database is not connected.")
        with _named_errors():
            await self._client.raw_insert(table, insert_block=rows, settings=settings, fmt="JSONCompactEachRow")

    async def newest(self) -> dict[str, Any] | None:
        """The edition that is to be served; ``None`` where there is none."""
        names = ("edition", "number", "revision", "made_by", "size", "modified", "rows")
        rows = await self.ask(f"SELECT {', '.join(names)} FROM {EDITIONS} ORDER BY number DESC LIMIT 1")
        return dict(zip(names, rows[0], strict=True)) if rows else None

    async def rows(self, edition: int, count: int) -> Read:
        """The rows of an edition's header, in a temporary file of SQLite's: no process needs all of them in memory."""
        held = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        held.execute("CREATE TABLE held (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        ((found,),) = await self.ask(f"SELECT count() FROM {HEADERS} {OF_EDITION}", {"edition": edition})
        if found != count:
            raise StoreUnavailable("Not all of the database's header can be read.", 2)
        few = f"AND key > {{last:String}} AND NOT match(key, '^(header|passages)=') ORDER BY key LIMIT {FEW}"
        given: dict[str, Any] = {"edition": edition, "last": ""}
        while rows := await self.ask(f"SELECT key, value FROM {HEADERS} {OF_EDITION} {few}", given):
            held.executemany("INSERT INTO held VALUES (?, ?)", rows)
            given["last"] = rows[-1][0]

        def read(key: str) -> bytes | None:
            with suppress(UnicodeEncodeError):  # no text in UTF-8 is like it
                for (value,) in held.execute("SELECT value FROM held WHERE key = ?", (key,)):
                    return str(value).encode()
            return None

        return read


@contextmanager
def _named_errors() -> Iterator[None]:
    from clickhouse_connect.driver.exceptions import Error

    try:
        yield
    except TimeoutError:
        raise StoreUnavailable("The database does not answer in time.") from None
    except (Error, OSError, ValueError) as error:
        if named := _NAMED.search(str(error)):
            code, name = named.groups()
            raise StoreUnavailable(_SAID.get(name, f"The database refuses: {name}, error {code}."), 5) from None
        raise StoreUnavailable("The database cannot be reached, or its answer was cut off.") from None

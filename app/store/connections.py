"""Connections to the database, and one promise about them: whatever happens to it, a question ends in time.

A server that is killed closes its connections; one that is frozen, or behind a cut cable, leaves them open and silent.
So every question has a deadline of ours, at which its connection is hung up from this side. The driver then sees a
connection that is lost, as it does when the server goes away, and there is only one kind of failure to handle.
"""

import asyncio
import logging
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from app.errors import StoreUnavailable
from app.store.schema import said

Connection: TypeAlias = psycopg.AsyncConnection[tuple[Any, ...]]

RETRY_AFTER = 2
"""Seconds after which asking again is reasonable: about as long as it takes to connect anew."""

_log = logging.getLogger("claims.store")


class Connections:
    """A pool of connections, and questions asked through it."""

    def __init__(self, url: str, size: int, timeout: float) -> None:
        """At most ``size`` connections at a time; an answer or a failure within ``timeout`` seconds."""
        self._url = url
        self._timeout = timeout
        self._keywords = {"autocommit": True, "connect_timeout": 2, "application_name": "claims"}
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            open=False,
            min_size=1,
            max_size=size,
            max_waiting=size * 100,
            # Given up soon, since every question that finds no connection begins anew, and backing off would only make
            # the pool slow to notice that the database is there again.
            reconnect_timeout=1,
            kwargs=self._keywords,
            configure=self._configure,
        )

    async def open(self) -> None:
        """Begin to connect."""
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        await self._pool.open()

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close(timeout=1)

    async def ask(
        self,
        question: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        within: float | None = None,
    ) -> list[tuple[Any, ...]]:
        """The rows that answer ``question``.

        Raises :class:`~app.errors.StoreUnavailable` where they cannot be had in time, which is ``within`` seconds.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + (within or self._timeout)
        while True:
            try:
                connection = await self._pool.getconn(max(0.01, (deadline - clock()) / 2))
            except (PoolTimeout, PoolClosed, TooManyRequests) as error:
                raise _unavailable("has no connection free, or cannot be reached", error) from error
            try:
                return await answer(connection, question, parameters, deadline)
            except psycopg.OperationalError as error:
                # It may have been lost while nobody used it, by a restart for instance; the next may be sound.
                if not connection.closed or clock() >= deadline:
                    raise _unavailable(said(error), error) from error
            except (psycopg.InterfaceError, psycopg.errors.UndefinedTable) as error:
                raise _unavailable(said(error), error) from error
            finally:
                await self._pool.putconn(connection)

    async def connect(self) -> Connection:
        """A connection of its own, which the caller must close. Raises ``StoreUnavailable``."""
        try:
            connection = await psycopg.AsyncConnection.connect(self._url, **self._keywords)  # type: ignore[arg-type]
        except (psycopg.Error, OSError) as error:
            raise _unavailable(f"cannot be reached: {said(error)}", error) from error
        return connection

    async def _configure(self, connection: Connection) -> None:
        deadline = asyncio.get_running_loop().time() + self._timeout
        # Compiling a plan, or starting processes for it, costs more than it saves in answers of milliseconds.
        settings = {
            "statement_timeout": int(self._timeout * 800),
            "jit": "off",
            "max_parallel_workers_per_gather": 0,
        }
        await answer(connection, "; ".join(f"SET {name} = {value}" for name, value in settings.items()), None, deadline)


async def answer(
    connection: Connection,
    question: str,
    parameters: Mapping[str, Any] | None,
    deadline: float,
) -> list[tuple[Any, ...]]:
    """The rows that answer ``question`` on ``connection``, which is hung up at ``deadline`` (of the loop's clock)."""
    alarm = asyncio.get_running_loop().call_at(deadline, _hang_up, connection)
    try:
        cursor = connection.cursor(binary=parameters is not None)
        await cursor.execute(question.encode(), parameters)
        return await cursor.fetchall() if cursor.description else []
    finally:
        alarm.cancel()


def _hang_up(connection: Connection) -> None:
    with (
        suppress(OSError, psycopg.Error),
        socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)


def _unavailable(reason: str, error: Exception) -> StoreUnavailable:
    _log.warning("The database failed: %s", said(error))
    return StoreUnavailable(f"The database {reason}.", RETRY_AFTER)

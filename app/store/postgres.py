"""The store that holds its record in PostgreSQL, or in what speaks its protocol.

The database holds each claim as the bytes that are served, and bitmaps of the claims that have a key; the schema is in
``migrations``, the statements in :mod:`~app.store.sql`, what they answer in :mod:`~app.store.edition`. Here is what
outlives an edition: the connections, and the ear for what comes next.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import psycopg

from app.errors import StoreUnavailable
from app.store import ClaimStore, Edition, Health, schema, sql
from app.store.connections import Connection, Connections, answer
from app.store.edition import PostgresEdition

POLL = 3.0
"""Seconds after which a server that has heard of no new edition asks for it."""

_log = logging.getLogger("claims.store")


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
            await self._connections.ask("SELECT 1", within=0.7)
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

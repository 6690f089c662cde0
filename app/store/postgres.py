"""The store whose record comes from PostgreSQL: the database carries editions, and this machine answers from them.

``claims import`` indexes a record into a SQLite file and puts the file into the database, in pieces and in one
transaction. A server looks every two seconds for a newer one, takes it into a directory of its own, and serves it as
:mod:`~app.store.sqlite` does. While the database is away the last edition is served, and health says so.
"""

import asyncio
import logging
import re
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

import psycopg

from app import __version__
from app.core.errors import RecordUnreadable, StoreUnavailable
from app.core.model import Claim, FileHeader
from app.record import files, private
from app.store import Health
from app.store.memory import MemoryStore
from app.store.sqlite import LAYOUT, SqliteEdition, Unusable, write

POLL = 2.0
"""Seconds between two looks for a newer edition."""

STALE = 8.0
"""Seconds without an answer after which health says that the database is away."""

PIECE = 2**20
"""Bytes of a file that one row holds."""

_MADE_BY = f"{__version__}.{LAYOUT}"
_LOCK = 0x434C41494D53
_TABLES = """
CREATE TABLE IF NOT EXISTS claims_edition (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, revision text NOT NULL, made_by text NOT NULL,
    claims bigint NOT NULL, bytes bigint NOT NULL, created timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS claims_piece (
    edition bigint NOT NULL REFERENCES claims_edition ON DELETE CASCADE, number int NOT NULL, data bytea NOT NULL,
    PRIMARY KEY (edition, number)
);
"""
_NEWEST = "SELECT id, revision, made_by, claims, bytes FROM claims_edition ORDER BY id DESC LIMIT 1"
_PIECES = "SELECT data FROM claims_piece WHERE edition = %s ORDER BY number"

Connection: TypeAlias = "psycopg.Connection[Any]"

logger = logging.getLogger("claims.store")


def import_claims(
    url: str,
    header: FileHeader,
    claims: Iterable[Claim],
    progress: Callable[[int], None] | None = None,
    *,
    revision: str | None = None,
    allow_shrink: bool = False,
) -> str:
    """Make ``claims`` the current edition of the database at ``url``; returns the revision.

    The claims must be valid against ``header``; ``progress`` is told how many are done. A database that holds this very
    record is left as it is, which costs nothing where the caller knows its ``revision``. The edition before stays for
    servers that are taking it. Raises :class:`~app.core.errors.StoreUnavailable` where the database fails and
    :class:`~app.core.errors.RecordUnreadable` where more than half of the claims are lost, unless ``allow_shrink``;
    what iterating over ``claims`` raises comes through. In each case nothing has changed.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="claims-import-") as directory, _connected(url) as connection:
            # Held until the connection ends, so that imports take turns.
            connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            connection.execute(_TABLES)
            newest = connection.execute(_NEWEST).fetchone()
            held: str | None = newest[1] if newest and newest[2] == _MADE_BY else None
            if held and held == revision:
                return held
            path = Path(directory) / "edition"
            write(path, header, claims, int(time.time()), progress=progress)
            with closing(SqliteEdition(path)) as edition:
                if edition.revision == held:
                    return held
                if newest and edition.size * 2 < newest[3] and not allow_shrink:
                    raise RecordUnreadable(
                        f"The record has {edition.size} claims, and the database's {newest[3]}: so great a loss is "
                        "taken for an accident. If it is meant, import with --allow-shrink."
                    )
                _put(connection, edition, path)
            return edition.revision
    except psycopg.Error as error:
        raise StoreUnavailable(f"Nothing was imported: {_said(error, url)}", 5) from error


_DELETE_OLD = "DELETE FROM claims_edition WHERE id NOT IN (SELECT id FROM claims_edition ORDER BY id DESC LIMIT 2)"


def _put(connection: Connection, edition: SqliteEdition, path: Path) -> None:
    with connection.transaction(), path.open("rb") as file:
        row = [edition.revision, _MADE_BY, edition.size, path.stat().st_size]
        insert = "INSERT INTO claims_edition (revision, made_by, claims, bytes) VALUES (%s, %s, %s, %s) RETURNING id"
        id_, number = (connection.execute(insert, row).fetchone() or (0,))[0], 0
        with connection.cursor().copy("COPY claims_piece FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["int8", "int4", "bytea"])
            while piece := file.read(PIECE):
                copy.write_row((id_, number, piece))
                number += 1
        connection.execute(_DELETE_OLD)


class PostgresStore(MemoryStore):
    """Editions from the database at ``url``; looks for new ones by itself."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._connection: Connection | None = None
        self._answered = 0.0
        """When the database last answered, by the clock of ``time.monotonic``."""
        self._fault = ""
        self._wake = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Raises :class:`~app.core.errors.StoreUnavailable`, saying what to do, where there is nothing to serve."""
        try:
            async with asyncio.timeout(60):
                await self._look()
        except TimeoutError:
            raise StoreUnavailable("The database does not answer.", 5) from None
        except StoreUnavailable:
            self._hang_up()
            raise
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        if self._following:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        self._hang_up()

    def refresh(self) -> None:
        self._wake.set()

    async def health(self) -> Health:
        health = await super().health()
        away = time.monotonic() - self._answered
        faults = [self._fault] if self._fault else []
        if not faults and self._following and away > STALE:
            faults = [f"The database has not answered for {away:.0f} s; the last edition is served, and may be stale."]
        return Health(health.ready, health.revision, (*health.faults, *faults))

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._look()
                self._fault = ""
            except (StoreUnavailable, Unusable, OSError) as error:
                if str(error) != self._fault:
                    logger.warning("kept the last edition: %s", error)
                self._fault = str(error)

    async def _look(self) -> None:
        """Ask once, and serve what is new."""
        current = self._edition
        damaged = isinstance(current, SqliteEdition) and current.damaged
        edition = await files.aside(lambda: self._newer("" if current is None or damaged else current.revision))
        self._answered = time.monotonic()
        if edition is not None:
            self.reloads += current is not None and current.revision != edition.revision
            self.replace(edition)
            logger.info("took revision %s with %d claims", edition.revision, edition.size)

    def _newer(self, served: str) -> SqliteEdition | None:
        try:
            connection = self._connection = self._connection or _connected(self._url)
            newest = connection.execute(_NEWEST).fetchone()
            if newest is None:
                raise psycopg.errors.UndefinedTable
            if newest[2] != _MADE_BY:
                raise StoreUnavailable(
                    "The database's record was imported by another version: run `claims import` with its URL anew.", 60
                )
            return None if newest[1] == served else _taken(connection, newest[0], newest[4], newest[1])
        except psycopg.errors.UndefinedTable:
            raise StoreUnavailable("The database holds no record yet: run `claims import` with its URL.", 60) from None
        except psycopg.Error as error:
            self._hang_up()
            raise StoreUnavailable(f"The database cannot be reached: {_said(error, self._url)}", 2) from error

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def _taken(connection: Connection, id_: int, size: int, revision: str) -> SqliteEdition:
    """An edition of the database, in a file that several workers of one user share; others are removed."""
    directory = private.cache()
    path = directory / f"postgres-{id_}-{revision}.sqlite"
    with private.locked(directory / ".postgres.lock"):
        with suppress(Unusable, OSError):
            return SqliteEdition(path)
        path.unlink(missing_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with part.open("xb") as file, connection.transaction(), connection.cursor("pieces", binary=True) as pieces:
            pieces.itersize = 16
            for (piece,) in pieces.execute(_PIECES, [id_]):
                file.write(piece)
        if part.stat().st_size != size:
            raise StoreUnavailable("The edition was replaced while it was taken.")
        part.chmod(0o600)
        part.replace(path)
        return SqliteEdition(path)


def _connected(url: str) -> Connection:
    return psycopg.connect(
        url, autocommit=True, connect_timeout=3, application_name="claims", keepalives_idle=5, tcp_user_timeout=10_000
    )


def _said(error: Exception, url: str) -> str:
    """What went wrong, in one line and without the password, parts of which a driver may take for a host."""
    said = " ".join(str(error).split()) or type(error).__name__
    user = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    secrets = [*re.split("[:@/?#]", user), *re.findall(r"password=([^&\s]*)", url)]
    for each in sorted(filter(None, {*secrets, *map(unquote, secrets)}), key=len, reverse=True):
        said = said.replace(each, "***")
    return said

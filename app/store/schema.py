"""The database's tables: numbered SQL files, applied in order, and a partition of each table for each edition.

The files in ``migrations`` are the truth; this room only runs them. A released file is never changed: what must be
different is a new file, so that every database ever made can be brought up to date.
"""

from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import errors, sql

from app.errors import StoreUnavailable

CHANNEL = "claims_edition"
"""Where an import says, in its own transaction, that there is a new edition."""

TABLES = ("bodies", "periods", "postings")

UNCOMPRESSED = {"bodies": ("body", "own"), "postings": ("claims",)}
"""Columns that are read whole, and whose compression would cost more than the rest of an import."""

LOCK = 0x636C61696D73
"""Advisory lock of whoever changes what the database holds: one migration or import at a time (``claims`` in ASCII)."""

INSTALLED = "SELECT to_regclass('migrations') IS NOT NULL"
APPLIED = "SELECT coalesce(max(number), 0) FROM migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    statements: str


def migrations() -> list[Migration]:
    """All steps that this version of the program knows, in order."""
    scripts = [each for each in files("app.store").joinpath("migrations").iterdir() if each.name.endswith(".sql")]
    return [
        Migration(int(each.name.split("_")[0]), each.name.removesuffix(".sql"), each.read_text("utf-8"))
        for each in sorted(scripts, key=lambda each: each.name)
    ]


def migrate(url: str) -> list[str]:
    """Bring the database up to date; from nothing, if need be. Returns the names of the steps that were missing.

    Each step is one transaction, and two programs that migrate at once take turns.
    Raises :class:`~app.errors.StoreUnavailable` where the database cannot be reached or is newer than this program.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            return [each.name for each in migrations() if _apply(connection, each)]
    except psycopg.Error as error:
        raise StoreUnavailable(f"The database cannot be brought up to date: {said(error)}") from error


def _apply(connection: psycopg.Connection[Any], step: Migration) -> bool:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations ("
            "number integer PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())"
            if not _value(connection, INSTALLED) else "SELECT 1"
        )  # fmt: skip
        version = _value(connection, APPLIED)
        refuse_newer(version)
        if version >= step.number:
            return False
        connection.execute(step.statements.encode())
        connection.execute("INSERT INTO migrations (number, name) VALUES (%s, %s)", [step.number, step.name])
        return True


def refuse_newer(version: int) -> None:
    """Refuse a database whose schema a later version of this program has made."""
    if version > (latest := migrations()[-1].number):
        raise StoreUnavailable(
            f"The database has schema {version}, and this program knows only {latest}: use a newer version of it.", 60
        )


def create(connection: psycopg.Connection[Any], edition: int) -> None:
    """Make the empty tables of an edition, without indexes and not yet parts of their parents."""
    for table in TABLES:
        # Where creating a table is no part of a transaction, an import that was killed may have left it behind.
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(partition(table, edition)))
        # Rows stay in one piece up to a page: a body is always read whole.
        connection.execute(
            sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS) WITH (toast_tuple_target = 8160)").format(
                partition(table, edition), sql.Identifier(table)
            )
        )
    for table, columns in UNCOMPRESSED.items():
        for column in columns:
            uncompressed = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET STORAGE EXTERNAL")
            # YugabyteDB stores in its own way, and refuses to be told another.
            with suppress(errors.FeatureNotSupported), connection.transaction():
                connection.execute(uncompressed.format(partition(table, edition), sql.Identifier(column)))


def attach(connection: psycopg.Connection[Any], edition: int) -> None:
    """Make the filled tables of an edition parts of their parents, which builds every index, and count their values."""
    for table in TABLES:
        name, parent = partition(table, edition), sql.Identifier(table)
        connection.execute(sql.SQL("ALTER TABLE {} ADD CHECK (edition = {})").format(name, sql.Literal(edition)))
        connection.execute(
            sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES IN ({})").format(parent, name, sql.Literal(edition))
        )
        connection.execute(sql.SQL("ANALYZE {}").format(name))


def drop(connection: psycopg.Connection[Any], edition: int) -> None:
    """Drop an edition whole."""
    for table in TABLES:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(partition(table, edition)))
    connection.execute("DELETE FROM editions WHERE edition = %s", [edition])


def partition(table: str, edition: int) -> sql.Identifier:
    """The table that holds an edition's rows of ``table``."""
    return sql.Identifier(f"{table}_{edition}")


def said(error: Exception) -> str:
    """What went wrong, in one line for an operator."""
    return " ".join(str(error).split()) or type(error).__name__


def _value(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None

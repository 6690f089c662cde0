"""A record put into the database: all of it or nothing, as fast as the machine's cores allow.

Everything happens in one transaction, in tables that nobody else can see before it ends. Whatever stops it, be it a
fault in the record or a power cut, the database goes on holding what it held.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, suppress
from functools import partial
from typing import Any

import psycopg
from psycopg import errors, sql

from app import __version__
from app.dataset import Revision, canonical_header
from app.errors import Fault, RecordInvalid, StoreUnavailable
from app.model import Claim, Header
from app.store import schema
from app.store.crew import Crew
from app.store.pairs import common_from, pairs
from app.store.postings import Gathering
from app.store.rows import Rows, Writer

_NEWEST = "SELECT edition, revision, made_by, common FROM editions ORDER BY edition DESC LIMIT 1"


def import_claims(
    url: str,
    header: Header,
    claims: Iterable[Claim],
    progress: Callable[[int], None] | None = None,
    *,
    revision: str | None = None,
) -> str:
    """Make ``claims`` the current edition of the database at ``url``; returns the revision.

    The claims must be valid against ``header``; they are read once, and not kept. ``progress`` is told how many are
    done. A database that holds this very record already is left as it is, which costs nothing where the caller knows
    the ``revision`` beforehand. The edition before stays for requests under way, the one before that is dropped.

    Raises :class:`~app.errors.RecordInvalid` where two claims have one id, :class:`~app.errors.StoreUnavailable` where
    the database fails; whatever iterating over ``claims`` raises comes through. In each case nothing has changed.
    """
    schema.migrate(url)
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5, application_name="claims import") as connection:
            # Held until the connection ends, not by the transaction, which must see what is there once it has the lock.
            connection.execute("SELECT pg_advisory_lock(%s)", [schema.LOCK])
            # YugabyteDB freezes no rows at a lower level; PostgreSQL does not mind.
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with connection.transaction():
                loaded = _load(connection, header, claims, progress, revision)
                before = connection.execute("SELECT edition FROM editions ORDER BY edition DESC OFFSET 1").fetchall()
            for (edition,) in before[1:]:
                _forget(connection, edition)
            return loaded
    except _Held as held:
        return held.revision
    except psycopg.Error as error:
        raise StoreUnavailable(f"Nothing was imported: {schema.said(error)}", 5) from error


class _Held(Exception):
    """The database holds the record already: undo what was begun."""

    def __init__(self, revision: str) -> None:
        self.revision = revision


def _rows_maker(header: Header, edition: int) -> Callable[[Iterable[tuple[int, Claim]]], Rows]:
    return Writer(header, edition).rows


def _load(
    connection: psycopg.Connection[Any],
    header: Header,
    claims: Iterable[Claim],
    progress: Callable[[int], None] | None,
    revision: str | None,
) -> str:
    newest = connection.execute(_NEWEST.encode()).fetchone() or (0, None, None, None)
    held = newest[1] if newest[2] == __version__ and newest[3] is not None else None
    if held and held == revision:
        raise _Held(held)
    edition = newest[0] + 1
    schema.create(connection, edition)
    canonical = canonical_header(header)
    sum_, gathering, last_day, size = Revision(canonical), Gathering(), 0, 0
    with closing(Crew(header, partial(_rows_maker, edition=edition))) as crew:
        for rows in crew.make(claims):
            _copy(connection, edition, rows)
            sum_.update(rows.lines)
            gathering.add(rows.keys, rows.having, rows.sizes)
            last_day = max(last_day, rows.last_day)
            size += rows.size
            if progress:
                progress(size)
    if str(sum_) == held:
        raise _Held(held)
    counts = _copy_postings(connection, edition, gathering)
    del gathering
    common = common_from(size)
    _copy_pairs(connection, edition, [key for key in counts if ":" not in key and counts[key] >= common])
    connection.execute("SET LOCAL maintenance_work_mem = '128MB'")
    schema.attach(connection, edition)
    _refuse_twins(connection, edition)
    connection.execute(
        "INSERT INTO editions (edition, revision, made_by, size, last_day, counts, common, header) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [edition, str(sum_), __version__, size, last_day, json.dumps(counts), common, canonical],
    )
    _announce(connection, str(sum_))
    return str(sum_)


def _copy(connection: psycopg.Connection[Any], edition: int, rows: Rows) -> None:
    for table in ("claims", "bodies", "periods"):
        with connection.cursor().copy(_into(table, edition)) as copy:
            copy.write(getattr(rows, table))


def _refuse_twins(connection: psycopg.Connection[Any], edition: int) -> None:
    twice = sql.SQL("SELECT id FROM {} GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 20")
    twins = connection.execute(twice.format(schema.partition("bodies", edition))).fetchall()
    if twins:
        raise RecordInvalid([Fault("/claims", 0, f"two claims have one id: {id_}") for (id_,) in twins])


def _copy_postings(connection: psycopg.Connection[Any], edition: int, gathering: Gathering) -> dict[str, int]:
    counts = {}
    with connection.cursor().copy(_into("postings", edition)) as copy:
        copy.set_types(["int4", "text", "bytea"])
        for key, claims in gathering.postings():
            copy.write_row((edition, key, claims.serialize()))
            counts[key] = len(claims)
    return counts


def _copy_pairs(connection: psycopg.Connection[Any], edition: int, common: Collection[str]) -> None:
    if not common:
        return
    # Which words are common is known at the end only, and to read the texts again costs a thirtieth of the import.
    with connection.cursor().copy(
        sql.SQL("COPY (SELECT position, own FROM {}) TO STDOUT").format(schema.partition("bodies", edition))
    ) as copy:
        found = list(pairs(_texts(copy), common))
    with connection.cursor().copy(_into("postings", edition)) as copy:
        copy.set_types(["int4", "text", "bytea"])
        for key, claims in found:
            copy.write_row((edition, key, claims.serialize()))


def _texts(rows: Iterable[bytes | bytearray | memoryview]) -> Iterator[tuple[int, list[str]]]:
    for row in rows:
        position, _, text = bytes(row).decode().partition("\t")
        yield int(position), text.split()


def _into(table: str, edition: int) -> sql.Composed:
    return sql.SQL("COPY {} FROM STDIN (FORMAT binary, FREEZE)").format(schema.partition(table, edition))


def _announce(connection: psycopg.Connection[Any], revision: str) -> None:
    # Servers ask from time to time as well, so a database without notifications only delays them.
    with suppress(errors.FeatureNotSupported), connection.transaction():
        connection.execute("SELECT pg_notify(%s, %s)", [schema.CHANNEL, revision])


def _forget(connection: psycopg.Connection[Any], edition: int) -> None:
    # Somebody may be looking at it by hand; then the next import gets it.
    with suppress(errors.LockNotAvailable), connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '1s'")
        schema.drop(connection, edition)

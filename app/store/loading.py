"""A record put into the database: all of it or nothing, as fast as the machine's cores allow.

Everything happens in one transaction, in tables that nobody else can see before it ends. Whatever stops it, be it a
fault in the record or a power cut, the database goes on holding what it held.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from typing import Any

import psycopg
from psycopg import errors, sql
from pyroaring import BitMap

from app import __version__
from app.dataset import Revision, canonical_header
from app.errors import Fault, RecordInvalid, StoreUnavailable
from app.model import Claim, Header
from app.store import schema
from app.store.calendar import dated
from app.store.crew import Crew
from app.store.pairs import common_from, pairs
from app.store.postings import Gathering
from app.store.rows import Rows, Writer
from app.store.slices import Dates

_NEWEST = "SELECT edition, revision, made_by FROM editions ORDER BY edition DESC LIMIT 1"


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
    newest = connection.execute(_NEWEST.encode()).fetchone() or (0, None, None)
    held = newest[1] if newest[2] == __version__ else None
    if held and held == revision:
        raise _Held(held)
    edition = newest[0] + 1
    schema.create(connection, edition)
    canonical = canonical_header(header)
    sum_, gathering, dates, last_day, size = Revision(canonical), Gathering(), Dates(), 0, 0
    with closing(Crew(header, partial(_rows_maker, edition=edition))) as crew:
        for rows in crew.make(claims):
            _copy(connection, edition, rows)
            sum_.update(rows.lines)
            gathering.add(rows.keys, rows.having, rows.sizes)
            dates.extend(rows.dates)
            last_day = max(last_day, rows.last_day)
            size += rows.size
            if progress:
                progress(size)
    if str(sum_) == held:
        raise _Held(held)
    common = common_from(size)
    counts = _copy_postings(connection, edition, gathering.postings(), common)
    _copy_bitmaps(connection, edition, dated(dates))
    _copy_bitmaps(connection, edition, _pairs(connection, edition, [key for key in counts if key.isalnum()]))
    connection.execute("SET LOCAL maintenance_work_mem = '128MB'")
    schema.attach(connection, edition)
    _refuse_twins(connection, edition)
    connection.execute(
        "INSERT INTO editions (edition, revision, made_by, size, last_day, turns, common, counts, header) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [edition, str(sum_), __version__, size, last_day, dates.turns, common, json.dumps(counts), canonical],
    )
    _announce(connection, str(sum_))
    return str(sum_)


def _copy(connection: psycopg.Connection[Any], edition: int, rows: Rows) -> None:
    for table in ("bodies", "periods"):
        with connection.cursor().copy(_into(table, edition)) as copy:
            copy.write(getattr(rows, table))


def _refuse_twins(connection: psycopg.Connection[Any], edition: int) -> None:
    twice = sql.SQL("SELECT id FROM {} GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 20")
    twins = connection.execute(twice.format(schema.partition("bodies", edition))).fetchall()
    if twins:
        raise RecordInvalid([Fault("/claims", 0, f"two claims have one id: {id_}") for (id_,) in twins])


def _copy_postings(
    connection: psycopg.Connection[Any], edition: int, postings: Iterable[tuple[str, BitMap]], common: int
) -> dict[str, int]:
    """Returns how many claims have each term and each common word."""
    counts = {}

    def counted() -> Iterator[tuple[str, BitMap]]:
        for key, claims in postings:
            if ":" in key or (key.isalnum() and len(claims) >= common):
                counts[key] = len(claims)
            yield key, claims

    _copy_bitmaps(connection, edition, counted())
    return counts


def _copy_bitmaps(connection: psycopg.Connection[Any], edition: int, bitmaps: Iterable[tuple[str, BitMap]]) -> None:
    with connection.cursor().copy(_into("postings", edition)) as copy:
        copy.set_types(["int4", "text", "bytea"])
        for key, claims in bitmaps:
            claims.run_optimize()
            copy.write_row((edition, key, claims.serialize()))


def _pairs(connection: psycopg.Connection[Any], edition: int, common: Sequence[str]) -> Iterable[tuple[str, BitMap]]:
    if not common:
        return ()
    # Which words are common is known at the end only, and then the texts are in the database.
    texts = sql.SQL("COPY (SELECT position, own FROM {}) TO STDOUT").format(schema.partition("bodies", edition))
    with connection.cursor().copy(texts) as copy:
        return list(pairs(_texts(copy), frozenset(common)))


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

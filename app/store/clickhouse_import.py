"""A record into ClickHouse: written beside what is served, checked, and then served by one insert.

Each core reads, checks and renders batches of the claims as lines of JSON, and the database takes one batch while the
next is made. What is killed leaves rows that no edition names; the next import drops those, and editions that another
took the place of an hour ago.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import NamedTuple
from zlib import crc32

from pydantic_core import to_json

from app.core.errors import RecordUnreadable, StoreUnavailable
from app.core.model import Claim, FileHeader, Header
from app.core.query import BY_DAY, FACETS, day_terms, searched, terms
from app.core.status import Period, timeline
from app.record.dataset import Revision, canonical_header
from app.record.lines import ClaimLines
from app.record.parallel import made_in_processes
from app.record.served import render, transitions
from app.store.clickhouse import MADE_BY, Database, newest_edition
from app.store.clickhouse_sql import BODIES, EDITIONS, HEADERS, INDEX, SINGLE, UNDATED, drop, local, schema
from app.store.index import PASSAGES, PIECE, SMALL

SYNC = {"distributed_foreground_insert": 1}
"""A cluster's insert ends when each server has its rows."""

BATCH = 16_384
"""Claims of a batch."""

KEPT = 3600
"""Seconds for which an edition is kept after another took its place, and rows of an import after its last batch."""


class Batch(NamedTuple):
    """Some claims that follow each other."""

    records: bytes
    index: bytes
    bodies: bytes
    checksum: int
    """Sum of the CRC-32 of each claim's bytes."""
    count: int


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
    record is left as it is, which costs nothing where the caller knows its ``revision``. Raises
    :class:`~app.core.errors.StoreUnavailable` where the database fails or another import was first, and
    :class:`~app.core.errors.RecordUnreadable` where more than half of the claims are lost, unless ``allow_shrink``;
    what iterating over ``claims`` raises comes through. In each case nothing has changed.
    """
    return asyncio.run(
        _import(Database(url, deadline=600, limits={}), header, claims, progress, revision, allow_shrink)
    )


async def _import(
    database: Database,
    header: FileHeader,
    claims: Iterable[Claim],
    progress: Callable[[int], None] | None,
    known: str | None,
    allow_shrink: bool,
) -> str:
    await database.open()
    try:
        for statement in schema(database.cluster):
            await database.ask(statement)
        newest = await newest_edition(database)
        held = newest["revision"] if newest and newest["made_by"] == MADE_BY else None
        if held and held == known:
            return held
        edition = time.time_ns()
        try:
            revision, size = await _load(database, edition, header, claims, progress)
            if revision != held:
                if newest and size * 2 < newest["size"] and not allow_shrink:
                    raise RecordUnreadable(
                        f"The record has {size} claims, and the database's {newest['size']}: so great a loss is "
                        "taken for an accident. If it is meant, import with --allow-shrink."
                    )
                await _switch(database, edition, newest["number"] + 1 if newest else 1, revision, size, header)
        except BaseException:
            await _drop(database, edition)
            raise
        if revision == held:
            await _drop(database, edition)
        await _drop_old(database)
        return revision
    finally:
        await database.close()


async def _load(
    database: Database,
    edition: int,
    header: FileHeader,
    claims: Iterable[Claim],
    progress: Callable[[int], None] | None,
) -> tuple[str, int]:
    """Writes the rows of an edition, and checks that they are there; returns its revision and size."""
    canonical = canonical_header(header)
    sum_, size, checksum = Revision(canonical), 0, 0
    await database.insert(HEADERS, b"".join(_header_rows(edition, header, canonical[:-1])))
    made, taking = batches(edition, header.info, claims), None
    try:
        while batch := await asyncio.to_thread(next, made, None):
            sum_.update(batch.records)
            size, checksum = size + batch.count, checksum + batch.checksum
            if taking:
                await taking
            taking = asyncio.create_task(_take(database, batch))
            if progress:
                progress(size)
        if taking:
            await taking
    finally:
        if taking:
            taking.cancel()
    index = f"SELECT count() FROM {INDEX} WHERE edition = {edition}"
    bodies = (
        f"SELECT count(), sum(CRC32(concat(head, arrayStringConcat(tails)))) FROM {BODIES} WHERE edition = {edition}"
    )
    found = [int(value) for statement in (index, bodies) for value in (await database.ask(statement))[0]]
    if found != [size, size, checksum]:
        raise StoreUnavailable("Nothing was imported: the database does not hold what was sent.")
    return str(sum_), size


async def _take(database: Database, batch: Batch) -> None:
    await database.insert(INDEX, batch.index, SYNC)
    await database.insert(BODIES, batch.bodies, SYNC)


async def _switch(database: Database, edition: int, number: int, revision: str, size: int, header: FileHeader) -> None:
    """Makes the edition the current one; of two imports that follow the same edition only the first one does."""
    row = [edition, number, revision, MADE_BY, size, int(time.time()), header.info.model_dump_json()]
    await database.insert(EDITIONS, to_json(row), {"insert_deduplication_token": str(number)})
    if await database.ask(f"SELECT edition FROM {EDITIONS} WHERE number = {number}") != [[edition]]:
        raise StoreUnavailable("Nothing was imported: another import has just finished. Look at what it brought.")


async def _drop(database: Database, edition: int) -> None:
    for statement in drop(edition, database.cluster):
        with suppress(StoreUnavailable):
            await database.ask(statement)


async def _drop_old(database: Database) -> None:
    """Drops what nobody reads: editions and unfinished imports, an hour after they were."""
    rows = await database.ask(f"SELECT edition, modified FROM {EDITIONS} ORDER BY number DESC")
    replaced = [int(modified) for _, modified in rows]
    kept = {int(edition) for (edition, _), since in zip(rows[1:], replaced, strict=False) if since > time.time() - KEPT}
    parts = (
        "SELECT partition FROM system.parts WHERE active AND database = currentDatabase() AND table = {table:String} "
        f"GROUP BY partition HAVING max(modification_time) < now() - {KEPT}"
    )
    idle = {int(each) for (each,) in await database.ask(parts, {"table": local(BODIES, database.cluster)})}
    for edition in idle - kept - {int(edition) for edition, _ in rows[:1]}:
        await _drop(database, edition)


def batches(edition: int, header: Header, claims: Iterable[Claim]) -> Iterator[Batch]:
    """The batches of a record; a large one is shared out to a process for each core."""
    if isinstance(claims, ClaimLines):
        few = claims.fewer_than(SMALL)
    else:
        few = isinstance(claims, Sized) and len(claims) < SMALL
    if few or (os.cpu_count() or 1) < 2:
        numbered = enumerate(claims)
        return map(partial(_batch, edition, header), iter(lambda: list(islice(numbered, BATCH)), []))
    return made_in_processes(header, claims, partial(_batch, edition), BATCH)


def _batch(edition: int, header: Header, claims: Iterable[tuple[int, Claim]]) -> Batch:
    records, index, bodies, checksum = [], [], [], 0
    for position, claim in claims:
        periods = timeline(claim, header)
        rendering = render(claim, header, periods)
        tails = [rendering.before, *(tail for _, _, tail in rendering.periods)]
        turns = [0, *(each.start.toordinal() for each in periods)]
        checksum += crc32(b"".join((rendering.head, *tails)))
        records.append(rendering.head + b"}\n")
        bodies.append(to_json([edition, position, rendering.head, turns, tails]))
        index.append(to_json([edition, position, *_index_row(claim, header, periods, turns)]))
    return Batch(b"".join(records), b"\n".join(index), b"\n".join(bodies), checksum, len(index))


def _index_row(claim: Claim, header: Header, periods: tuple[Period, ...], turns: list[int]) -> Iterator[object]:
    """The columns of the index but for edition and position, in their order."""
    (text, *names), values = searched(claim, header), terms(claim, header)
    days = [day_terms(claim, each) for each in (None, *periods)]
    last = values | days[-1]
    keys = {f"{name}={value}" for name, those in last.items() for value in those}
    keys.update(
        [f"id={claim.id}"], [f"text={word}" for word in text], [f"name={word}" for each in names for word in each]
    )
    yield claim.id
    yield list(keys)
    yield f" {' '.join(text)} "
    yield from (claim.span.start.toordinal(), claim.span.end.toordinal()) if claim.span else (UNDATED, 0)
    yield turns
    yield [each.date.toordinal() for each in transitions(claim, periods)]
    yield list(dict.fromkeys(ref for each in claim.statements for ref in each.passages))
    yield from (_column(name, last) for name in FACETS)
    yield from ([_column(name, each) for each in days] for name in BY_DAY)


def _column(name: str, values: Mapping[str, set[str]]) -> str | list[str]:
    return next(iter(values[name])) if name in SINGLE else list(values[name])


def _header_rows(edition: int, header: FileHeader, unended: bytes) -> Iterator[bytes]:
    """The header in pieces that end with a character, without its own end; and the passages of each document."""
    text = unended.decode()
    for at in range(0, len(text), PIECE):
        yield to_json([edition, f"header={at // PIECE:06}", text[at : at + PIECE]]) + b"\n"
    for each in header.documents:
        yield to_json([edition, f"passages={each.id}", PASSAGES.dump_json(each.passages, exclude_none=True)]) + b"\n"

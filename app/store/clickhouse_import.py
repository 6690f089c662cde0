"""A record into ClickHouse: written beside what is served, checked, and then served by one insert.

Each core reads, checks and renders batches of claims; the database takes one while the next are made. What is killed
leaves rows that no edition names: the next import drops them, and editions of which another took the place an hour ago.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import suppress
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple
from zlib import crc32

from pydantic_core import to_json

from app.core.errors import RecordUnreadable, StoreUnavailable
from app.core.model import Claim, FileHeader, Header
from app.core.query import BY_DAY, FACETS, day_terms, own_words, terms, words
from app.core.status import Period, timeline
from app.core.vocabulary import Status
from app.record.dataset import Revision, canonical_header
from app.record.lines import ClaimLines
from app.record.parallel import made_in_processes
from app.record.served import render
from app.store.clickhouse import MADE_BY
from app.store.clickhouse_database import Database
from app.store.clickhouse_sql import (
    BODIES,
    EDITIONS,
    HEADERS,
    INDEX,
    OF_EDITION,
    SINGLE,
    TABLES,
    UNDATED,
    local,
    on_cluster,
    schema,
)
from app.store.index import BATCH, SMALL, runs
from app.store.rows import header_rows

KEPT = 3600
"""Seconds for which an edition is kept when another took its place, and an import's rows after its last batch."""


class Batch(NamedTuple):
    """Some claims that follow each other, as lines of the record and as rows."""

    records: bytes
    compared: bytes
    bodies: bytes
    checksum: int
    """Sum of the CRC-32 of each claim's head and tails."""
    size: int


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
    what iterating over ``claims`` raises comes through. In each case what was served is served on.
    """
    database = Database(url, deadline=3600, limits={})
    return asyncio.run(Importing(database, header, progress).done(claims, revision, allow_shrink=allow_shrink))


class Importing:
    """One import; its rows are those of an edition of their own."""

    def __init__(self, database: Database, header: FileHeader, progress: Callable[[int], None] | None = None) -> None:
        self._database, self._header, self._progress = database, header, progress
        self._edition, self._rows = time.time_ns(), 0

    async def done(self, claims: Iterable[Claim], known: str | None, *, allow_shrink: bool) -> str:
        """The revision that the database holds at the end."""
        await self._database.open()
        try:
            for statement in schema(self._database.cluster):
                await self._database.ask(statement)
            newest = await self._database.newest() or {"number": 0, "size": 0, "made_by": "", "revision": ""}
            held = newest["revision"] if newest["made_by"] == MADE_BY else ""
            if held and held == known:
                return held
            try:
                revision, size = await self._load(claims)
                if size * 2 < newest["size"] and not allow_shrink:
                    raise RecordUnreadable(
                        f"The record has {size} claims, and the database's {newest['size']}: so great a loss is taken "
                        "for an accident. If it is meant, import with --allow-shrink."
                    )
                if revision == held:
                    await self._drop(self._edition)
                else:
                    await self._switch(newest["number"] + 1, revision, size)
            except BaseException:
                await self._drop(self._edition)
                raise
            await self._drop_old()
            await self._merge()
            return revision
        finally:
            await self._database.close()

    async def _load(self, claims: Iterable[Claim]) -> tuple[str, int]:
        """Writes all rows but the one that serves them, and checks that they are there; returns revision and size."""
        canonical = canonical_header(self._header)
        revision, size, checksum = Revision(canonical), 0, 0
        rows = header_rows(self._header, canonical)
        self._rows = len(rows)
        await self._database.insert(HEADERS, b"\n".join([to_json([self._edition, *each]) for each in rows]))
        made, taking = batches(self._edition, self._header.info, claims), asyncio.create_task(asyncio.sleep(0))
        try:
            while batch := await asyncio.to_thread(next, made, None):
                await asyncio.to_thread(revision.update, batch.records)
                size, checksum = size + batch.size, checksum + batch.checksum
                await taking
                taking = asyncio.create_task(self._take(batch))
                if self._progress:
                    self._progress(size)
            await taking
        finally:
            taking.cancel()
        indexed = f"SELECT count() FROM {INDEX} {OF_EDITION}"
        sums = "count(), sum(CRC32(concat(head, arrayStringConcat(tails))))"
        statement = f"SELECT ({indexed}), {sums} FROM {BODIES} {OF_EDITION}"
        found = await self._database.ask(statement, {"edition": self._edition})
        if found != [[size, size, checksum]]:
            raise StoreUnavailable("Nothing was imported: the database does not hold what was sent.")
        return str(revision), size

    async def _take(self, batch: Batch) -> None:
        # In a cluster each server has its rows when an insert ends.
        await self._database.insert(INDEX, batch.compared, distributed_foreground_insert=1)
        await self._database.insert(BODIES, batch.bodies, distributed_foreground_insert=1)

    async def _switch(self, number: int, revision: str, size: int) -> None:
        """Makes the edition the current one, if no other has followed the same edition."""
        row = to_json([self._edition, number, revision, MADE_BY, size, int(time.time()), self._rows])
        await self._database.insert(EDITIONS, row, insert_deduplication_token=str(number))
        if await self._database.ask(f"SELECT edition FROM {EDITIONS} WHERE number = {number}") != [[self._edition]]:
            raise StoreUnavailable("Nothing was imported: another import has just finished. See what it brought.")

    async def _merge(self) -> None:
        """Makes one part of the index in each server, which is asked faster than several; it is served meanwhile."""
        await self._told(f"OPTIMIZE TABLE {{}} PARTITION {self._edition} FINAL", INDEX)

    async def _drop(self, edition: int) -> None:
        await self._told(f"ALTER TABLE {{}} DROP PARTITION {edition}", *TABLES)

    async def _told(self, statement: str, *tables: str) -> None:
        """Tells each server of the database what to do with its own rows; where that fails a later import does it."""
        cluster = self._database.cluster
        for table in tables:
            with suppress(StoreUnavailable):
                await self._database.ask(statement.format(f"{local(table, cluster)}{on_cluster(cluster)}"))

    async def _drop_old(self) -> None:
        """Drops what nobody reads any more."""
        editions = await self._database.ask(f"SELECT edition, modified FROM {EDITIONS} ORDER BY number DESC")
        since = time.time() - KEPT
        replaced = zip(editions[1:], editions, strict=False)
        kept = [edition for (edition, _), (_, modified) in replaced if modified > since]
        idle = await self._database.ask(
            "SELECT toUInt64(partition) FROM system.parts WHERE active AND database = currentDatabase() "
            f"AND table = '{local(BODIES, self._database.cluster)}' "
            f"GROUP BY partition HAVING max(modification_time) < now() - {KEPT}"
        )
        for (edition,) in idle:
            if edition not in (editions[0][0], *kept):
                await self._drop(edition)


def batches(edition: int, header: Header, claims: Iterable[Claim]) -> Iterator[Batch]:
    """The batches of a record; a large one is shared out to a process for each core."""
    if isinstance(claims, ClaimLines):
        few = claims.fewer_than(SMALL)
    else:
        few = isinstance(claims, Sized) and len(claims) < SMALL
    if few or (os.cpu_count() or 1) < 2:
        numbered = enumerate(claims)
        return map(partial(batch_of, edition, header), iter(lambda: list(islice(numbered, BATCH)), []))
    return made_in_processes(header, claims, partial(batch_of, edition), BATCH)


def batch_of(edition: int, header: Header, claims: Iterable[tuple[int, Claim]]) -> Batch:
    """The batch of some numbered claims."""
    records, index, bodies, checksum = [], [], [], 0
    for position, claim in claims:
        periods = timeline(claim, header)
        rendering = render(claim, header, periods)
        tails = [rendering.before, *[tail for _, _, tail in rendering.periods]]
        turns = [each.start.toordinal() for each in periods]
        checksum += crc32(b"".join((rendering.head, *tails)))
        records.append(rendering.head + b"}\n")
        bodies.append(to_json([edition, position, rendering.head, turns, tails]))
        index.append(to_json([edition, position, *_compared(claim, header, periods, turns)]))
    return Batch(b"".join(records), b"\n".join(index), b"\n".join(bodies), checksum, len(index))


def _compared(claim: Claim, header: Header, periods: tuple[Period, ...], turns: list[int]) -> list[object]:
    """The columns of the index but for edition and position, in their order."""
    text, values = own_words(claim), terms(claim, header)
    days = [day_terms(claim, each) for each in periods]
    last = values | days[-1]
    keys = [f"{name}={value}" for name, those in last.items() for value in those]
    keys += [f"text={word}" for word in set(text)]
    keys += {key for id_ in values["source"] for key in _named(header.source_by_id[id_].name)}.union(
        *[_named(each.name, *each.aliases) for each in map(header.entity_by_id.__getitem__, values["about"])]
    )
    statuses = [Status.not_yet_made, *[each.verdict.status for each in periods]]
    return [
        claim.id, keys, f" {' '.join(text)} ",
        *([each.toordinal() for each in claim.span] if claim.span else (UNDATED, 0)),
        turns, [day for day, before, after in zip(turns, statuses, statuses[1:], strict=False) if before is not after],
        {ref for each in claim.statements for ref in each.passages},
        *[_column(name, last) for name in FACETS],
        *[[_column(name, each) for each in days] for name in BY_DAY],
    ]  # fmt: skip


@lru_cache(maxsize=2**16)
def _named(*names: str) -> tuple[str, ...]:
    return tuple([f"name={run}" for name in names for run in runs(words(name))])


def _column(name: str, values: Mapping[str, set[str]]) -> str | set[str]:
    return next(iter(values[name])) if name in SINGLE else values[name]

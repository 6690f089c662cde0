"""The store in ClickHouse, measured and compared: ``python -m checks.benchmarks.clickhouse 100000``.

A record of so many claims is imported into the engine out of a wheel (the extra `clickhouse-test`), which runs in a
process of its own on one core; questions are asked over a socket, as a server asks them. Prints the rate and the CPU of
the import, by who spends it, and for each kind of question the median and the 99th percentile in milliseconds, and the
CPU of the engine. Where PostgreSQL is installed, a plain table with a ``tsvector`` is asked the same. With
``--compare N`` N drawn questions and a fifth as many walks through pages are compared, byte by byte, with the store in
memory; then once more after an edit and a new import.
"""

import argparse
import asyncio
import os
import random
import resource
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeAlias

from app.core.model import Record
from app.core.query import FACETS, ClaimQuery, Page
from app.record import dataset, files
from app.store import Edition
from app.store.clickhouse import ClickHouseStore
from app.store.clickhouse_import import import_claims
from app.store.memory import MemoryEdition
from checks.benchmarks import postgres, records
from tests.store.engine import Server, served
from tests.store.meaning import ORDERS, Asker, all_pages, generated

QUESTIONS = 50
WORDS = records.words(400, 0)

Asked: TypeAlias = str | tuple[ClaimQuery, Page]
"""The id of a claim, or a question."""


class Sampled:
    """An edition, and what its questions are drawn from."""

    def __init__(self, edition: Edition, sample: list[str]) -> None:
        self.sample = sample
        self.documents = [each.id for each in edition.header.documents]

    def drawn(self, name: str) -> list[Asked]:
        """The questions of a kind, the same in every run."""
        chance = random.Random(name)
        return [KINDS[name](chance, self) for _ in range(QUESTIONS)]


KINDS: dict[str, Callable[[random.Random, Sampled], Asked]] = {
    "W1, one claim by id": lambda c, of: c.choice(of.sample),
    "W2, two filters": lambda c, of: (
        ClaimQuery(kind=(c.choice(("event", "state")),), document=(c.choice(of.documents),)),
        Page(),
    ),
    "W3, a common word, two facets": lambda c, _: (
        ClaimQuery(q=WORDS[c.randrange(20)]),
        Page(facets=("kind", "status")),
    ),
    "a day's status": lambda c, _: (ClaimQuery(status=("disputed",), as_of=day(c)), Page()),
    "a word by period": lambda c, _: (ClaimQuery(q=WORDS[c.randrange(400)]), Page(sort="-period")),
    "a phrase of two": lambda c, _: (ClaimQuery(q=f'"{WORDS[c.randrange(9)]} {WORDS[c.randrange(9)]}"'), Page()),
    "every facet on a day": lambda c, _: (ClaimQuery(q=WORDS[c.randrange(400)], as_of=day(c)), Page(facets=FACETS)),
}
OF_POSTGRES = list(KINDS)[:4]
"""What a plain table in PostgreSQL is asked too."""


def day(chance: random.Random) -> date:
    return date(chance.randrange(2000, 2006), chance.randrange(1, 13), chance.randrange(1, 29))


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def imported(server: Server, record: Path, database: str) -> None:
    """Imports a file, and tells what that costs."""
    server.ask(f"CREATE DATABASE {database}")
    before, wall = cpu(server.process.pid), time.monotonic()
    ours = _own()
    url = server.url(database)
    count = 0

    def told(done: int) -> None:
        nonlocal count
        count = done

    import_claims(url, *dataset.load_lines(files.read_lines(record), record.name), told)
    wall, ours, engine = time.monotonic() - wall, _own() - ours, cpu(server.process.pid) - before
    size = server.ask(
        "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase()", database
    )
    print(
        f"import of {count:,}: {wall:.0f} s, {count / wall:,.0f} claims/s; CPU {ours:.0f} s here, {engine:.0f} s in "
        f"the engine ({100 * engine / (ours + engine):.0f} %); {int(size) / count:,.0f} bytes a claim on disk"
    )


def multiplied(server: Server, database: str, size: int, times: int) -> None:
    """Makes the edition so many times as large by copies of its rows, under other ids."""
    for nth in range(1, times):
        place = f"toUInt32(position + {nth * size}) AS position"
        for table, changed in {"index": f"{place}, concat(id, '-{nth}') AS id", "bodies": place}.items():
            first = f"SELECT * FROM claims_{table} WHERE position < {size}"
            server.ask(f"INSERT INTO claims_{table} SELECT * REPLACE ({changed}) FROM ({first})", database)
    larger = f"SELECT * REPLACE (toUInt32(2) AS number, size * {times} AS size) FROM claims_editions"
    server.ask(f"INSERT INTO claims_editions {larger}", database)
    server.ask("ALTER TABLE claims_editions DELETE WHERE number = 1 SETTINGS mutations_sync = 1", database)
    print(f"{size * times:,} claims, {times} copies of each:")


def settled(server: Server) -> None:
    """Waits until the engine has put its parts together."""
    while server.ask("SELECT count() FROM system.merges") != "0\n":
        time.sleep(1)


def _own() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


async def measured(server: Server, database: str) -> None:
    """Prints a row for each kind of question."""
    store = ClickHouseStore(server.url(database, "reader"))
    await store.open()
    edition = store.edition
    ids = "SELECT id FROM claims_index WHERE position % 997 = 0 FORMAT TSV"
    store._database._deadline = 60  # what a busy machine takes longer for is measured, too
    sampled = Sampled(edition, server.ask(ids, database).split())
    for name in KINDS:
        walls, used = list[float](), list[float]()
        for asked in sampled.drawn(name):
            begun, start = cpu(server.process.pid), time.perf_counter()
            await (edition.claim(asked) if isinstance(asked, str) else edition.find(*asked))
            walls.append((time.perf_counter() - start) * 1e3)
            used.append((cpu(server.process.pid) - begun) * 1e3)
        print(f"{name:32} {told(walls)}; mean {statistics.mean(used):6.1f} ms CPU of the engine")
    await store.close()
    if programs := postgres.found():
        with postgres.filled(programs, server, database) as plain:
            os.sched_setaffinity(plain.process.pid, os.sched_getaffinity(server.process.pid))
            for name in OF_POSTGRES:
                print(
                    f"{name:32} {told(plain.milliseconds([*map(postgres.statements, sampled.drawn(name))]))}; tsvector"
                )
    else:
        print("PostgreSQL is not installed here, so no plain table was asked.")


def told(walls: list[float]) -> str:
    return f"median {statistics.median(walls):7.1f} p99 {sorted(walls)[-2]:7.1f} ms wall"


async def compared(store: ClickHouseStore, record: Record, seed: str, questions: int) -> None:
    """Compares drawn questions and walks with the store in memory; ``AssertionError`` at the first difference."""
    ours, theirs = MemoryEdition.from_record(record, 1), store.edition
    chance, compared_bytes = random.Random(seed), 0
    for number in range(questions + questions // 5):
        query, sort = Asker(record, f"{seed} {number}").query(), chance.choice(ORDERS)
        facets = tuple(chance.sample(FACETS, chance.choice((0, 1, 3))))
        if number < questions:
            page = Page(sort=sort, limit=chance.choice((1, 7, 20, 100)), facets=facets)
            one, other = await asyncio.gather(ours.find(query, page), theirs.find(query, page))
            pages = [(one, other)]
        else:
            page = Page(sort=sort, limit=chance.choice((20, 50, 100)), facets=facets)
            walks = await asyncio.gather(all_pages(ours, query, page), all_pages(theirs, query, page))
            pages = list(zip(*walks, strict=True))
        for one, other in pages:
            assert (one.total, list(one.bodies), one.last) == (other.total, list(other.bodies), other.last), (
                query,
                page,
            )
            assert [(name, list(each.items())) for name, each in one.facets.items()] == [
                (name, list(each.items())) for name, each in other.facets.items()
            ], (query, page)
            compared_bytes += sum(map(len, one.bodies))
        if number % 1000 == 999:
            print(f"{number + 1:,} done, {compared_bytes:,} bytes the same", flush=True)
    print(f"{questions:,} questions and {questions // 5:,} walks: {compared_bytes:,} bytes of claims, 0 different")


async def both_compared(server: Server, size: int, questions: int, seed: int) -> None:
    """Compares a record, and the same after an edit and a new import."""
    server.ask("CREATE DATABASE compared")
    record = generated(size)
    edited = record.model_copy(update={"claims": (*record.claims[: size // 2], *record.claims[size // 2 + 1 :])})
    first, *rest = edited.claims
    edited = edited.model_copy(update={"claims": (first.model_copy(update={"text": "NATO denied a harbour."}), *rest)})
    for which, each in {f"drawn {seed}": record, f"edited {seed}": edited}.items():
        await asyncio.to_thread(import_claims, server.url("compared"), each.header, each.claims)
        store = ClickHouseStore(server.url("compared", "reader"))
        store._database._deadline = 600  # what is compared here are answers, not their time
        await store.open()
        await compared(store, each, which, questions if each is record else questions // 10)
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--directory", type=Path, default=Path("/tmp"), help="where records are kept")
    parser.add_argument("--compare", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0, help="of the questions that are compared")
    parser.add_argument("--times", type=int, default=1, help="copies of the record that are asked")
    parser.add_argument("--cores", type=int, default=1, help="of the engine, when questions are asked")
    options = parser.parse_args()
    for size in options.sizes:
        path = options.directory / f"claims-{size}.jsonl"
        if not path.exists():
            with path.open("wb") as out:
                records.write_record(size, out)
        with served() as server:
            imported(server, path, f"of_{size}")
            if options.times > 1:
                multiplied(server, f"of_{size}", size, options.times)
            settled(server)
            for thread in Path(f"/proc/{server.process.pid}/task").iterdir():
                with suppress(ProcessLookupError):  # one that has ended meanwhile
                    os.sched_setaffinity(int(thread.name), range(options.cores))
            asyncio.run(measured(server, f"of_{size}"))
    if options.compare:
        with served() as server:
            asyncio.run(both_compared(server, 300, options.compare, options.seed))


if __name__ == "__main__":
    main()

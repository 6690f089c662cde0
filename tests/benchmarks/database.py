"""What a question costs in PostgreSQL, against the SQL one would write: ``python -m tests.benchmarks.database 100000``.

For each size a record is generated and imported, and beside it a table is made of the same claims as most would make
it: a ``tsvector`` under GIN, the columns that are counted, the body. Both are asked the same in turn, over one
connection each, and must answer the same. No question is asked twice: what is measured is a server that has just begun
to serve the edition, with its database's pages in memory. Prints medians of milliseconds, waiting included.
"""

import argparse
import asyncio
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import psycopg

from app.errors import StoreUnavailable
from app.query import ClaimQuery, Page, search, searched
from app.store import Edition
from app.store.postgres import PostgresStore
from tests.benchmarks import records
from tests.benchmarks.imports import CLAIMS
from tests.benchmarks.records import write_record
from tests.store.database import Database, started

Answer: TypeAlias = tuple[int, list[str], dict[str, dict[str, int]]]
"""Total, ids of the page, and for each facet its counts."""
Connection: TypeAlias = psycopg.AsyncConnection[tuple[Any, ...]]

QUESTIONS, PATIENCE = 40, 20.0
"""Questions of a kind, and seconds after which no more of them are asked."""

FACETS = ("kind", "topic")
WORDS = records.words(30_000, 0)

# Words as we compare them, so that both parties find the same; a phrase does not go on from one name to the next.
PLAIN = (
    """
    CREATE TABLE plain AS SELECT position, b.id, b.body, to_tsvector('simple', texts) AS words, kind, topic
    FROM searched JOIN bodies b USING (position) ORDER BY position
    """,
    "DROP TABLE searched",
    "ALTER TABLE plain ADD PRIMARY KEY (id)",
    "CREATE UNIQUE INDEX ON plain (position)",
    "CREATE INDEX ON plain USING gin (words)",
    "VACUUM ANALYZE",
)
FIND = """
WITH hits AS MATERIALIZED (SELECT position, kind, topic FROM plain WHERE words @@ %(wanted)s::tsquery)
SELECT 'page', id, 0, body FROM (SELECT position FROM hits ORDER BY position LIMIT 20) first JOIN plain USING (position)
UNION ALL SELECT 'total', '', count(*), NULL FROM hits
UNION ALL SELECT 'kind', kind, count(*), NULL FROM hits GROUP BY kind
UNION ALL SELECT 'topic', value, count(*), NULL FROM hits, unnest(topic) value GROUP BY value
"""


def questions(kind: str) -> Iterator[str]:
    """Texts to search for, each once."""
    chance = random.Random(kind)
    first, end = {"common": (0, 30), "middling": (100, 400), "rare": (5000, 20000)}.get(kind, (0, 30))
    if kind in ("common", "middling", "rare"):
        yield from chance.sample(WORDS[first:end], min(QUESTIONS, end - first))
        return
    pairs = [(one, other) for one in WORDS[first:end] for other in WORDS[first:end] if one != other]
    for pair in chance.sample(pairs, QUESTIONS):
        third = f" {chance.choice(WORDS[first:end])}" if kind == "phrase of three" else ""
        yield f"{' '.join(pair)}" if kind == "two common" else f'"{" ".join(pair)}{third}"'


KINDS = ("common", "middling", "rare", "two common", "phrase of two", "phrase of three")


def tsquery(q: str) -> str:
    """The same question in the database's own words."""
    asked = search(q)
    return " & ".join([*(" <-> ".join(run) for run in asked.phrases), *sorted(asked.words)])


async def ours(edition: Edition, q: str) -> Answer:
    """Our answer."""
    found = await edition.find(ClaimQuery(q=q), Page(facets=FACETS))
    ids = [body[7 : body.index(b'"', 7)].decode() for body in found.bodies]
    return found.total, ids, {facet: dict(found.facets[facet]) for facet in FACETS}


async def plain(connection: Connection, q: str) -> Answer:
    """That of the SQL one would write."""
    cursor = await connection.execute(FIND, {"wanted": tsquery(q)})
    total, ids, facets = 0, [], {facet: dict[str, int]() for facet in FACETS}
    for what, value, count, _ in await cursor.fetchall():
        if what == "page":
            ids.append(value)
        elif what == "total":
            total = count
        else:
            facets[what][value] = count
    return total, ids, facets


async def timed(answer: Awaitable[Any]) -> tuple[float, Any]:
    """Milliseconds, and the answer; nothing where it could not be had in time."""
    begun = time.perf_counter()
    try:
        found = await answer
    except StoreUnavailable:
        found = None
    return (time.perf_counter() - begun) * 1000, found


async def measure(url: str, size: int) -> None:
    """The rows of one size."""
    store = PostgresStore(url, pool_size=2)
    await store.open()
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    try:
        edition = store.edition
        await _warm(edition, connection)
        places = [edition.size * part // QUESTIONS for part in range(QUESTIONS)]
        rows = await (await connection.execute("SELECT id FROM plain WHERE position = ANY (%s)", [places])).fetchall()
        claims = [row[0] for row in rows]
        await compare(f"{size:>9}  W1 a claim", claims, edition.claim, partial(_body, connection))
        for kind in KINDS:
            await compare(
                f"{size:>9}  W3 {kind}", list(questions(kind)), partial(ours, edition), partial(plain, connection)
            )
    finally:
        await store.close()
        await connection.close()


async def _warm(edition: Edition, connection: Connection) -> None:
    """Have both find their tables in memory and their connections made."""
    await connection.execute("SET jit = off")
    await connection.execute("SET max_parallel_workers_per_gather = 0")
    for table in ("plain", "bodies"):
        await connection.execute(f"SELECT sum(octet_length(body)) FROM {table}".encode())
    await asyncio.gather(ours(edition, "nothing"), plain(connection, "nothing"))


async def _body(connection: Connection, id_: str) -> bytes:
    found = await (await connection.execute("SELECT body FROM plain WHERE id = %s", [id_], binary=True)).fetchone()
    assert found
    return bytes(found[0])


async def compare(
    name: str,
    asked: Sequence[str],
    one: Callable[[str], Awaitable[Any]],
    other: Callable[[str], Awaitable[Any]],
) -> None:
    """A row: both asked in turn."""
    took: list[list[float]] = [[], []]
    late = 0
    until = time.monotonic() + PATIENCE
    for each in asked:
        if time.monotonic() > until:
            break
        theirs, expected = await timed(other(each))
        mine, found = await timed(one(each))
        late += found is None
        if found is not None and found != expected:
            raise SystemExit(f"{name}, {each}: {found!r:.300} and {expected!r:.300}")
        took[0].append(mine)
        took[1].append(theirs)
    medians = [statistics.median(each) for each in took]
    failed = f"  {late} of {len(took[0])} not answered in time" if late else ""
    print(
        f"{name:<31}{medians[0]:>10.2f}{max(took[0]):>10.2f}{medians[1]:>12.2f}{max(took[1]):>10.2f}"
        f"{medians[0] / medians[1]:>9.2f}{failed}",
        flush=True,
    )


def prepared(database: Database, size: int) -> str:
    """URL of a database that holds the record in both forms."""
    url = database.create(f"claims_{size}")
    with tempfile.TemporaryDirectory(prefix="claims-benchmark-") as directory:
        record = Path(directory) / "record.jsonl"
        with record.open("wb") as out:
            write_record(size, out)
        subprocess.run([CLAIMS, "import", record, "--into", url], check=True, stdout=subprocess.DEVNULL)
    make_plain(url, size)
    return url


def make_plain(url: str, size: int) -> None:
    """Make the table that one would make, beside the imported record."""
    header = records.header(size)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE searched (position integer, texts text, kind text, topic text[])")
        with connection.cursor().copy("COPY searched FROM STDIN") as copy:
            for position, claim in enumerate(records.claims(size)):
                texts = " endofname ".join(" ".join(words) for words in searched(claim, header))
                copy.write_row((position, texts, claim.kind.value, list(claim.topics)))
        for statement in PLAIN:
            connection.execute(statement.encode())


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="+", type=int)
    options = parser.parse_args()
    print(f"{'claims':>9}  {'question':<20}{'ours':>10}{'most':>10}{'tsvector':>12}{'most':>10}{'ratio':>9}")
    database = started()
    try:
        for size in options.sizes:
            asyncio.run(measure(prepared(database, size), size))
    finally:
        database.stop()


if __name__ == "__main__":
    main()

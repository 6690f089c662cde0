"""What a question costs inside the store, without HTTP: ``python -m tests.benchmarks.index 100 10000 100000``.

For each size a record is compiled (once; kept in ``--directory``) and opened, then each workload of the design is asked
with many different values. Prints microseconds of CPU a question, medians of rounds.
"""

import argparse
import asyncio
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from app.query import ClaimQuery, Page
from app.store.memory import MemoryEdition
from app.store.snapshot import SnapshotUnusable, open_snapshot, write_snapshot
from tests.benchmarks import records

Ask = Callable[[], object]

LETTERS = records.words(400, 0)


def days(chance: random.Random) -> date:
    return date(chance.randrange(2000, 2006), chance.randrange(1, 13), chance.randrange(1, 29))


def workloads(edition: MemoryEdition) -> Iterator[tuple[str, Callable[[random.Random], tuple[ClaimQuery, Page]]]]:
    ids = [edition.claim_id(edition.size * part // 1000) for part in range(1000)]
    late = edition.claim_id(edition.size * 9 // 10)
    kinds, topics = ("event", "state", "quantity", "speech"), [each.id for each in edition.header.topics]
    sources = [each.id for each in edition.header.sources]
    yield "W1 claim", lambda c: (ClaimQuery(), Page(after=c.choice(ids)))
    yield "W2 kind+topic", lambda c: (ClaimQuery(kind=(c.choice(kinds),), topic=(c.choice(topics),)), Page())
    yield "W2 source", lambda c: (ClaimQuery(source=(c.choice(sources),)), Page())
    yield "W3 common word", lambda c: (ClaimQuery(q=LETTERS[c.randrange(20)]), Page(facets=("status", "kind", "topic")))
    yield (
        "W3 all facets",
        lambda c: (
            ClaimQuery(q=LETTERS[c.randrange(400)]),
            Page(facets=("status", "source", "kind", "about", "topic", "section")),
        ),
    )
    yield (
        "W3 two words",
        lambda c: (
            ClaimQuery(q=f"{LETTERS[c.randrange(20)]} {LETTERS[c.randrange(40)]}"),
            Page(sort="relevance", facets=("status", "kind")),
        ),
    )
    yield "W3 phrase", lambda c: (ClaimQuery(q=f'"{LETTERS[c.randrange(9)]} {LETTERS[c.randrange(9)]}"'), Page())
    yield "W5 at 90 %", lambda c: (ClaimQuery(), Page(after=late))
    yield "W5 kind at 90 %", lambda c: (ClaimQuery(kind=(c.choice(kinds),)), Page(after=late))
    yield "W5 period", lambda c: (ClaimQuery(kind=(c.choice(kinds),)), Page(after=c.choice(ids), sort="period"))
    yield "W7 status, day", lambda c: (ClaimQuery(status=("disputed",), as_of=days(c)), Page())
    yield (
        "W7 status, few days",
        lambda c: (
            ClaimQuery(status=(c.choice(("disputed", "confirmed")),), as_of=date(2002, c.randrange(1, 13), 1)),
            Page(),
        ),
    )


def measure(edition: MemoryEdition, make: Callable[[random.Random], tuple[ClaimQuery, Page]], name: str) -> float:
    """Median microseconds over seven rounds."""
    chance = random.Random(7)
    asked = [make(chance) for _ in range(60)]

    async def round_() -> float:
        start = time.process_time()
        for query, page in asked:
            if name.startswith("W1"):
                await edition.claim(page.after or "")
            else:
                await edition.find(query, page)
        return (time.process_time() - start) / len(asked) * 1e6

    return statistics.median(asyncio.run(round_()) for _ in range(7))


def main() -> None:
    """Print a table: workloads down, sizes across."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--directory", type=Path, default=Path(tempfile.gettempdir()) / "claims-benchmarks")
    options = parser.parse_args()
    options.directory.mkdir(exist_ok=True)
    table: dict[str, list[str]] = {}
    for size in options.sizes:
        path, seen = options.directory / f"{size}.snapshot", f"generated {size}"
        start = time.process_time()
        try:
            edition = open_snapshot(path, seen)
        except (SnapshotUnusable, FileNotFoundError):
            write_snapshot(path, records.header(size), records.claims(size), int(time.time()), seen)
            table.setdefault("make, us a claim", []).append(f"{(time.process_time() - start) / size * 1e6:.0f}")
            start = time.process_time()
            edition = open_snapshot(path, seen)
        table.setdefault("open, ms", []).append(f"{(time.process_time() - start) * 1e3:.1f}")
        for name, make in workloads(edition):
            table.setdefault(name, []).append(f"{measure(edition, make, name):.1f}")
    print(f"{'claims':22}" + "".join(f"{size:>12}" for size in options.sizes))
    for name, cells in table.items():
        print(f"{name:22}" + "".join(f"{cell:>12}" for cell in cells))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB", file=sys.stderr)


if __name__ == "__main__":
    main()

"""Drawn questions, answered by two stores and compared byte by byte: ``python -m checks.benchmarks.drawn 10000``.

The record in memory is asked the same as the record in a SQLite file; each question has an order, a page in the middle
and all facets. Ends with 1 at the first difference.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from app.core.query import FACETS, Page
from app.store import sqlite
from app.store.memory import MemoryEdition
from tests.store.meaning import ORDERS, Asker, generated


async def differing(questions: int, size: int) -> int:
    """How many of the questions are answered differently."""
    record = generated(size)
    memory = MemoryEdition.from_record(record, 1)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "edition.sqlite"
        sqlite.write(path, record.header, record.claims, 1)
        stored = sqlite.SqliteEdition(path)
        for number in range(questions):
            asker = Asker(record, f"drawn {number}")
            query, chance = asker.query(), asker.chance
            after = chance.choice((None, chance.choice(record.claims).id))
            page = Page(sort=chance.choice(ORDERS), limit=chance.choice((1, 20, 100)), after=after, facets=FACETS)
            one, other = await memory.find(query, page), await stored.find(query, page)
            orders = [[list(each.items()) for each in found.facets.values()] for found in (one, other)]
            if one != other or orders[0] != orders[1]:
                print(f"question {number} differs: {query} {page}")
                return 1
    return 0


def main() -> None:
    """Print what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="?", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=2000)
    options = parser.parse_args()
    failed = asyncio.run(differing(options.questions, options.size))
    print(f"{options.questions} questions to {options.size} claims: {'a difference' if failed else 'all equal'}")
    sys.exit(failed)


if __name__ == "__main__":
    main()

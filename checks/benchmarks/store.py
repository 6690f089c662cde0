"""CPU of a question inside the store, of two versions in one run: ``python -m checks.benchmarks.store 187 100000``.

For each size a record is generated, and indexed by both versions (kept in ``--directory``); then both are asked the
same questions of each kind, in processes of their own. No question is asked twice. Prints the median and the 99th
percentile in microseconds, the CPU of opening, and the private memory after all questions. ``--against`` names the
other version, a commit of this repository.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# The version that is measured is the one that is found first, and the old one has its modules elsewhere.
_NEW = find_spec("app.core") is not None
dataset, files = (import_module(f"app.record.{each}" if _NEW else f"app.{each}") for each in ("dataset", "files"))
dates, query = (import_module(f"app.core.{each}" if _NEW else f"app.{each}") for each in ("dates", "query"))
records = import_module("checks.benchmarks.records" if _NEW else "tests." + "benchmarks.records")
Span, ClaimQuery, Page = dates.Span, query.ClaimQuery, query.Page

ROOT = Path(__file__).parents[2]
OLD = "226b410"
"""The commit before the store had one plan."""

QUESTIONS = 200
LARGE = 30_000
"""Claims from which a record is opened from a file."""

FACETS = ("status", "kind", "about", "topic", "section")
WORDS = records.words(400, 0)
KINDS = ("event", "state", "quantity", "speech")

Make = Callable[[random.Random], tuple[Any, Any]]


def opened(size: int, directory: Path) -> Any:
    """The edition of a record of ``size`` claims, as the version has it that is imported here."""
    path = directory / f"{size}.jsonl"
    lines = dataset.load_lines(files.read_lines(path), path.name)
    if size < LARGE:
        return import_module("app.store.memory").compile_edition(*lines, 1)
    if not _NEW:
        return import_module("app.store.snapshot").edition_of(path, directory, lambda: lines, 1)
    return import_module("app.store.sqlite").edition_of(path, partial(dataset.load_lines, name=path.name), 1)


def kinds(edition: Any) -> Mapping[str, Make]:
    """Kinds of question that both versions answer."""
    topics, sources = ([each.id for each in those] for those in (edition.header.topics, edition.header.sources))
    ids = [edition.claim_id(edition.size * part // 1000) for part in range(1000)]
    late = edition.claim_id(edition.size * 9 // 10)

    def day(c: random.Random) -> date:
        return date(c.randrange(2000, 2006), c.randrange(1, 13), c.randrange(1, 29))

    def word(c: random.Random, most: int = 400) -> str:
        return str(WORDS[c.randrange(most)])

    def phrase(c: random.Random, count: int) -> str:
        return f'"{" ".join(word(c, 9) for _ in range(count))}"'

    def one(name: str, values: Any, c: random.Random) -> dict[str, Any]:
        return {name: (c.choice(values),)}

    return {
        "after a claim": lambda c: (ClaimQuery(), Page(after=c.choice(ids))),
        "backwards": lambda c: (ClaimQuery(), Page(sort="-document", after=c.choice(ids))),
        "kind and topic": lambda c: (ClaimQuery(**one("kind", KINDS, c), **one("topic", topics, c)), Page()),
        "source": lambda c: (ClaimQuery(**one("source", sources, c)), Page()),
        "kind, late": lambda c: (ClaimQuery(**one("kind", KINDS, c)), Page(after=late)),
        "word": lambda c: (ClaimQuery(q=word(c)), Page()),
        "common word, facets": lambda c: (ClaimQuery(q=word(c, 20)), Page(facets=("status", "kind", "topic"))),
        "word, more facets": lambda c: (ClaimQuery(q=word(c)), Page(facets=FACETS)),
        "two words by relevance": lambda c: (
            ClaimQuery(q=f"{word(c, 20)} {word(c, 40)}"), Page(sort="relevance", facets=("status", "kind")),
        ),
        "phrase of two": lambda c: (ClaimQuery(q=phrase(c, 2)), Page()),
        "phrase of three": lambda c: (ClaimQuery(q=phrase(c, 3)), Page()),
        "kind by period": lambda c: (ClaimQuery(**one("kind", KINDS, c)), Page(sort="period", after=c.choice(ids))),
        "word by period": lambda c: (ClaimQuery(q=word(c)), Page(sort="-period")),
        "word by status": lambda c: (ClaimQuery(q=word(c, 40)), Page(sort="status")),
        "by status on a day": lambda c: (ClaimQuery(q=word(c, 40), as_of=day(c)), Page(sort="status")),
        "status on a day": lambda c: (ClaimQuery(status=("disputed",), as_of=day(c)), Page()),
        "day, facets": lambda c: (ClaimQuery(q=word(c, 100), as_of=day(c)), Page(facets=FACETS)),
        "during": lambda c: (ClaimQuery(during=Span(*sorted((day(c), day(c))))), Page()),
    }  # fmt: skip


def new_kinds() -> Mapping[str, Make]:
    """Kinds of question that only this version answers: every facet at once, with the sources by what they do."""
    every = query.FACETS

    def day(c: random.Random) -> date:
        return date(c.randrange(2000, 2006), c.randrange(1, 13), c.randrange(1, 29))

    return {
        "every facet": lambda c: (ClaimQuery(q=WORDS[c.randrange(400)]), Page(facets=every)),
        "every facet on a day": lambda c: (ClaimQuery(q=WORDS[c.randrange(400)], as_of=day(c)), Page(facets=every)),
        "affirmed by, on a day": lambda c: (
            ClaimQuery(as_of=day(c))._replace(affirmed_by=(f"source-{c.randrange(20)}",)), Page(),
        ),
    }  # fmt: skip


async def measured(size: int, directory: Path, *, old: bool) -> Mapping[str, Any]:
    """Microseconds of CPU by kind of question, and what opening costs."""
    begun = time.process_time()
    edition = opened(size, directory)
    figures: dict[str, Any] = {"opened, ms": [(time.process_time() - begun) * 1e3, 0]}
    gc.freeze()
    for name, make in {**kinds(edition), **({} if old else new_kinds())}.items():
        chance, times = random.Random(name), []
        for question, page in [make(chance) for _ in range(QUESTIONS)]:
            start = time.process_time_ns()
            await edition.find(question, page)
            times.append((time.process_time_ns() - start) / 1000)
        figures[name] = [statistics.median(times), sorted(times)[-2]]
    figures["private memory, MB"] = [_private(), 0]
    return figures


def _private() -> float:
    rollup = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in rollup if line.startswith("Private_")) / 1024


def main() -> None:
    """Print a table for each size: kinds of question down, versions across."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--against", default=OLD)
    parser.add_argument("--directory", type=Path, default=Path(tempfile.gettempdir()) / "claims-store")
    parser.add_argument("--measure", choices=("old", "new"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        found = asyncio.run(measured(options.sizes[0], options.directory, old=options.measure == "old"))
        print(json.dumps(found))
        return
    trees = {"old": options.directory / options.against, "new": ROOT}
    trees["old"].mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "archive", options.against], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x"], cwd=trees["old"], check=True, input=archive.stdout)
    for size in options.sizes:
        _compare(size, options.directory, trees)


def _compare(size: int, directory: Path, trees: Mapping[str, Path]) -> None:
    results = {}
    for name, tree in trees.items():
        place = directory / name
        place.mkdir(mode=0o700, exist_ok=True)
        if not (place / f"{size}.jsonl").exists():
            with (place / f"{size}.jsonl").open("wb") as out:
                records.write_record(size, out)
        command = [sys.executable, __file__, str(size), "--directory", str(place), "--measure", name]
        environment = os.environ | {"PYTHONPATH": str(tree)}
        said = [subprocess.check_output(command, cwd=tree, env=environment) for _ in ("index it", "ask it")]
        results[name] = json.loads(said[-1].splitlines()[-1])
    print(f"\n{size} claims{'':18}{'old':>10}{'p99':>10}{'new':>10}{'p99':>10}")
    for kind, new in results["new"].items():
        old = results["old"].get(kind)
        print(f"{kind:25}" + "".join(f"{each:10.0f}" for each in old or ()) + " " * (0 if old else 20), end="")
        print("".join(f"{each:10.0f}" for each in new))


if __name__ == "__main__":
    main()

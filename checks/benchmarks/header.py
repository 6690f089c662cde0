"""What many documents and sources cost a worker: ``python -m checks.benchmarks.header [claims]``.

A record of one document and one of 5,000 documents with 97 passages each and 50,000 sources are written and indexed.
A process then opens each and answers requests for lists, single sources and documents, searches, counts and pages.
Prints the CPU seconds of opening it, the private memory after all answers, and for each request the CPU milliseconds
that its first answer took: while an answer is made, nobody else gets one.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from app.settings import Settings
from app.store.opening import open_store
from app.web import create_app
from checks.benchmarks.records import write_record

SHAPES = {"one document": (1, 97, 0), "5,000 documents, 50,000 sources": (5000, 97, 50_000)}
PATHS = (
    "/", "/claims", "/claims?facets=status,affirmed_by,about", "/claims?source=source-7", "/claims?q=nato",
    "/claims?q=nato&facets=affirmed_by", "/claims?as_of=2021&facets=denied_by", "/claims?source=sorce-7",
    "/claims?q=%22{name}%22", "/sources", "/sources?limit=7", "/sources/source-7", "/sources/source-7/impact",
    "/sources/sorce-7", "/entities", "/documents?limit=5", "/documents/document-0", "/documents/document-0/coverage",
    "/transitions?limit=10", "/transitions?format=atom&limit=10", "/sitemap.xml", "/llms.txt", "/openapi.json",
)  # fmt: skip
PAGES = ("/", "/claims", "/claims?q=nato", "/sources", "/sources/source-7", "/documents", "/entities", "/verify")


def _private() -> float:
    """Private memory of this process in megabytes."""
    fields = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / 1024


async def asked(path: Path, name: str) -> dict[str, Any]:
    """What it costs to open the record in ``path``, and to answer."""
    began = time.process_time()
    store = open_store(str(path))
    await store.open()
    opened, before = time.process_time() - began, _private()
    app = create_app(store, Settings(), opens=False)
    took: dict[str, float] = {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        targets = [*((target, "*/*") for target in PATHS), *((target, "text/html") for target in PAGES)]
        for target, accept in targets:
            began = time.process_time()
            response = await client.get(target.format(name=name), headers={"accept": accept})
            took[f"{target} {accept}"] = (time.process_time() - began) * 1000
            assert response.status_code < 500, response.text
        for nth in range(2000):
            await client.get(
                f"/claims?source=source-{nth * 7 % 19}&q=nato&as_of={2000 + nth % 20}&limit={1 + nth % 50}"
            )
            await client.get(f"/sources/source-{nth % 19}?as_of={2000 + nth % 20}")
    await store.close()
    return {"opened": opened, "before": before, "after": _private(), "took": took}


def main() -> None:
    """Measures both records and prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m checks.benchmarks.header", description=__doc__)
    parser.add_argument("claims", nargs="?", type=int, default=100_000)
    parser.add_argument("--asked", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.asked:
        path, name = given.asked
        print(json.dumps(asyncio.run(asked(Path(path), name))))
        return
    with TemporaryDirectory() as directory:
        found = {}
        for nth, (shape, sizes) in enumerate(SHAPES.items()):
            path = Path(directory) / f"{nth}.jsonl"
            with path.open("wb") as out:
                write_record(given.claims, out, *sizes)
            with path.open() as record:
                name = json.loads(record.readline())["sources"][-1]["name"]
            command = [sys.executable, "-m", "checks.benchmarks.header", "--asked", str(path), name]
            environment = os.environ | {"XDG_CACHE_HOME": directory}
            subprocess.run(command, check=True, capture_output=True, env=environment)  # makes the index
            told = subprocess.run(command, check=True, capture_output=True, env=environment).stdout
            found[shape] = json.loads(told)
    print(f"{'':60}", *(f"{shape:>32}" for shape in SHAPES))
    for name, unit in (("opened", "s of CPU"), ("before", "MB private"), ("after", "MB private after all answers")):
        print(f"{name + ', ' + unit:60}", *(f"{each[name]:32.2f}" for each in found.values()))
    for target in found[shape]["took"]:
        print(f"{target + ', ms':60}", *(f"{each['took'][target]:32.2f}" for each in found.values()))


if __name__ == "__main__":
    main()

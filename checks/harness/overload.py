"""Goodput by the number of connections: ``python -m checks.harness.overload [--seconds N] [--rounds N]``.

Each connection asks one question again and again (wrk). *Hot*: the answer is kept by the server. *Cold*: the server
keeps none, so that each answer is made. Goodput counts only answers of 200. Beside it stands the server's CPU time for
each, which says the same on a machine that has other work. Meanwhile ``/health/live`` is asked on new connections.
Rounds of all sizes are interleaved, and the median of each is printed. Needs wrk.
"""

import argparse
import math
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from checks.harness.files import version
from checks.harness.running import Server, serving
from checks.harness.wire import exchange

CONNECTIONS = (100, 300, 600, 1000)
TARGET = "/claims?q=ferry&limit=5"
LIVE = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
WAYS: Mapping[str, Mapping[str, str]] = {"hot": {}, "cold": {"CLAIMS_CACHE_BYTES": "0"}}
LEAST = 0.8
"""Share of the goodput at the fewest connections that must be left at the most, of kept answers."""


@dataclass(frozen=True)
class Sample:
    """One run of wrk."""

    good: float
    """Answers of 200 a second."""
    refused: float
    """Share of the answers that were none of those."""
    errors: int
    """Sockets that could not connect, read or write, and requests that timed out."""
    cost: float
    """Microseconds of the server's CPU for each good answer."""
    newcomer: float
    """Milliseconds until a new connection has an answer, the median; endless where none had one."""
    resident: float
    """Megabytes of memory that the server holds at the end."""


def ask(server: Server, connections: int, seconds: int) -> Sample:
    """Runs wrk with ``connections`` on one thread."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "--latency", server.url + TARGET]
    began = server.cpu()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
        newcomer = _newcomer(server, time.monotonic() + seconds - 0.5)
        told = load.communicate(timeout=30)[0]
    cost = server.cpu() - began
    requests, took = re.findall(r"(\d+) requests in ([\d.]+)s", told)[0]
    bad = sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", told)))
    errors = [int(each) for line in re.findall(r"Socket errors: (.*)", told) for each in re.findall(r"\d+", line)]
    good = int(requests) - bad
    resident = server.status("VmRSS") / 1024
    cost = cost * 1e6 / max(1, good)
    return Sample(good / float(took), bad / int(requests), sum(errors), cost, newcomer * 1000, resident)


def _newcomer(server: Server, until: float) -> float:
    took = []
    while (began := time.monotonic()) < until:
        with suppress(OSError):
            found, _ = exchange(server.port, LIVE, silence=max(0.1, until - began))
            if [each.status for each in found] == [200]:
                took.append(time.monotonic() - began)
        time.sleep(0.05)
    return median(took) if took else math.inf


def measure(way: str, seconds: int, rounds: int) -> dict[int, list[Sample]]:
    """Samples for each number of connections."""
    found: dict[int, list[Sample]] = {each: [] for each in CONNECTIONS}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "claims.json").write_bytes(version(0, 200))
        with serving(directory=directory, settings=WAYS[way]) as server:
            for _ in range(rounds):
                for connections, samples in found.items():
                    samples.append(ask(server, connections, seconds))
    return found


def main() -> int:
    """Prints the table; 1 where too little goodput is left."""
    parser = argparse.ArgumentParser(prog="python -m checks.harness.overload", description=__doc__)
    parser.add_argument("--seconds", type=int, default=4, help="seconds of a run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each size")
    asked = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("wrk is not installed")
    enough = True
    print(
        "| | connections | good a second | of those at 100 | CPU of one | refused | socket errors | newcomer | memory |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for way in WAYS:
        found = measure(way, asked.seconds, asked.rounds)
        most = median(each.good for each in found[CONNECTIONS[0]])
        for connections, samples in found.items():
            good = median(each.good for each in samples)
            refused, errors = median(each.refused for each in samples), sum(each.errors for each in samples)
            cost, newcomer, share = median(s.cost for s in samples), median(s.newcomer for s in samples), good / most
            told = f"{good:,.0f} | {share:.2f} | {cost:.0f} us | {refused:.0%} | {errors} | {newcomer:.0f} ms"
            told += f" | {max(s.resident for s in samples):.0f} MB"
            print(f"| {way} | {connections} | {told} |", flush=True)
            enough = enough and (share >= LEAST or way != "hot")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())

"""Load from the other core: wrk with 16 connections, while the server's CPU is read before and after."""

import json
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from checks.benchmarks.processes import CLIENT_CORE, PartyFailed, Running

CONNECTIONS = 16
LONGEST = 40.0
"""Seconds that the slowest party's measurement may take."""


def drive(running: Running, targets: Path, seconds: float, offset: int) -> Mapping[str, float]:
    """Microseconds of server CPU a request, requests a second, and p50 and p99 in microseconds of the wait."""
    first = targets.read_text().split("\n", 1)[0].split("\t")[0]
    begun = time.monotonic()
    running.get(first)
    once = time.monotonic() - begun
    # A slow party gets time for three rounds of its connections, or what it did not finish would count for much.
    seconds = round(max(seconds, min(LONGEST, once * CONNECTIONS * 3)))
    connections = CONNECTIONS if once * CONNECTIONS < LONGEST else 1
    command = [
        "taskset", "-c", str(CLIENT_CORE),
        "wrk", "-t1", f"-c{connections}", f"-d{max(1, seconds)}s", "--timeout", "120s",
        "-s", str(Path(__file__).with_name("load.lua")),
        f"http://127.0.0.1:{running.port}", "--", str(targets), str(offset),
    ]  # fmt: skip
    running.settle()
    before = running.cpu()
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST * 4)
    spent = running.cpu() - before
    line = next((each for each in told.stdout.splitlines() if each.startswith("RESULT ")), None)
    if line is None:
        raise PartyFailed(f"wrk said: {(told.stderr or told.stdout)[-300:]}")
    result = json.loads(line.removeprefix("RESULT "))
    if result["refused"] or result["broken"]:
        raise PartyFailed(f"{result['refused']} answers were errors and {result['broken']} connections broke")
    if not result["requests"]:
        raise PartyFailed(f"gave no answer in {seconds} s")
    return {
        "cpu": spent / result["requests"] * 1e6, "rate": result["requests"] / result["seconds"],
        "p50": result["p50"], "p99": result["p99"], "bytes": result["bytes"] / result["requests"],
    }  # fmt: skip


def export(running: Running, target: str, claims: int) -> Mapping[str, float]:
    """Server CPU and time of one download of the whole record; ``rate`` is in claims a second of CPU."""
    running.settle()
    before, begun = running.cpu(), time.monotonic()
    status, _, body = running.get(target)
    spent, waited = running.cpu() - before, time.monotonic() - begun
    if status != 200:
        raise PartyFailed(f"{target} answered {status}")
    return {
        "cpu": spent * 1e6, "rate": claims / max(spent, 1e-6), "p50": waited * 1e6, "p99": waited * 1e6,
        "bytes": len(body),
    }  # fmt: skip

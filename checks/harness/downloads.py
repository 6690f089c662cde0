"""Long answers and everybody else: ``python -m checks.harness downloads``.

A record of 40,000 claims is downloaded in each form, by one reader and by several, and a text of 2 MB is verified.
Meanwhile ``/health/live`` is asked without a pause on a kept connection, and its longest wait is told. Readers that
leave half way must not leave their work behind.
"""

import socket
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles

from checks.benchmarks.records import write_record
from checks.harness.running import Report, Server, serving

CLAIMS = 40_000
FORMS = ("json", "jsonl", "csv", "text", "jsonld", "turtle")
READERS = 5
LONGEST = 0.1
"""Seconds for which nobody may wait."""

AFTER_LEAVING = 1.0
"""Seconds of CPU that the server may still use for readers that have left."""


class Asker(threading.Thread):
    """Asks ``/health/live`` on one connection until it is told to end."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.connection = HTTPConnection("127.0.0.1", port, timeout=300)
        self.ending = threading.Event()
        self.waits: list[float] = []

    def run(self) -> None:
        while not (self.ending.wait(0.005) and self.waits):
            began = time.monotonic()
            self.connection.request("GET", "/health/live")
            self.connection.getresponse().read()
            self.waits.append(time.monotonic() - began)


class Reader(threading.Thread):
    """Takes a whole answer and throws it away."""

    def __init__(self, port: int, target: str, body: bytes | None = None) -> None:
        super().__init__(daemon=True)
        self.port, self.target, self.body = port, target, body
        self.taken = self.status = 0

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request("POST" if self.body else "GET", self.target, self.body, {"content-type": "text/plain"})
        answer = connection.getresponse()
        self.status = answer.status
        while piece := answer.read1():
            self.taken += len(piece)
        connection.close()


def run(claims: int = CLAIMS) -> Report:
    """Every form, one reader and several; then readers that leave."""
    report = Report("downloads")
    with tempfile.TemporaryDirectory() as name:
        record = Path(name) / "claims.jsonl"
        with record.open("wb") as file:
            write_record(claims, file)
        with serving("--store", str(record), directory=Path(name)) as server:
            for form in FORMS:
                for readers in (1, READERS):
                    target = f"/dataset?format={form}"
                    _besides(server, [Reader(server.port, target) for _ in range(readers)], report)
            text = b"A sentence about ferries in the harbour. " * 50_000
            _besides(server, [Reader(server.port, "/verify?document=document-0", text[: 2 * 10**6])], report)
            _leave(server, report)
    return report


def _besides(server: Server, readers: list[Reader], report: Report) -> None:
    asker = Asker(server.port)
    asker.start()
    began = time.monotonic()
    for each in readers:
        each.start()
    for each in readers:
        each.join(300)
    took = time.monotonic() - began
    asker.ending.set()
    asker.join(300)
    name = f"{readers[0].target}, {len(readers)} at once"
    worst, usual = max(asker.waits), quantiles([*asker.waits, 0.0], n=100)[98]
    report.figures[f"\n  {name}"] = f"worst {worst * 1000:.0f} ms, 99 % {usual * 1000:.0f} ms, done in {took:.1f} s"
    report.check(all(each.status == 200 for each in readers), f"{name}: answered {readers[0].status}")
    report.check(worst <= LONGEST, f"{name}: others waited {worst:.2f} s")


def _leave(server: Server, report: Report) -> None:
    for _ in range(READERS):
        with socket.create_connection(("127.0.0.1", server.port)) as wire:
            wire.sendall(b"GET /dataset?format=turtle HTTP/1.1\r\nHost: a\r\n\r\n")
            wire.recv(1000)
    time.sleep(0.5)
    before = server.cpu()
    time.sleep(3)
    used = server.cpu() - before
    report.figures["\n  CPU in the 3 s after five readers have left"] = f"{used:.2f} s"
    report.check(used <= AFTER_LEAVING, f"{used:.1f} s of work for readers that have left")

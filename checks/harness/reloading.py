"""Files spoilt under a server while readers poll it: no 5xx, no torn answer, the last good record, and the reasons."""

import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from checks.harness.files import REFUSED, Injury, injuries, spoilt, version, written_titles
from checks.harness.running import Report, Server, serving

SEEN_WITHIN = 2.0
"""Seconds in which a good file must be served, and a bad one explained."""


class Reader(threading.Thread):
    """Polls the whole list and the dataset, and notes whatever is not one whole version."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.ending = threading.Event()
        self.wrong: list[str] = []
        self.answers = 0

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while not self.ending.is_set():
                for path in ("/claims?limit=100", "/dataset", "/claims?q=ferry&facets=status"):
                    self._ask(client, path)

    def _ask(self, client: httpx.Client, path: str) -> None:
        try:
            answer = client.get(path)
        except httpx.TransportError as error:
            self.wrong.append(f"{path}: {error!r}")
            return
        self.answers += 1
        if answer.status_code != 200:
            self.wrong.append(f"{path}: {answer.status_code} {answer.text[:200]}")
            return
        body = answer.json()
        if path.startswith("/claims?limit") and not len(body["items"]) == min(100, body["total"]) > 0:
            self.wrong.append(f"{path}: torn, {len(body['items'])} of {body['total']}")


def run(only: list[Injury] | None = None, readers: int = 3) -> Report:
    """Each injury in turn, a good version between any two."""
    report = Report("file faults")
    slowest = 0.0
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = directory / "claims.json"
        path.write_bytes(version(0))
        server = stack.enter_context(serving("--store", str(path), directory=directory))
        polling = [Reader(server.url) for _ in range(readers)]
        for each in polling:
            each.start()
        for injury in injuries() if only is None else only:
            with spoilt(path, injury):
                slowest = max(slowest, _observe(server, injury, path, report))
            slowest = max(
                slowest, _seen(server, lambda said: said["status"] == "ready", f"after {injury.name}", report)
            )
        for each in polling:
            each.ending.set()
        for each in polling:
            each.join(20)
            report.check(not each.wrong, f"a reader met {each.wrong[:3]}")
            report.check(each.answers > 10, f"a reader got {each.answers} answers")
        report.figures = {
            "slowest": f"{slowest:.2f} s",
            "answers": sum(each.answers for each in polling),
            "resident": f"{server.status('VmRSS') // 1024} MB",
        }
    return report


def _observe(server: Server, injury: Injury, path: Path, report: Report) -> float:
    if injury.outcome == REFUSED:
        took = _seen(server, lambda said: said["status"] == "stale", injury.name, report)
        faults = " ".join(server.readiness()["faults"])
        report.check(injury.says in faults and faults, f"{injury.name}: readiness says {faults[:300]!r}")
        return took
    title = written_titles(injury, path)
    return _seen(
        server, lambda _: httpx.get(f"{server.url}/dataset", timeout=60).json()["title"] == title, injury.name, report
    )


def _seen(server: Server, holds: object, name: str, report: Report) -> float:
    began = time.monotonic()
    while (took := time.monotonic() - began) < SEEN_WITHIN + 1:
        if holds(server.readiness()):  # type: ignore[operator]
            break
        time.sleep(0.02)
    report.check(took <= SEEN_WITHIN, f"{name}: not seen within {SEEN_WITHIN} s ({took:.2f} s)")
    return took

"""What readers of a server see while ClickHouse is frozen, killed, cut off in its answers, or out of disk.

Readers ask on through each fault. An answer is right to the byte, or a 503 that comes within two seconds and says when
to ask again; the process lives, readiness is red, and within five seconds of the end of the fault all is well. No
password and no statement is told or logged.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx

from app.core.errors import StoreUnavailable
from app.store.clickhouse_import import import_claims
from checks.harness.running import Report, Server, serving, wait_until
from tests.store.engine import PASSWORD, served
from tests.store.engine import Server as Engine
from tests.store.meaning import generated

REFUSED_WITHIN, WELL_WITHIN = 2.0, 5.0
LASTS = 4.0
"""Seconds of a fault."""

QUESTIONS = (
    "/claims?limit=100",
    "/claims?q=harbour&facets=kind,status",
    "/claims?status=disputed&as_of=2002",
    "/transitions",
)


@contextmanager
def _frozen(engine: Engine) -> Iterator[None]:
    with engine.frozen():
        yield


@contextmanager
def _killed(engine: Engine) -> Iterator[None]:
    engine.kill()
    yield
    engine.start()


@contextmanager
def _cut(engine: Engine) -> Iterator[None]:
    engine.set("cut=1")
    yield
    engine.set("cut=0")


FAULTS: Mapping[str, Callable[[Engine], AbstractContextManager[None]]] = {
    "frozen": _frozen,
    "killed": _killed,
    "cut off": _cut,
}


def run() -> Report:
    """Every fault, one after the other."""
    report = Report("database")
    with served() as engine, tempfile.TemporaryDirectory() as directory:
        engine.ask("CREATE DATABASE claims")
        url = engine.url("claims")
        record = generated(300)
        import_claims(url, record.header, record.claims)
        # No answer is kept by the server itself: each is asked of the database.
        options = {"settings": {"CLAIMS_CACHE_BYTES": "0"}}
        with serving("--store", url, directory=Path(directory), **options) as server:
            right = {each: _get(server, each).content for each in QUESTIONS}
            for name, fault in FAULTS.items():
                _suffer(report, name, fault(engine), server, right)
            _full(report, engine, url, server, right)
            log = server.log.read_text()
        for secret in (PASSWORD, "hush", "SELECT ", "INSERT "):
            report.check(secret not in log, f"the log tells {secret!r}")
    return report


def _suffer(
    report: Report, name: str, fault: AbstractContextManager[None], server: Server, right: Mapping[str, bytes]
) -> None:
    slowest, refused = 0.0, 0
    with fault:
        began = time.monotonic()
        while time.monotonic() - began < LASTS:
            for path, body in right.items():
                asked = time.monotonic()
                answer = _get(server, path)
                slowest = max(slowest, time.monotonic() - asked)
                refused += answer.status_code == 503
                good = (
                    answer.status_code == 503
                    and int(answer.headers["retry-after"]) > 0
                    and b"SELECT" not in answer.content
                )
                report.check(
                    good or (answer.status_code == 200 and answer.content == body),
                    f"{name}: {path} {answer.status_code}",
                )
        report.check(_get(server, "/health/live").status_code == 200, f"{name}: the process is said to be dead")
        report.check(_get(server, "/health/ready").status_code == 503, f"{name}: readiness is not red")
    well = wait_until(lambda: _is_well(server, right), f"all is well after {name}", 60)
    report.check(refused, f"{name}: nothing was refused")
    report.check(slowest < REFUSED_WITHIN, f"{name}: an answer took {slowest:.2f} s")
    report.check(well < WELL_WITHIN, f"{name}: well after {well:.2f} s")
    report.figures[f"{name}: refused {refused}, slowest"] = f"{slowest:.2f} s, well after {well:.2f} s"


def _full(report: Report, engine: Engine, url: str, server: Server, right: Mapping[str, bytes]) -> None:
    """A disk without space lets no import in, and readers notice nothing."""
    engine.set("full=1")
    other = generated(200, 1)
    try:
        import_claims(url, other.header, other.claims)
        report.check(good=False, what="out of disk: the import went in")
    except StoreUnavailable as error:
        report.check("NOT_ENOUGH_SPACE" in str(error), f"out of disk: {error}")
    report.check(_is_well(server, right), "out of disk: readers notice")
    engine.set("full=0")


def _is_well(server: Server, right: Mapping[str, bytes]) -> bool:
    return _get(server, "/health/ready").status_code == 200 and all(
        _get(server, path).content == body for path, body in right.items()
    )


def _get(server: Server, path: str) -> httpx.Response:
    return httpx.get(f"{server.url}{path}", timeout=30)

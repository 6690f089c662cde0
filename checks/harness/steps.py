"""Fail the N-th step of a reload, for every N: whatever breaks, what is served stays whole, and the next look mends it.

A step is a call of the system (open, read, stat ..) or of any function of ours while the file is read, parsed, checked
and compiled. It fails with what such a step can fail with.
"""

import asyncio
import errno
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from app.store.edition import IndexedEdition
from app.store.file import FileStore
from checks.harness.running import Report
from tests import records

SYSTEM = frozenset({"open", "read", "readline", "readinto", "stat", "fstat", "close"})
FAILURES: tuple[Callable[[], BaseException], ...] = (
    lambda: OSError(errno.EIO, "Input/output error"),
    MemoryError,
    lambda: ValueError("a step broke"),
)


class Stepping(FileStore):
    """A store of which the N-th step of the next reading fails."""

    failing = 0
    failure: Callable[[], BaseException] = FAILURES[0]
    steps = 0
    system: tuple[int, ...] = ()

    def _read(self) -> IndexedEdition | None:
        self.steps, self.system = 0, ()
        sys.setprofile(self._step)
        try:
            return super()._read()
        finally:
            sys.setprofile(None)

    def _step(self, frame: FrameType, event: str, argument: Any) -> None:
        ours = event == "call" and "/app/" in frame.f_code.co_filename
        system = event == "c_call" and getattr(argument, "__name__", "") in SYSTEM
        if not ours and not system:
            return
        self.steps += 1
        if system:
            self.system += (self.steps,)
        if self.steps == self.failing:
            sys.setprofile(None)
            raise self.failure()


def run(stride: int = 7) -> Report:
    """Every step of the system, and every ``stride``-th step of ours, failing in turn."""
    return asyncio.run(_run(stride))


async def _run(stride: int) -> Report:
    report = Report("failing steps")
    with tempfile.TemporaryDirectory() as directory:
        for name, write in (("claims.json", _json), ("claims.jsonl", _lines)):
            path = Path(directory) / name
            write(path, "before")
            store = Stepping(path)
            store.load()
            write(path, "after")
            await store._reload()
            report.check(store.edition.header.dataset.title == "after", f"{name}: an unhurt reload")
            steps, system = store.steps, set(store.system)
            report.figures[name] = f"{steps} steps, {len(system)} of the system"
            for nth in range(1, steps + 1):
                if nth in system or nth % stride == 0:
                    await _fail(store, nth, write, path, report)
    return report


async def _fail(store: Stepping, nth: int, write: Callable[[Path, str], None], path: Path, report: Report) -> None:
    where = f"{path.name}, step {nth}"
    write(path, "before")
    await store._reload()
    before = store.edition
    write(path, "after")
    store.failing, store.failure = nth, FAILURES[nth % len(FAILURES)]
    await store._reload()
    failed = store.edition is before
    health = await store.health()
    store.failing = 0
    report.check(health.ready and (not failed or health.faults), f"{where}: {health}")
    report.check(store.edition.size == len(await _served(store)), f"{where}: torn")
    if failed:
        report.check(store._may_have_changed(), f"{where}: no other look will be taken")
        await store._reload()
    health = await store.health()
    report.check(store.edition.header.dataset.title == "after", f"{where}: not served at the next look")
    report.check(not health.faults, f"{where}: {health.faults}")


async def _served(store: FileStore) -> list[bytes]:
    return [each async for each in store.edition.served()]


def _record(title: str) -> dict[str, Any]:
    whole = records.record()
    whole["dataset"]["title"] = title
    return whole


def _json(path: Path, title: str) -> None:
    path.write_bytes(records.as_json(_record(title)))


def _lines(path: Path, title: str) -> None:
    path.write_bytes(b"".join(records.as_lines(_record(title))))

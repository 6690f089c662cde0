"""What each worker has counted, where its siblings can read it: whichever of them is asked tells of all.

A piece of memory that all forks of one parent share, with a page for each worker, written once a second. Its counts
outlive a worker that dies: who takes its place goes on from there, so that no total ever falls.
"""

import asyncio
import json
import mmap
import struct
from collections.abc import Sequence

from app.web.counting import Counted, Counts

PAGE = 256 * 2**10
"""Bytes for a worker: some thousand routes and statuses."""

EVERY = 1.0

_HEAD = struct.Struct("=II")
"""A number that is odd while the page is being written, and the length of what is on it."""


class Sheets:
    """The pages of all workers. Made before they are forked."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._memory = mmap.mmap(-1, PAGE * workers)

    def write(self, worker: int, counted: Counted) -> None:
        """Put down what ``worker`` has counted, with what its predecessors had."""
        rows = [(route, status, row) for (route, status), row in counted.rows.items()]
        data = json.dumps((rows, counted.totals, counted.levels)).encode()
        if len(data) > PAGE - _HEAD.size:
            return
        at = PAGE * worker
        number, _ = _HEAD.unpack_from(self._memory, at)
        _HEAD.pack_into(self._memory, at, number | 1, 0)
        self._memory[at + _HEAD.size : at + _HEAD.size + len(data)] = data
        _HEAD.pack_into(self._memory, at, (number | 1) + 1 & 0xFFFF_FFFF, len(data))

    def read(self, worker: int) -> Counted | None:
        """What ``worker`` has put down; ``None`` while it has put down nothing, or is at it."""
        at = PAGE * worker
        for _ in range(3):
            number, length = _HEAD.unpack_from(self._memory, at)
            data = self._memory[at + _HEAD.size : at + _HEAD.size + length]
            if length and not number & 1 and _HEAD.unpack_from(self._memory, at) == (number, length):
                rows, totals, levels = json.loads(data)
                return Counted({(route, status): row for route, status, row in rows}, totals, levels)
        return None

    def others(self, worker: int) -> Sequence[Counted]:
        """What all but ``worker`` have put down."""
        return [each for nth in range(self._workers) if nth != worker and (each := self.read(nth))]


class Sheet:
    """One worker's page."""

    def __init__(self, sheets: Sheets, worker: int) -> None:
        self._sheets = sheets
        self._worker = worker

    def share(self, counts: Counts) -> None:
        """Let ``counts`` go on from what stands here, and know of the other pages."""
        counts.before = self._sheets.read(self._worker)
        counts.siblings = lambda: self._sheets.others(self._worker)

    async def keep(self, counts: Counts) -> None:
        """Put down what is counted, until cancelled."""
        try:
            while True:
                self._sheets.write(self._worker, counts.counted())
                await asyncio.sleep(EVERY)
        finally:
            self._sheets.write(self._worker, counts.counted())

"""Processes that make rows of claims side by side, since one core of Python is slower than the database.

Each worker has a pipe of its own and ends when the other side of it is gone, however that came about, so a killed
import leaves nobody behind. Small records are done in this process: they would be finished before a worker had started.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from app.model import Claim, Header
from app.store.rows import Rows, Writer

CHUNK = 1000
"""Claims that are made into rows, and copied, at a time."""

SMALL = 5 * CHUNK
"""Up to so many claims no worker is started."""

_Pipe: TypeAlias = "Connection[Any, Any]"
_CLAIM = TypeAdapter(Claim)
_HEADER = TypeAdapter(Header)


class Crew:
    """Makes the rows of one edition, in order; must be closed."""

    def __init__(self, header: Header, edition: int, size: int | None = None) -> None:
        """``size`` is the number of workers; by default there is one for each core."""
        self._header = header
        self._edition = edition
        self._size = size or os.cpu_count() or 1
        self._pipes: list[_Pipe] = []
        self._idle: SimpleQueue[_Pipe] = SimpleQueue()
        # A thread for each worker: it waits where this one must not, on a full pipe or an unfinished answer.
        self._threads = ThreadPoolExecutor(self._size)

    def rows(self, claims: Iterable[Claim]) -> Iterator[Rows]:
        """Rows of ``claims``, a thousand at a time."""
        source = iter(claims)
        first = list(islice(source, SMALL))
        chunks = _chunks(first, source)
        if len(first) < SMALL:
            writer = Writer(self._header, self._edition)
            yield from (writer.rows(enumerate(chunk, start)) for start, chunk in chunks)
            return
        self._start()
        ahead: deque[Future[Rows]] = deque()
        for start, chunk in chunks:
            lines = [_CLAIM.dump_json(each, by_alias=True, exclude_none=True) for each in chunk]
            ahead.append(self._threads.submit(self._ask, start, lines))
            if len(ahead) > 2 * self._size:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def close(self) -> None:
        """Send everybody home; what is not finished is not wanted any more."""
        self._threads.shutdown(cancel_futures=True)
        for pipe in self._pipes:
            pipe.close()

    def _start(self) -> None:
        # Not by fork: a child would hold the connection to the database open after this process is gone.
        context = multiprocessing.get_context("spawn")
        header = _HEADER.dump_json(self._header, by_alias=True)
        for _ in range(self._size):
            ours, theirs = context.Pipe()
            context.Process(target=work, args=(theirs, header, self._edition), daemon=True).start()
            theirs.close()
            self._pipes.append(ours)
            self._idle.put(ours)

    def _ask(self, start: int, lines: list[bytes]) -> Rows:
        pipe = self._idle.get()
        try:
            pipe.send((start, lines))
            answer: Rows | Exception = pipe.recv()
        finally:
            self._idle.put(pipe)
        if isinstance(answer, Exception):
            raise answer
        return answer


def work(pipe: _Pipe, header: bytes, edition: int) -> None:
    """What a worker does until the other side of its pipe is gone."""
    writer = Writer(_HEADER.validate_json(header), edition)
    while True:
        try:
            start, lines = pipe.recv()
            pipe.send(writer.rows(enumerate(map(_CLAIM.validate_json, lines), start)))
        except (EOFError, OSError):
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the other side has to know
            pipe.send(error)


def _chunks(first: list[Claim], rest: Iterator[Claim]) -> Iterator[tuple[int, list[Claim]]]:
    for start in range(0, len(first), CHUNK):
        yield start, first[start : start + CHUNK]
    start = len(first)
    while chunk := list(islice(rest, CHUNK)):
        yield start, chunk
        start += len(chunk)

"""Processes that turn claims into what a store keeps of them, side by side: that is most of the work of an import.

Each worker has a pipe of its own and ends when the other side of it is gone, however that came about, so a killed
import leaves nobody behind. Small records are done in this process: they would be finished before a worker had started.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter

from app.model import Claim, Header

CHUNK = 1000
"""Claims that a worker is given at a time."""

SMALL = 5 * CHUNK
"""Up to so many claims no worker is started."""

Made = TypeVar("Made")
Maker: TypeAlias = Callable[[Header], Callable[[Iterable[tuple[int, Claim]]], Made]]
"""From the header of a record to the function that makes something of its numbered claims."""

_Pipe: TypeAlias = "Connection[Any, Any]"
_CLAIM = TypeAdapter(Claim)
_HEADER = TypeAdapter(Header)


class Crew(Generic[Made]):
    """Makes one thing after another of the claims of a record, in order; must be closed."""

    def __init__(self, header: Header, maker: Maker[Made], size: int | None = None) -> None:
        """``maker`` travels to the workers, of which there are ``size``; by default there is one for each core."""
        self._header = header
        self._maker = maker
        self._size = size or os.cpu_count() or 1
        self._idle: list[_Pipe] = []
        self._busy: dict[_Pipe, int] = {}
        """Where each chunk begins that is being worked on."""
        self._done: dict[int, Made] = {}

    def make(self, claims: Iterable[Claim]) -> Iterator[Made]:
        """What is made of ``claims``, a thousand at a time."""
        source = iter(claims)
        first = list(islice(source, SMALL))
        chunks = _chunks(first, source)
        if len(first) < SMALL or self._size == 1:
            make = self._maker(self._header)
            yield from (make(enumerate(chunk, start)) for start, chunk in chunks)
            return
        self._start()
        ahead: deque[int] = deque()
        for start, chunk in chunks:
            lines = [_CLAIM.dump_json(each, by_alias=True, exclude_none=True) for each in chunk]
            while not self._idle or len(ahead) > 4 * self._size:
                self._collect()
                while ahead and ahead[0] in self._done:
                    yield self._done.pop(ahead.popleft())
            pipe = self._idle.pop()
            pipe.send((start, lines))
            self._busy[pipe] = start
            ahead.append(start)
        while ahead:
            while ahead[0] not in self._done:
                self._collect()
            yield self._done.pop(ahead.popleft())

    def close(self) -> None:
        """Send everybody home; what is not finished is not wanted any more."""
        for pipe in (*self._idle, *self._busy):
            pipe.close()

    def _start(self) -> None:
        # Not by fork: a child would hold the connection to the database open after this process is gone.
        context = multiprocessing.get_context("spawn")
        header = _HEADER.dump_json(self._header, by_alias=True)
        for _ in range(self._size):
            ours, theirs = context.Pipe()
            context.Process(target=work, args=(theirs, self._maker), daemon=True).start()
            theirs.close()
            self._idle.append(ours)
        for pipe in self._idle:
            # Not among the arguments: where a worker dies at once, those that fill a pipe would be waited for for ever.
            pipe.send(header)

    def _collect(self) -> None:
        """Wait for whoever has finished. Not in threads: with each piece of an answer they would fight for the lock."""
        ready = wait(list(self._busy))
        for pipe in [each for each in self._busy if each in ready]:
            answer: Made | Exception = pipe.recv()
            start = self._busy.pop(pipe)
            self._idle.append(pipe)
            if isinstance(answer, Exception):
                raise answer
            self._done[start] = answer


def work(pipe: _Pipe, maker: Maker[Any]) -> None:
    """What a worker does until the other side of its pipe is gone."""
    make = maker(_HEADER.validate_json(pipe.recv()))
    while True:
        try:
            start, lines = pipe.recv()
            pipe.send(make(enumerate(map(_CLAIM.validate_json, lines), start)))
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

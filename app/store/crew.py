"""Processes that turn claims into what a store keeps of them, side by side: that is most of the work of an import.

Each worker has a pipe of its own and ends when the other side of it is gone, however that came about, so a killed
import leaves nobody behind. Small records are done in this process: they would be finished before a worker had started.
"""

import gc
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter

from app.lines import Checked, ClaimLines, PieceCheck
from app.model import Claim, Header, claim_json

RUN = 50
"""Claims that a maker takes step by step at a time: to take each through all of the code by itself costs a third more,
since that is more than fits into a processor's caches."""

CHUNK = 1000
"""Claims that a worker is given at a time."""

SMALL = 5 * CHUNK
"""Up to so many claims no worker is started."""

Made = TypeVar("Made")
Maker: TypeAlias = Callable[[Header], Callable[[Iterable[tuple[int, Claim]]], Made]]
"""From the header of a record to the function that makes something of its numbered claims."""

_Item = TypeVar("_Item")
_Answer: TypeAlias = tuple[Made, Checked | None]
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
        self._done: dict[int, _Answer[Made]] = {}
        self._few = SMALL if self._size > 1 else sys.maxsize

    def make(self, claims: Iterable[Claim]) -> Iterator[Made]:
        """What is made of ``claims``, a thousand at a time; :class:`~app.lines.ClaimLines` are read by the workers."""
        if isinstance(claims, ClaimLines):
            yield from self._alone(claims) if claims.fewer_than(self._few) else self._of_lines(claims)
            return
        source = iter(claims)
        first = list(islice(source, self._few))
        everything = chain(first, source)
        if len(first) < self._few:
            yield from self._alone(everything)
            return
        self._start(None)
        for made, _ in self._shared(map(_dumped, chunks(everything, CHUNK))):
            yield made

    def _alone(self, claims: Iterable[Claim]) -> Iterator[Made]:
        make = self._maker(self._header)
        return map(make, chunks(enumerate(claims), CHUNK))

    def _of_lines(self, claims: ClaimLines) -> Iterator[Made]:
        self._start(claims.name)
        for made, checked in self._shared(claims.pieces(CHUNK)):
            if checked:
                claims.take(checked)
            yield made
        # What is found at the end takes memory that the workers need no longer.
        self.close()
        claims.end()

    def _shared(self, pieces: Iterable[list[bytes]]) -> Iterator[_Answer[Made]]:
        ahead: deque[int] = deque()
        start = 0
        for lines in pieces:
            while not self._idle or len(ahead) > 2 * self._size:
                self._collect()
                while ahead and ahead[0] in self._done:
                    yield self._done.pop(ahead.popleft())
            pipe = self._idle.pop()
            pipe.send((start, lines))
            self._busy[pipe] = start
            ahead.append(start)
            start += len(lines)
        while ahead:
            while ahead[0] not in self._done:
                self._collect()
            yield self._done.pop(ahead.popleft())

    def close(self) -> None:
        """Send everybody home; what is not finished is not wanted any more."""
        for pipe in (*self._idle, *self._busy):
            pipe.close()
        self._idle.clear()
        self._busy.clear()

    def _start(self, name: str | None) -> None:
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
            pipe.send((header, name))

    def _collect(self) -> None:
        """Wait for whoever has finished. Not in threads: with each piece of an answer they would fight for the lock."""
        ready = wait(list(self._busy))
        for pipe in [each for each in self._busy if each in ready]:
            answer: _Answer[Made] | Exception = pipe.recv()
            start = self._busy.pop(pipe)
            self._idle.append(pipe)
            if isinstance(answer, Exception):
                raise answer
            self._done[start] = answer


def work(pipe: _Pipe, maker: Maker[Any]) -> None:
    """What a worker does until the other side of its pipe is gone."""
    # Nothing here makes circles of objects, and the search for them would take a tenth of the time.
    gc.disable()
    header_json, name = pipe.recv()
    header = _HEADER.validate_json(header_json)
    make, check = maker(header), None if name is None else PieceCheck(header, name)
    while True:
        try:
            start, lines = pipe.recv()
            # Not read ahead: what is in the processor's caches when it is read is there still when it is made use of.
            claims = check.read(start, lines) if check else map(_CLAIM.validate_json, lines)
            made = make(enumerate(claims, start))
            pipe.send((made, check.checked() if check else None))
        except (EOFError, OSError):
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the other side has to know
            pipe.send(error)


def _dumped(claims: Iterable[Claim]) -> list[bytes]:
    return list(map(claim_json, claims))


def chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """``items``, ``size`` at a time."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk

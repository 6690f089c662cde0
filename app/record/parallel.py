"""Claims that several processes read and make something of: most of the work on a large record.

A process reads the lines that it is given, checks them, and makes what is wanted of the claims; what only the whole
record shows is put together here, in the order of the record.
"""

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from pydantic import TypeAdapter

from app.core.model import Claim, Header, claim_json
from app.record.lines import Checked, ClaimLines, PieceCheck

Made = TypeVar("Made")
Make: TypeAlias = Callable[[Header, Iterable[tuple[int, Claim]]], Made]
"""From the header of a record and some of its claims, numbered, to something that can travel; so can the function."""

_HEADER = TypeAdapter(Header)
_CLAIM = TypeAdapter(Claim)


def made_in_processes(header: Header, claims: Iterable[Claim], make: Make[Made], size: int) -> Iterator[Made]:
    """What ``make`` makes of ``claims``, ``size`` at a time, in order; a process for each core.

    Raises what iterating over ``claims`` raises. :class:`~app.record.lines.ClaimLines` are read by the processes.
    """
    lines = claims if isinstance(claims, ClaimLines) else None
    dumped = map(claim_json, claims) if lines is None else iter(())
    pieces = iter(lambda: list(islice(dumped, size)), []) if lines is None else lines.pieces(size)
    arguments: Any = (_HEADER.dump_json(header), None if lines is None else lines.name, make)
    cores = os.cpu_count() or 1
    # Not by fork: a child would hold what this process has open.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, context, initializer=_start, initargs=arguments) as pool:
        try:
            for made, checked in _ahead(pool, pieces, cores):
                if lines is not None and checked is not None:
                    lines.take(checked)
                yield made
        finally:
            pool.shutdown(cancel_futures=True)
    if lines is not None:
        lines.end()


def _ahead(pool: ProcessPoolExecutor, pieces: Iterable[list[bytes]], most: int) -> Iterator[tuple[Any, Checked | None]]:
    """The outcome of each piece, with no more than ``most`` of them ahead of the one that is wanted."""
    ahead: deque[Future[tuple[Any, Checked | None]]] = deque()
    start = 0
    for piece in pieces:
        ahead.append(pool.submit(_work, start, piece))
        start += len(piece)
        if len(ahead) > most:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def apart(work: Callable[[], None]) -> None:
    """Run ``work``, which can be pickled, in a process of its own, with which all memory goes that it took.

    In this one some of it would stay: the allocator gives back no page on which anything is kept, and the caches of the
    parsers keep something on nearly every page of a header of many passages. Raises what ``work`` raises.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_watch_parent) as pool:
        pool.submit(work).result()


class _Worker:
    """What a process knows of the record whose lines it reads."""

    header: Header
    check: PieceCheck | None
    make: Make[Any]


def _start(header_json: bytes, name: str | None, make: Make[Any]) -> None:
    _watch_parent()
    # Nothing here makes circles of objects, and the search for them would take a tenth of the time.
    gc.disable()
    _Worker.header, _Worker.make = _HEADER.validate_json(header_json), staticmethod(make)
    _Worker.check = None if name is None else PieceCheck(_Worker.header, name)


def _watch_parent() -> None:
    # A process that was killed says goodbye to nobody: its children watch it.
    threading.Thread(target=_end_with, args=[multiprocessing.parent_process()], daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _work(start: int, lines: list[bytes]) -> tuple[Any, Checked | None]:
    check = _Worker.check
    claims = check.read(start, lines) if check else map(_CLAIM.validate_json, lines)
    made = _Worker.make(_Worker.header, enumerate(claims, start))
    return made, check.checked() if check else None

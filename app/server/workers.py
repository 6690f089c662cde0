"""Several processes at one address: the parent listens and keeps its children alive, and they answer.

The children are forks of a parent that has read the record already, so they start at once and share its memory. They
accept from one socket, which stays open when one of them dies: nobody who waits to be accepted is lost.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from typing import NoReturn

from app.server.door import Door
from app.server.draining import hear_no_more

logger = logging.getLogger("claims.serving")

TOO_SOON = 1.0
"""Seconds of life below which a child is taken to have been born unable to serve."""


class Parent:
    """Starts children, passes signals on to them, and replaces those that die."""

    def __init__(self, answer: Callable[[int], None], count: int) -> None:
        self._answer = answer
        self._count = count
        self._children: dict[int, tuple[int, float]] = {}
        """By process: the child's number, and when it was born."""
        self._ending = False

    def run(self, door: Door) -> NoReturn:
        """Until SIGTERM or SIGINT has ended every child."""
        ended = {signal.SIGTERM: 0, signal.SIGINT: 128 + signal.SIGINT}
        code = 0

        def end(number: int, _: object) -> None:
            nonlocal code
            if not self._ending and door.ours:
                hear_no_more(door.socket)
            self._ending, code = True, ended[signal.Signals(number)]
            self._tell(signal.SIGTERM)

        for number in ended:
            signal.signal(number, end)
        signal.signal(signal.SIGHUP, lambda *_: self._tell(signal.SIGHUP))
        for nth in range(self._count):
            self._start(nth)
        while self._children:
            child, status = os.wait()
            self._mourn(child, os.waitstatus_to_exitcode(status))
        raise SystemExit(code)

    def _start(self, number: int) -> None:
        # A signal between the fork and the child's own handlers must wait for these.
        held = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
        signal.pthread_sigmask(signal.SIG_BLOCK, held)
        child = os.fork()
        if child == 0:
            for each in held:
                signal.signal(each, signal.SIG_DFL if each != signal.SIGHUP else signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, held)
            self._live(number)
        self._children[child] = number, time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, held)

    def _live(self, number: int) -> NoReturn:
        code = 1
        try:
            self._answer(number)
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:
            logger.exception("a worker could not serve")
        finally:
            # Not sys.exit: what the parent has still to do at its end is not the child's to do.
            os._exit(code)

    def _mourn(self, child: int, code: int) -> None:
        if child not in self._children:
            return
        number, born = self._children.pop(child)
        if self._ending:
            return
        logger.error("worker %d ended with %d; another takes its place", child, code)
        if time.monotonic() - born < TOO_SOON:
            time.sleep(TOO_SOON)
        self._start(number)

    def _tell(self, number: signal.Signals) -> None:
        for child in list(self._children):
            os.kill(child, number)


def supervise(answer: Callable[[int], None], door: Door, workers: int) -> NoReturn:
    """Have ``workers`` processes answer at ``door`` until told to end; ``answer`` is given the number of each."""
    Parent(answer, workers).run(door)

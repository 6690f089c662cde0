"""Several workers at one listening socket: forks of a parent that has read the record, and share its memory."""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import NoReturn

SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


class Supervisor:
    """Starts workers, passes signals on, and replaces workers that end.

    ``serve`` is called in each worker, with a callback for when it listens. If the only worker ends before that, the
    parent ends with its exit code: what keeps one from starting would keep the next. ``ended`` is called with the
    process id of each that ends.
    """

    def __init__(
        self,
        serve: Callable[[Callable[[], object]], None],
        listener: socket.socket,
        count: int,
        ended: Callable[[int], object] = int,
    ) -> None:
        self._serve, self._listener, self._count, self._ended = serve, listener, count, ended
        self._workers: dict[int, bool] = {}  # whether each process has come to listen
        self._code: int | None = None  # exit code, once told to end

    def run(self) -> NoReturn:
        """Supervises until SIGTERM or SIGINT has ended every worker."""
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        signal.signal(signal.SIGHUP, lambda *_: self._tell(signal.SIGHUP))
        while self._code is None or self._workers:
            while self._code is None and len(self._workers) < self._count and self._start():
                pass
            worker, status = os.wait()
            self._ended(worker)
            listened, code = self._workers.pop(worker, True), os.waitstatus_to_exitcode(status)
            if self._code is None:
                if not listened and not self._workers:
                    raise SystemExit(code)
                logging.getLogger("claims.server").error("worker %d ended with %d and is replaced", worker, code)
                time.sleep(0.5)
        raise SystemExit(self._code)

    def _start(self) -> bool:
        reading, writing = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until both processes are ready for them
        worker = os.fork()
        if worker == 0:
            for each in SIGNALS:
                signal.signal(each, signal.SIG_IGN if each == signal.SIGHUP else signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            os.close(reading)
            self._serve(lambda: os.write(writing, b"1"))
            raise SystemExit
        self._workers[worker] = False
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        os.close(writing)
        self._workers[worker] = listens = os.read(reading, 1) == b"1"  # waits; nothing is read if the worker ends
        os.close(reading)
        return listens

    def _end(self, number: int, _: object) -> None:
        if self._code is None:
            self._listener.close()  # first, so that nobody connects to it once the last worker has closed its own
            self._code = 0 if number == signal.SIGTERM else 128 + number
        self._tell(signal.SIGTERM)

    def _tell(self, number: signal.Signals) -> None:
        for worker in self._workers:
            os.kill(worker, number)

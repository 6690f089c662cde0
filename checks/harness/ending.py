"""The end of a server under load: kept connections get whole answers, and a restart is not noticed at all.

A new connection may be reset where it falls into the very instant in which the socket is closed: the system has no call
that stops connecting alone. It has then had nothing of an answer, and such are counted and few.
"""

import contextlib
import socket
import tempfile
import threading
import time
from pathlib import Path

from checks.harness.files import version
from checks.harness.running import Report, Server, start
from checks.harness.wire import answers

CLIENTS = 20
TIMES = 20

ASK = b"GET /claims?limit=50 HTTP/1.1\r\nHost: a\r\n"


class Client(threading.Thread):
    """Asks on one connection as long as it is kept, then on the next; notes resets and answers that are not whole."""

    def __init__(self, port: int, *, keeps: bool, until_refused: bool) -> None:
        super().__init__(daemon=True)
        self.port, self.keeps, self.until_refused = port, keeps, until_refused
        self.ending = threading.Event()
        self.answered = self.late = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.ending.is_set():
            try:
                wire = socket.create_connection(("127.0.0.1", self.port), timeout=15)
            except (ConnectionRefusedError, TimeoutError) as error:
                if not self.until_refused:
                    self.wrong.append(f"not connected: {error!r}")
                return
            except OSError as error:
                self.wrong.append(f"not connected: {error!r}")
                return
            with wire:
                self._ask(wire)

    def _ask(self, wire: socket.socket) -> None:
        sent = ASK + (b"" if self.keeps else b"Connection: close\r\n") + b"\r\n"
        got = b""
        try:
            while not self.ending.is_set():
                wire.sendall(sent)
                got = _answer(wire)
                found = answers(got)
                if [each.status for each in found] != [200]:
                    self.wrong.append(f"answered {found}"[:200])
                self.answered += 1
                if found[0].get("connection") == "close":
                    return
        except ConnectionResetError as error:
            if self.keeps or not self.until_refused:
                self.wrong.append(f"{error!r} after {self.answered} answers, {len(got)} bytes")
            self.late += 1
        except (OSError, AssertionError) as error:
            self.wrong.append(f"{error!r} after {self.answered} answers, {len(got)} bytes")


def _answer(wire: socket.socket) -> bytes:
    """One whole answer; raises where the connection ends before it does."""
    got = b""
    while True:
        try:
            piece = wire.recv(65536)
        except ConnectionResetError:
            assert not got, f"reset after {len(got)} bytes"
            raise
        assert piece, f"closed after {len(got)} bytes"
        got += piece
        with contextlib.suppress(AssertionError, KeyError, ValueError):
            answers(got)
            return got


def run(times: int = TIMES, clients: int = CLIENTS) -> Report:
    """SIGTERM ``times`` times, with one process and with two, then a restart."""
    report = Report("endings")
    answered = late = 0
    longest = 0.0
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "claims.json").write_bytes(version(0, 200))
        for nth in range(times):
            server = start("--workers", str(1 + nth % 2), directory=directory)
            asking = _ask(server, clients, until_refused=True)
            began = time.monotonic()
            code = server.end()
            longest = max(longest, time.monotonic() - began)
            answered += _done(asking, f"SIGTERM {nth}", report)
            late += sum(each.late for each in asking)
            report.check(code == 0, f"SIGTERM {nth}: exit code {code}: {server.log.read_text()[-500:]}")
        report.figures = {"times": times, "answers": answered, "late": late, "longest end": f"{longest:.1f} s"}
        report.check(late <= max(1, times // 5), f"{late} new connections were reset")
        _restart(directory, clients, report)
    return report


def _ask(server: Server, clients: int, *, until_refused: bool) -> list[Client]:
    asking = [Client(server.port, keeps=nth % 2 == 0, until_refused=until_refused) for nth in range(clients)]
    for each in asking:
        each.start()
    time.sleep(1)
    return asking


def _done(asking: list[Client], name: str, report: Report) -> int:
    for each in asking:
        each.join(30)
        report.check(not each.is_alive(), f"{name}: a client hangs")
        report.check(not each.wrong, f"{name}, {'kept' if each.keeps else 'new'} connections: {each.wrong[:2]}")
        report.check(each.answered, f"{name}: a client got nothing")
    return sum(each.answered for each in asking)


def _restart(directory: Path, clients: int, report: Report) -> None:
    """The documented way: whoever holds the socket starts the next two workers, and then ends those before."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        first = start("--workers", "2", directory=directory, listening=listening)
        asking = _ask(first, clients, until_refused=False)
        second = first
        for _ in range(3):
            second = start("--workers", "2", directory=directory, listening=listening)
            report.check(first.end() == 0, "the first server did not end well")
            first = second
            time.sleep(0.5)
        for each in asking:
            each.ending.set()
        report.figures["answers while restarting"] = _done(asking, "restart", report)
        second.end()

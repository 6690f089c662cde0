"""Sockets that say little, or nothing, or never listen: the server answers others all the while, and drops these."""

import random
import select
import socket
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from checks.harness.files import version
from checks.harness.running import Report, Server, serving
from checks.harness.wire import PATIENCE, exchange

OPEN_FILES = 1024
SOCKETS = 400
ANSWERED_WITHIN = 1.0
CLOSED_WITHIN = 30.0

LIVE = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


class Asker(threading.Thread):
    """Asks ``/health/live`` on a new connection again and again, and keeps the longest time that it took."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.ending = threading.Event()
        self.slowest = 0.0
        self.asked = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.ending.wait(0.05):
            began = time.monotonic()
            try:
                found, _ = exchange(self.port, LIVE, count=1, closes=True)
                if [each.status for each in found] != [200]:
                    self.wrong.append(f"answered {found}")
            except (OSError, AssertionError) as error:
                self.wrong.append(repr(error))
            self.asked += 1
            self.slowest = max(self.slowest, time.monotonic() - began)


def run(ways: "Sequence[type[Slow]]" = ()) -> Report:
    """Each of these ways of being slow, by default all there are."""
    report = Report("slow sockets")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "claims.json").write_bytes(version(0, 200))
        with serving(directory=directory, open_files=OPEN_FILES) as server:
            before = server.descriptors()
            for slow in ways or (Silent, HalfALine, EndlessHeader, SlowBody, Deaf):
                _besiege(server, slow, SOCKETS, report)
            time.sleep(0.5)
            report.figures["descriptors"] = f"{before} before, {server.descriptors()} after"
            report.check(server.descriptors() <= before + 3, "descriptors were not given back")
            report.check("Traceback" not in server.log.read_text(), server.log.read_text()[-1500:])
    return report


def _besiege(server: Server, slow: "type[Slow]", count: int, report: Report) -> None:
    idle = server.descriptors()
    asker = Asker(server.port)
    asker.start()
    besieging = [each for _ in range(count) if (each := _connect(server.port))]
    began = time.monotonic()
    attack = slow(besieging)
    closed = 0.0
    while time.monotonic() - began < CLOSED_WITHIN + 10:
        attack.go_on()
        if time.monotonic() - began > 2 and server.descriptors() <= idle + 3:
            closed = time.monotonic() - began
            break
        time.sleep(0.2)
    asker.ending.set()
    asker.join(PATIENCE)
    for each in besieging:
        each.close()
    name = slow.__name__
    report.check(not asker.wrong, f"{name}: {len(asker.wrong)} of {asker.asked} were not answered: {asker.wrong[:2]}")
    report.check(asker.slowest < ANSWERED_WITHIN, f"{name}: live took {asker.slowest:.2f} s")
    report.check(0 < closed <= CLOSED_WITHIN, f"{name}: {server.descriptors()} descriptors after {CLOSED_WITHIN:.0f} s")
    report.figures[name] = f"live {asker.slowest:.2f} s, closed in {closed:.0f} s"


def _connect(port: int) -> socket.socket | None:
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    try:
        wire.connect(("127.0.0.1", port))
    except OSError:
        wire.close()
        return None
    wire.setblocking(False)
    return wire


class Slow:
    """Sockets that are never done; those that the server has closed are forgotten."""

    first = b""
    more = b""
    reads = True

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.open = set(sockets)
        for each in sockets:
            self._send(each, self.first)

    def go_on(self) -> None:
        """A little more from each, where more is sent; and look which have been closed."""
        poll = select.poll()
        known = {each.fileno(): each for each in self.open}
        for number in known:
            poll.register(number, select.POLLIN | select.POLLHUP | select.POLLERR | select.POLLRDHUP)
        for number, events in poll.poll(0):
            if events & (select.POLLHUP | select.POLLERR | select.POLLRDHUP):
                self.open.discard(known[number])
        if self.more:
            for each in list(self.open):
                if random.random() < 0.2:
                    self._send(each, self.more)

    def _send(self, wire: socket.socket, data: bytes) -> None:
        try:
            wire.send(data)
        except BlockingIOError:
            pass
        except OSError:
            self.open.discard(wire)


class Silent(Slow):
    """Connect and say nothing."""


class HalfALine(Slow):
    """The first half of a request, and never the second."""

    first = b"GET /claims HT"


class EndlessHeader(Slow):
    """One more field now and then (slowloris)."""

    first = b"GET /claims HTTP/1.1\r\nHost: a\r\n"
    more = b"X-A: b\r\n"


class SlowBody(Slow):
    """A body of which a byte comes now and then."""

    first = b"POST /verify HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"
    more = b"a"


class Deaf(Slow):
    """Ask for a lot and never read it."""

    first = b"GET /claims?limit=100 HTTP/1.1\r\nHost: a\r\n\r\n" * 16

"""Sockets that say little, or nothing, or never listen: the server answers others all the while, and drops these.

With fewer descriptors than such sockets others wait until some of those have met a deadline, and no longer.
"""

import random
import select
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from checks.harness.files import version
from checks.harness.running import Report, Server, serving
from checks.harness.wire import PATIENCE, exchange

OPEN_FILES, FEW_FILES = 1024, 256
SOCKETS = 450
ANSWERED_WITHIN = 1.0
HEADER_SECONDS = 10.0
"""The server's own setting."""
CLOSED_WITHIN = 30.0

LIVE = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


class Asker(threading.Thread):
    """Asks ``/health/live`` on new connections; keeps the longest time until it was answered by 200."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.ending = threading.Event()
        self.slowest = 0.0
        self.asked = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        wanted = 0.0
        while not self.ending.wait(0.05):
            wanted = wanted or time.monotonic()
            self.asked += 1
            try:
                found, _ = exchange(self.port, LIVE, count=1, closes=True)
                statuses: list[object] = [each.status for each in found]
            except (OSError, AssertionError) as error:
                statuses = [repr(error)]
            self.slowest = max(self.slowest, time.monotonic() - wanted)
            if statuses == [200]:
                wanted = 0.0
            else:
                self.wrong.append(f"{statuses}")


def few() -> Report:
    """Half a header from more sockets than there are descriptors."""
    return run([HalfALine, EndlessHeader], FEW_FILES, HEADER_SECONDS + 1)


def run(ways: "Sequence[type[Slow]]" = (), open_files: int = OPEN_FILES, within: float = 0.0) -> Report:
    """Each of these ways of being slow, by default all there are; others are answered ``within`` seconds."""
    report = Report(f"slow sockets at {open_files} descriptors")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "claims.json").write_bytes(version(0, 200))
        with serving(directory=directory, open_files=open_files) as server:
            before = server.descriptors()
            for slow in ways or (Silent, HalfALine, EndlessHeader, SlowBody, Deaf):
                _besiege(server, slow, within or ANSWERED_WITHIN, report)
            time.sleep(0.5)
            report.figures["descriptors"] = f"{before} before, {server.descriptors()} after"
            report.check(server.descriptors() <= before + 3, "descriptors were not given back")
            report.check("Traceback" not in server.log.read_text(), server.log.read_text()[-1500:])
    return report


def _besiege(server: Server, slow: "type[Slow]", within: float, report: Report) -> None:
    idle = server.descriptors()
    asker = Asker(server.port)
    asker.start()
    besieging = [each for _ in range(SOCKETS) if (each := _connect(server.port))]
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
    refused = Counter(asker.wrong)
    if within <= ANSWERED_WITHIN:
        report.check(not refused, f"{name}: of {asker.asked} were not answered: {refused}")
    report.check(asker.slowest < within, f"{name}: live took {asker.slowest:.2f} s")
    report.check(0 < closed <= CLOSED_WITHIN, f"{name}: {server.descriptors()} descriptors after {CLOSED_WITHIN:.0f} s")
    report.figures[name] = f"live {asker.slowest:.2f} s, closed in {closed:.0f} s, refused {dict(refused)}"


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

"""Slow clients of two sorts: steady readers are served, and slowhttptest finds the service available all the while.

slowhttptest is other people's program (Debian has it): slow headers, slow bodies, slow readers, a thousand of each.
"""

import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from checks.benchmarks.records import write_record
from checks.harness.running import Report, Server, serving

RATES = (10_000, 20_000, 50_000)
"""Bytes a second at which readers read."""
STEADY = 40.0
"""Seconds that they do so: more than any deadline of the server."""
CLAIMS = 10_000

CONNECTIONS = 1000
MODES = {
    "slow headers": "-H -i 5 -x 24",
    "slow bodies": "-B -i 5 -s 8192 -x 10 -t POST",
    "slow readers": "-X -w 512 -y 1024 -n 5 -z 32 -k 3",
}
TARGETS = {"slow bodies": "/verify"}


class Steady(threading.Thread):
    """Reads an answer at so many bytes a second, and notes if it is cut."""

    def __init__(self, port: int, rate: int) -> None:
        super().__init__(daemon=True)
        self.port, self.rate = port, rate
        self.taken = 0
        self.cut = ""

    def run(self) -> None:
        began = time.monotonic()
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.settimeout(30)
            try:
                wire.connect(("127.0.0.1", self.port))
                wire.sendall(b"GET /dataset?format=jsonl HTTP/1.1\r\nHost: a\r\n\r\n")
                while (now := time.monotonic() - began) < STEADY:
                    if self.taken < self.rate * now:
                        piece = wire.recv(1000)
                        if not piece:
                            raise ConnectionError("closed")
                        self.taken += len(piece)
                    else:
                        time.sleep(0.01)
            except OSError as error:
                self.cut = f"{error!r} after {time.monotonic() - began:.0f} s and {self.taken} bytes"


def run() -> Report:
    """Steady readers, then each mode of slowhttptest."""
    report = Report("slow clients")
    with tempfile.TemporaryDirectory() as name:
        record = Path(name) / "claims.jsonl"
        with record.open("wb") as file:
            write_record(CLAIMS, file)
        with serving("--store", str(record), directory=Path(name)) as server:
            readers = [Steady(server.port, rate) for rate in RATES for _ in range(5)]
            for each in readers:
                each.start()
            for each in readers:
                each.join(STEADY + 60)
                report.check(not each.cut, f"a reader of {each.rate} bytes a second was cut: {each.cut}")
            report.figures["steady readers"] = f"{len(readers)} for {STEADY:.0f} s"
            for mode, options in MODES.items():
                _besiege(server, mode, options, report)
    return report


def _besiege(server: Server, mode: str, options: str, report: Report) -> None:
    program = shutil.which("slowhttptest")
    report.check(program, f"{mode}: slowhttptest is not installed")
    if not program:
        return
    address = server.url + TARGETS.get(mode, "/claims?limit=100")
    command = [program, *options.split(), "-c", str(CONNECTIONS), "-r", "200", "-l", "30", "-p", "5", "-u", address]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout
    said = re.findall(r"service available:\W*(?:\[\d+m)?\s*(\w+)", told)
    away = said.count("NO")
    report.check(said, f"{mode}: slowhttptest said nothing: {told[-500:]}")
    report.check(not away, f"{mode}: not available {away} of {len(said)} times")
    report.figures[mode] = f"available {len(said) - away} of {len(said)} times"

"""Servers under measurement: started on one core, and watched through what the kernel accounts for them.

Truth about CPU is ``/proc/PID/task/*/schedstat`` (nanoseconds on a core; all threads of all processes of a party), and
about memory ``/proc/PID/smaps_rollup``.
"""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1

STARTING = 900.0
"""Seconds that a party may take to answer; the first start on a large record compiles it."""


class PartyFailed(Exception):
    """A party did not start, or answered wrongly; ``str(error)`` says how."""


@dataclass
class Running:
    """A server that answers."""

    process: subprocess.Popen[bytes]
    port: int
    started: float
    """Seconds from its start to its first answer."""
    started_cpu: float
    """Seconds of CPU that it had used by then."""

    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        return sum(on_core(pid) for pid in family(self.process.pid))

    def memory(self) -> Mapping[str, float]:
        """Megabytes: resident, proportional share, private."""
        total = {"Rss": 0, "Pss": 0, "Private_Clean": 0, "Private_Dirty": 0}
        for pid in family(self.process.pid):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                if name in total:
                    total[name] += int(value.split()[0])
        private = total["Private_Clean"] + total["Private_Dirty"]
        return {"rss": total["Rss"] / 1024, "pss": total["Pss"] / 1024, "private": private / 1024}

    def settle(self) -> None:
        """Wait until it has finished what it was asked and nobody waits for any more."""
        before = self.cpu()
        for _ in range(300):
            time.sleep(0.1)
            now = self.cpu()
            if now - before < 0.02:
                return
            before = now

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers with names in lower case, and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            # As wrk asks: an Accept-Encoding of its own would be another answer to keep.
            connection.putrequest("GET", target, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def stop(self) -> None:
        """End it, at once if it does not end by itself."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def start(command: Sequence[str], port: int, probe: str, log: Path, environment: Mapping[str, str]) -> Running:
    """Start ``command`` on the servers' core and wait until ``probe`` is answered with 200.

    Raises :class:`PartyFailed` with the end of its log where it is not.
    """
    begun = time.monotonic()
    # A server compiles its modules once in its life, and not at each start.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment}
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["taskset", "-c", str(SERVER_CORE), *command],
            env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    running = Running(process, port, 0.0, 0.0)
    while time.monotonic() - begun < STARTING:
        if process.poll() is not None:
            break
        try:
            status, _, _ = running.get(probe)
        except OSError:
            time.sleep(0.01)
            continue
        if status == 200:
            running.started, running.started_cpu = time.monotonic() - begun, running.cpu()
            return running
        time.sleep(0.05)
    running.stop()
    raise PartyFailed(f"did not start: {log.read_text(errors='replace')[-500:]}")


def proportional(pid: int) -> float:
    """Megabytes of a process and its descendants; what several of them share is counted once."""
    total = 0
    for each in family(pid):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:  # one that has just ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def family(pid: int) -> Sequence[int]:
    """A process and its descendants."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return ()
    return (pid, *(each for child in children for each in family(child)))


def on_core(pid: int) -> float:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:  # a thread that has just ended
            continue
    return total / 1e9

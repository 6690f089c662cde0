"""``claims serve`` in a process of its own, as its users run it."""

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

COMMAND = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
ROOT = Path(__file__).parents[2]


@dataclass
class Report:
    """What a harness did and what went wrong."""

    name: str
    done: int = 0
    wrong: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def check(self, good: object, what: str) -> None:
        """Count one thing done, and say ``what`` where it is not good."""
        self.done += 1
        if not good:
            self.wrong.append(what)

    def __str__(self) -> str:
        figures = ", ".join(f"{name} {value}" for name, value in self.figures.items())
        lines = [f"{self.name}: {self.done} checks, {len(self.wrong)} wrong{'; ' + figures if figures else ''}"]
        return "\n".join([*lines, *(f"  WRONG {each}" for each in self.wrong[:20])])


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def readiness(self) -> dict[str, Any]:
        """What ``/health/ready`` says."""
        answer: dict[str, Any] = httpx.get(f"{self.url}/health/ready", timeout=60).json()
        return answer

    def status(self, field: str) -> int:
        """A number of ``/proc/PID/status``, in kB where it is memory."""
        found = re.search(rf"^{field}:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text(), re.MULTILINE)
        assert found
        return int(found[1])

    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        """Open files."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self, patience: float = 60) -> int:
        """SIGTERM, and the exit code."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            if self.process.stdout:
                self.process.stdout.close()


def start(
    *arguments: str,
    directory: Path,
    settings: Mapping[str, str] | None = None,
    open_files: int | None = None,
    listening: socket.socket | None = None,
    code: str | None = None,
) -> Server:
    """A server that is ready; its log is in ``directory``. ``listening`` is handed over as systemd does.

    ``code`` is what runs in place of the command.
    """

    def before() -> None:
        if open_files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
        if listening:
            os.dup2(listening.fileno(), 3)
            os.environ["LISTEN_PID"] = str(os.getpid())

    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(settings or {})}
    command = [*COMMAND, "--port", "0", *arguments]
    if code:
        command[2] = code
    if listening:
        # The number of the process that listens must be in its own environment, which only that process knows.
        code = "import os; os.environ['LISTEN_PID'] = str(os.getpid()); from app.cli import main; main()"
        command = [sys.executable, "-c", code, "serve", *arguments]
        environment |= {"LISTEN_FDS": "1"}
    log = directory / f"serve-{time.monotonic_ns()}.log"
    with log.open("wb") as writing:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=writing,
            preexec_fn=before,  # noqa: PLW1509 - only calls of the system
            pass_fds=(3,) if listening else (),
        )
    assert process.stdout
    first = process.stdout.readline().decode()
    found = re.search(r"http://[^/\s]+:(\d+)", first)
    assert found, f"{first}{log.read_text()}"
    server = Server(process, int(found[1]), log)
    wait_until(lambda: alive(server), "the server answers", 120)
    return server


@contextmanager
def serving(*arguments: str, directory: Path, **options: Any) -> Iterator[Server]:
    """A server until the block ends."""
    server = start(*arguments, directory=directory, **options)
    try:
        yield server
    finally:
        server.end()


def alive(server: Server) -> bool:
    """Whether the server answers."""
    assert server.process.poll() is None, server.log.read_text()
    try:
        return httpx.get(f"{server.url}/health/live", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def wait_until(holds: Any, what: str, patience: float) -> float:
    """Seconds until ``holds()`` is true; fails after ``patience`` of them."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < patience, f"waited {patience} s in vain until {what}"
        time.sleep(0.02)
    return time.monotonic() - began

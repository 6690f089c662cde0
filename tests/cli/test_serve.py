"""``claims serve`` as its users run it: a process of its own."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.cli.serve import address_of
from checks.harness.files import version
from checks.harness.running import COMMAND, ROOT, Server, serving, start, wait_until
from tests import records


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (("127.0.0.1", 8000), "http://127.0.0.1:8000"),
        (("0.0.0.0", 80), "http://127.0.0.1:80"),
        (("::", 8000, 0, 0), "http://[::1]:8000"),
        (("fe80::1%eth0", 8000, 0, 2), "http://[fe80::1]:8000"),
    ],
)
def test_the_address_that_is_said_is_one_that_can_be_reached(name: tuple[str, int], url: str) -> None:
    assert address_of(name) == url


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "claims.json").write_bytes(version(1))
    return tmp_path


@pytest.fixture
def server(here: Path) -> Iterator[Server]:
    with serving(directory=here) as server:
        yield server


def refused(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_a_store_the_record_of_this_directory_is_served(server: Server) -> None:
    assert httpx.get(f"{server.url}/dataset").json()["title"] == "Version 1"


def test_without_a_record_in_this_directory_the_shipped_one_is_served(tmp_path: Path) -> None:
    with serving(directory=tmp_path) as server:
        title = json.loads((ROOT / "claims.json").read_bytes())["dataset"]["title"]
        assert httpx.get(f"{server.url}/dataset").json()["title"] == title


def test_a_record_is_served_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(b"".join(records.as_lines(records.record())))
    with serving("--store", str(path), directory=tmp_path) as server:
        assert httpx.get(f"{server.url}/claims").json()["total"] == 6


def test_linked_data_names_the_address_that_is_listened_on(server: Server) -> None:
    assert f"{server.url}/claims/" in httpx.get(f"{server.url}/claims?format=jsonld&limit=1").text


def test_no_answer_tells_the_server_behind_it(server: Server) -> None:
    assert "server" not in httpx.get(f"{server.url}/claims").headers


def test_sigterm_ends_with_0(here: Path) -> None:
    assert start(directory=here).end() == 0


def test_sigint_ends_as_shells_expect(here: Path) -> None:
    server = start(directory=here)
    server.signal(signal.SIGINT)
    assert server.process.wait(20) == 130
    server.end()


def test_sighup_reads_the_record_at_once(server: Server, here: Path) -> None:
    (here / "claims.json").write_bytes(version(2))
    server.signal(signal.SIGHUP)
    title = lambda: httpx.get(f"{server.url}/dataset").json()["title"]  # noqa: E731
    assert wait_until(lambda: title() == "Version 2", "the new version is served", 5) < 5


def test_the_log_of_a_quiet_server_is_empty(here: Path) -> None:
    server = start(directory=here)
    httpx.get(f"{server.url}/claims")
    server.end()
    assert server.log.read_text() == ""


def test_several_workers_answer_at_one_address_and_add_up_what_they_count(here: Path) -> None:
    with serving("--workers", "2", directory=here) as server:
        for _ in range(20):
            httpx.get(f"{server.url}/statuses", headers={"connection": "close"})

        def counted() -> bool:
            return (
                'claims_requests_total{route="/statuses",status="200"} 20.0' in httpx.get(f"{server.url}/metrics").text
            )

        wait_until(counted, "the workers' counts add up", 10)


def test_a_worker_that_dies_is_replaced(here: Path) -> None:
    with serving("--workers", "2", directory=here) as server:
        before = children(server.pid)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(set(children(server.pid)) - set(before)) == 1, "another worker is there", 10)
        for _ in range(10):
            assert httpx.get(f"{server.url}/health/ready").status_code == 200


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_trusted_proxy_names_the_client(here: Path) -> None:
    settings = {"CLAIMS_RATE_LIMIT": "1", "CLAIMS_TRUSTED_PROXIES": "127.0.0.1"}
    with serving(directory=here, settings=settings) as server:
        statuses = [
            httpx.get(f"{server.url}/claims", headers={"x-forwarded-for": client}).status_code
            for client in ("192.0.2.1", "192.0.2.2", "192.0.2.1")
        ]
    assert statuses == [200, 200, 429]


def test_who_is_no_trusted_proxy_cannot_name_a_client(here: Path) -> None:
    with serving(directory=here, settings={"CLAIMS_RATE_LIMIT": "1"}) as server:
        statuses = [
            httpx.get(f"{server.url}/claims", headers={"x-forwarded-for": client}).status_code
            for client in ("192.0.2.1", "192.0.2.2")
        ]
    assert statuses == [200, 429]


def test_a_record_with_faults_is_refused_with_a_line_for_each(tmp_path: Path) -> None:
    whole = records.record()
    whole["claims"][0]["statements"][0]["source"] = "nobody"
    whole["claims"][1]["period"] = "June"
    (tmp_path / "claims.json").write_bytes(records.as_json(whole))
    ended = refused(tmp_path, "--port", "0")
    assert ended.returncode == 1
    assert [line.split(",")[0].split(" ")[0] for line in ended.stderr.splitlines()] == ["claims.json:"] * 2 + [
        "claims.json"
    ]
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--store", "nowhere.json"), "No such file"),
        (("--store", "ftp://nowhere/"), "is no store"),
        (("--host", "256.0.0.1"), "Cannot listen on 256.0.0.1"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(here: Path, arguments: tuple[str, ...], says: str) -> None:
    ended = refused(here, "--port", "0", *arguments)
    assert ended.returncode == 1
    assert says in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_said_in_one_line(here: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = refused(here, "--port", str(port))
    assert (ended.returncode, ended.stderr) == (
        1,
        f"Cannot listen on 127.0.0.1, port {port}: Address already in use.\n",
    )


def test_a_misspelt_setting_is_said_in_one_line(here: Path) -> None:
    ended = refused(here, "--port", "0", CLAIMS_MAXAGE="1")
    assert (ended.returncode, ended.stderr) == (1, "CLAIMS_MAXAGE is no setting. Did you mean CLAIMS_MAX_AGE?\n")

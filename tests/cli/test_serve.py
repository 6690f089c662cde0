"""``claims serve`` as its users run it: a process of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
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
        timeout=120,
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
    assert server.process.wait(60) == 130
    server.end()


def test_sighup_reads_the_record_at_once(server: Server, here: Path) -> None:
    (here / "claims.json").write_bytes(version(2))
    server.signal(signal.SIGHUP)
    title = lambda: httpx.get(f"{server.url}/dataset").json()["title"]  # noqa: E731
    wait_until(lambda: title() == "Version 2", "the new version is served", 60)


def test_the_log_of_a_quiet_server_is_empty(here: Path) -> None:
    server = start(directory=here)
    httpx.get(f"{server.url}/claims")
    server.end()
    assert server.log.read_text() == ""


def test_several_workers_answer_at_one_address_and_whichever_is_asked_tells_of_all(here: Path) -> None:
    with serving("--workers", "2", directory=here) as server:
        assert len(workers(server)) == 2
        for _ in range(40):
            httpx.get(f"{server.url}/claims?limit=1")
        for _ in range(10):
            told = httpx.get(f"{server.url}/metrics").text
            assert re.findall(r'^claims_requests_total{.*route="/claims".*} (\S+)', told, re.MULTILINE) == ["40.0"]


def workers(server: Server) -> list[int]:
    """The two workers of a server, when both serve."""
    wait_until(lambda: "\nclaims_workers 2.0" in httpx.get(f"{server.url}/metrics", timeout=60).text, "both serve", 60)
    return children(server.pid)


def test_a_worker_that_dies_is_replaced(here: Path) -> None:
    with serving("--workers", "2", directory=here) as server:
        before = workers(server)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(set(children(server.pid)) - set(before)) == 1, "another worker is there", 60)
        for _ in range(10):
            assert httpx.get(f"{server.url}/health/ready").status_code == 200


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_workers_end_and_leave_the_port_when_their_parent_is_killed(here: Path) -> None:
    server = start("--workers", "2", directory=here)
    left = workers(server)
    with socket.create_connection(("127.0.0.1", server.port)):
        server.process.kill()
        server.process.wait()
        wait_until(lambda: not listened_on(server.port), "nobody listens", 15)  # before the drain ends
        wait_until(lambda: not any(map(running, left)), "the workers have ended", 60)
    server.end()


def listened_on(port: int) -> bool:
    with socket.socket() as wire:
        return wire.connect_ex(("127.0.0.1", port)) == 0


def running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


LOCKED = """
import os
from app.cli import main
from app.core.errors import StoreUnavailable
from app.store import opening
from app.store.file import FileStore

class Locked(FileStore):
    async def open(self):
        if os.path.exists("locked"):
            raise StoreUnavailable("The password is wrong.")
        await super().open()

opening.OPENERS["locked"] = lambda *_: Locked(opening.Path("claims.json"))
main()
"""


@pytest.mark.parametrize("count", ["1", "2", "3"])
def test_workers_that_cannot_start_end_the_whole_with_one_sentence(here: Path, count: str) -> None:
    (here / "locked").touch()
    command = [sys.executable, "-c", LOCKED, "serve", "--port", "0", "--workers", count, "--store", "locked://"]
    ended = subprocess.run(
        command, cwd=here, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, timeout=120, check=False
    )
    assert (ended.returncode, ended.stderr.decode()) == (3, "The password is wrong.\n")


def test_a_worker_that_cannot_be_replaced_is_tried_again_while_another_serves(here: Path) -> None:
    with serving("--workers", "2", "--store", "locked://", directory=here, code=LOCKED) as server:
        before = workers(server)
        (here / "locked").touch()
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: "The password is wrong." in server.log.read_text(), "it was tried", 60)
        assert httpx.get(f"{server.url}/health/ready").status_code == 200
        (here / "locked").unlink()
        wait_until(lambda: len(children(server.pid)) == 2 and before[0] not in children(server.pid), "two serve", 60)
        assert "Traceback" not in server.log.read_text()


def logged(directory: Path, **settings: str) -> str:
    """The line of the log that tells of a request which says that it is of another client."""
    handler = {"class": "logging.FileHandler", "filename": "requests.log"}
    config = {"version": 1, "handlers": {"file": handler}, "loggers": {"uvicorn.access": {"handlers": ["file"]}}}
    config["loggers"]["uvicorn.access"]["level"] = "INFO"  # type: ignore[index]
    (directory / "log.json").write_text(json.dumps(config))
    with serving("--log-config", "log.json", directory=directory, settings=settings) as server:
        httpx.get(f"{server.url}/claims?limit=1", headers={"x-forwarded-for": "192.0.2.1"})
    return next(line for line in (directory / "requests.log").read_text().splitlines() if "/claims" in line)


def test_a_configuration_of_the_log_has_each_request_logged(here: Path) -> None:
    assert re.fullmatch(r'127\.0\.0\.1:\d+ - "GET /claims\?limit=1 HTTP/1\.1" 200', logged(here))


def test_a_trusted_proxy_names_the_client(here: Path) -> None:
    assert logged(here, CLAIMS_TRUSTED_PROXIES="127.0.0.1").startswith("192.0.2.1:0 ")


def test_who_is_no_trusted_proxy_cannot_name_a_client(here: Path) -> None:
    assert logged(here, CLAIMS_TRUSTED_PROXIES="192.0.2.7").startswith("127.0.0.1:")


@pytest.mark.parametrize("text", [None, "", "{}", "nonsense"])
@pytest.mark.parametrize("name", ["log.json", "log.ini"])
def test_what_configures_no_log_is_said_in_one_line(here: Path, name: str, text: str | None) -> None:
    if text is not None:
        (here / name).write_text(text)
    ended = refused(here, "--port", "0", "--log-config", name)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name} does not configure a log: ")
    assert len(ended.stderr.splitlines()) == 1


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

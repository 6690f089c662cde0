"""The shipped nginx configuration: what it keeps, whom it serves it to, and what happens when replicas go."""

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from app.core.model import Record
from app.record.dataset import dump
from checks.harness.running import wait_until
from tests import records
from tests.deploy.cluster import NGINX, ROOT, Cluster, cluster, proxy

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed here")

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path, record()) as started:
        yield started


def record(text: str = "The ferry sailed on Monday.") -> bytes:
    fields = records.record()
    for claim in fields["claims"]:
        claim["note"] = text
    return dump(Record.model_validate(fields))


def test_each_form_and_coding_is_kept_apart_and_equals_the_replicas_own(running: Cluster) -> None:
    with httpx.Client() as client:
        for accept in ("*/*", BROWSER, "text/csv", "application/jsonl", "text/turtle;q=0.5, text/csv;q=0.4"):
            for coding in ("identity", "gzip", "gzip, deflate, br", "gzip, deflate, br, zstd", "br;q=0, gzip"):
                headers = {"accept": accept, "accept-encoding": coding}
                own = client.get(f"{running.nodes[0]}/claims", headers=headers)
                first, second = (client.get(f"{running.url}/claims", headers=headers) for _ in range(2))
                for through in (first, second):
                    assert through.content == own.content
                    for name in ("etag", "content-type", "content-encoding", "vary"):
                        assert through.headers.get(name) == own.headers.get(name), (accept, coding, name)
                assert second.headers["x-cache"] in ("HIT", "REVALIDATED")


def test_a_reader_that_holds_the_answer_gets_a_304_from_the_cache(running: Cluster) -> None:
    first = httpx.get(f"{running.url}/claims")
    again = httpx.get(f"{running.url}/claims", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == httpx.codes.NOT_MODIFIED
    assert again.headers["x-cache"] == "HIT"


def test_problems_and_health_are_never_kept(running: Cluster) -> None:
    for target in ("/claims?statsu=x", "/health/ready", "/nowhere"):
        answers = [httpx.get(running.url + target) for _ in range(2)]
        assert all(each.headers.get("x-cache", "MISS") == "MISS" for each in answers)


def test_metrics_are_not_for_readers(running: Cluster) -> None:
    assert httpx.get(f"{running.url}/metrics").status_code == httpx.codes.NOT_FOUND


def test_what_is_kept_is_served_while_all_replicas_are_away(running: Cluster) -> None:
    before = httpx.get(f"{running.url}/claims")
    for each in running.replicas:
        each.kill()
        each.wait()
    time.sleep(2.2)
    after = httpx.get(f"{running.url}/claims")
    assert after.status_code == httpx.codes.OK
    assert after.content == before.content
    assert after.headers["x-cache"] in ("STALE", "UPDATING")


def test_one_replica_killed_under_load_fails_no_request(running: Cluster) -> None:
    load = Load(running.url)
    load.start()
    load.ask_more(100)
    running.replicas[0].kill()
    load.ask_more(200)
    load.end()
    assert load.failed == []


def test_a_new_revision_under_load_is_never_mixed_and_all_agree_in_the_end(running: Cluster) -> None:
    load = Load(running.url)
    load.start()
    new = running.record.with_suffix(".new")
    new.write_bytes(record("The ferry sailed on Tuesday."))
    new.replace(running.record)

    def all_agree() -> bool:
        seen = {httpx.get(f"{url}/claims").json()["revision"] for url in (*running.nodes, running.url)}
        note = httpx.get(f"{running.url}/claims").json()["items"][0]["note"]
        return len(seen) == 1 and str(note).endswith("Tuesday.")

    wait_until(all_agree, "all replicas and the cache agree", 120)
    load.end()
    assert load.failed == []
    assert load.mixed == []


class Recorder(BaseHTTPRequestHandler):
    """A replica that remembers what it was asked, with the port from which it was."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, int, dict[str, str]]]

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked.append((self.path, self.client_address[1], headers))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[ThreadingHTTPServer]:
    Recorder.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("path", ["/claims", "/health/ready"])
def test_a_replica_is_told_who_asks_for_what_on_a_connection_that_is_kept(
    tmp_path: Path, recorder: ThreadingHTTPServer, path: str
) -> None:
    with proxy(tmp_path, recorder.server_port, {}) as url:
        for nth in range(2):
            httpx.get(f"{url}{path}?limit={nth + 1}", headers={"host": "claims.example", "accept-encoding": "gzip, br"})
    told = [each for each in Recorder.asked if each[0].startswith(path)]
    assert len(told) == 2
    for _, _, headers in told:
        assert headers["host"] == "claims.example"
        assert headers["x-forwarded-for"] == "127.0.0.1"
        assert headers["x-forwarded-proto"] == "http"
        assert headers["accept-encoding"] == "gzip, br"
        assert "connection" not in headers
    assert len({port for _, port, _ in told}) == 1


def is_refused(answer: httpx.Response) -> bool:
    """Whether an answer is a 429 in the shape of all problems, which says when to ask again."""
    if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
        return False
    told = answer.headers["content-type"] == "application/problem+json" and answer.headers["retry-after"] == "1"
    return told and bool(answer.json()["status"] == 429)


def test_a_client_that_asks_too_often_is_refused(tmp_path: Path, recorder: ThreadingHTTPServer) -> None:
    own = {"rate=100r/s": "rate=1r/m", "burst=2000": "burst=5"}
    with proxy(tmp_path, recorder.server_port, own) as url, httpx.Client() as client:
        answers = [client.get(f"{url}/claims") for _ in range(20)]
    assert is_refused(answers[-1])
    assert 4 <= sum(each.status_code == httpx.codes.OK for each in answers) <= 7


def test_a_browser_that_asks_too_often_is_told_on_a_page(tmp_path: Path, recorder: ThreadingHTTPServer) -> None:
    own = {"rate=100r/s": "rate=1r/m", "burst=2000": "burst=5"}
    with proxy(tmp_path, recorder.server_port, own) as url, httpx.Client(headers={"accept": "text/html,*/*"}) as client:
        answer = [client.get(f"{url}/claims") for _ in range(20)][-1]
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>Too many requests</h1>" in answer.text


def test_a_client_that_holds_too_many_connections_is_refused(tmp_path: Path, recorder: ThreadingHTTPServer) -> None:
    body = b"POST /verify HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf"
    own = {"limit_conn claims_connections 200": "limit_conn claims_connections 3"}
    with proxy(tmp_path, recorder.server_port, own) as url, ExitStack() as holding:
        port = urlsplit(url).port
        for _ in range(3):
            wire = holding.enter_context(socket.create_connection(("127.0.0.1", port)))
            wire.sendall(body)
        wait_until(lambda: is_refused(httpx.get(f"{url}/claims")), "the connections count", 60)
        holding.close()
        wait_until(lambda: httpx.get(f"{url}/claims").status_code == httpx.codes.OK, "they count no more", 60)


def test_the_purge_gives_the_cache_another_epoch(tmp_path: Path) -> None:
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "nginx").write_text("#!/bin/sh\necho called $*\n")
    (fake / "nginx").chmod(0o755)
    epoch = tmp_path / "epoch.conf"
    environment = os.environ | {"PATH": f"{fake}:{os.environ['PATH']}"}
    purge = [str(ROOT / "deploy/nginx/purge")]
    done = subprocess.run(
        [*purge, "840f8fa1a72e842f", str(epoch)], env=environment, capture_output=True, text=True, check=True
    )
    assert 'default "840f8fa1a72e842f";' in epoch.read_text()
    assert "called -s reload" in done.stdout
    refused = subprocess.run(
        [*purge, 'x"; evil', str(epoch)], env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "evil" not in epoch.read_text()


class Load(threading.Thread):
    """Readers that ask for a hot mix until told to end, and remember what went wrong."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.asked = 0
        self.failed: list[str] = []
        self.mixed: list[str] = []
        self.said: dict[str, set[str]] = {}
        self._ending = threading.Event()

    def run(self) -> None:
        with httpx.Client(timeout=60) as client:
            while not self._ending.is_set():
                for target in ("/claims", "/claims?limit=1", "/sources", "/statuses", f"/claims?q=x{self.asked % 50}"):
                    self._ask(client, target)

    def _ask(self, client: httpx.Client, target: str) -> None:
        self.asked += 1
        try:
            answer = client.get(self.url + target)
        except httpx.HTTPError as error:
            self.failed.append(f"{target}: {error!r}")
            return
        if answer.status_code != httpx.codes.OK:
            self.failed.append(f"{target}: {answer.status_code} {answer.text[:200]}")
        elif target == "/claims":
            body = json.loads(answer.content)
            notes = {each["note"] for each in body["items"]}
            # The first answer of a revision says what its claims say; any other word beside it is a mixture.
            if notes != self.said.setdefault(body["revision"], notes) or len(notes) != 1:
                self.mixed.append(f"{body['revision']} {notes}")

    def ask_more(self, count: int) -> None:
        """Wait until so many more have been asked."""
        before = self.asked
        wait_until(lambda: self.asked - before >= count, f"{count} more are asked", 120)

    def end(self) -> None:
        """Ask no more."""
        self._ending.set()
        self.join(60)

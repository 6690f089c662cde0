"""What a connection may do: deadlines, sizes, crowds, and the end of the server, each seen from outside."""

import json
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from checks.harness.files import version
from checks.harness.running import Server, serving, wait_until
from checks.harness.sockets import Asker
from checks.harness.wire import Response, answers

QUICK = {
    "CLAIMS_HEADER_SECONDS": "0.5",
    "CLAIMS_BODY_SECONDS": "0.5",
    "CLAIMS_STALLED_SECONDS": "1",
    "CLAIMS_IDLE_SECONDS": "1",
}
HALF_A_BODY = b"POST /verify HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf"
LIVE = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
CLAIMS = b"GET /claims?limit=100 HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("serving")
    (directory / "claims.json").write_bytes(version(0, 200))
    return directory


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    with serving(directory=directory, settings=QUICK) as server:
        yield server


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def rest(wire: socket.socket) -> list[Response]:
    """All answers until the server closes the connection."""
    got = b""
    while piece := wire.recv(65536):
        got += piece
    return answers(got)


def one(wire: socket.socket) -> Response:
    """The next answer, whole."""
    got = b""
    while True:
        piece = wire.recv(65536)
        assert piece, f"closed after {got!r}"
        got += piece
        try:
            return answers(got)[0]
        except AssertionError:
            continue


@pytest.mark.parametrize("sent", [b"", b"GET /cla", b"GET /claims HTTP/1.1\r\nHost: a\r\nX-A: b", b"\r\n"])
def test_a_header_that_does_not_arrive_in_time_is_answered_with_408(server: Server, sent: bytes) -> None:
    began = time.monotonic()
    with connect(server) as wire:
        wire.sendall(sent)
        assert [each.status for each in rest(wire)] == [408]
    assert time.monotonic() - began < 5


def test_a_body_that_does_not_arrive_in_time_is_answered_with_408(server: Server) -> None:
    with connect(server) as wire:
        wire.sendall(HALF_A_BODY)
        assert [each.status for each in rest(wire)] == [408]


def test_a_header_that_trickles_gains_no_time(server: Server) -> None:
    began = time.monotonic()
    with connect(server) as wire:
        wire.sendall(b"GET /claims HTTP/1.1\r\nHost: a\r\n")
        try:
            while time.monotonic() - began < 8:
                wire.sendall(b"X-A: b\r\n")
                time.sleep(0.1)
        except OSError:
            pass
    assert time.monotonic() - began < 5


def test_the_time_of_a_kept_connection_begins_with_each_request(server: Server) -> None:
    with connect(server) as wire:
        for _ in range(3):
            wire.sendall(LIVE)
            assert one(wire).status == 200
            time.sleep(0.7)


def test_a_kept_connection_without_requests_is_closed(server: Server) -> None:
    with connect(server) as wire:
        wire.sendall(LIVE)
        assert [each.status for each in rest(wire)] == [200]


def test_a_second_header_that_does_not_arrive_in_time_is_answered_with_408(server: Server) -> None:
    with connect(server) as wire:
        wire.sendall(LIVE + b"GET /cl")
        assert one(wire).status == 200
        wire.sendall(b"a")
        assert [each.status for each in rest(wire)] == [408]


def test_a_reader_that_takes_nothing_is_cut_off(server: Server) -> None:
    with connect(server) as wire:
        wire.sendall(CLAIMS)
        whole = len(one(wire).body)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.connect(("127.0.0.1", server.port))
        deaf.settimeout(10)
        deaf.sendall(CLAIMS * 20)
        time.sleep(4)
        got = 0
        with suppress(ConnectionResetError):
            while piece := deaf.recv(65536):
                got += len(piece)
        assert got < 20 * whole


def test_a_reader_that_is_slow_but_reads_gets_everything(server: Server) -> None:
    with connect(server) as wire:
        wire.sendall(CLAIMS.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        got = b""
        while piece := wire.recv(4096):
            got += piece
            time.sleep(0.01)
        assert [each.status for each in answers(got)] == [200]


def test_a_body_that_trickles_is_answered_with_408_before_its_time_is_over(directory: Path) -> None:
    with serving(directory=directory, settings={"CLAIMS_BODY_SECONDS": "60"}) as server, connect(server) as wire:
        wire.sendall(HALF_A_BODY.replace(b"Length: 100", b"Length: 100000"))
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < 20 and not select.select([wire], [], [], 0.2)[0]:
                wire.sendall(b"a")
        assert [each.status for each in rest(wire)] == [408]
        assert 5 < time.monotonic() - began < 8


def test_a_body_at_twice_the_least_rate_is_taken(directory: Path) -> None:
    with serving(directory=directory) as server, connect(server) as wire:
        wire.sendall(HALF_A_BODY.replace(b"Length: 100", b"Length: 8004"))
        for _ in range(40):
            wire.sendall(b"a " * 100)
            time.sleep(0.2)
        assert one(wire).status == 200


def test_bodies_that_are_waited_for_keep_nobody_out(directory: Path) -> None:
    with serving(directory=directory) as server, ExitStack() as waiting:
        for _ in range(450):
            waiting.enter_context(connect(server)).sendall(HALF_A_BODY)
        with connect(server) as wire:
            for _ in range(20):
                began = time.monotonic()
                wire.sendall(CLAIMS)
                assert one(wire).status == 200
                assert time.monotonic() - began < 0.5


def test_a_reader_of_20_kb_a_second_gets_everything_however_long_it_takes(directory: Path) -> None:
    settings = {"CLAIMS_STALLED_SECONDS": "3"}
    with serving(directory=directory, settings=settings) as server, socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        wire.connect(("127.0.0.1", server.port))
        wire.settimeout(10)
        wire.sendall(CLAIMS + CLAIMS.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        began, got = time.monotonic(), b""
        while piece := wire.recv(4096):
            got += piece
            time.sleep(max(0.0, began + len(got) / 20_000 - time.monotonic()))
        assert time.monotonic() - began > 9
        assert [each.status for each in answers(got)] == [200] * 2


def test_a_kept_connection_may_ask_once_more_while_the_server_ends(directory: Path) -> None:
    with serving(directory=directory) as server, connect(server) as wire:
        wire.sendall(LIVE)
        assert one(wire).get("connection") != "close"
        server.process.terminate()
        time.sleep(0.3)
        wire.sendall(LIVE)
        last = one(wire)
        assert (last.status, last.get("connection")) == (200, "close")


def test_an_answer_under_way_is_finished_while_the_server_ends(directory: Path) -> None:
    with serving(directory=directory) as server, socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(("127.0.0.1", server.port))
        wire.sendall(CLAIMS * 4)
        time.sleep(0.3)
        server.process.terminate()
        time.sleep(0.3)
        wire.settimeout(10)
        assert one(wire).status == 200


def test_more_connections_than_files_may_be_open_are_refused_until_some_are_closed(directory: Path) -> None:
    with serving(directory=directory, open_files=100) as server, ExitStack() as crowd:
        for _ in range(80):
            crowd.enter_context(connect(server))
        time.sleep(0.3)
        with connect(server) as wire:
            refused = one(wire)
            assert (refused.status, refused.get("retry-after")) == (503, "1")
        crowd.close()
        time.sleep(0.3)
        with connect(server) as wire:
            wire.sendall(LIVE)
            assert one(wire).status == 200
        assert server.log.read_text() == ""


def test_half_a_header_of_each_of_400_delays_nobody(directory: Path) -> None:
    with serving(directory=directory, open_files=1024) as server, ExitStack() as crowd:
        asker = Asker(server.port)
        asker.start()
        for _ in range(400):
            crowd.enter_context(connect(server)).sendall(b"GET /claims HT")
        time.sleep(1)
        asker.ending.set()
        asker.join(10)
        assert (asker.wrong, asker.asked > 15, asker.slowest < 0.25) == ([], True, True)


def test_half_a_header_of_each_of_400_keeps_others_out_no_longer_than_a_header_may_take(directory: Path) -> None:
    settings = {"CLAIMS_HEADER_SECONDS": "2"}
    with serving(directory=directory, open_files=256, settings=settings) as server, ExitStack() as crowd:
        began = time.monotonic()
        for _ in range(400):
            with suppress(OSError):
                crowd.enter_context(connect(server)).sendall(b"GET /claims HT")
        (directory / "claims.json").write_bytes(version(1, 200))
        assert wait_until(lambda: title(server) == "Version 1", "the record is served", 10) < 10
        assert time.monotonic() - began < 4


def title(server: Server) -> str | None:
    """Title of the record, where the server answers."""
    try:
        with connect(server) as wire:
            wire.sendall(b"GET /dataset HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            found = rest(wire)
            return str(json.loads(found[0].body)["title"]) if [each.status for each in found] == [200] else None
    except OSError:
        return None

"""What a connection may do: deadlines, sizes, crowds, and the end of the server, each seen from outside."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from checks.harness.files import version
from checks.harness.running import Server, serving
from checks.harness.wire import Response, answers

QUICK = {
    "CLAIMS_HEADER_SECONDS": "0.5",
    "CLAIMS_BODY_SECONDS": "0.5",
    "CLAIMS_STALLED_SECONDS": "1",
    "CLAIMS_IDLE_SECONDS": "1",
    "CLAIMS_CONCURRENCY": "2",
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


def test_more_requests_than_can_be_answered_are_sent_away_but_health_is_answered(server: Server) -> None:
    with connect(server) as first, connect(server) as second, connect(server) as third:
        first.sendall(HALF_A_BODY)
        second.sendall(HALF_A_BODY)
        time.sleep(0.1)
        third.sendall(CLAIMS)
        refused = one(third)
        third.sendall(LIVE)
        assert (refused.status, refused.get("retry-after"), one(third).status) == (503, "1", 200)


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


def test_fewer_open_files_mean_fewer_connections_and_no_error(directory: Path) -> None:
    with serving(directory=directory, open_files=100) as server:
        crowd = [connect(server) for _ in range(80)]
        time.sleep(0.5)
        with connect(server) as wire:
            wire.sendall(LIVE)
            assert one(wire).status == 200
        for each in crowd:
            each.close()
        assert server.log.read_text() == ""

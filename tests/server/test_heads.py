"""Responses kept by the bytes of a head: the same as without them, and only where nothing else is going on."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.server.heads import HeadCache
from app.store.memory import MemoryEdition, MemoryStore
from app.web.response import Response
from checks.harness.files import version
from checks.harness.running import Server, serving, wait_until
from tests.server.test_connections import connect, one, rest
from tests.web.asking import essay, holding

PUBLIC = {"CLAIMS_PUBLIC_URL": "http://claims.example"}
"""Pages name their own address, which would tell two servers apart."""


def head(*fields: str, target: str = "/claims?limit=3", method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: a", *fields, "", ""]).encode()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("serving")
    (directory / "claims.json").write_bytes(version(0, 200))
    return directory


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    with serving(directory=directory, settings=PUBLIC) as server:
        yield server


@pytest.fixture(scope="module")
def unkept(directory: Path) -> Iterator[Server]:
    with serving(directory=directory, settings={"CLAIMS_CACHE_BYTES": "0", **PUBLIC}) as server:
        yield server


def raw(wire: socket.socket, sent: bytes) -> bytes:
    """The bytes of the response to ``sent``, without the date."""
    wire.sendall(sent)
    got = b""
    while b"\r\n\r\n" not in got:
        got += wire.recv(65536)
    begun, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", begun)
    whole = 0 if sent.startswith(b"HEAD ") or b" 304 " in begun.splitlines()[0] else int(length[1] if length else 0)
    while len(body) < whole:
        body += wire.recv(65536)
    assert len(body) == whole
    return re.sub(rb"\r\n(date|last-modified): [^\r]*", b"", begun) + b"\r\n\r\n" + body


def refuses(server: Server) -> bool:
    try:
        connect(server).close()
    except ConnectionRefusedError:
        return True
    return False


def hits(server: Server) -> int:
    with connect(server) as wire:
        told = raw(wire, head(target="/metrics")).decode()
    return int(float(re.findall(r"^claims_cache_hits_total ([0-9.]+)", told, re.MULTILINE)[0]))


@pytest.mark.parametrize(
    "sent",
    [
        head(),
        head("Accept-Encoding: gzip"),
        head("Accept: text/html"),
        head(target="/claims/claim-1"),
        head(target="/docs/swagger-ui.js"),
        head(method="HEAD"),
        head("If-None-Match: *"),
        head('If-None-Match: "other"'),
        head("If-Match: *"),
    ],
    ids=["list", "coded", "page", "one", "file", "head", "star", "other", "match"],
)
def test_a_kept_response_is_the_made_one_to_the_byte_but_for_the_date(
    sent: bytes, server: Server, unkept: Server
) -> None:
    with connect(unkept) as wire:
        made = raw(wire, sent)
    before = hits(server)
    with connect(server) as wire:
        first, second, third = (raw(wire, sent) for _ in range(3))
    with connect(server) as wire:
        elsewhere = raw(wire, sent)
    assert first == second == third == elsewhere == made
    assert hits(server) >= before + 3


def test_the_date_of_a_kept_response_is_of_the_second_in_which_it_is_sent(server: Server) -> None:
    def date() -> str:
        wire.sendall(head())
        return str(one(wire).get("date"))

    with connect(server) as wire:
        first = date()
        wait_until(lambda: date() != first, "the date moved on", 5)


@pytest.mark.parametrize(
    "sent",
    [
        head(target="/health/live"),
        head(target="/claims?limit=x"),
        head(target="/nowhere"),
        head('If-Match: "other"'),
        head("Content-Length: 0"),
        head(method="POST", target="/claims"),
        head(method="OPTIONS"),
    ],
    ids=["unstored", "refused", "missing", "failed", "empty-body", "post", "options"],
)
def test_what_may_change_is_answered_anew(sent: bytes, server: Server, unkept: Server) -> None:
    with connect(unkept) as wire:
        made = raw(wire, sent)
    with connect(server) as wire:
        assert [raw(wire, sent) for _ in range(3)] == [made] * 3


def test_requests_in_one_piece_are_answered_in_their_order(server: Server) -> None:
    first, second = head(), head(target="/claims?limit=2")
    with connect(server) as wire:
        expected = [raw(wire, each) for each in (first, second)]
        wire.sendall((first + second) * 3)
        got = b""
        while got.count(b"HTTP/1.1 200 OK") < 6 or len(got) < 3 * sum(map(len, expected)):
            got += wire.recv(65536)
        assert [raw(wire, each) for each in (first, second)] == expected


def test_a_head_in_pieces_is_the_same_request(server: Server) -> None:
    with connect(server) as wire:
        whole = raw(wire, head())
        for at in (1, 20, len(head()) - 1):
            wire.sendall(head()[:at])
            time.sleep(0.05)
            assert raw(wire, head()[at:]) == whole


def test_a_kept_head_in_the_middle_of_another_request_is_part_of_that(server: Server) -> None:
    with connect(server) as wire:
        raw(wire, head())
        wire.sendall(b"GET /claims HTTP/1.1\r\nHost: a\r\nX-A: ")
        wire.sendall(head() + b"\r\n")
        assert one(wire).status in (200, 400)
    with connect(server) as wire:
        body = head()
        wire.sendall(b"POST /verify HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n")
        wire.sendall(b"Content-Length: %d\r\n\r\n" % len(body))
        wire.sendall(body)
        verified = one(wire)
        assert verified.status == 200
        assert b'"missing"' in verified.body


def test_a_connection_that_asks_to_be_closed_is_closed_each_time(server: Server) -> None:
    for _ in range(3):
        with connect(server) as wire:
            wire.sendall(head("Connection: close"))
            (found,) = rest(wire)
            assert (found.status, found.get("connection")) == (200, "close")


def test_a_kept_head_that_comes_while_the_server_ends_is_told_that_it_was_the_last(directory: Path) -> None:
    with serving(directory=directory) as server, connect(server) as wire:
        for _ in range(3):
            wire.sendall(head())
            assert one(wire).get("connection") == ""
        server.process.terminate()
        wait_until(lambda: refuses(server), "the server listens no more", 10)
        wire.sendall(head())
        assert one(wire).get("connection") == "close"


def test_an_idle_connection_that_was_only_answered_at_once_is_closed(directory: Path) -> None:
    with serving(directory=directory, settings={"CLAIMS_IDLE_SECONDS": "1"}) as server:
        with connect(server) as wire:
            raw(wire, head())
        with connect(server) as wire:
            raw(wire, head())
            assert wire.recv(1) == b""


def test_a_new_record_is_served_at_once_to_heads_that_were_answered_before(tmp_path: Path) -> None:
    (tmp_path / "claims.json").write_bytes(version(0, 20))
    sent = head(target="/dataset")
    with serving(directory=tmp_path) as server, connect(server) as wire:
        assert b"Version 0" in raw(wire, sent)
        assert b"Version 0" in raw(wire, sent)
        (tmp_path / "claims.json").write_bytes(version(1, 20))
        wait_until(lambda: b"Version 1" in raw(wire, sent), "the new record is served", 10)


def response(size: int) -> Response:
    return Response(200, [(b"content-length", b"%d" % size)], b"x" * size, etags=('"x"',))


def test_what_is_kept_stays_within_its_bound_and_the_oldest_go_first() -> None:
    store = holding(essay())
    heads = HeadCache(store, 20_000)
    assert heads.get(b"0") is None
    for number in range(30):
        heads.put(b"%d" % number, store.edition, response(1000), "/")
        assert heads._size <= 20_000
    assert heads.get(b"0") is None
    assert heads.get(b"29") is not None
    heads.put(b"large", store.edition, response(3000), "/")
    assert heads.get(b"large") is None


def test_a_response_of_another_edition_is_not_kept_and_a_new_one_empties_all() -> None:
    store = holding(essay())
    heads, before = HeadCache(store, 2**20), store.edition
    heads.get(b"a")
    heads.put(b"a", before, response(10), "/")
    store.replace(MemoryEdition.from_record(essay(), 0))
    assert heads.get(b"a") is None
    heads.put(b"a", before, response(10), "/")
    assert heads.get(b"a") is None


def test_without_an_edition_nothing_is_kept() -> None:
    store = MemoryStore()
    heads = HeadCache(store, 2**20)
    heads.get(b"a")
    heads.put(b"a", None, response(10), "/")
    assert heads.get(b"a") is None

"""A replica follows an origin through whatever happens to it, and never serves what is not whole and promised."""

import asyncio
import base64
import gzip
import json
import traceback
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import httpx
import pytest

from app.core.errors import StoreUnavailable
from app.core.model import Record
from app.store import Edition
from app.store.memory import MemoryEdition, MemoryStore
from app.store.replica import ReplicaStore
from app.store.sqlite import SqliteEdition
from app.web import create_app
from tests import records

pytestmark = pytest.mark.anyio

Handler = Callable[[httpx.Request], httpx.Response]


class Origin(httpx.AsyncBaseTransport):
    """A real application behind a transport that can be cut, or made to lie."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.inner = httpx.ASGITransport(create_app(store))
        self.away = False
        self.lie: Handler | None = None
        self.asked: list[tuple[str, str, int]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("refused", request=request)
        if self.lie:
            lie = self.lie(request)
            response = httpx.Response(lie.status_code, headers=lie.headers, stream=lie.stream)
        else:
            response = await self.inner.handle_async_request(request)
        self.asked.append((request.url.path, request.headers["accept"], response.status_code))
        return response


def edition(text: str = "The ferry sailed on Monday.") -> MemoryEdition:
    fields = records.record()
    fields["claims"][0]["text"] = text
    return MemoryEdition.from_record(Record.model_validate(fields), 1_700_000_000)


@pytest.fixture
def origin() -> Origin:
    return Origin(MemoryStore(edition()))


def replica(origin: Origin, **options: object) -> ReplicaStore:
    return ReplicaStore("http://origin", transport=origin, interval=1000, **options)  # type: ignore[arg-type]


async def test_a_replica_serves_the_very_bytes_of_its_origin(origin: Origin) -> None:
    store = replica(origin)
    await store.open()
    ours, theirs = create_app(store), create_app(origin.store)
    for target in ("/claims", "/dataset?format=jsonl", "/sources", "/statuses", "/claims?format=csv"):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(ours), base_url="http://a") as a:
            mine = await a.get(target)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(theirs), base_url="http://b") as b:
            its = await b.get(target)
        assert mine.content == its.content
        assert mine.headers["etag"] == its.headers["etag"]
        assert mine.headers["last-modified"] == its.headers["last-modified"]
    await store.close()


async def test_a_large_record_is_served_from_a_file_and_taken_anew_where_that_is_damaged(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.replica.LARGE", 1)
    store = replica(origin)
    await store.open()
    edition = store.edition
    assert isinstance(edition, SqliteEdition)
    assert [each async for each in edition.lines()] == [each async for each in origin.store.edition.lines()]
    edition._file.damaged = True
    await store._ask()
    assert store.edition is not edition
    assert store.edition.revision == edition.revision
    await store.close()


async def test_an_unchanged_origin_costs_a_304_and_no_record(origin: Origin) -> None:
    store = replica(origin)
    await store.open()
    origin.asked.clear()
    await store._ask()
    assert origin.asked == [("/dataset", "application/json", 304)]
    await store.close()


async def test_a_new_revision_takes_over_whole(origin: Origin) -> None:
    store = replica(origin)
    await store.open()
    before = store.edition
    origin.store.replace(edition("The ferry sailed on Tuesday."))
    await store._ask()
    assert store.edition is not before
    assert store.edition.revision == origin.store.edition.revision
    assert (store.reloads, store.refused) == (1, 0)
    await store.close()


async def test_the_last_good_record_is_served_while_the_origin_is_away_and_readiness_says_so(origin: Origin) -> None:
    store = replica(origin)
    await store.open()
    good, origin.away = store.edition, True
    await store._ask()
    assert (await store.health()).faults == ()
    store._heard -= 3000
    health = await store.health()
    assert store.edition is good
    assert health.ready
    assert "cannot be reached" in health.faults[0]
    origin.away = False
    await store._ask()
    assert (await store.health()).faults == ()
    await store.close()


async def test_a_record_that_is_not_the_promised_one_is_refused(origin: Origin) -> None:
    store = replica(origin)
    await store.open()
    good = store.edition
    whole = await lines(good)

    def lie(request: httpx.Request) -> httpx.Response:
        if request.headers["accept"] == "application/json":
            dated = {"last-modified": "Tue, 14 Nov 2023 22:13:20 GMT"}
            return httpx.Response(200, json={"revision": "0" * 16}, headers=dated)
        return httpx.Response(200, content=whole)

    origin.lie = lie
    await store._ask()
    assert store.edition is good
    assert store.refused == 1
    await store.close()


@pytest.mark.parametrize("cut", [1, 40, -2, -200])
async def test_a_record_cut_short_is_refused(origin: Origin, cut: int) -> None:
    store = replica(origin)
    await store.open()
    good, new = store.edition, edition("The ferry sailed on Friday.")
    whole = await lines(new)

    def torn(request: httpx.Request) -> httpx.Response:
        if request.headers["accept"] == "application/json":
            dated = {"last-modified": "Tue, 14 Nov 2023 22:13:20 GMT"}
            return httpx.Response(200, json={"revision": new.revision}, headers=dated)
        return httpx.Response(200, content=whole[:cut])

    origin.lie = torn
    await store._ask()
    assert store.edition is good
    await store.close()


async def test_a_record_beyond_the_limit_is_refused(origin: Origin) -> None:
    store = replica(origin, limit=100)
    await store.open()
    health = await store.health()
    assert not health.ready
    assert "more than the 100 bytes" in health.faults[0]
    await store.close()


async def test_a_server_that_is_no_claims_api_is_told_as_such(origin: Origin) -> None:
    origin.lie = lambda _: httpx.Response(200, content=b"<html>")
    store = replica(origin)
    await store.open()
    assert "not that of a Claims API" in (await store.health()).faults[0]
    await store.close()


async def test_the_copy_outlives_the_process(origin: Origin, tmp_path: Path) -> None:
    copy = tmp_path / "last.jsonl"
    first = replica(origin, copy=copy)
    await first.open()
    await first.close()
    origin.away = True
    second = replica(origin, copy=copy)
    await second.open()
    assert second.edition.revision == origin.store.edition.revision
    assert json.loads(copy.read_bytes().splitlines()[0])["dataset"]["title"]
    await second.close()


async def test_a_copy_that_was_changed_is_left_alone(origin: Origin, tmp_path: Path) -> None:
    copy = tmp_path / "last.jsonl"
    first = replica(origin, copy=copy)
    await first.open()
    await first.close()
    copy.write_bytes(copy.read_bytes().replace(b"Monday", b"Sunday"))
    origin.away = True
    second = replica(origin, copy=copy)
    await second.open()
    assert not (await second.health()).ready
    await second.close()


async def test_a_copy_that_cannot_be_written_does_not_keep_a_record_from_being_served(
    origin: Origin, tmp_path: Path
) -> None:
    store = replica(origin, copy=tmp_path / "absent" / "last.jsonl")
    await store.open()
    assert (await store.health()).ready
    await store.close()


def sends(record: bytes, *, promise: bytes = b'{"revision": "0"}', packed: bool = False, seconds: float = 0) -> Handler:
    """An origin that sends this as its record, ``seconds`` after each byte of it if any."""

    def send(request: httpx.Request) -> httpx.Response:
        headers = {"last-modified": "Tue, 14 Nov 2023 22:13:20 GMT"} | ({"content-encoding": "gzip"} if packed else {})
        body = promise if request.headers["accept"] == "application/json" else record
        parts = [bytes([each]) for each in body] if seconds and len(body) > 100 else [body]
        return httpx.Response(200, content=pieces(parts, seconds), headers=headers)

    return send


async def pieces(parts: Iterable[bytes], seconds: float = 0) -> AsyncIterator[bytes]:
    for each in parts:
        await asyncio.sleep(seconds)
        yield each


PROMISE = gzip.compress(b'{"revision": "0"}')
LISTS = gzip.compress(b'{"documents": [[]' + b",[]" * 5_000_000)
BOMB = gzip.compress(b" " * 200 * 2**20)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (sends(BOMB, promise=PROMISE, packed=True), "a line of its record has more than the 134,217,728 bytes"),
        (sends(b"", promise=BOMB, packed=True), "more than the 65,536 bytes"),
        (sends(b"{}\n" + b" " * 5 * 2**20), "a line of its record has more than the 4,194,304 bytes"),
        (sends(LISTS, promise=PROMISE, packed=True), "or 4,000,000 values that are taken"),
        (sends(b"no gzip", promise=PROMISE, packed=True), "incorrect header check"),
    ],
)
async def test_what_an_origin_may_send_is_bounded_packed_and_unpacked(
    origin: Origin, answer: Handler, fault: str
) -> None:
    store = replica(origin)
    await store.open()
    good, origin.lie = store.edition, answer
    tracemalloc.start()
    await store._ask()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    store._heard -= 3000
    assert fault in (await store.health()).faults[0]
    assert store.edition is good
    assert peak < 16 * 2**20
    await store.close()


@pytest.mark.parametrize("promised", [True, False])
async def test_an_origin_that_drips_is_given_up_and_told_as_stale(
    origin: Origin, monkeypatch: pytest.MonkeyPatch, promised: bool
) -> None:
    store = replica(origin)
    await store.open()
    monkeypatch.setattr("app.store.replica.GRACE", 0.05)
    drip = b" " * 1000
    origin.lie = sends(drip, seconds=0.01) if promised else sends(b"", promise=drip, seconds=0.01)
    await store._ask()
    store._heard -= 3000
    assert "too slow" in (await store.health()).faults[0]
    await store.close()


async def test_while_an_origin_drips_readiness_says_that_it_has_not_been_heard(origin: Origin) -> None:
    store = replica(origin)
    await store.open()
    store._heard -= 3000
    assert "has not said for long" in (await store.health()).faults[0]
    await store.close()


async def test_name_and_password_reach_the_origin_and_nobody_else(
    origin: Origin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    asked: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["authorization"])
        return httpx.Response(500, request=request)

    origin.lie = refuse
    store = ReplicaStore("https://reader:s3cret%2F@origin/claims/", transport=origin, interval=1000)
    await store.open()
    told = f"{caplog.text} {store.origin} {await store.health()} {store._client.base_url}"
    await store.close()
    assert asked == ["Basic " + base64.b64encode(b"reader:s3cret/").decode()]
    assert "500 Internal Server Error" in told
    assert "s3cret" not in told
    assert "reader" not in told


def test_an_address_that_cannot_be_read_is_not_repeated() -> None:
    address = "https://reader:s3/cret@origin/"
    with pytest.raises(StoreUnavailable) as caught:
        ReplicaStore(address)
    told = "".join(traceback.format_exception(caught.value))
    assert "percent-encode" in told
    assert "s3" not in told


async def lines(of: Edition) -> bytes:
    """The record of an edition as JSON Lines."""
    return b"".join([piece async for piece in of.lines()])

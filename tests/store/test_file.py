"""A record's file that is followed: what is taken, what is refused, and what is said of it."""

import asyncio
import json
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.core.errors import RecordInvalid, RecordUnreadable
from app.store.file import FileStore
from tests import records

pytestmark = pytest.mark.anyio


def titled(title: str, count: int = 6) -> bytes:
    whole = records.many(count)
    whole["dataset"]["title"] = title
    return records.as_json(whole)


def title(store: FileStore) -> str:
    return store.edition.header.dataset.title


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "claims.json"
    path.write_bytes(titled("First"))
    return path


@asynccontextmanager
async def opened(path: Path, *, allow_shrink: bool = False) -> AsyncIterator[FileStore]:
    store = FileStore(path, allow_shrink=allow_shrink)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def remove(path: Path) -> None:
    path.unlink()


async def until(holds: Callable[[], object]) -> None:
    """Waits for what is bound to come; the bound is there for a test that fails."""
    async with asyncio.timeout(120):
        while not holds():  # noqa: ASYNC110 - a store tells nobody of its changes
            await asyncio.sleep(0.02)


async def faults(store: FileStore) -> str:
    return " ".join((await store.health()).faults)


async def test_a_good_version_takes_over(path: Path) -> None:
    async with opened(path) as store:
        put(path, titled("Second"))
        await until(lambda: title(store) == "Second")
        assert (store.reloads, store.refused) == (1, 0)


async def test_an_edition_that_was_taken_stays_as_it_is(path: Path) -> None:
    async with opened(path) as store:
        taken = store.edition
        put(path, titled("Second"))
        await until(lambda: store.edition is not taken)
        assert taken.header.dataset.title == "First"


async def test_a_bad_version_is_refused_and_the_last_good_one_goes_on(path: Path) -> None:
    async with opened(path) as store:
        put(path, titled("Second")[:-20])
        await until(lambda: store.refused)
        assert title(store) == "First"
        health = await store.health()
        assert health.ready
        assert health.faults[0].startswith("claims.json: line ")


async def test_the_faults_are_gone_with_the_next_good_version(path: Path) -> None:
    async with opened(path) as store:
        put(path, b"{")
        await until(lambda: store.refused)
        put(path, titled("Second"))
        await until(lambda: title(store) == "Second")
        assert not await faults(store)


async def test_the_faults_are_gone_when_the_served_version_comes_back(path: Path) -> None:
    good = titled("First")
    async with opened(path) as store:
        remove(path)
        await until(lambda: store.refused)
        put(path, good)
        await until(lambda: not store._faults)
        assert store.reloads == 0


async def test_many_faults_are_told_in_part_with_their_number(path: Path) -> None:
    whole = records.many(30)
    for each in whole["claims"]:
        each["statements"][0]["source"] = "nobody"
    async with opened(path) as store:
        put(path, records.as_json(whole))
        await until(lambda: store.refused)
        assert "and 10 more faults" in await faults(store)


async def test_a_version_that_lost_more_than_half_is_refused(path: Path) -> None:
    async with opened(path) as store:
        put(path, titled("Second", 2))
        await until(lambda: store.refused)
        assert "2 claims, and 6 are being served" in await faults(store)


async def test_a_version_that_lost_half_is_taken(path: Path) -> None:
    async with opened(path) as store:
        put(path, titled("Second", 3))
        await until(lambda: store.edition.size == 3)


async def test_a_great_loss_is_taken_where_it_is_allowed(path: Path) -> None:
    async with opened(path, allow_shrink=True) as store:
        put(path, titled("Second", 1))
        await until(lambda: store.edition.size == 1)


async def test_a_change_that_keeps_time_and_size_is_seen(path: Path) -> None:
    os.utime(path, (1, 1))
    async with opened(path) as store:
        put(path, titled("Fir5t"))
        os.utime(path, (1, 1))
        await until(lambda: title(store) == "Fir5t")


async def test_a_link_that_is_switched_to_an_older_file_is_seen(path: Path, tmp_path: Path) -> None:
    older, link = tmp_path / "older.json", tmp_path / "link.json"
    older.write_bytes(titled("Older"))
    os.utime(older, (1, 1))
    link.symlink_to(path)
    async with opened(link) as store:
        before = store.edition.modified
        (tmp_path / "new").symlink_to(older)
        (tmp_path / "new").replace(link)
        await until(lambda: title(store) == "Older")
        assert store.edition.modified > before


async def test_refreshing_looks_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.file.LOOK", 3600)
    async with opened(path) as store:
        await asyncio.sleep(0)
        put(path, titled("Second"))
        store.refresh()
        await until(lambda: title(store) == "Second")


async def test_white_space_alone_is_no_new_edition(path: Path) -> None:
    compact = json.dumps(records.many(6) | {"dataset": records.many(6)["dataset"] | {"title": "First"}}).encode()
    async with opened(path) as store:
        before = store.edition
        put(path, compact)
        digest = store._digest
        await until(lambda: store._digest not in (digest, b""))
        assert store.edition is before


async def test_json_lines_are_followed_too(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    put(path, b"".join(records.as_lines(records.record())))
    async with opened(path) as store:
        put(path, b"".join(records.as_lines(records.many(7))))
        await until(lambda: store.edition.size == 7)
        put(path, b"".join(records.as_lines(records.many(7))[:-1]) + b"{")
        await until(lambda: store.refused)
        assert store.edition.size == 7


async def test_reading_that_goes_on_too_long_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.file.SLOW", 0.01)
    store = FileStore(path)
    store.load()
    store._reading_since = time.monotonic() - 1
    assert "has been read for 1 s" in await faults(store)


async def test_a_reading_that_never_ends_keeps_nobody_waiting(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    async with opened(path) as store:
        monkeypatch.setattr(store, "_read", lambda: over.wait() and None)
        store.refresh()
        await until(lambda: store._reading_since)
        assert (await store.health()).ready
        assert store._reading_since
        monkeypatch.undo()
        over.set()


def test_a_file_with_faults_cannot_be_loaded(path: Path) -> None:
    put(path, b"{}")
    with pytest.raises(RecordInvalid):
        FileStore(path).load()


def test_a_file_that_is_too_large_cannot_be_loaded(path: Path) -> None:
    with pytest.raises(RecordUnreadable, match="100 are the most"):
        FileStore(path, record_bytes=100).load()


@pytest.mark.parametrize("name", ["claims.json", "claims.jsonl"])
@pytest.mark.parametrize("large", [1, 10**9])
def test_a_pipe_in_place_of_the_record_keeps_nobody_waiting(tmp_path: Path, name: str, large: int) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(RecordUnreadable, match="a named pipe"):
        FileStore(tmp_path / name, large=large).load()

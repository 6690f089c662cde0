"""A large record's file is compiled beside itself, found compiled at the next start, and followed like any other."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.core.errors import RecordInvalid, RecordUnreadable, StoreUnavailable
from app.core.query import ClaimQuery, Page
from app.record.dataset import dump_lines
from app.store.file import FileStore
from tests.store.meaning import generated
from tests.store.test_file import until


def write(path: Path, count: int) -> None:
    record = generated(count)
    path.write_bytes(b"".join(dump_lines(record.header, record.claims)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "many.jsonl"
    write(path, 20)
    return path


def served(path: Path) -> FileStore:
    store = FileStore(path, large=1)
    store.load()
    return store


@pytest.mark.anyio
async def test_a_large_record_answers_from_its_index_as_a_small_one_does_from_memory(path):
    small = FileStore(path)
    small.load()
    found = await served(path).edition.find(ClaimQuery(), Page())
    assert path.with_name("many.jsonl.sqlite").exists()
    assert found == await small.edition.find(ClaimQuery(), Page())


def test_the_second_start_opens_the_index_that_the_first_one_made(path):
    first = served(path).edition
    made = path.with_name("many.jsonl.sqlite").stat().st_mtime_ns
    again = served(path).edition
    assert (again.revision, again.modified) == (first.revision, first.modified)
    assert path.with_name("many.jsonl.sqlite").stat().st_mtime_ns == made


def test_a_changed_large_record_is_compiled_anew_even_where_its_size_and_time_are_the_old_ones(path):
    store = served(path)
    before, known = store.edition.revision, path.stat()
    text = path.read_bytes()
    at = text.rindex(b'"text":"') + 9
    path.write_bytes(text[:at] + (b"Y" if text[at : at + 1] != b"Y" else b"Z") + text[at + 1 :])
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    store.load()
    assert store.edition.revision != before


def test_of_two_servers_that_see_a_change_one_compiles_it(path):
    one, other = served(path), served(path)
    path.write_bytes(path.read_bytes().replace(b'"text":"', b'"text":"Y'))
    time.sleep(0.05)
    one.load()
    made = path.with_name("many.jsonl.sqlite").stat().st_mtime_ns
    other.load()
    assert path.with_name("many.jsonl.sqlite").stat().st_mtime_ns == made
    assert other.edition.revision == one.edition.revision


def test_a_change_that_has_only_just_been_made_is_never_taken_from_a_index(path):
    one, other = served(path), served(path)
    text = path.read_bytes()
    path.write_bytes(text.replace(b'"text":"', b'"text":"Y'))
    one.load()
    path.write_bytes(text.replace(b'"text":"', b'"text":"Z'))
    other.load()
    assert other.edition.revision != one.edition.revision


def test_a_large_record_with_faults_leaves_no_index_and_the_old_one_served(path):
    store = served(path)
    before = store.edition
    path.write_bytes(path.read_bytes() + b'{"id": "broken"}\n')
    with pytest.raises(RecordInvalid):
        store.load()
    assert store.edition is before
    assert not path.with_name("many.jsonl.sqlite").exists()


def test_an_unchanged_large_record_is_not_read_again(path):
    store = served(path)
    before = store.edition
    store.load()
    assert store.edition is before


def test_a_large_record_is_served_from_memory_where_nothing_can_be_written_beside_it(path, tmp_path):
    # A directory in the place of the lock stands for a place that cannot be written: tests may run as root.
    (tmp_path / ".many.jsonl.sqlite.lock").mkdir()
    assert served(path).edition.size == 20
    assert not path.with_name("many.jsonl.sqlite").exists()


@pytest.mark.anyio
async def test_a_damaged_index_is_made_anew_behind_the_last_answers(path):
    async with followed(path) as store:
        before = store.edition
        at = path.with_name("many.jsonl.sqlite")
        with at.open("r+b") as file:
            file.truncate(8192)
        with pytest.raises(StoreUnavailable):
            await before.find(ClaimQuery(q="harbour"), Page())
        await until(lambda: store.edition is not before)
        assert store.edition.revision == before.revision
        assert (await store.edition.find(ClaimQuery(), Page())).total == 20
        assert (store.reloads, store.refused) == (0, 0)


@asynccontextmanager
async def followed(path: Path) -> AsyncIterator[FileStore]:
    store = FileStore(path, large=1)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def test_a_record_that_is_still_being_written_is_not_served_by_half(path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:12]))
    with pytest.raises(RecordInvalid, match="11 claims follow, where the first line tells of 20"):
        served(path)
    path.write_bytes(b"".join(lines))
    assert served(path).edition.size == 20


@pytest.mark.parametrize("large", [1, 10**9])
def test_a_record_without_a_count_is_waited_for_while_somebody_may_be_writing_it(path, large, monkeypatch):
    first, *lines = path.read_bytes().splitlines(keepends=True)
    first = first.replace(b',"claims":20}', b"}")
    path.write_bytes(first + b"".join(lines[:11]))

    waited: list[float] = []

    def write_on(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 1:
            with path.open("ab") as file:
                file.writelines(lines[11:])

    monkeypatch.setattr("app.store.file.time.sleep", write_on)
    monkeypatch.setattr("app.record.files.is_young", lambda mark: True)
    store = FileStore(path, large=large)
    with pytest.raises(RecordUnreadable, match="still being written"):
        store.load()
    store.load()
    assert store.edition.size == 20
    assert waited == [2, 2]

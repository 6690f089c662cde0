"""A compiled file answers as memory does, is shared and found again, and never believed when it is not whole."""

import multiprocessing
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from app.errors import Fault, RecordInvalid, RecordUnreadable
from app.model import Record
from app.query import FACETS, ClaimQuery, Page
from app.store import counts, crew, phrases, snapshot, spelling, texts
from app.store.memory import MemoryEdition, MemoryStore
from app.store.snapshot import SnapshotUnusable, edition_of, fingerprint, open_snapshot, write_snapshot
from tests.store.contract import StoreContract, StoreOf, generated

SEEN = "the record as it was"


def as_if_large(patch):
    """Have small records treated as large ones are, in everything that depends on size."""
    patch.setattr(counts, "COUNTED", 20)
    patch.setattr(counts, "MANY", 0)
    patch.setattr(phrases, "MANY", 0)
    patch.setattr(spelling, "FEW", 0)
    patch.setattr(texts, "MANY", 0)
    patch.setattr(texts, "OFTEN", 3)


class TestSnapshotOfALargeRecord(StoreContract):
    stores: ClassVar[dict[int, tuple[Record, MemoryStore]]] = {}

    @pytest.fixture
    def store_of(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoreOf:
        as_if_large(monkeypatch)

        async def opened(record: Record) -> MemoryStore:
            if id(record) not in self.stores:
                path = tmp_path / "record.snapshot"
                write_snapshot(path, record.header, record.claims, 1_700_000_000, SEEN)
                self.stores[id(record)] = record, MemoryStore(open_snapshot(path, SEEN))
            return self.stores[id(record)][1]

        return opened


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A snapshot of twenty claims."""
    record, path = generated(20), tmp_path / "twenty.snapshot"
    write_snapshot(path, record.header, record.claims, 7, SEEN)
    return path


@pytest.mark.anyio
async def test_claims_counted_value_by_value_and_claim_by_claim_are_the_same(monkeypatch):
    record, page = generated(300), Page(facets=FACETS)
    queries = [ClaimQuery(q=q) for q in ("harbour", "denied NATO", "Su-35", "")]
    small = MemoryEdition.from_record(record, 1)
    value_by_value = [(await small.find(query, page)).facets for query in queries]
    as_if_large(monkeypatch)
    large = MemoryEdition.from_record(record, 1)
    assert [(await large.find(query, page)).facets for query in queries] == value_by_value


def test_a_snapshot_made_by_several_processes_is_the_same_file(tmp_path, monkeypatch):
    record = generated(300)
    write_snapshot(tmp_path / "one", record.header, record.claims, 7, SEEN)
    monkeypatch.setattr(crew, "SMALL", 100)
    monkeypatch.setattr(crew, "CHUNK", 50)
    write_snapshot(tmp_path / "several", record.header, record.claims, 7, SEEN)
    assert open_snapshot(tmp_path / "several", SEEN).revision == open_snapshot(tmp_path / "one", SEEN).revision
    assert (tmp_path / "several").read_bytes() == (tmp_path / "one").read_bytes()
    for worker in multiprocessing.active_children():
        worker.join(10)
        assert worker.exitcode == 0


def test_a_snapshot_of_another_record_is_not_used(made):
    with pytest.raises(SnapshotUnusable, match="another record"):
        open_snapshot(made, "the record as it is now")


def test_a_snapshot_of_another_version_of_the_rules_is_not_used(made, monkeypatch):
    monkeypatch.setattr(snapshot, "__version__", "99.0.0")
    with pytest.raises(SnapshotUnusable, match="whose rules may differ"):
        open_snapshot(made, SEEN)


def test_what_a_killed_compiler_left_behind_is_cleared_away(record_file, tmp_path):
    left_over = tmp_path / ".claims.jsonl.snapshot.x1y2.unfinished"
    left_over.write_bytes(b"half of it")
    edition_of(record_file, tmp_path, Reader(20), modified=7)
    assert not left_over.exists()


@pytest.mark.parametrize("left", [0, 1, 35, 36, 4096, 5000, -1, -100])
def test_a_snapshot_cut_short_is_not_used(made, left):
    whole = made.read_bytes()
    made.write_bytes(whole[:left])
    with pytest.raises(SnapshotUnusable, match=r"twenty\.snapshot"):
        open_snapshot(made, SEEN)


def test_a_snapshot_with_a_changed_byte_anywhere_is_not_used(made):
    whole, chance = made.read_bytes(), random.Random(1)
    contents = int.from_bytes(whole[24:32], sys.byteorder)
    gaps = 4096 - 36 + 8 * 60  # the rest of the first page, and what sets sections on multiples of eight
    noticed = 0
    places = [*range(36), *range(contents, len(whole)), *(chance.randrange(4096, contents) for _ in range(300))]
    for place in places:
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
        try:
            open_snapshot(made, SEEN)
        except SnapshotUnusable:
            noticed += 1
    assert noticed >= len(places) - 300 * gaps / contents - 10


@pytest.mark.parametrize("other", [b"", b"{}", b"CLAIMSDB" + bytes(5000), bytes(10_000), b"SQLite format 3\0" * 1000])
def test_a_foreign_file_is_not_used(tmp_path, other):
    path = tmp_path / "foreign.snapshot"
    path.write_bytes(other)
    with pytest.raises(SnapshotUnusable):
        open_snapshot(path, SEEN)


def test_a_missing_snapshot_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_snapshot(tmp_path / "nowhere.snapshot", SEEN)


@pytest.fixture
def record_file(tmp_path: Path) -> Path:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(b"as if it held a record\n" * 1000)
    return path


class Reader:
    """Reads a record of so many claims, and counts how often it is asked to."""

    def __init__(self, size: int) -> None:
        self.record = generated(size)
        self.times = 0

    def __call__(self):
        self.times += 1
        return self.record.header, iter(self.record.claims)


def test_a_record_is_read_once_and_then_found_compiled(record_file, tmp_path):
    reader = Reader(20)
    first = edition_of(record_file, tmp_path, reader, modified=7)
    second = edition_of(record_file, tmp_path, reader, modified=8)
    assert reader.times == 1
    assert (second.revision, second.size, second.modified) == (first.revision, 20, 7)


def test_a_changed_record_is_compiled_anew(record_file, tmp_path):
    edition_of(record_file, tmp_path, Reader(20), modified=7)
    record_file.write_bytes(b"as if it held more\n" * 1000)
    assert edition_of(record_file, tmp_path, Reader(30), modified=8).size == 30


def test_a_damaged_snapshot_is_thrown_away_and_made_anew(record_file, tmp_path):
    edition_of(record_file, tmp_path, Reader(20), modified=7)
    damaged = next(tmp_path.glob("*.snapshot"))
    damaged.write_bytes(damaged.read_bytes()[:-7])
    reader = Reader(20)
    assert edition_of(record_file, tmp_path, reader, modified=8).size == 20
    assert reader.times == 1


def test_a_record_with_a_fault_leaves_no_file_behind(record_file, tmp_path):
    def faulty():
        yield from generated(20).claims
        raise RecordInvalid([Fault("/claims/20", 22, "this is no claim")])

    with pytest.raises(RecordInvalid):
        edition_of(record_file, tmp_path, lambda: (generated(20).header, faulty()), modified=7)
    assert {each.name for each in tmp_path.iterdir()} == {"claims.jsonl", ".claims.jsonl.snapshot.lock"}


@pytest.mark.anyio
async def test_an_edition_goes_on_answering_when_its_file_is_replaced(made):
    edition = open_snapshot(made, SEEN)
    other = generated(30, seed=2)
    write_snapshot(made, other.header, other.claims, 8, SEEN)
    assert (await edition.find(ClaimQuery(), Page())).total == 20
    assert open_snapshot(made, SEEN).size == 30


def test_workers_that_start_together_compile_once(record_file, tmp_path):
    script = (
        "import sys; from pathlib import Path; from app.store.snapshot import edition_of;"
        "from tests.store.test_snapshot import Reader; reader = Reader(200);"
        "edition = edition_of(Path(sys.argv[1]), Path(sys.argv[2]), reader, 7); print(reader.times, edition.size)"
    )
    command = [sys.executable, "-c", script, str(record_file), str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)]
    answers = sorted(each.communicate()[0].split() for each in workers)
    assert answers == [["0", "200"], ["0", "200"], ["1", "200"]]


def test_a_fingerprint_tells_versions_of_one_size_apart(record_file):
    before, times = fingerprint(record_file), record_file.stat()
    content = bytearray(record_file.read_bytes())
    content[0] ^= 1
    record_file.write_bytes(content)
    os.utime(record_file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert fingerprint(record_file) != before


def test_what_is_no_regular_file_has_no_fingerprint(tmp_path):
    with pytest.raises(RecordUnreadable, match="a directory"):
        fingerprint(tmp_path)


def test_a_section_cannot_be_resumed(tmp_path):
    with (tmp_path / "file").open("w+b") as file:
        out = snapshot._File(file)
        out.write("a", b"1")
        out.write("b", b"2")
        with pytest.raises(ValueError, match="finished"):
            out.write("a", b"3")

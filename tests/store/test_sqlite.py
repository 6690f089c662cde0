"""An edition in a SQLite file answers as memory does, is found again, and never believed where it is not whole."""

import os
import random
import stat
import subprocess
import sys
from collections.abc import Awaitable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest

from app.core.errors import RecordInvalid, StoreUnavailable
from app.core.model import Claim, FileHeader, Record
from app.core.query import FACETS, ClaimQuery, Page
from app.record import files
from app.record.dataset import dump_lines, load_lines
from app.store import Edition, index, sqlite
from app.store.file import FileStore
from app.store.memory import MemoryEdition, MemoryStore
from app.store.sqlite import SqliteEdition, Unusable, edition_of
from tests.store.contract import StoreContract, StoreOf
from tests.store.meaning import ORDERS, Asker, generated


class _Opened(StoreContract):
    """One file for the record that most tests share."""

    stores: ClassVar[dict[int, tuple[Record, MemoryStore]]] = {}

    @pytest.fixture
    def store_of(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoreOf:
        self.prepare(monkeypatch)

        async def opened(record: Record) -> MemoryStore:
            if id(record) not in self.stores:
                sqlite.write(tmp_path / "record.sqlite", record.header, record.claims, 1_700_000_000)
                self.stores[id(record)] = record, MemoryStore(SqliteEdition(tmp_path / "record.sqlite"))
            return self.stores[id(record)][1]

        return opened

    def prepare(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pass


class TestSqliteEdition(_Opened):
    stores: ClassVar[dict[int, tuple[Record, MemoryStore]]] = {}


class TestSqliteEditionMadeByProcesses(_Opened):
    stores: ClassVar[dict[int, tuple[Record, MemoryStore]]] = {}

    def prepare(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(index, "SMALL", 0)
        monkeypatch.setattr(index, "BATCH", 70)


COUNT = 60
PAGE = 8192


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of an edition of sixty claims."""
    path = tmp_path_factory.mktemp("written") / "sixty.sqlite"
    sqlite.write(path, generated(COUNT).header, generated(COUNT).claims, 7)
    return path.read_bytes()


def everything_asked() -> list[tuple[ClaimQuery, Page]]:
    asker = Asker(generated(COUNT), "damage")
    pages = [Page(sort=each, limit=10, facets=FACETS) for each in ORDERS]
    return [(asker.query(), pages[number % len(pages)]) for number in range(12)]


async def told(edition: Edition) -> list[object]:
    """Everything that an edition has to say, or that it cannot."""
    said: list[object] = []

    async def ask(asked: Awaitable[object]) -> None:
        try:
            said.append(await asked)
        except StoreUnavailable:
            said.append(StoreUnavailable)

    for query, page in everything_asked():
        await ask(edition.find(query, page))
    for claim in generated(COUNT).claims:
        await ask(edition.claim(claim.id))
        await ask(edition.claim(claim.id, date(2002, 1, 1)))
        await ask(edition.claim(f"{claim.id}-x"))
    for document in generated(COUNT).documents:
        await ask(edition.coverage(document.id))
    await ask(edition.changes(date.min, date.max, 0, 1000))
    return said


def damaged(whole: bytes) -> Iterator[bytes]:
    chance, pages = random.Random(5), range(len(whole) // PAGE)
    for _ in range(200):
        at = chance.randrange(len(whole))
        yield whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
    for page in chance.sample(pages, min(40, len(pages))):
        yield whole[: page * PAGE] + bytes(PAGE) + whole[(page + 1) * PAGE :]
    for _ in range(20):
        one, other = sorted(chance.sample(pages, 2))
        parts = (whole[other * PAGE :][:PAGE], whole[(one + 1) * PAGE : other * PAGE], whole[one * PAGE :][:PAGE])
        yield whole[: one * PAGE] + b"".join(parts) + whole[(other + 1) * PAGE :]


@pytest.mark.anyio
async def test_damage_anywhere_is_an_error_and_never_a_wrong_answer(written, tmp_path):
    path = tmp_path / "damaged.sqlite"
    right = await told(MemoryEdition.from_record(generated(COUNT), 7))
    noticed = 0
    for each in damaged(written):
        path.unlink(missing_ok=True)
        path.write_bytes(each)
        path.chmod(0o600)
        try:
            said = await told(SqliteEdition(path))
        except Unusable:
            noticed += 1
            continue
        assert all(answer in (expected, StoreUnavailable) for answer, expected in zip(said, right, strict=True))
        noticed += StoreUnavailable in said
    assert noticed > 100


@pytest.mark.anyio
async def test_a_file_that_is_cut_while_it_is_served_gives_an_error_and_is_removed(written, tmp_path):
    path = put(tmp_path / "cut.sqlite", written)
    edition = SqliteEdition(path)
    with path.open("r+b") as file:
        file.truncate(PAGE)
    with pytest.raises(StoreUnavailable, match="damaged"):
        await edition.find(ClaimQuery(q="harbour"), Page())
    assert edition.damaged
    assert not path.exists()


def put(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("left", [0, 1, 100, PAGE, 5000, -1, -PAGE])
def test_a_file_cut_short_is_not_used(written, tmp_path, left):
    with pytest.raises(Unusable, match=r"cut\.sqlite"):
        SqliteEdition(put(tmp_path / "cut.sqlite", written[:left]))


@pytest.mark.parametrize("other", [b"{}", bytes(10_000), b"SQLite format 3\0" * 1000])
def test_a_foreign_file_is_not_used(tmp_path, other):
    with pytest.raises(Unusable):
        SqliteEdition(put(tmp_path / "foreign.sqlite", other))


@pytest.mark.parametrize("name", ["__version__", "LAYOUT"])
def test_a_file_of_another_version_is_not_used(written, tmp_path, monkeypatch, name):
    monkeypatch.setattr(sqlite, name, "99.0.0")
    with pytest.raises(Unusable, match="whose rules may differ"):
        SqliteEdition(put(tmp_path / "old.sqlite", written))


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_not_used(written, tmp_path, mode):
    with pytest.raises(PermissionError, match="somebody else"):
        SqliteEdition(put(tmp_path / "planted.sqlite", written, mode))


def test_a_file_that_another_user_owns_is_not_used(written, tmp_path, monkeypatch):
    path = put(tmp_path / "planted.sqlite", written)
    monkeypatch.setattr("os.geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="somebody else"):
        SqliteEdition(path)


def test_a_link_in_place_of_the_file_is_not_followed(written, tmp_path):
    (tmp_path / "link.sqlite").symlink_to(put(tmp_path / "real.sqlite", written))
    with pytest.raises(OSError, match="symbolic links"):
        SqliteEdition(tmp_path / "link.sqlite")


def test_a_pipe_in_place_of_the_file_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.sqlite", 0o600)
    with pytest.raises(PermissionError, match="no regular file"):
        SqliteEdition(tmp_path / "pipe.sqlite")


@pytest.fixture
def record_file(tmp_path: Path) -> Path:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(b"".join(dump_lines(generated(20).header, generated(20).claims)))
    return path


class Reader:
    """Reads a record, and counts how often it is asked to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, lines: Iterable[bytes]) -> tuple[FileHeader, Iterable[Claim]]:
        self.times += 1
        return load_lines(lines)


def test_a_record_is_read_once_and_then_found_indexed(record_file):
    reader = Reader()
    first = edition_of(record_file, reader, modified=7)
    second = edition_of(record_file, reader, modified=8)
    assert reader.times == 1
    assert (second.revision, second.size, second.modified) == (first.revision, 20, 7)


def read_and_tell(lines: Iterable[bytes]) -> tuple[FileHeader, Iterable[Claim]]:
    """Reads a record, and leaves the number of the process that did so where that is looked for."""
    Path(os.environ["READ_BY"]).write_text(str(os.getpid()))
    return load_lines(lines)


@pytest.mark.parametrize("apart", [False, True])
def test_a_large_record_is_indexed_by_a_process_of_its_own(record_file, tmp_path, monkeypatch, apart):
    monkeypatch.setenv("READ_BY", str(tmp_path / "read-by"))
    monkeypatch.setattr(sqlite, "APART", record_file.stat().st_size + (not apart))
    assert edition_of(record_file, read_and_tell, modified=7).size == 20
    assert ((tmp_path / "read-by").read_text() != str(os.getpid())) is apart


def test_faults_that_a_process_of_its_own_finds_are_those_that_this_one_finds(record_file, monkeypatch):
    lines = record_file.read_bytes().replace(b'"stance"', b'"stanze"').splitlines(keepends=True)
    record_file.write_bytes(b"".join(lines))
    monkeypatch.setattr(sqlite, "APART", 0)
    with pytest.raises(RecordInvalid) as apart:
        edition_of(record_file, load_lines, modified=7)
    with pytest.raises(RecordInvalid) as here:
        list(load_lines(lines)[1])
    assert (apart.value.faults, str(apart.value)) == (here.value.faults, str(here.value))


def test_a_copy_of_a_record_under_another_state_is_the_same_record(record_file):
    reader = Reader()
    edition_of(record_file, reader, modified=7)
    record_file.write_bytes(record_file.read_bytes())
    edition_of(record_file, reader, modified=8)
    assert reader.times == 1


def test_a_record_of_the_same_size_and_time_is_noticed(record_file):
    before, known = edition_of(record_file, load_lines, modified=7), record_file.stat()
    record_file.write_bytes(record_file.read_bytes().replace(b'"text":"S', b'"text":"Z'))
    os.utime(record_file, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert edition_of(record_file, load_lines, modified=8).revision != before.revision


def test_a_record_with_a_fault_leaves_no_file_behind(record_file, tmp_path):
    record_file.write_bytes(record_file.read_bytes().replace(b'"stance"', b'"stanze"', 1))
    with pytest.raises(RecordInvalid):
        edition_of(record_file, load_lines, modified=7)
    assert {each.name for each in tmp_path.iterdir()} == {"claims.jsonl", ".claims.jsonl.sqlite.lock"}


def test_what_a_killed_indexer_left_behind_is_cleared_away(record_file, tmp_path):
    left_over = tmp_path / ".claims.jsonl.sqlite.unfinished-x1y2"
    left_over.mkdir()
    (left_over / "0.postings").write_bytes(b"half of it")
    edition_of(record_file, load_lines, modified=7)
    assert not left_over.exists()


@pytest.mark.parametrize("plant", ["link", "pipe", "writable"])
def test_what_others_have_planted_is_replaced_and_what_it_points_to_is_not_touched(record_file, tmp_path, plant):
    place, other = tmp_path / "claims.jsonl.sqlite", put(tmp_path / "other", b"precious")
    if plant == "link":
        place.symlink_to(other)
    elif plant == "pipe":
        os.mkfifo(place)
    else:
        sqlite.write(place, generated(30).header, generated(30).claims, 7)
        place.chmod(0o666)
    assert edition_of(record_file, load_lines, modified=7).size == 20
    assert place.is_file()
    assert not place.is_symlink()
    assert other.read_bytes() == b"precious"


@pytest.mark.parametrize("plant", ["link", "pipe"])
def test_no_lock_is_taken_that_others_have_planted_and_the_record_is_served_all_the_same(record_file, tmp_path, plant):
    lock, other = tmp_path / ".claims.jsonl.sqlite.lock", put(tmp_path / "other", b"precious")
    if plant == "link":
        lock.symlink_to(other)
    else:
        os.mkfifo(lock)
    with pytest.raises(OSError):  # noqa: PT011 - the system's word differs
        edition_of(record_file, load_lines, modified=7)
    store = FileStore(record_file, large=1)
    store.load()
    assert store.edition.size == 20
    assert other.read_bytes() == b"precious"


def test_a_record_in_a_directory_that_others_can_write_is_indexed_elsewhere(record_file, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tmp_path.joinpath("cache").mkdir(mode=0o700)
    open_place = tmp_path / "open"
    open_place.mkdir()
    open_place.chmod(0o777)
    moved = record_file.rename(open_place / "claims.jsonl")
    edition_of(moved, load_lines, modified=7)
    assert [each.name for each in open_place.iterdir()] == ["claims.jsonl"]
    (cache,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert any(each.suffix == ".sqlite" for each in cache.iterdir())


def test_a_cache_that_others_can_write_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "claims-api").mkdir()
    (tmp_path / "claims-api").chmod(0o770)
    assert files.cache() != tmp_path / "claims-api"
    assert files.is_private(files.cache())


def test_a_directory_below_one_that_others_can_write_is_not_private(tmp_path):
    below = tmp_path / "above" / "below"
    below.mkdir(parents=True)
    assert files.is_private(below)
    (tmp_path / "above").chmod(0o777)
    assert not files.is_private(below)


def test_workers_that_start_together_index_once(record_file):
    script = (
        "import sys; from pathlib import Path; from app.store.sqlite import edition_of;"
        "from tests.store.test_sqlite import Reader; reader = Reader();"
        "edition = edition_of(Path(sys.argv[1]), reader, 7); print(reader.times, edition.size)"
    )
    command = [sys.executable, "-c", script, str(record_file)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)]
    answers = sorted(each.communicate()[0].split() for each in workers)
    assert answers == [["0", "20"], ["0", "20"], ["1", "20"]]


@pytest.mark.anyio
async def test_an_edition_goes_on_answering_when_its_file_is_replaced(tmp_path):
    path = tmp_path / "edition.sqlite"
    sqlite.write(path, generated(20).header, generated(20).claims, 7)
    edition = SqliteEdition(path)
    sqlite.write(path, generated(30).header, generated(30).claims, 8)
    assert (await edition.find(ClaimQuery(), Page())).total == 20
    assert SqliteEdition(path).size == 30


def test_processes_make_the_same_file_as_one(tmp_path, monkeypatch):
    record = generated(300)
    sqlite.write(tmp_path / "one", record.header, record.claims, 7)
    monkeypatch.setattr(index, "SMALL", 0)
    monkeypatch.setattr(index, "BATCH", 70)
    sqlite.write(tmp_path / "several", *load_lines(list(dump_lines(record.header, record.claims))), 7)
    assert (tmp_path / "several").read_bytes() == (tmp_path / "one").read_bytes()


def test_faults_that_several_processes_find_are_those_that_one_finds(tmp_path, monkeypatch):
    lines = list(dump_lines(generated(330).header, generated(330).claims))
    lines[20], lines[200] = lines[20].replace(b'"stance":', b'"stanze":', 1), lines[190]
    with pytest.raises(RecordInvalid) as alone:
        list(load_lines(lines)[1])
    monkeypatch.setattr(index, "SMALL", 0)
    monkeypatch.setattr(index, "BATCH", 50)
    with pytest.raises(RecordInvalid) as shared:
        sqlite.write(tmp_path / "faulty", *load_lines(lines), 7)
    assert shared.value.faults == alone.value.faults
    assert not (tmp_path / "faulty").exists()

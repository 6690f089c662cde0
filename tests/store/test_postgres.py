"""The store whose record comes from PostgreSQL: it keeps the contract, and answers whatever happens to the database."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE

import psycopg
import pytest

from app.core.errors import Fault, RecordInvalid, RecordUnreadable, StoreUnavailable
from app.core.model import Claim, Record
from app.core.query import ClaimQuery, Page
from app.record import dataset
from app.store import postgres
from app.store.postgres import PostgresStore, import_claims
from tests.store.contract import StoreContract, StoreOf
from tests.store.database import Database, children, started
from tests.store.meaning import generated

EDITIONS = "SELECT id, revision FROM claims_edition ORDER BY id"


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    database = started()
    yield database
    database.stop()


@pytest.fixture(scope="module")
def shared(database: Database) -> str:
    """URL of the database that the contract's tests share."""
    return database.create("contract")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the servers of a test keep what they have taken."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "claims-api"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "POLL", 0.1)
    monkeypatch.setattr(postgres, "PIECE", 10_000)


HELD: dict[str, tuple[Record, PostgresStore]] = {}
"""The record that the shared database holds: most tests want the same one, which is imported once."""


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def store_of(self, shared: str) -> StoreOf:
        async def opened(record: Record) -> PostgresStore:
            if shared not in HELD or HELD[shared][0] is not record:
                import_claims(shared, record.header, record.claims, allow_shrink=True)
                store = PostgresStore(shared)
                await store._look()
                store._hang_up()
                HELD[shared] = record, store
            return HELD[shared][1]

        return opened


def record_of(count: int, seed: int = 0) -> Record:
    return generated(count, seed)


@pytest.fixture
def url(database: Database) -> str:
    """URL of a new database with a record of 30 claims."""
    url = database.create("own")
    import_claims(url, record_of(30).header, record_of(30).claims)
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(url)
    await store.open()
    yield store
    await store.close()


async def until(condition: Callable[[], Awaitable[bool]], within: float = 20) -> None:
    start = time.monotonic()
    while not await condition():
        assert time.monotonic() - start < within
        await asyncio.sleep(0.05)


async def answers(store: PostgresStore) -> bool:
    return (await store.edition.find(ClaimQuery(), Page())).total == 30


async def says_that_it_is_away(store: PostgresStore) -> bool:
    health = await store.health()
    return health.ready and any("database" in each for each in health.faults)


async def is_well(store: PostgresStore) -> bool:
    health = await store.health()
    return health.ready and not health.faults


def lines(record: Record) -> list[bytes]:
    return list(dataset.dump_lines(record.header, record.claims))


@pytest.mark.anyio
async def test_a_database_without_a_record_says_what_to_do(database):
    with pytest.raises(StoreUnavailable, match="no record yet: run `claims import`"):
        await PostgresStore(database.create("fresh")).open()


@pytest.mark.anyio
async def test_a_record_that_another_version_imported_is_not_served(database, url):
    database.ask(url, "UPDATE claims_edition SET made_by = '0.0.1' RETURNING 1")
    with pytest.raises(StoreUnavailable, match="run `claims import`"):
        await PostgresStore(url).open()


@pytest.mark.anyio
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:hushhush@127.0.0.1:1/claims",
        "postgresql://reader:hush@hushhush@127.0.0.1:1/claims",
        "postgresql://reader:hushhush@127.0.0.1:no/claims",
        "postgresql://127.0.0.1:1/claims?password=hushhush",
    ],
)
async def test_a_database_that_is_away_is_said_to_be_without_the_password(url, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StoreUnavailable, match="cannot be reached") as refused:
        await PostgresStore(url).open()
    with pytest.raises(StoreUnavailable) as not_imported:
        import_claims(url, record_of(30).header, record_of(30).claims)
    assert "hushhush" not in f"{refused.value}{not_imported.value}{caplog.text}"


def test_a_record_that_the_database_holds_is_not_stored_again(database, url):
    again = import_claims(url, record_of(30).header, record_of(30).claims)
    assert database.ask(url, EDITIONS) == [(1, again)]


def test_a_record_whose_revision_is_known_to_be_held_is_not_even_read(database, url):
    held = database.ask(url, EDITIONS)[0][1]
    assert import_claims(url, record_of(30).header, iter(()), revision=held) == held


def test_the_edition_before_stays_and_the_one_before_that_goes(database, url):
    for seed in (1, 2):
        import_claims(url, record_of(20, seed).header, record_of(20, seed).claims)
    assert [id_ for id_, _ in database.ask(url, EDITIONS)] == [2, 3]
    assert database.ask(url, "SELECT DISTINCT edition FROM claims_piece ORDER BY edition") == [(2,), (3,)]


def test_two_imports_at_once_take_turns(database, url):
    def imported(seed: int) -> str:
        return import_claims(url, record_of(40, seed).header, record_of(40, seed).claims)

    with ThreadPoolExecutor() as threads:
        revisions = list(threads.map(imported, (1, 2)))
    held = database.ask(url, EDITIONS)
    assert [id_ for id_, _ in held] == [2, 3]
    assert sorted(revision for _, revision in held) == sorted(revisions)


def test_a_fault_amid_the_record_leaves_what_was_there(database, url):
    def faulty() -> Iterator[Claim]:
        yield from record_of(20, 1).claims[:10]
        raise RecordInvalid([Fault("/claims/10", 12, "no claim at all")])

    before = database.ask(url, EDITIONS)
    with pytest.raises(RecordInvalid, match="no claim at all"):
        import_claims(url, record_of(20, 1).header, faulty())
    assert database.ask(url, EDITIONS) == before


def test_a_record_that_lost_more_than_half_is_refused_unless_it_is_allowed(database, url):
    small = record_of(14, 1)
    before = database.ask(url, EDITIONS)
    with pytest.raises(RecordUnreadable, match="14 claims, and the database's 30"):
        import_claims(url, small.header, small.claims)
    assert database.ask(url, EDITIONS) == before
    import_claims(url, small.header, small.claims, allow_shrink=True)
    assert len(database.ask(url, EDITIONS)) == 2


def test_an_import_that_is_killed_leaves_what_was_there_and_nobody_behind(database, url):
    script = (
        "import sys; from app.record.dataset import dump_lines, load_lines\n"
        "from tests.store.meaning import generated; from app.store import index\n"
        "from app.store.postgres import import_claims\n"
        "index.SMALL = index.BATCH = 50\n"
        "def slowly(lines):\n"
        "    yield from lines\n"
        "    print('halfway', flush=True); sys.stdin.read()\n"
        "if __name__ == '__main__':\n"
        "    record = generated(300, 1)\n"
        f"    import_claims({url!r}, *load_lines(slowly(list(dump_lines(record.header, record.claims)))))\n"
    )
    before = database.ask(url, EDITIONS)
    with subprocess.Popen([sys.executable, "-c", script], stdin=PIPE, stdout=PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"halfway\n"
        workers = children(program.pid)
        program.kill()
    assert len(workers) >= 2
    deadline = time.monotonic() + 30  # one that was still starting notices when it has started
    while left := [each for each in workers if Path(f"/proc/{each}").exists()]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
    assert database.ask(url, EDITIONS) == before
    import_claims(url, record_of(20, 2).header, record_of(20, 2).claims)
    assert len(database.ask(url, EDITIONS)) == 2


def test_progress_is_told_to_the_end(database):
    done: list[int] = []
    import_claims(database.create("fresh"), *dataset.load_lines(lines(record_of(40))), done.append)
    assert done[-1] == 40


@pytest.mark.anyio
async def test_a_new_edition_is_served_soon_and_the_one_that_was_taken_goes_on(store, url):
    taken = store.edition
    revision = import_claims(url, record_of(40, 1).header, record_of(40, 1).claims)

    async def changed() -> bool:
        return bool(store.edition.revision == revision)

    await until(changed)
    assert (await store.edition.find(ClaimQuery(), Page())).total == 40
    assert len([each async for each in taken.served()]) == 30
    assert store.reloads == 1


@pytest.mark.anyio
async def test_two_servers_of_one_machine_share_one_file(store, url, cache):
    other = PostgresStore(url)
    await other.open()
    assert other.edition.revision == store.edition.revision
    assert len(list(cache.glob("postgres-*.sqlite"))) == 1
    await other.close()


@pytest.mark.anyio
async def test_an_edition_that_was_damaged_here_is_taken_anew(store, cache):
    path = next(cache.glob("postgres-*.sqlite"))
    with path.open("r+b") as file:
        file.truncate(8192)

    async def answers_again() -> bool:
        try:
            return len([each async for each in store.edition.served()]) == 30
        except StoreUnavailable:
            return False

    assert not await answers_again()
    await until(answers_again)


@pytest.mark.anyio
async def test_while_the_database_is_frozen_the_last_edition_is_served_and_said_to_be_stale(
    store, database, monkeypatch
):
    monkeypatch.setattr(postgres, "STALE", 0.5)
    with database.frozen():
        await until(lambda: says_that_it_is_away(store))
        assert await answers(store)
    await until(lambda: is_well(store))


@pytest.mark.anyio
async def test_while_the_database_is_dead_the_last_edition_is_served_and_it_is_used_again_when_it_is_back(
    store, database
):
    database.kill()
    try:
        await until(lambda: says_that_it_is_away(store))
        assert await answers(store)
    finally:
        database.start()
    await until(lambda: is_well(store))


@pytest.mark.anyio
async def test_a_store_that_is_closed_leaves_no_connection(url, database):
    store = PostgresStore(url)
    await store.open()
    await store.close()

    async def none_left() -> bool:
        with psycopg.connect(database.url) as connection:
            question = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'claims'"
            return connection.execute(question).fetchone() == (0,)

    await until(none_left)

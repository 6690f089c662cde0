"""ClickHouse behind real sockets: editions switch whole, and whatever happens to it no answer is wrong."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from pathlib import Path
from subprocess import PIPE
from threading import Barrier

import pytest

from app.core.errors import ClaimsError, Fault, RecordInvalid, RecordUnreadable, StoreUnavailable
from app.core.model import Claim, Header
from app.core.query import ClaimQuery, Page
from app.record import dataset
from app.store import clickhouse, clickhouse_database, clickhouse_import
from app.store.clickhouse import ClickHouseStore
from app.store.clickhouse_import import import_claims
from tests.store.engine import PASSWORD, Server, children, require_engine, served
from tests.store.meaning import generated

require_engine()

EDITIONS = "SELECT number, revision FROM claims_editions ORDER BY number FORMAT TSV"
PARTITIONS = "SELECT uniq(partition) FROM system.parts WHERE active AND database = currentDatabase()"
NUMBERS = count()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks for editions often, and lets a busy machine take its time."""
    monkeypatch.setattr(clickhouse, "POLL", 0.1)
    monkeypatch.setattr(clickhouse_database, "DEADLINE", 30)


@pytest.fixture
def empty(server: Server) -> str:
    """Name of a new database."""
    name = f"claims_{next(NUMBERS)}"
    server.ask(f"CREATE DATABASE {name}")
    return name


@pytest.fixture
def database(server: Server, empty: str) -> str:
    """Name of a new database with a record of 30 claims."""
    import_claims(server.url(empty), generated(30).header, generated(30).claims)
    return empty


@pytest.fixture
async def store(server: Server, database: str) -> AsyncIterator[ClickHouseStore]:
    store = ClickHouseStore(server.url(database, "reader"))
    await store.open()
    yield store
    await store.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    start = time.monotonic()
    while not await condition():
        assert time.monotonic() - start < 120
        await asyncio.sleep(0.05)


async def total(store: ClickHouseStore) -> int:
    return (await store.edition.find(ClaimQuery(), Page())).total


async def is_well(store: ClickHouseStore) -> bool:
    health = await store.health()
    return health.ready and not health.faults


async def is_red_and_refuses(store: ClickHouseStore) -> None:
    """Every question ends in time with an error, and health says that none can be answered."""
    asked = (
        total(store), store.edition.claim("no-such-claim"), store.edition.coverage("document-0"),
        store.edition.changes(date.min, date.max, 0, 10), store.edition.passages("document-0"),
    )  # fmt: skip
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(each, StoreUnavailable) and each.retry_after >= 1 for each in outcomes), outcomes
    assert not (await store.health()).ready


@pytest.mark.anyio
async def test_a_database_without_a_record_says_what_to_do(server, empty):
    with pytest.raises(StoreUnavailable, match="holds no record yet: run `claims import`"):
        await ClickHouseStore(server.url(empty)).open()


@pytest.mark.anyio
async def test_a_database_that_is_unknown_or_closed_to_the_user_is_said_to_be(server):
    with pytest.raises(StoreUnavailable, match="no database of that name"):
        await ClickHouseStore(server.url("nowhere")).open()
    with pytest.raises(StoreUnavailable, match="does not know the user, or the password"):
        await ClickHouseStore(server.url("default").replace("hush", "hash")).open()


def test_an_import_by_who_may_only_read_says_which_right_is_lacking(server, database):
    with pytest.raises(StoreUnavailable, match=r"lacks a right: .* imports CREATE TABLE, INSERT"):
        import_claims(server.url(database, "reader"), generated(20, 1).header, generated(20, 1).claims)


@pytest.mark.anyio
async def test_a_record_that_another_version_imported_is_not_served(server, database, monkeypatch):
    monkeypatch.setattr(clickhouse, "MADE_BY", "0.0.1")
    with pytest.raises(StoreUnavailable, match="run `claims import`"):
        await ClickHouseStore(server.url(database)).open()


async def opened_and_asked(store: ClickHouseStore, statement: str) -> None:
    await store.open()
    await store._database.ask(statement)


@pytest.mark.anyio
async def test_no_password_and_no_statement_is_told_or_logged(server, database, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    told = []
    away = f"clickhouse://reader:{PASSWORD}@127.0.0.1:1/claims"
    for url in (away, server.url("nowhere"), server.url(database).replace("writer", "other%40")):
        store = ClickHouseStore(url)
        with pytest.raises(ClaimsError) as refused:
            await opened_and_asked(store, "SELECT hush")
        await store.close()
        told.append(str(refused.value))
    server.set("full=1")
    try:
        with pytest.raises(StoreUnavailable, match="NOT_ENOUGH_SPACE") as full:
            await asyncio.to_thread(import_claims, server.url(database), generated(20).header, generated(20).claims)
    finally:
        server.set("full=0")
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("claims")]
    everything = " ".join([*told, str(full.value), *ours, *capfd.readouterr()])
    assert not any(each in everything for each in ("hush", "SELECT 1", "SELECT hush", "INSERT INTO", "CREATE"))
    assert "hush" not in caplog.text.replace("SELECT hush", "")


def test_a_record_that_the_database_holds_is_not_stored_again(server, database):
    before = server.ask(EDITIONS, database)
    again = import_claims(server.url(database), generated(30).header, generated(30).claims)
    assert before == server.ask(EDITIONS, database) == f"1\t{again}\n"
    assert server.ask(PARTITIONS, database) == "1\n"


def test_a_record_whose_revision_is_known_to_be_held_is_not_even_read(server, database):
    held = server.ask(EDITIONS, database).split()[1]
    assert import_claims(server.url(database), generated(30).header, iter(()), revision=held) == held


def test_what_an_edition_replaced_is_dropped_after_an_hour_and_not_before(server, database, monkeypatch):
    for seed, left in ((1, 2), (2, 3)):
        import_claims(server.url(database), generated(20, seed).header, generated(20, seed).claims)
        assert server.ask(PARTITIONS, database) == f"{left}\n"
    monkeypatch.setattr(clickhouse_import, "KEPT", -1)
    import_claims(server.url(database), generated(20, 3).header, generated(20, 3).claims)
    assert server.ask(PARTITIONS, database) == "1\n"
    assert server.ask(EDITIONS, database).startswith("4\t")


def test_of_two_imports_at_once_one_wins_and_the_other_says_so(server, database):
    ready = Barrier(2)

    def imported(seed: int) -> str:
        def together() -> Iterator[Claim]:
            ready.wait()
            yield from generated(40, seed).claims

        try:
            return import_claims(server.url(database), generated(40, seed).header, together())
        except StoreUnavailable as error:
            return str(error)

    with ThreadPoolExecutor() as threads:
        said = sorted(threads.map(imported, (1, 2)), key=len)
    assert server.ask(EDITIONS, database).splitlines()[1:] == [f"2\t{said[0]}"]
    assert "another import has just finished" in said[1]
    assert server.ask(PARTITIONS, database) == "2\n"


def test_a_fault_amid_the_record_leaves_what_was_there(server, database):
    def faulty() -> Iterator[Claim]:
        yield from generated(20, 1).claims[:10]
        raise RecordInvalid([Fault("/claims/10", 12, "no claim at all")])

    before = server.ask(EDITIONS, database)
    with pytest.raises(RecordInvalid, match="no claim at all"):
        import_claims(server.url(database), generated(20, 1).header, faulty())
    assert server.ask(EDITIONS, database) == before
    assert server.ask(PARTITIONS, database) == "1\n"


def test_a_record_that_lost_more_than_half_is_refused_unless_it_is_allowed(server, database):
    small = generated(14, 1)
    before = server.ask(EDITIONS, database)
    with pytest.raises(RecordUnreadable, match="14 claims, and the database's 30"):
        import_claims(server.url(database), small.header, small.claims)
    assert server.ask(EDITIONS, database) == before
    import_claims(server.url(database), small.header, small.claims, allow_shrink=True)
    assert len(server.ask(EDITIONS, database).splitlines()) == 2


def test_what_the_database_lost_on_the_way_is_noticed(server, database, monkeypatch):
    def losing(edition: int, header: Header, claims: Iterable[tuple[int, Claim]]) -> clickhouse_import.Batch:
        made = batch(edition, header, claims)
        return made._replace(bodies=made.bodies.replace(b"harbour", b"arbour"))

    batch = clickhouse_import.batch_of
    monkeypatch.setattr(clickhouse_import, "batch_of", losing)
    before = server.ask(EDITIONS, database)
    with pytest.raises(StoreUnavailable, match="does not hold what was sent"):
        import_claims(server.url(database), generated(20, 1).header, generated(20, 1).claims)
    assert server.ask(EDITIONS, database) == before


def test_an_import_that_is_killed_leaves_what_was_there_and_nobody_behind(server, database, monkeypatch):
    url = server.url(database)
    script = (
        "import sys; from app.record.dataset import dump_lines, load_lines\n"
        "from tests.store.meaning import generated; from app.store import clickhouse_import\n"
        "clickhouse_import.SMALL = clickhouse_import.BATCH = 50\n"
        "def slowly(lines):\n"
        "    yield from lines\n"
        "    print('halfway', flush=True); sys.stdin.read()\n"
        "if __name__ == '__main__':\n"
        "    record = generated(300, 1)\n"
        "    lines = slowly(list(dump_lines(record.header, record.claims)))\n"
        f"    clickhouse_import.import_claims({url!r}, *load_lines(lines))\n"
    )
    before = server.ask(EDITIONS, database)
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
    assert server.ask(EDITIONS, database) == before
    assert server.ask(PARTITIONS, database) == "2\n"
    monkeypatch.setattr(clickhouse_import, "KEPT", -1)
    import_claims(url, generated(20, 2).header, generated(20, 2).claims)
    assert server.ask(PARTITIONS, database) == "1\n"


def test_the_index_of_an_edition_that_came_in_batches_is_one_part(server, empty, monkeypatch):
    monkeypatch.setattr(clickhouse_import, "BATCH", 10)
    import_claims(server.url(empty), generated(40).header, generated(40).claims)
    parts = "SELECT table, count() FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table"
    assert "claims_index\t1\n" in server.ask(parts, empty)


def test_progress_is_told_to_the_end(server, empty):
    record = generated(40)
    done: list[int] = []
    import_claims(server.url(empty), *dataset.load_lines(dataset.dump_lines(record.header, record.claims)), done.append)
    assert done[-1] == 40


@pytest.mark.anyio
async def test_a_new_edition_is_served_soon_and_the_one_that_was_taken_goes_on(store, server, database):
    taken, record = store.edition, generated(40, 1)
    revision = await asyncio.to_thread(import_claims, server.url(database), record.header, record.claims)

    async def changed() -> bool:
        return bool(store.edition.revision == revision)

    await until(changed)
    assert await total(store) == 40
    assert len([each async for each in taken.served()]) == 30
    assert store.reloads == 1


@pytest.mark.anyio
async def test_an_edition_of_which_a_part_is_missing_is_an_error_and_never_an_answer(store, server, database):
    server.ask("TRUNCATE TABLE claims_index", database)
    with pytest.raises(StoreUnavailable, match="Not all of the database's claims"):
        await total(store)
    assert not (await store.health()).ready


@pytest.mark.anyio
async def test_while_the_database_is_frozen_each_question_is_refused_in_time_and_then_answered_again(store, server):
    patient, store._database._deadline = store._database._deadline, 0.5
    with server.frozen():
        await is_red_and_refuses(store)
    store._database._deadline = patient
    await until(lambda: is_well(store))
    assert await total(store) == 30


@pytest.mark.anyio
async def test_a_database_that_was_killed_is_used_again_when_it_is_back(store, server):
    server.kill()
    try:
        await is_red_and_refuses(store)
    finally:
        server.start()
    await until(lambda: is_well(store))
    assert await total(store) == 30


@pytest.mark.anyio
async def test_an_answer_that_is_cut_off_is_none(store, server):
    server.set("cut=1")
    try:
        await is_red_and_refuses(store)
        with pytest.raises(StoreUnavailable):
            [each async for each in store.edition.served()]
    finally:
        server.set("cut=0")
    await until(lambda: is_well(store))

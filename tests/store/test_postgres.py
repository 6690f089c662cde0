"""The store in PostgreSQL keeps the contract on a real server, and answers in time whatever happens to it."""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE
from typing import Any

import psycopg
import pytest

from app import dataset
from app.dataset import canonical_header
from app.errors import Fault, RecordInvalid, StoreUnavailable
from app.model import Claim, Record, claim_json
from app.query import FACETS, ClaimQuery, Page
from app.store import crew, edition, pairs, postings, question, spelling
from app.store.edition import PostgresEdition
from app.store.loading import import_claims
from app.store.memory import MemoryEdition
from app.store.postgres import POLL, PostgresStore
from app.store.rows import Writer
from app.store.schema import migrate, migrations
from app.store.sql import EDITION
from tests.store.contract import DAYS, ORDERS, Asker, StoreContract, StoreOf, generated
from tests.store.database import Database, children, started


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    database = started()
    yield database
    database.stop()


@pytest.fixture(scope="module")
def shared(database: Database) -> str:
    """URL of the database that the contract's tests share."""
    return database.create("contract")


HELD: dict[str, Record] = {}
"""The record that the shared database holds: most tests want the same one, which is imported once."""


@pytest.fixture
async def store_of(shared: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StoreOf]:
    opened = []
    # Some words are common and some are not; some answers are few and some many; little is kept.
    monkeypatch.setattr(pairs, "COMMON", 60)
    monkeypatch.setattr(postings, "KEPT", 100_000)
    monkeypatch.setattr(question, "BEFOREHAND", 20)
    monkeypatch.setattr(edition, "BEFOREHAND", 20)
    monkeypatch.setattr(edition, "_FEW", 10)

    async def store(record: Record) -> PostgresStore:
        if HELD.get(shared) is not record:
            import_claims(shared, record.header, record.claims)
            HELD[shared] = record
        store = PostgresStore(shared, pool_size=2)
        opened.append(store)
        await store.open()
        return store

    yield store
    for each in opened:
        await each.close()


class TestPostgresStore(StoreContract):
    """The fixture above is all that the contract needs."""


@pytest.mark.anyio
async def test_every_byte_of_a_page_is_the_same_as_in_memory(store_of):
    record = record_of(300)
    stored = (await store_of(record)).edition
    memory = MemoryEdition.from_record(record, modified=0)
    for number in range(200):
        asker = Asker(record, f"bytes {number}")
        after = asker.chance.choice((None, asker.chance.choice(record.claims).id))
        facets = asker.chance.choice(((), FACETS, ("kind", "status")))
        page = Page(
            sort=ORDERS[number % len(ORDERS)], limit=asker.chance.choice((1, 20, 100)), after=after, facets=facets
        )
        query = asker.query()
        found, expected = await stored.find(query, page), await memory.find(query, page)
        assert (found.total, list(found.bodies), found.last) == (expected.total, list(expected.bodies), expected.last)
        assert [(name, list(each.items())) for name, each in found.facets.items()] == [
            (name, list(each.items())) for name, each in expected.facets.items()
        ]


@pytest.mark.anyio
async def test_phrases_of_common_words_are_answered_as_in_memory_whatever_else_is_asked(store_of, database, shared):
    record = record_of(300)
    stored = (await store_of(record)).edition
    memory = MemoryEdition.from_record(record, modified=0)
    together = [key.split() for (key,) in database.ask(shared, "SELECT key FROM postings WHERE key ~ ' '")]
    assert len(together) >= 5
    names = [*(each.name for each in record.sources), *(each.name for each in record.entities)]
    chance = random.Random(0)
    phrases = [
        " ".join(chance.choice(together) + chance.choice(together)[: chance.choice((0, 0, 1))]) for _ in range(60)
    ]
    for phrase in [*phrases, *chance.sample(names, 20)]:
        kind, after = chance.choice(((), ("event",), ("event", "state"))), chance.choice((None, record.claims[100].id))
        query = ClaimQuery(q=f'"{phrase}"', kind=kind, as_of=chance.choice(DAYS))
        page = Page(sort=chance.choice(ORDERS), limit=chance.choice((2, 100)), after=after, facets=("kind", "status"))
        assert await stored.find(query, page) == await memory.find(query, page)


@pytest.mark.anyio
async def test_a_phrase_of_two_common_words_is_counted_without_a_look_at_any_text(
    store_of, database, shared, monkeypatch
):
    connections = (await store_of(record_of(300)))._connections
    ask, asked = connections.ask, list[str]()

    async def heard(question: str, *parameters: Any, **options: Any) -> list[tuple[Any, ...]]:
        asked.append(question)
        rows: list[tuple[Any, ...]] = await ask(question, *parameters, **options)
        return rows

    monkeypatch.setattr(connections, "ask", heard)
    (key,) = database.ask(shared, "SELECT key FROM postings WHERE key ~ ' ' ORDER BY edition DESC LIMIT 1")[0]

    async def told(q: str) -> bool:
        asked.clear()
        await PostgresEdition(connections, database.ask(shared, EDITION)[0]).find(ClaimQuery(q=q), Page())
        return not any("strpos" in each for each in asked)

    assert await told(f'"{key}"')
    assert not await told(f'"{key} {key}"')


@pytest.mark.anyio
async def test_questions_of_many_days_at_once_do_not_take_each_others_bitmaps_away(store_of):
    record = record_of(300)
    stored = (await store_of(record)).edition
    memory = MemoryEdition.from_record(record, modified=0)
    asked = [ClaimQuery(status=("disputed",), as_of=each) for each in DAYS if each] * 3
    page = Page(sort="status", facets=("status",))
    found = await asyncio.gather(*(stored.find(each, page) for each in asked))
    for each, answer in zip(asked, found, strict=True):
        assert answer == await memory.find(each, page)


@pytest.mark.anyio
@pytest.mark.parametrize("compared", [1000, 100])
async def test_the_same_ids_are_suggested_as_in_memory(store_of, compared, monkeypatch):
    for module in (edition, spelling):
        monkeypatch.setattr(module, "_NEAR", 20)
    monkeypatch.setattr(edition, "_COMPARED", compared)
    monkeypatch.setattr(spelling, "FEW", compared)
    record = record_of(300)
    stored = (await store_of(record)).edition
    memory = MemoryEdition.from_record(record, modified=0)
    for claim in record.claims[::20]:
        for slip in (claim.id[1:], claim.id[:-2] + "x", claim.id.upper(), f"\0{claim.id}", f"{claim.id[:5]}\ud800"):
            assert await stored.suggest(slip) == await memory.suggest(slip)


def record_of(count: int, seed: int = 0) -> Record:
    return generated(count, seed)


@pytest.fixture
def url(database: Database) -> str:
    """URL of a new database with a record of 30 claims."""
    url = database.create("own")
    record = record_of(30)
    import_claims(url, record.header, record.claims)
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    """An open store on that database, which answers within a second or fails."""
    store = PostgresStore(url, pool_size=2, timeout=1)
    await store.open()
    yield store
    await store.close()


async def seconds_until(condition: Callable[[], Awaitable[bool]], within: float) -> float:
    """How long it took for ``condition`` to hold; fails after ``within`` seconds."""
    start = time.monotonic()
    while not await condition():
        assert time.monotonic() - start < within
        await asyncio.sleep(0.05)
    return time.monotonic() - start


async def answers(store: PostgresStore) -> bool:
    try:
        return bool((await store.edition.find(ClaimQuery(q="harbour"), Page())).bodies)
    except StoreUnavailable:
        return False


async def fails_in_time(store: PostgresStore) -> None:
    """A claim, a search and the health of ``store`` fail, each in its time."""
    start = time.monotonic()
    for asked in (store.edition.claim("no-such-claim"), store.edition.find(ClaimQuery(q="tide"), Page(facets=FACETS))):
        with pytest.raises(StoreUnavailable) as refused:
            await asked
        assert refused.value.retry_after >= 1
        assert time.monotonic() - start < 2
        start = time.monotonic()
    health = await store.health()
    assert (health.ready, len(health.faults)) == (False, 1)
    assert time.monotonic() - start < 1


def tables(database: Database, url: str) -> set[str]:
    rows = database.ask(url, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '_[0-9]+$'")
    return {name for (name,) in rows}


def connections(database: Database) -> int:
    question = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'claims'"
    return int(database.ask(database.url, question)[0][0])


def test_an_empty_database_is_brought_up_to_date_once(database):
    url = database.create("fresh")
    assert migrate(url) == [each.name for each in migrations()]
    assert migrate(url) == []


def test_migrations_are_numbered_without_a_gap():
    assert [each.number for each in migrations()] == list(range(1, len(migrations()) + 1))


def test_rows_can_be_spread_by_position_and_postings_by_key(database, url):
    """A distributed database keeps a table unique only by what rows are spread by; that of editions stays whole."""
    unique = database.ask(
        url,
        "SELECT c.relname, array_agg(a.attname::text) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) "
        "WHERE i.indisunique AND c.relkind = 'p' GROUP BY c.relname, i.indexrelid",
    )
    assert {name for name, _ in unique} == {"bodies", "periods", "postings"}
    assert all(("key" if name == "postings" else "position") in columns for name, columns in unique)


def test_two_programs_that_migrate_at_once_take_turns(database):
    url = database.create("fresh")
    with ThreadPoolExecutor() as threads:
        done = list(threads.map(migrate, [url] * 4))
    assert sorted(done) == [[], [], [], [each.name for each in migrations()]]


def test_a_database_of_a_newer_version_is_refused(database, url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO migrations (number, name) VALUES (9999, 'later')")
    with pytest.raises(StoreUnavailable, match="use a newer version"):
        migrate(url)


@pytest.mark.anyio
async def test_what_the_first_schema_held_is_imported_anew(database):
    url = database.create("old")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE migrations (number integer PRIMARY KEY, name text, applied timestamptz)")
        connection.execute(migrations()[0].statements.encode())
        connection.execute("INSERT INTO migrations VALUES (1, 'first', now())")
        connection.execute("INSERT INTO editions VALUES (7, 'abc', '0.1.0', now(), 1, 1, '{}', '')")
    with pytest.raises(StoreUnavailable, match=r"has schema 1, .* run `claims import`"):
        await PostgresStore(url).open()
    record = record_of(30)
    revision = import_claims(url, record.header, record.claims)
    assert database.ask(url, "SELECT edition, revision FROM editions") == [(1, revision)]


@pytest.mark.anyio
async def test_a_database_without_a_schema_says_what_to_do(database):
    with pytest.raises(StoreUnavailable, match=r"schema 0, .* run `claims import`"):
        await PostgresStore(database.create("fresh")).open()


@pytest.mark.anyio
async def test_a_database_without_a_record_says_what_to_do(database):
    url = database.create("fresh")
    migrate(url)
    with pytest.raises(StoreUnavailable, match="no record yet: run `claims import`"):
        await PostgresStore(url).open()


@pytest.mark.anyio
async def test_a_server_that_is_not_there_is_said_to_be_away_without_the_password():
    with pytest.raises(StoreUnavailable, match="cannot be reached") as refused:
        await PostgresStore("postgresql://reader:secret@127.0.0.1:1/claims").open()
    assert "secret" not in str(refused.value)


def test_a_large_record_is_made_into_the_same_rows_by_several_processes(database, monkeypatch):
    monkeypatch.setattr(crew, "SMALL", 100)
    monkeypatch.setattr(crew, "CHUNK", 50)
    count = 330
    record = record_of(count)
    url = database.create("own")
    done: list[int] = []
    revision = import_claims(url, record.header, record.claims, done.append)

    assert (done[0], done[-1]) == (50, count)
    rows = Writer(record.header, 1).rows(enumerate(record.claims))
    assert revision == str(dataset.revision(canonical_header(record.header), rows.lines.splitlines()))
    with psycopg.connect(url) as connection:
        for table, expected in (("bodies", rows.bodies), ("periods", rows.periods)):
            with connection.cursor().copy(f"COPY {table}_1 TO STDOUT (FORMAT binary)".encode()) as copy:
                assert b"".join(bytes(each) for each in copy) == expected


def in_lines(record: Record) -> list[bytes]:
    return list(dataset.dump_lines(record.header, record.claims))


def test_lines_that_several_processes_read_are_the_same_record(database, monkeypatch):
    record = record_of(330)
    whole = dataset.revision(canonical_header(record.header), map(claim_json, record.claims))
    monkeypatch.setattr(crew, "SMALL", 100)
    monkeypatch.setattr(crew, "CHUNK", 50)
    assert import_claims(database.create("lines"), *dataset.load_lines(in_lines(record))) == whole


def test_faults_that_several_processes_find_are_those_that_one_finds_and_nothing_is_stored(database, url, monkeypatch):
    lines = in_lines(record_of(330))
    lines[20], lines[200] = lines[20].replace(b'"stance":', b'"stanze":', 1), lines[190]
    with pytest.raises(RecordInvalid) as alone:
        list(dataset.load_lines(lines)[1])
    before = database.ask(url, "SELECT * FROM editions")
    monkeypatch.setattr(crew, "SMALL", 100)
    monkeypatch.setattr(crew, "CHUNK", 50)
    with pytest.raises(RecordInvalid) as shared_out:
        import_claims(url, *dataset.load_lines(lines))
    assert shared_out.value.faults == alone.value.faults
    assert database.ask(url, "SELECT * FROM editions") == before


def test_a_record_that_the_database_holds_is_not_stored_again(database, url):
    record = record_of(30)
    again = import_claims(url, record.header, record.claims)
    assert database.ask(url, "SELECT edition, revision FROM editions") == [(1, again)]
    assert tables(database, url) == {"bodies_1", "periods_1", "postings_1"}


def test_a_record_whose_revision_is_known_to_be_held_is_not_even_read(database, url):
    held = database.ask(url, "SELECT revision FROM editions")[0][0]
    assert import_claims(url, record_of(30).header, iter(()), revision=held) == held


def test_the_edition_before_stays_and_the_one_before_that_goes(database, url):
    for seed in (1, 2):
        record = record_of(20, seed)
        import_claims(url, record.header, record.claims)
    assert [edition for (edition,) in database.ask(url, "SELECT edition FROM editions ORDER BY edition")] == [2, 3]
    assert {name.split("_")[1] for name in tables(database, url)} == {"2", "3"}


def test_two_imports_at_once_take_turns(database, url):
    def imported(seed: int) -> str:
        record = record_of(40, seed)
        return import_claims(url, record.header, record.claims)

    with ThreadPoolExecutor() as threads:
        revisions = list(threads.map(imported, (1, 2)))
    held = database.ask(url, "SELECT edition, revision FROM editions ORDER BY edition")
    assert [edition for edition, _ in held] == [2, 3]
    assert sorted(revision for _, revision in held) == sorted(revisions)


def test_a_table_that_an_import_left_behind_is_in_nobodys_way(database, url):
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE bodies_2 (leftover integer)")
    record = record_of(40, 1)
    import_claims(url, record.header, record.claims)
    assert database.ask(url, "SELECT count(*) FROM bodies WHERE edition = 2") == [(40,)]


def test_a_fault_amid_the_record_leaves_what_was_there(database, url):
    def faulty() -> Iterator[Claim]:
        yield from record_of(20, 1).claims[:10]
        raise RecordInvalid([Fault("/claims/10", 12, "no claim at all")])

    before = database.ask(url, "SELECT * FROM editions")
    with pytest.raises(RecordInvalid, match="no claim at all"):
        import_claims(url, record_of(20, 1).header, faulty())
    assert database.ask(url, "SELECT * FROM editions") == before
    assert tables(database, url) == {"bodies_1", "periods_1", "postings_1"}


def test_an_id_that_comes_twice_is_refused_by_name(database, url):
    record = record_of(20, 1)
    with pytest.raises(RecordInvalid, match=record.claims[3].id):
        import_claims(url, record.header, [*record.claims, record.claims[3]])
    assert len(database.ask(url, "SELECT * FROM editions")) == 1


def test_an_import_that_is_killed_leaves_what_was_there_and_nobody_behind(database, url):
    script = (
        "import sys; from tests.store.contract import generated; from app.store import crew\n"
        "from app.store.loading import import_claims\n"
        "crew.SMALL = crew.CHUNK = 50\n"
        "def slowly(claims):\n"
        "    yield from claims\n"
        "    print('halfway', flush=True); sys.stdin.read()\n"
        "if __name__ == '__main__':\n"
        f"    record = generated(200, 1); import_claims({url!r}, record.header, slowly(record.claims))\n"
    )
    before = database.ask(url, "SELECT * FROM editions")
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
    assert database.ask(url, "SELECT * FROM editions") == before
    assert tables(database, url) == {"bodies_1", "periods_1", "postings_1"}
    record = record_of(20, 2)
    import_claims(url, record.header, record.claims)
    assert len(database.ask(url, "SELECT * FROM editions")) == 2


@pytest.mark.anyio
async def test_a_new_edition_is_served_as_soon_as_it_is_announced(store, url):
    taken = store.edition
    record = record_of(40, 1)
    revision = import_claims(url, record.header, record.claims)

    async def changed() -> bool:
        return bool(store.edition.revision == revision)

    assert await seconds_until(changed, within=5) < POLL / 2
    assert (await store.edition.find(ClaimQuery(), Page())).total == 40
    assert len([each async for each in taken.served()]) == 30


@pytest.mark.anyio
async def test_a_new_edition_whose_announcement_was_missed_is_served_on_request(store, url):
    record = record_of(40, 1)
    store._following.cancel()
    revision = import_claims(url, record.header, record.claims)
    assert store.edition.revision != revision
    store.refresh()

    async def changed() -> bool:
        return bool(store.edition.revision == revision)

    await seconds_until(changed, within=5)


@pytest.mark.anyio
async def test_an_edition_that_was_dropped_is_unavailable(store, url):
    taken = store.edition
    for seed in (1, 2):
        record = record_of(20, seed)
        import_claims(url, record.header, record.claims)
    with pytest.raises(StoreUnavailable):
        await taken.claim("a")


@pytest.mark.anyio
async def test_a_frozen_server_fails_in_time_and_is_used_again_when_it_thaws(store, database):
    assert await answers(store)
    with database.frozen():
        await fails_in_time(store)
    await seconds_until(lambda: answers(store), within=5)
    assert (await store.health()).ready


@pytest.mark.anyio
async def test_a_killed_server_fails_in_time_and_is_used_again_when_it_is_back(store, database):
    assert await answers(store)
    database.kill()
    try:
        await fails_in_time(store)
    finally:
        database.start()
    await seconds_until(lambda: answers(store), within=5)
    assert (await store.health()).ready


@pytest.mark.anyio
async def test_connections_that_are_cut_are_made_anew_without_a_failure(store, database):
    assert await answers(store)
    for _ in range(5):
        database.cut_connections()
        assert await answers(store)


@pytest.mark.anyio
async def test_no_connection_is_leaked_by_failures(store, database):
    await asyncio.gather(*(answers(store) for _ in range(50)))
    before = connections(database)
    for _ in range(3):
        with database.frozen():
            assert not any(await asyncio.gather(*(answers(store) for _ in range(10))))
        await seconds_until(lambda: answers(store), within=5)

    async def as_before() -> bool:
        return connections(database) <= before

    await seconds_until(as_before, within=5)


@pytest.mark.anyio
async def test_a_question_that_is_given_up_leaves_its_connection_usable(store):
    for _ in range(5):
        asked = asyncio.create_task(store._connections.ask("SELECT pg_sleep(0.5)"))
        await asyncio.sleep(0.05)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
    assert await answers(store)


@pytest.mark.anyio
async def test_a_question_that_takes_too_long_is_refused_in_time(store):
    start = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await store._connections.ask("SELECT pg_sleep(30)")
    assert time.monotonic() - start < 1.2
    assert await answers(store)


@pytest.mark.anyio
async def test_a_store_that_is_closed_leaves_no_connection(url, database):
    store = PostgresStore(url)
    await store.open()
    await store.close()

    async def none_left() -> bool:
        return connections(database) == 0

    await seconds_until(none_left, within=2)
    with pytest.raises(StoreUnavailable):
        await store.edition.claim("a")

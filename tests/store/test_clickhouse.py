"""The store in ClickHouse keeps the contract, and switches its editions whole."""

import pytest

from app.core.errors import StoreUnavailable
from app.core.model import Record
from app.store.clickhouse import ClickHouseStore
from app.store.clickhouse_database import Database
from app.store.clickhouse_import import Importing
from tests.store.contract import StoreContract, StoreOf
from tests.store.engine import InProcess, engine, in_process, require_engine

require_engine()

URL = "clickhouse://reader:secret@127.0.0.1:8123/"
HELD: dict[int, tuple[Record, ClickHouseStore]] = {}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clickhouse_connect.get_async_client", in_process)
    monkeypatch.setattr("app.store.clickhouse.PIECE", 64)
    monkeypatch.setattr("app.store.rows.PIECE", 10_000)


class TestClickHouseStore(StoreContract):
    @pytest.fixture
    def store_of(self) -> StoreOf:
        async def opened(record: Record) -> ClickHouseStore:
            if id(record) not in HELD:
                engine().answer("", f"CREATE DATABASE contract_{len(HELD)}", {})
                url = f"{URL}contract_{len(HELD)}"
                await Importing(Database(url, 600, {}), record.header).done(record.claims, None, allow_shrink=True)
                store = ClickHouseStore(url)
                await store._database.open()
                await store._look()
                HELD[id(record)] = record, store
            return HELD[id(record)][1]

        return opened


@pytest.mark.anyio
async def test_a_user_who_may_set_nothing_is_told_once_what_that_means(monkeypatch, caplog):
    from clickhouse_connect.driver.exceptions import ProgrammingError

    def refuse(client: InProcess, name: str, value: object) -> None:
        raise ProgrammingError(f"Setting {name} is readonly")

    monkeypatch.setattr(InProcess, "set_client_setting", refuse)
    await Database(f"{URL}default").open()
    (said,) = [each.getMessage() for each in caplog.records if each.name == "claims.store"]
    assert said.startswith("the database's user may not set max_execution_time and cancel_http")


@pytest.mark.anyio
@pytest.mark.parametrize(("answer", "told"), [
    ("Code: 241. DB::Exception: at SELECT secret. (MEMORY_LIMIT_EXCEEDED) (version 26)", "EXCEEDED, error 241"),
    ("Network Error: cannot connect to secret", "cannot be reached"),
])  # fmt: skip
async def test_an_error_is_told_by_its_name_and_without_its_statement(monkeypatch, answer, told):
    from clickhouse_connect.driver.exceptions import DatabaseError

    async def fail(*given: object, **more: object) -> bytes:
        raise DatabaseError(answer)

    database = Database(f"{URL}default")
    await database.open()
    monkeypatch.setattr(InProcess, "raw_query", fail)
    with pytest.raises(StoreUnavailable, match=told) as refused:
        await database.ask("SELECT secret")
    assert "secret" not in str(refused.value)

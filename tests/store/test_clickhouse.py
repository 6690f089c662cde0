"""The store in ClickHouse keeps the contract, and switches its editions whole."""

from collections.abc import Iterator

import pytest

from app.core.model import Record
from tests.store.contract import StoreContract, StoreOf
from tests.store.engine import engine, in_process, require_engine

require_engine()

from app.store.clickhouse import ClickHouseStore
from app.store.clickhouse_import import _import, Database

URL = "clickhouse://reader:secret@127.0.0.1:8123/"
HELD: dict[int, tuple[Record, ClickHouseStore]] = {}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clickhouse_connect.get_async_client", in_process)


class TestClickHouseStore(StoreContract):
    @pytest.fixture
    def store_of(self) -> StoreOf:
        async def opened(record: Record) -> ClickHouseStore:
            if id(record) not in HELD:
                engine().answer("", f"CREATE DATABASE contract_{len(HELD)}", {})
                url = f"{URL}contract_{len(HELD)}"
                await _import(Database(url, 600, {}), record.header, record.claims, None, None, False)
                store = ClickHouseStore(url)
                await store._database.open()
                await store._look()
                HELD[id(record)] = record, store
            return HELD[id(record)][1]

        return opened

"""The contract on a ClickHouse server or cluster that ``CLAIMS_TEST_CLICKHOUSE`` names, as ``--store`` names it.

Its user must be allowed to create databases; those that the suite makes are dropped.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from app.core.model import Record
from app.store.clickhouse import ClickHouseStore
from app.store.clickhouse_database import Database
from app.store.clickhouse_import import Importing
from app.store.clickhouse_sql import on_cluster
from tests.store.contract import StoreContract, StoreOf

SERVER = os.environ.get("CLAIMS_TEST_CLICKHOUSE", "")
HELD: dict[int, tuple[Record, str]] = {}
"""Records that were imported, each with the URL of its database."""


@pytest.fixture(scope="module", autouse=True)
def databases_are_dropped() -> Iterator[None]:
    yield
    for _, url in HELD.values():
        asyncio.run(told(f"DROP DATABASE {urlsplit(url).path[1:]}"))


async def told(statement: str) -> None:
    database = Database(SERVER, 60, {})
    await database.open()
    await database.ask(f"{statement}{on_cluster(database.cluster)}")
    await database.close()


async def imported(record: Record) -> str:
    name = f"claims_test_{uuid4().hex}"
    await told(f"CREATE DATABASE {name}")
    url = urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    await Importing(Database(url, 600, {}), record.header).done(record.claims, None, allow_shrink=True)
    return url


@pytest.mark.skipif(not SERVER, reason="CLAIMS_TEST_CLICKHOUSE names no server of ClickHouse")
class TestClickHouseElsewhere(StoreContract):
    @pytest.fixture
    async def store_of(self) -> AsyncIterator[StoreOf]:
        stores: list[ClickHouseStore] = []

        async def opened(record: Record) -> ClickHouseStore:
            if id(record) not in HELD:
                HELD[id(record)] = record, await imported(record)
            store = ClickHouseStore(HELD[id(record)][1])
            await store.open()
            stores.append(store)
            return store

        yield opened
        for each in stores:
            await each.close()

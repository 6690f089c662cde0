"""The store in PostgreSQL keeps the contract on a real server, and answers in time whatever happens to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from app.model import Record
from app.store.loading import import_claims
from app.store.postgres import PostgresStore
from tests.store.contract import StoreContract, StoreOf
from tests.store.database import Database, started


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    database = started()
    yield database
    database.stop()


@pytest.fixture(scope="module")
def shared(database: Database) -> str:
    """URL of the database that the contract's tests share."""
    return database.create("contract")


class TestPostgresStore(StoreContract):
    held: Record | None = None

    @pytest.fixture
    async def store_of(self, shared) -> AsyncIterator[StoreOf]:
        opened = []

        async def store(record: Record) -> PostgresStore:
            # Most tests share one record, which is imported once.
            if record is not TestPostgresStore.held:
                import_claims(shared, record.header, record.claims)
                TestPostgresStore.held = record
            store = PostgresStore(shared, pool_size=2)
            opened.append(store)
            await store.open()
            return store

        yield store
        for each in opened:
            await each.close()

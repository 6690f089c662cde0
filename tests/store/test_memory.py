"""The store in memory keeps the contract, and swaps its edition in one step."""

import gc
import weakref
from datetime import date
from typing import ClassVar

import pytest

from app.core.errors import RecordUnreadable, StoreUnavailable
from app.core.model import Record
from app.core.query import FACETS, ClaimQuery, Page
from app.store import index
from app.store.memory import MemoryEdition, MemoryStore
from tests.store.contract import StoreContract, StoreOf
from tests.store.meaning import generated


async def memory_store(record):
    return MemoryStore(MemoryEdition.from_record(record, modified=1_700_000_000))


class TestMemoryStore(StoreContract):
    stores: ClassVar[dict[int, tuple[Record, MemoryStore]]] = {}

    @pytest.fixture
    def store_of(self) -> StoreOf:
        async def opened(record: Record) -> MemoryStore:
            # An edition never changes, so the record that most tests share is compiled once.
            if id(record) not in self.stores:
                self.stores[id(record)] = record, await memory_store(record)
            return self.stores[id(record)][1]

        return opened


@pytest.mark.anyio
async def test_a_store_without_a_record_says_so():
    store = MemoryStore()
    with pytest.raises(StoreUnavailable):
        _ = store.edition
    health = await store.health()
    assert (health.ready, health.revision, list(health.faults)) == (False, None, ["No record is loaded yet."])


@pytest.mark.anyio
async def test_a_request_under_way_finishes_on_the_edition_that_it_took():
    store = await memory_store(generated(20, seed=1))
    taken = store.edition
    store.replace(MemoryEdition.from_record(generated(30, seed=2), modified=1_700_000_001))
    assert (await taken.find(ClaimQuery(), Page())).total == 20
    assert (await store.edition.find(ClaimQuery(), Page())).total == 30


@pytest.mark.anyio
async def test_an_edition_that_nobody_uses_is_gone_at_once():
    edition = MemoryEdition.from_record(generated(20, seed=1), modified=1)
    query = ClaimQuery(q='"harbour denied" NATO', status=("confirmed",), as_of=date(2003, 1, 1))
    await edition.find(query, Page(facets=FACETS, sort="relevance"))
    assert edition.lexicon.wording(f"{edition.header.sources[0].name} said so.").items
    held = [edition, edition.index, edition.header.source_by_id, edition.lexicon]
    gone = [weakref.ref(each) for each in held]
    gc.disable()
    try:
        del edition, held
        assert [each() for each in gone] == [None] * len(gone)
    finally:
        gc.enable()


def test_more_claims_than_can_be_numbered_are_refused(monkeypatch):
    monkeypatch.setattr(index, "BLOCK", 20)
    assert MemoryEdition.from_record(generated(20), modified=1).size == 20
    with pytest.raises(RecordUnreadable, match="more than 20 claims"):
        MemoryEdition.from_record(generated(21), modified=1)

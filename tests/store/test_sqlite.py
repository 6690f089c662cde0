"""An edition in a SQLite file answers as memory does, is found again, and never believed where it is not whole."""

from pathlib import Path
from typing import ClassVar

import pytest

from app.model import Record
from app.store import index, sqlite
from app.store.memory import MemoryStore
from app.store.sqlite import SqliteEdition
from tests.store.contract import StoreContract, StoreOf


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

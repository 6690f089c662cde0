"""The header of a record as rows of its index, so that no process holds all sources and documents of a large record.

===============  ======================================================
key              value, as JSON
===============  ======================================================
``dataset:``     the dataset
``sources:ID``   the source; ``documents:``, ``entities:``, ``topics:`` alike
``sources:``     the ids of all sources, in order
``sections:``    the headings of all documents; ``authors:`` and ``parents:`` ids of sources
``names:run``    what a row of stems names (:class:`app.core.likeness.Named`)
``passages=ID``  the passages of a document
``header=NTH``   a piece of the header as the file has it, without its end
===============  ======================================================
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from app.core.documents import DocumentInfo, Passage
from app.core.likeness import Named, names_of
from app.core.model import DatasetInfo, Entity, FileHeader, Header, Source, Topic

Read: TypeAlias = Callable[[str], bytes | None]
"""Returns the value of a key, ``None`` where there is none."""

PIECE = 2**14
"""Characters of a piece of the header; small, so that the contract's records have several."""

KEPT = 2048
"""Rows of a table that stay in memory once they were read."""

PASSAGES = TypeAdapter(tuple[Passage, ...])

_LISTS: Mapping[str, TypeAdapter[Any]] = {
    "documents": TypeAdapter(DocumentInfo),
    "sources": TypeAdapter(Source),
    "entities": TypeAdapter(Entity),
    "topics": TypeAdapter(Topic),
}
_IDS = ("sections", "authors", "parents")
_NAMED = TypeAdapter(Named)

Row = TypeVar("Row")


class Table(Mapping[str, Row], Generic[Row]):
    """The rows of one kind by id, each read when it is asked for."""

    def __init__(self, kind: str, adapter: TypeAdapter[Row], read: Read) -> None:
        self._kind, self._read = kind, read
        # Of no method, since a cycle would keep an old edition's index until the next collection.
        self._row = lru_cache(maxsize=KEPT)(partial(_row, kind, adapter, read))

    def __getitem__(self, id: str) -> Row:
        found = self._row(id)
        if found is None:
            raise KeyError(id)
        return found

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._row(id) is not None

    @property
    def ids(self) -> list[str]:
        """The ids of all rows, in order."""
        found: list[str] = from_json(self._read(f"{self._kind}:") or b"[]")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _size(self) -> int:
        return len(self.ids)


def _row(kind: str, adapter: TypeAdapter[Row], read: Read, id: str) -> Row | None:
    found = read(f"{kind}:{id}") if id else None
    return None if found is None else adapter.validate_json(found)


class Rows(Sequence[Row]):
    """The rows of a table in order."""

    def __init__(self, table: Table[Row]) -> None:
        self.table = table

    def __getitem__(self, at: Any) -> Any:
        ids = self.table.ids[at]
        return self.table[ids] if isinstance(ids, str) else [self.table[each] for each in ids]

    def __iter__(self) -> Iterator[Row]:
        return map(self.table.__getitem__, self.table)

    def __len__(self) -> int:
        return len(self.table)


class StoredHeader(Header):
    """A header that reads its rows when they are asked for."""

    @classmethod
    def of(cls, read: Read) -> "StoredHeader":
        """The header whose rows ``read`` gives; raises ``ValueError`` where there is none."""
        dataset = DatasetInfo.model_validate_json(read("dataset:") or b"")
        tables = {kind: Table(kind, adapter, read) for kind, adapter in _LISTS.items()}
        rows: dict[str, Any] = {kind: Rows(table) for kind, table in tables.items()}
        header = cls.model_construct(dataset=dataset, **rows)
        # In the place of what Header would work out of all rows.
        vars(header).update(
            document_by_id=tables["documents"],
            source_by_id=tables["sources"],
            entity_by_id=tables["entities"],
            topic_by_id=tables["topics"],
            **{kind: Table(kind, TypeAdapter(Any), read) for kind in _IDS},
        )
        return header


def names(read: Read) -> Mapping[str, Named]:
    """The names of sources and entities, as :class:`app.core.likeness.Lexicon` asks for them."""
    return Table("names", _NAMED, read)


def header_rows(header: FileHeader, canonical: bytes) -> list[tuple[str, bytes]]:
    """The key and the value of each row, sorted by key; ``canonical`` is the header as a line of JSON."""
    text, info = canonical[:-1].decode(), header.info
    rows = {f"header={at // PIECE:06}": text[at : at + PIECE].encode() for at in range(0, len(text), PIECE)}
    rows |= {f"passages={each.id}": PASSAGES.dump_json(each.passages, exclude_none=True) for each in header.documents}
    rows["dataset:"] = info.dataset.model_dump_json().encode()
    for kind in _LISTS:
        entries = getattr(info, kind)
        rows |= _table(kind, {each.id: each.model_dump_json().encode() for each in entries})
    for kind in _IDS:
        rows |= _table(kind, dict.fromkeys(getattr(info, kind), b"true"))
    rows |= _table("names", {run: _NAMED.dump_json(each) for run, each in names_of(header).items()}, listed=False)
    return sorted(rows.items())


def _table(kind: str, rows: Mapping[str, bytes], *, listed: bool = True) -> dict[str, bytes]:
    ids = {f"{kind}:": to_json(list(rows))} if listed else {}
    return ids | {f"{kind}:{id_}": value for id_, value in rows.items()}

"""Answers as a store would give them, to be written in a format."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Any

from app.core.model import Record
from app.formats import FORMATS, Listing, Setting
from app.record.dataset import dump_lines
from app.record.served import render

BASE = "https://claims.example"
REVISION = "0123456789abcdef"


def setting(record: Record, **changes: Any) -> Setting:
    passages = {each.id: each.passages for each in record.documents}
    return Setting(record.header.info, revision=REVISION, base=BASE, passages=passages, **changes)


def served(record: Record, as_of: date | None = None) -> list[bytes]:
    return [render(each, record.header).at(as_of) for each in record.claims]


def record_lines(record: Record) -> list[bytes]:
    return list(dump_lines(record.header, record.claims))


def listing(bodies: Sequence[bytes], **changes: Any) -> Listing:
    whole: dict[str, Any] = {"total": len(bodies), "bodies": bodies, "next": None}
    return Listing(**whole | changes)


def page(format_: str, record: Record, **changes: Any) -> bytes:
    """All claims of ``record`` as one page."""
    return FORMATS[format_].claims(listing(served(record)), setting(record, **changes))


def dataset(format_: str, record: Record, **changes: Any) -> bytes:
    """The whole of ``record``, streamed and put together again."""
    bodies = record_lines(record) if format_ == "jsonl" else served(record)
    return b"".join(streamed(format_, bodies, setting(record, **changes)))


def streamed(format_: str, bodies: Iterable[bytes], how: Setting) -> list[bytes]:
    async def all_bodies() -> AsyncIterator[bytes]:
        for each in bodies:
            yield each

    async def gathered() -> list[bytes]:
        return [piece async for piece in FORMATS[format_].dataset(all_bodies(), how)]

    return asyncio.run(gathered())

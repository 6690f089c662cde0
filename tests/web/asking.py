"""Ask an application over ASGI and get every byte of the answer, with nothing added on the way.

An HTTP client sends headers of its own and decodes what comes back; here a test sees what the server was sent and what
it sent, header lines in order.
"""

import asyncio
import atexit
import gzip
import json
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import brotli
import zstandard
from fastapi import FastAPI
from starlette.types import ASGIApp, Message

from app.core.model import Record
from app.settings import Settings
from app.store import ClaimStore
from app.store.memory import MemoryEdition, MemoryStore
from app.web import create_app

T = TypeVar("T")
Headers = Mapping[str, str] | Sequence[tuple[str, str]]

SEEN = 1_700_000_000
"""When the record of :func:`essay` was first seen: 14 November 2023."""

DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


@dataclass(frozen=True)
class Reply:
    """An answer, to the byte."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    pieces: int
    """Messages in which the body came."""

    def header(self, name: str) -> str | None:
        """The only value of a header; a header that is there twice is a fault."""
        values = [value for each, value in self.headers if each == name]
        assert len(values) <= 1, f"{name} is there {len(values)} times"
        return values[0] if values else None

    @property
    def plain(self) -> bytes:
        """The body without its coding."""
        coding = self.header("content-encoding")
        return DECODERS[coding](self.body) if coding else self.body

    @property
    def json(self) -> Any:
        return json.loads(self.plain)

    @property
    def etag(self) -> str:
        etag = self.header("etag")
        assert etag is not None
        return etag


async def ask(
    app: ASGIApp, target: str, method: str = "GET", headers: Headers = (), body: bytes | Sequence[bytes] = b""
) -> Reply:
    """Send one request; ``target`` is what stands in the request line, percent-encoded."""
    raw_path, _, query = target.partition("?")
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    pending = [body] if isinstance(body, bytes) else list(body)
    sent: list[Message] = []

    async def receive() -> Message:
        if not pending:
            await asyncio.Event().wait()  # the reader stays
        piece = pending.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pending)}

    async def send(message: Message) -> None:
        # What is kept elsewhere must not be seen to change afterwards.
        sent.append({**message, "headers": list(message["headers"])} if "headers" in message else dict(message))

    await app(scope, receive, send)
    start, *rest = sent
    assert start["type"] == "http.response.start"
    assert not rest[-1].get("more_body"), "the answer was not finished"
    return Reply(
        start["status"],
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]],
        b"".join(each.get("body", b"") for each in rest),
        len(rest),
    )


_LOOP = asyncio.Runner()
"""One event loop for all: making one takes as long as most answers."""
atexit.register(_LOOP.close)


def run(question: Coroutine[Any, Any, T]) -> T:
    """Wait for an answer where a test is not async, as hypothesis wants it."""
    return _LOOP.run(question)


@cache
def essay() -> Record:
    """The record that this repository ships."""
    return Record.model_validate_json((Path(__file__).parents[2] / "claims.json").read_bytes())


def holding(record: Record, modified: int = SEEN) -> MemoryStore:
    """A store that holds a record."""
    return MemoryStore(MemoryEdition.from_record(record, modified))


@cache
def essay_store() -> MemoryStore:
    """One store of the essay for all tests that only read."""
    return holding(essay())


def serving(store: ClaimStore | None = None, **settings: Any) -> FastAPI:
    """An application over ``store``; without one, an application over the essay, the same for all who ask alike."""
    if store is None and not settings:
        return _shared()
    return create_app(store or essay_store(), Settings(**settings))


@cache
def _shared() -> FastAPI:
    return create_app(essay_store(), Settings())

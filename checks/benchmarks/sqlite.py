"""SQLite with an index for each question and FTS5 for the words, behind FastAPI; bodies are stored ready to send."""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import StreamingResponse

from app.core.query import words

_PLAIN, _SEARCHED = "claims c", "claims_fts f JOIN claims c ON c.number = f.rowid"

_STANDING = "FROM standing s WHERE s.status = ? AND s.first <= ? AND s.last >= ?"

_STOOD = f"""
SELECT c.body FROM claims c JOIN (SELECT number {_STANDING} ORDER BY number LIMIT 20) t USING (number) ORDER BY number
"""


class Database:
    """The file that :mod:`checks.benchmarks.tables` writes."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
        self.connection.execute("PRAGMA mmap_size = 8000000000")

    def rows(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return self.connection.execute(text, values).fetchall()

    def page(self, asked: Sequence[tuple[str, object]], after: int, *, searched: bool, facets: bool) -> Response:
        """Total, twenty claims, and counts by kind and status if asked for."""
        tables, column = (_SEARCHED, "f.rowid") if searched else (_PLAIN, "c.number")
        where, values = " AND ".join(["1", *(text for text, _ in asked)]), [value for _, value in asked]
        total = self.rows(f"SELECT count(*) FROM {tables} WHERE {where}", *values)[0][0]
        bodies = self.rows(
            f"SELECT c.body FROM {tables} WHERE {where} AND {column} > ? ORDER BY {column} LIMIT 20", *values, after
        )
        counts = {
            name: dict(self.rows(f"SELECT c.{name}, count(*) FROM {tables} WHERE {where} GROUP BY 1", *values))
            for name in ("kind", "status")
            if facets
        }
        return _json(total, bodies, counts)


def fts(directory: Path) -> FastAPI:
    """The application."""
    app = FastAPI()
    database = Database(directory / "bench.db")

    @app.get("/claims/{claim_id}")
    async def one(claim_id: str) -> Response:
        found = database.rows("SELECT body FROM claims WHERE id = ?", claim_id)
        if not found:
            raise HTTPException(404)
        return Response(found[0][0], media_type="application/json")

    @app.get("/claims")
    async def many(
        q: str = "", kind: str | None = None, document: str | None = None, after: int = -1, facets: bool = False
    ) -> Response:
        match = " ".join(f'"{each}"' for each in words(q)) or None
        asked = [("c.kind = ?", kind), ("c.document = ?", document), ("claims_fts MATCH ?", match)]
        given = [(text, value) for text, value in asked if value is not None]
        return database.page(given, after, searched=match is not None, facets=facets)

    @app.get("/standing")
    async def standing(status: str, as_of: str) -> Response:
        total = database.rows(f"SELECT count(*) {_STANDING}", status, as_of, as_of)[0][0]
        return _json(total, database.rows(_STOOD, status, as_of, as_of))

    @app.get("/dataset")
    async def whole() -> StreamingResponse:
        return StreamingResponse(_lines(database), media_type="application/jsonl")

    return app


async def _lines(database: Database) -> AsyncIterator[bytes]:
    cursor = database.connection.execute("SELECT body FROM claims ORDER BY number")
    while some := cursor.fetchmany(100):
        yield "".join(f"{body}\n" for (body,) in some).encode()


def _json(total: int, bodies: Sequence[tuple[Any, ...]], facets: Mapping[str, Any] | None = None) -> Response:
    tail = f',"facets":{json.dumps(facets)}' if facets else ""
    body = f'{{"total":{total},"items":[{",".join(each for (each,) in bodies)}]{tail}}}'
    return Response(body, media_type="application/json")

"""The same claims for the peers: an SQLite file for Datasette and FTS5, JSON for json-server, lines for others.

Words are stored as this product compares them (folded, split, stemmed), so that a peer's index finds the same claims;
their work of taking words apart is thereby done for them.
"""

import json
import sqlite3
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.core.model import Claim, Header
from app.core.query import words
from app.core.status import timeline
from app.store.edition import IndexedEdition

_SCHEMA = """
CREATE TABLE claims (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, document TEXT, status TEXT, words TEXT, body TEXT
);
CREATE TABLE standing (status TEXT, number INTEGER, first TEXT, last TEXT);
"""
_INDICES = """
CREATE INDEX claims_kind ON claims (kind, number);
CREATE INDEX claims_document ON claims (document, kind, number);
CREATE INDEX claims_status ON claims (status, number);
CREATE INDEX standing_status ON standing (status, number, first, last);
CREATE VIRTUAL TABLE claims_fts USING fts5 (words, content="claims", content_rowid="number");
INSERT INTO claims_fts (claims_fts) VALUES ('rebuild');
ANALYZE;
"""


def write_tables(edition: IndexedEdition, directory: Path, *, small: bool, tiny: bool) -> None:
    """Write what the peers read, unless it is there; ``small`` also for the naive design, ``tiny`` for json-server."""
    done = directory / f"{edition.revision}.written"
    if done.exists():
        return
    path = directory / "bench.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        for rows in _batched(_rows(edition)):
            database.executemany("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?)", [row for row, _ in rows])
            periods = [(status, row[0], *days) for row, standing in rows for status, *days in standing]
            database.executemany("INSERT INTO standing VALUES (?, ?, ?, ?)", periods)
        database.commit()
        database.executescript(_INDICES)
        database.commit()
        if small:
            _write_lines(database, directory)
        if tiny:
            bodies = database.execute("SELECT body FROM claims ORDER BY number")
            (directory / "db.json").write_text('{"claims":[' + ",".join(body for (body,) in bodies) + "]}")
    done.touch()


def _write_lines(database: sqlite3.Connection, directory: Path) -> None:
    with (directory / "served.jsonl").open("w") as lines, (directory / "words.txt").open("w") as spoken:
        for body, said in database.execute("SELECT body, words FROM claims ORDER BY number"):
            lines.write(body + "\n")
            spoken.write(said + "\n")


def _rows(edition: IndexedEdition) -> Iterator[tuple[tuple[Any, ...], list[tuple[str, str, str]]]]:
    """For each claim its row, and the periods in which it stood in one way."""
    # The same few thousand names over and over.
    taken_apart = lru_cache(maxsize=None)(words)
    for number in range(edition.size):
        body = _now(edition.claim(edition.claim_id(number)))
        served = json.loads(body)
        claim = Claim.model_validate({name: value for name, value in served.items() if name in Claim.model_fields})
        texts = [words(claim.text), *map(taken_apart, _names(claim, edition.header))]
        said = " ".join(dict.fromkeys(word for text in texts for word in text))
        row = (number, claim.id, claim.kind.value, claim.document, served["status"], said, body.decode())
        yield row, _standing(claim, edition)


def _names(claim: Claim, header: Header) -> Iterator[str]:
    """Names in which a claim is found, as :func:`app.core.query.searched` has them."""
    for source in dict.fromkeys(id_ for each in claim.statements for id_ in (each.source, *each.via)):
        yield header.source_by_id[source].name
    for entity in dict.fromkeys((*claim.about, *claim.parties)):
        yield header.entity_by_id[entity].name
        yield from header.entity_by_id[entity].aliases


def _standing(claim: Claim, edition: IndexedEdition) -> list[tuple[str, str, str]]:
    periods = timeline(claim, edition.header)
    ends = [each.start - timedelta(days=1) for each in periods[1:]] + [date.max]
    return [
        (period.verdict.status.value, period.start.isoformat(), end.isoformat())
        for period, end in zip(periods, ends, strict=True)
    ]


def _now(answer: Coroutine[Any, Any, bytes | None]) -> bytes:
    """An answer of the store in memory, which never waits; a loop for each claim would cost more than the claim."""
    try:
        answer.send(None)
    except StopIteration as done:
        return bytes(done.value)
    raise TypeError("the store in memory had to wait")


def _batched(items: Iterable[Any], size: int = 1000) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch

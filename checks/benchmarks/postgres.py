"""A plain PostgreSQL table with a ``tsvector`` beside the store in ClickHouse, asked the same in the same run.

The table is filled with what the index in ClickHouse holds. It has a GIN index over the words, B-trees over the rest,
and beside it a table of periods for questions of a day. ``psql`` asks, and tells how long each statement took: a
question has one for its total, one for its page, and one for each of its counts.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.core.query import ClaimQuery, Page, search
from tests.store.engine import Server

CHUNK = 50_000

_TABLES = """
CREATE TABLE claims (
    position int PRIMARY KEY, id text, kind text, status text, document text, words tsvector, body text
);
CREATE TABLE periods (position int, status text, since int, until int);
"""
_INDEXES = """
CREATE UNIQUE INDEX ON claims (id);
CREATE INDEX ON claims (kind);
CREATE INDEX ON claims (document);
CREATE INDEX ON claims USING gin (words);
CREATE INDEX ON periods (status, since, until);
VACUUM ANALYZE;
"""
_WORDS = "arrayFilter(key -> match(key, '^(text|name)=[^ ]+$'), keys)"
_ROWS = {
    "claims": (
        "SELECT position, id, kind, status, substring(arrayFirst(key -> startsWith(key, 'document='), keys), 10), "
        f"arrayStringConcat(arrayDistinct(arrayMap(key -> concat('''', substring(key, 6), ''''), {_WORDS})), ' '), "
        "concat(head, tails[-1]) FROM claims_index JOIN claims_bodies USING position"
    ),
    "periods": (
        "SELECT position, held, since, until FROM claims_index ARRAY JOIN status_then AS held, turns AS since, "
        "arrayPushBack(arrayPopFront(turns), 4000000) AS until"
    ),
}


def found() -> Path | None:
    """The directory of PostgreSQL's programs; ``None`` where there are none."""
    place = shutil.which("initdb") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)
    return Path(place).resolve().parent if place else None


class Postgres:
    """A server of this program's own, on a socket in its directory."""

    def __init__(self, programs: Path, directory: Path) -> None:
        # It refuses to be run by the superuser.
        self._programs, self._directory, self._user = programs, directory, "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(directory, self._user)
        self._run("initdb", "-D", f"{directory}/data", "-U", "claims", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = {"shared_buffers": "2GB", "work_mem": "64MB", "max_parallel_workers_per_gather": 0, "jit": "off",
                   "fsync": "off", "max_wal_size": "8GB", "maintenance_work_mem": "1GB"}  # fmt: skip
        chosen = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [programs / "postgres", "-D", f"{directory}/data", "-k", directory, "-h", "", *chosen],
            user=self._user, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._run("pg_isready", "-h", directory, "-t", "60", retries=60)

    def ask(self, statements: str) -> str:
        """What ``psql`` prints."""
        return self._run("psql", "-h", self._directory, "-U", "claims", "-d", "postgres", "-XqAt", given=statements)

    def milliseconds(self, questions: Sequence[Sequence[str]]) -> list[float]:
        """How long each question takes, whose statements are asked one after the other."""
        told = self.ask("\\timing on\n" + "\n".join(f"{each};" for question in questions for each in question))
        times = iter([float(each) for each in re.findall(r"^Time: ([\d.]+) ms", told, re.MULTILINE)])
        return [sum([next(times) for _ in question]) for question in questions]

    def _run(self, program: str, *options: str | Path, given: str = "", retries: int = 0) -> str:
        command = [self._programs / program, *options]
        done = subprocess.run(command, input=given, user=self._user, text=True, capture_output=True, check=False)
        if done.returncode and retries:
            subprocess.run(["sleep", "1"], check=True)
            return self._run(program, *options, given=given, retries=retries - 1)
        assert not done.returncode, done.stderr
        return done.stdout


@contextmanager
def filled(programs: Path, engine: Server, database: str) -> Iterator[Postgres]:
    """A server that holds what ``database`` has in the engine."""
    with tempfile.TemporaryDirectory(prefix="claims-postgres-") as place:
        postgres = Postgres(programs, Path(place))
        try:
            postgres.ask(_TABLES)
            size = int(engine.ask("SELECT size FROM claims_editions ORDER BY number DESC LIMIT 1", database))
            for start in range(0, size, CHUNK):
                for table, rows in _ROWS.items():
                    within = f"WHERE position BETWEEN {start} AND {start + CHUNK - 1}"
                    copied = engine.ask(f"{rows} {within} FORMAT TSV", database)
                    postgres.ask(f"COPY {table} FROM STDIN;\n{copied}\\.\n")
            postgres.ask(_INDEXES)
            yield postgres
        finally:
            postgres.process.terminate()
            postgres.process.wait()


def statements(asked: str | tuple[ClaimQuery, Page]) -> list[str]:
    """What is asked as SQL: a claim's id; or kinds, documents, words, a day's statuses in the order of the record."""
    if isinstance(asked, str):
        return [f"SELECT body FROM claims WHERE id = '{asked}'"]
    query, page = asked
    given = {"kind": query.kind, "document": query.document, "status": () if query.as_of else query.status}
    where = [f"{name} = ANY('{{{', '.join(values)}}}')" for name, values in given.items() if values]
    where += [f"words @@ '''{word}'''::tsquery" for word in search(query.q).words]
    if query.as_of:
        day, statuses = query.as_of.toordinal(), ", ".join(query.status)
        held = f"SELECT position FROM periods WHERE status = ANY('{{{statuses}}}') AND since <= {day} AND until > {day}"
        where.append(f"position IN ({held})")
    source = f"FROM claims WHERE {' AND '.join(where)}"
    counts = [f"SELECT {name}, count(*) {source} GROUP BY 1" for name in page.facets]
    return [f"SELECT count(*) {source}", f"SELECT body {source} ORDER BY position LIMIT {page.limit + 1}", *counts]

"""Who is measured: how each party is started, how it is asked each question, and how its answer is read.

A workload that a party has no target for is one that it cannot do.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from app.core.cursor import encode_cursor
from checks.benchmarks.workloads import Question

Target = Callable[[Question], str]
Read = Callable[[bytes], tuple[tuple[str, ...], int | None]]

JSON_SERVER = "json-server@0.17.4"


@dataclass(frozen=True)
class Party:
    """One server among those compared."""

    name: str
    label: str
    command: Callable[[Path, int], Sequence[str]]
    """From the directory of the record and a port to what is run."""
    probe: str
    """A target that is answered when it is ready."""
    targets: Mapping[str, Target]
    read: Read | None
    """Ids and total of a page; ``None`` for a party that sends bytes it does not understand."""
    most: int = 10**9
    """Largest record that it is asked to serve in this benchmark."""
    environment: Mapping[str, str] = field(default_factory=dict)
    told: bool = False
    """Whether it is told which workload comes, since it sends constant bytes."""
    missing: Callable[[], str | None] = lambda: None
    """Why it cannot take part on this machine, if it cannot."""


def _page(body: bytes) -> tuple[tuple[str, ...], int | None]:
    answer = json.loads(body)
    if "items" in answer:
        return tuple(each["id"] for each in answer["items"]), answer["total"]
    return (answer["id"],), None


def _datasette_page(body: bytes) -> tuple[tuple[str, ...], int | None]:
    answer = json.loads(body)
    if isinstance(answer, list):
        return tuple(each["id"] for each in answer), None
    return tuple(each["id"] for each in answer["rows"]), answer["filtered_table_rows_count"]


def _json_server_page(body: bytes) -> tuple[tuple[str, ...], int | None]:
    answer = json.loads(body)
    return tuple(each["id"] for each in (answer if isinstance(answer, list) else [answer])), None


def _record(directory: Path) -> str:
    return str(next(directory.glob("record.jsonl")))


def _ours(directory: Path, port: int) -> Sequence[str]:
    run = "from app.cli import main; main()"
    return [sys.executable, "-c", run, "serve", "--port", str(port), "--store", _record(directory)]


def _after(question: Question) -> str:
    return encode_cursor(f"{question.query.canonical()}&sort=document", question.id)


_OURS: Mapping[str, Target] = {
    "W1": lambda q: f"/claims/{q.id}",
    "W2": lambda q: f"/claims?kind={q.kind}&document={q.document}",
    "W3": lambda q: f"/claims?q={quote_plus(q.q)}&facets=kind,status",
    "W4": lambda q: f"/claims/{q.id}",
    "W5": lambda q: f"/claims?cursor={_after(q)}",
    "W6": lambda q: "/dataset?format=jsonl",
    "W7": lambda q: f"/claims?status={q.status}&as_of={q.day}",
}

_PAGES = {name: _OURS[name] for name in ("W1", "W2", "W3", "W4", "W5", "W7")}


def _peer(name: str) -> Callable[[Path, int], Sequence[str]]:
    return lambda directory, port: [sys.executable, "-m", "checks.benchmarks.peers", name, str(directory), str(port)]


def _datasette(directory: Path, port: int) -> Sequence[str]:
    settings = {"sql_time_limit_ms": 60_000, "facet_time_limit_ms": 60_000, "max_returned_rows": 1000, "max_csv_mb": 0}
    given = [part for name, value in settings.items() for part in ("--setting", name, str(value))]
    database = str(directory / "bench.db")
    return [sys.executable, "-m", "datasette", "serve", "-i", database, "-p", str(port), *given]


_COLUMNS = "_col=id&_col=body&_json=body&_shape=objects&_size=20"

_DATASETTE: Mapping[str, Target] = {
    "W1": lambda q: f"/bench/claims/{q.number}.json?_shape=array&_json=body",
    "W2": lambda q: f"/bench/claims.json?kind={q.kind}&document={q.document}&{_COLUMNS}",
    "W3": lambda q: f"/bench/claims.json?_search={quote_plus(' '.join(q.stems))}&_facet=kind&_facet=status&{_COLUMNS}",
    "W5": lambda q: f"/bench/claims.json?_next={q.number}&{_COLUMNS}",
    "W6": lambda q: "/bench/claims.csv?_stream=on&_size=max&_col=id&_col=body",
}


def _json_server(directory: Path, port: int) -> Sequence[str]:
    return [_installed_json_server(), "--quiet", "--port", str(port), str(directory / "db.json")]


def _installed_json_server() -> str:
    """Path of json-server, installed beside nothing else at the first use."""
    home = Path(tempfile.gettempdir()) / "claims-benchmarks" / "json-server"
    program = home / "node_modules" / ".bin" / "json-server"
    if not program.exists():
        home.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", JSON_SERVER], cwd=home, check=True)
    return str(program)


def _nginx(directory: Path, port: int) -> Sequence[str]:
    home = directory / "nginx"
    home.mkdir(exist_ok=True)
    configuration = home / "nginx.conf"
    configuration.write_text(
        f"""daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error.log; user root;
events {{ worker_connections 1024; }}
http {{
  access_log off; default_type application/json; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi; open_file_cache max=10000 inactive=600s;
  server {{ listen 127.0.0.1:{port}; root {directory}/files; }}
}}
"""
    )
    return ["nginx", "-p", str(home), "-c", str(configuration)]


def _needs(program: str) -> Callable[[], str | None]:
    return lambda: None if shutil.which(program) else f"{program} is not installed"


def _needs_datasette() -> str | None:
    from importlib.util import find_spec

    return None if find_spec("datasette") else "datasette is not installed (pip install '.[bench]')"


PARTIES = (
    Party("ceiling", "raw ASGI, constant bytes", _peer("ceiling"), "/", _PAGES, None, told=True),
    Party(
        "constant", "FastAPI, constant bytes, five parameters", _peer("constant"), "/claims",
        {name: _OURS[name] for name in ("W1", "W2", "W3", "W5")}, None, told=True,
    ),
    Party(
        "hot", "Claims API, answers cached", _ours, "/health/ready", _OURS, _page,
        environment={"CLAIMS_CACHE_BYTES": str(512 * 2**20)},
    ),
    Party(
        "uncached", "Claims API, no cache", _ours, "/health/ready", _OURS, _page,
        environment={"CLAIMS_CACHE_BYTES": "0"},
    ),
    Party(
        "naive", "Pydantic list, response_model", _peer("naive"), "/claims?kind=none",
        {
            "W1": _OURS["W1"],
            "W2": _OURS["W2"],
            "W3": lambda q: f"/claims?q={quote_plus(q.q)}&facets=true",
        },
        _page, most=100_000,
    ),
    Party(
        "fts", "SQLite FTS5 behind FastAPI", _peer("fts"), "/claims?kind=none",
        {
            "W1": _OURS["W1"],
            "W2": _OURS["W2"],
            "W3": lambda q: f"/claims?q={quote_plus(q.q)}&facets=true",
            "W5": lambda q: f"/claims?after={q.number}",
            "W6": lambda q: "/dataset",
            "W7": lambda q: f"/standing?status={q.status}&as_of={q.day}",
        },
        _page,
    ),
    Party(
        "datasette", "Datasette", _datasette, "/-/versions.json", _DATASETTE, _datasette_page, missing=_needs_datasette
    ),
    Party(
        "json-server", "json-server", _json_server, "/claims?_limit=1",
        {
            "W1": _OURS["W1"],
            "W2": lambda q: f"/claims?kind={q.kind}&document={q.document}&_page=1&_limit=20",
        },
        _json_server_page, most=10_000, missing=_needs("npm"),
    ),
    Party(
        "nginx", "nginx, the same bytes from files", _nginx, "/ready",
        {name: lambda q: "" for name in ("W1", "W2", "W3", "W4", "W5", "W7")}, None, missing=_needs("nginx"),
    ),
)  # fmt: skip
"""In the order of the tables. nginx's targets are the files that :mod:`checks.benchmarks.rounds` writes for it."""


def stated(answer: tuple[tuple[str, ...], int | None], other: tuple[tuple[str, ...], int | None]) -> bool:
    """Whether two answers name the same claims, and the same total where both name one."""
    return answer[0] == other[0] and (answer[1] == other[1] or None in (answer[1], other[1]))


def described(parties: Sequence[Party]) -> dict[str, Any]:
    """Names and labels, for the results' file."""
    return {each.name: each.label for each in parties}

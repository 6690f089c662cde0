"""ClickHouse out of a wheel: in this process, or behind HTTP in one of its own (``python -m tests.store.engine``).

The wheel allows one session a process. What the driver asks over HTTP is handed to it: statements with parameters,
settings, and inserts.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email import message_from_bytes
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, create_server
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest

PASSWORD = "hush@#hush"

REQUIRED = bool(os.environ.get("CLAIMS_REQUIRE_CLICKHOUSE"))


def require_engine() -> None:
    """Skips the test or module that calls it where there is no engine, unless the environment forbids that."""
    if REQUIRED:
        import chdb  # noqa: F401
    else:
        for each in ("chdb", "clickhouse_connect"):
            pytest.importorskip(each, reason="pip install '.[clickhouse-test]' brings ClickHouse, for its tests")


class Engine:
    """The session of this process."""

    def __init__(self, directory: str) -> None:
        from chdb.session import Session

        self._session = Session(directory)
        self._turn = threading.Lock()

    def answer(self, database: str, statement: str, parameters: Mapping[str, str], form: str = "TabSeparated") -> bytes:
        """The bytes of an answer. Raises ``RuntimeError`` with what ClickHouse says."""
        with self._turn:
            if database:
                self._session.query(f"USE {database}")
            found = self._session.query(statement, form, params=dict(parameters))
            return bytes(found.bytes()) if found else b""

    def take(self, database: str, table: str, form: str, rows: bytes, settings: Mapping[str, Any]) -> None:
        """Inserts rows. They are streamed from a file; inside the statement they would be copied and parsed twice."""
        chosen = ", ".join(f"{name} = {value!r}" for name, value in settings.items())
        with tempfile.NamedTemporaryFile() as file:
            file.write(rows)
            file.flush()
            source = f"FROM INFILE '{file.name}' {f'SETTINGS {chosen} ' if chosen else ''}FORMAT {form}"
            self.answer(database, f"INSERT INTO {table} {source}", {})


@cache
def engine() -> Engine:
    return Engine(tempfile.mkdtemp(prefix="claims-clickhouse-"))


class InProcess:
    """What the product asks of the driver's client, answered by the session of this process."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.settings: dict[str, Any] = {}

    def set_client_setting(self, name: str, value: Any) -> None:
        self.settings[name] = value

    async def raw_query(self, query: str, parameters: Any = None, fmt: str = "", **_: Any) -> bytes:
        from clickhouse_connect.driver.binding import bind_query
        from clickhouse_connect.driver.exceptions import DatabaseError

        statement, bound = bind_query(query, parameters)
        values = {name.removeprefix("param_"): value for name, value in bound.items()}
        try:
            return engine().answer(self.database, f"{statement!s}\nFORMAT {fmt}", values)
        except Exception as error:
            raise DatabaseError(str(error)) from error

    async def raw_insert(
        self, table: str, insert_block: bytes, settings: Mapping[str, Any], fmt: str, **_: Any
    ) -> None:
        from clickhouse_connect.driver.exceptions import DatabaseError

        try:
            engine().take(self.database, table, fmt, insert_block, settings)
        except Exception as error:
            raise DatabaseError(str(error)) from error

    async def close(self) -> None:
        pass


async def in_process(dsn: str, **_: Any) -> InProcess:
    """Takes the place of the driver's ``get_async_client``."""
    return InProcess(urlsplit(dsn).path.strip("/"))


class Handler(BaseHTTPRequestHandler):
    """A request of the driver: the statement is its body, what belongs to it is in the query string."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one packet
    disable_nagle_algorithm = True  # as ClickHouse does: a second packet would wait for the first to be acknowledged
    cut = False
    """Whether an answer ends in its middle."""
    full = False
    """Whether the disk has no space left."""

    def do_PUT(self) -> None:
        """A test breaks or mends something: ``/cut=1``, ``/full=0``."""
        name, value = self.path.strip("/").split("=")
        setattr(Handler, name, value == "1")
        self._send(200, b"")

    def do_GET(self) -> None:
        self._send(200, b"Ok.\n")

    def do_POST(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body: Any = self.rfile.read(int(self.headers["content-length"]))
        if (kind := self.headers.get("content-type", "")).startswith("multipart/form-data"):
            parts: Any = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).get_payload()
            fields = {
                each.get_param("name", header="content-disposition"): each.get_payload(decode=True) for each in parts
            }
            body = fields.pop("query")
            asked |= {name: value.decode() for name, value in fields.items()}
        insert = re.match(rb"\s*INSERT INTO (\S+)\s+FORMAT (\S+)\s", body)
        statement = "" if insert else body.decode()
        user, _, password = b64decode(self.headers["authorization"].removeprefix("Basic ")).decode().partition(":")
        writes = re.match(rb"\s*(INSERT|CREATE|ALTER)", body)
        try:
            if password != PASSWORD:
                raise RuntimeError(f"Code: 516. DB::Exception: {user}: Authentication failed. (AUTHENTICATION_FAILED)")
            if writes and user == "reader":
                raise RuntimeError(f"Code: 497. DB::Exception: {user}: Not enough privileges. (ACCESS_DENIED)")
            if writes and Handler.full:
                raise RuntimeError(f"Code: 243. DB::Exception: Cannot reserve 1 MiB: {body[:50]!r}. (NOT_ENOUGH_SPACE)")
            values = {name.removeprefix("param_"): each for name, each in asked.items() if name.startswith("param_")}
            settings = {name: value for name, value in asked.items() if name == "insert_deduplication_token"}
            if insert:
                table, form = insert[1].decode(), insert[2].decode()
                engine().take(asked.get("database", ""), table, form, body[insert.end() :], settings)
                self._send(200, b"")
            else:
                self._send(200, engine().answer(asked.get("database", ""), statement, values))
        except Exception as error:  # noqa: BLE001 - whatever it is, the driver is told
            code = re.search(r"Code: (\d+)", str(error))
            self._send(500, str(error).encode(), **{"X-ClickHouse-Exception-Code": code[1] if code else "1002"})

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if Handler.cut and len(body) > 1 and self.command == "POST":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(SHUT_RDWR)
        else:
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server:
    """The engine behind HTTP, in a process of its own, and the ill treatment that a store must survive."""

    def __init__(self, directory: Path) -> None:
        with create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._directory = directory
        self.start()

    def url(self, database: str, user: str = "writer") -> str:
        return f"clickhouse://{user}:{quote(PASSWORD)}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.store.engine", str(self._directory), str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def ask(self, statement: str, database: str = "") -> str:
        login = b64encode(f"writer:{PASSWORD}".encode()).decode()
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/", params={"database": database}, content=statement,
            headers={"authorization": f"Basic {login}"}, timeout=600,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return answer.text

    def set(self, fault: str) -> None:
        httpx.put(f"http://127.0.0.1:{self.port}/{fault}")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The server stands still: connections stay open, and nothing answers."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


@contextmanager
def served() -> Iterator[Server]:
    """A new server; takes a second."""
    with tempfile.TemporaryDirectory(prefix="claims-clickhouse-") as directory:
        server = Server(Path(directory))
        try:
            yield server
        finally:
            server.kill()


def children(pid: int) -> list[int]:
    """Processes that ``pid`` has started and that are still there."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(each.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(each.parent.name))
    return found


def main() -> None:
    directory, port = sys.argv[1:]
    globals()["engine"] = cache(lambda: Engine(directory))
    engine()
    with ThreadingHTTPServer(("127.0.0.1", int(port)), Handler) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

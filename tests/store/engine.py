"""ClickHouse itself, out of a wheel: in this process, or behind HTTP in one of its own (``python -m tests.store.engine``).

The wheel allows one session a process. What the driver asks over HTTP is handed to it: statements with parameters,
settings, and inserts.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

REQUIRED = bool(os.environ.get("CLAIMS_REQUIRE_CLICKHOUSE"))


def require_engine() -> None:
    """Skips the module that calls it where there is no engine, unless the environment forbids that."""
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

        chosen = ", ".join(f"{name} = {value!r}" for name, value in settings.items())
        statement = f"INSERT INTO {table} {f'SETTINGS {chosen} ' if chosen else ''}FORMAT {fmt}\n"
        try:
            engine().answer(self.database, statement + insert_block.decode(), {})
        except Exception as error:
            raise DatabaseError(str(error)) from error

    async def close(self) -> None:
        pass


async def in_process(dsn: str, **_: Any) -> InProcess:
    """Takes the place of the driver's ``get_async_client``."""
    return InProcess(urlsplit(dsn).path.strip("/"))

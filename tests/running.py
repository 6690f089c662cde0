"""A real server on a free port of this machine, for the tests of the client, the command line and MCP."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from app.core.model import Record
from app.store.memory import MemoryEdition, MemoryStore
from app.web import create_app
from tests import records


def store_of(record: Record) -> MemoryStore:
    """A store in memory, first seen on 14 November 2023."""
    return MemoryStore(MemoryEdition.from_record(record, 1_700_000_000))


def ferries(**changes: Any) -> MemoryStore:
    """The small record of :mod:`tests.records`."""
    return store_of(Record.model_validate(records.record(**changes)))


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Address of ``app``, served by uvicorn in a thread until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, access_log=False, log_level="warning", lifespan="on", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
        listening.close()


@contextmanager
def serving_record(store: MemoryStore) -> Iterator[str]:
    """Address of the whole service over ``store``."""
    with serving(create_app(store)) as url:
        yield url

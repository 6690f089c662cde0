"""A download of the whole record as a client sees it: as long as it says, and never taken for whole when it broke."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlsplit

import pytest

from app.core.model import Record
from app.record.dataset import dump_lines
from app.store.memory import MemoryEdition, MemoryStore
from tests import records
from tests.running import serving_record, store_of

RECORD = Record.model_validate(records.many(1000))
WHOLE = b"".join(dump_lines(RECORD.header, RECORD.claims))
TARGET = "/dataset?format=jsonl"


class Breaking(MemoryEdition):
    """An edition that breaks half way."""

    async def records(self) -> AsyncIterator[bytes]:
        async for some in super().records():
            yield some
            raise OSError("the disk is gone")


class Short(MemoryEdition):
    """An edition that has less than it promised."""

    async def records(self) -> AsyncIterator[bytes]:
        yield b""


@contextmanager
def asking(kind: type[MemoryEdition] = MemoryEdition, *, told: bool = True) -> Iterator[HTTPConnection]:
    """A connection to a server of :data:`RECORD`, which knows beforehand how long a download is if ``told``."""
    store: MemoryStore = store_of(RECORD)
    store.edition.__class__ = kind
    if not told:
        store.edition.lines_size = None
    with serving_record(store) as url, closing(HTTPConnection(urlsplit(url).netloc, timeout=10)) as connection:
        yield connection


def test_a_client_that_counts_gets_what_it_was_told_and_asks_on() -> None:
    with asking() as connection:
        connection.request("HEAD", TARGET)
        told = connection.getresponse()
        assert told.read() == b""
        connection.request("GET", TARGET)
        answer = connection.getresponse()
        assert answer.headers["content-length"] == told.headers["content-length"] == str(len(WHOLE))
        assert answer.headers["transfer-encoding"] is None
        assert answer.read() == WHOLE
        connection.request("GET", "/health/live")
        assert connection.getresponse().status == 200


def test_a_length_that_nobody_knows_is_not_told() -> None:
    with asking(told=False) as connection:
        connection.request("GET", TARGET)
        answer = connection.getresponse()
        assert answer.headers["content-length"] is None
        assert answer.headers["transfer-encoding"] == "chunked"
        assert answer.read() == WHOLE


@pytest.mark.parametrize("kind", [Breaking, Short])
def test_a_download_that_breaks_is_cut_off_and_is_shorter_than_was_told(kind: type[MemoryEdition]) -> None:
    with asking(kind) as connection:
        connection.request("GET", TARGET)
        answer = connection.getresponse()
        with pytest.raises(IncompleteRead) as broken:
            answer.read()
        assert 0 < len(broken.value.partial) < len(WHOLE)

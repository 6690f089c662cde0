"""Counts that workers share through one piece of memory."""

import asyncio
from contextlib import suppress

import pytest

from app.server.sharing import PAGE, Sheet, Sheets
from app.web.counting import Counted, Counts


def counted(requests: float = 1.0) -> Counted:
    return Counted({("/claims", 200): [0.0, requests]}, {"claims_cache_hits": requests}, {"claims_connections": 1})


def test_what_one_worker_wrote_the_others_read() -> None:
    sheets = Sheets(3)
    sheets.write(1, counted(5))
    (read,) = sheets.others(0)
    assert read.rows == {("/claims", 200): [0.0, 5]}


def test_a_worker_does_not_read_its_own_page_among_the_others() -> None:
    sheets = Sheets(2)
    sheets.write(0, counted())
    assert list(sheets.others(0)) == []


def test_a_page_that_is_being_written_is_not_read() -> None:
    sheets = Sheets(2)
    sheets.write(1, counted())
    sheets._memory[PAGE] |= 1
    assert sheets.read(1) is None


def test_a_page_can_be_written_again_and_again() -> None:
    sheets = Sheets(1)
    for nth in range(5):
        sheets.write(0, counted(nth))
    read = sheets.read(0)
    assert read is not None
    assert read.totals == {"claims_cache_hits": 4}


def test_more_than_a_page_holds_is_not_written() -> None:
    sheets = Sheets(2)
    sheets.write(0, Counted({(f"/{nth}", 200): [float(nth)] * 17 for nth in range(20_000)}, {}, {}))
    assert sheets.read(0) is None
    assert sheets.read(1) is None


def test_a_worker_goes_on_from_what_its_predecessor_wrote() -> None:
    sheets, counts = Sheets(1), Counts()
    sheets.write(0, counted(5))
    Sheet(sheets, 0).share(counts)
    assert counts.counted().totals == {"claims_cache_hits": 5}


@pytest.mark.anyio
async def test_counts_are_written_once_more_at_the_end() -> None:
    sheets, counts = Sheets(1), Counts()
    counts.totals["claims_cache_hits"] = lambda: 7
    keeping = asyncio.create_task(Sheet(sheets, 0).keep(counts))
    await asyncio.sleep(0)
    counts.totals["claims_cache_hits"] = lambda: 8
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    read = sheets.read(0)
    assert read is not None
    assert read.totals == {"claims_cache_hits": 8}

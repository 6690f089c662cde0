"""A stream is whole wherever its last batch or its last piece ends."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from app.core.model import Record
from app.formats.shape import PIECE, pieces
from tests import records
from tests.formats.answers import dataset, page, served, setting, streamed


def test_a_stream_of_json_ld_is_json_wherever_its_last_batch_ends():
    whole = Record.model_validate(records.many(60))
    for count in range(len(whole.claims)):
        some = whole.model_copy(update={"claims": whole.claims[:count]})
        graph = json.loads(dataset("jsonld", some))["@graph"]
        assert [each["identifier"] for each in graph if each["type"][0] == "schema:Claim"] == [
            each.id for each in some.claims
        ]


@pytest.mark.parametrize("form", ["csv", "json", "text"])
def test_a_stream_of_many_pieces_has_every_byte_of_the_page_once(form):
    record = Record.model_validate(records.many(400))
    told = streamed(form, served(record), setting(record))
    whole, at_once = b"".join(told), page(form, record)
    assert len(told) > 1
    assert all(len(each) >= PIECE for each in told[:-1])
    if form == "json":
        assert json.loads(whole) == json.loads(at_once)
    else:
        assert whole == at_once


@pytest.mark.parametrize(
    ("parts", "size", "expected"),
    [
        (["a"] * 7, 3, ["aaa", "aaa", "a"]),
        (["a"] * 6, 3, ["aaa", "aaa"]),
        (["ab", "cdef", "g"], 3, ["abcdef", "g"]),
        (["abc"], 3, ["abc"]),
        (["", ""], 3, [""]),
        ([], 3, []),
    ],
)
def test_pieces_are_whole_parts_and_no_smaller_than_asked_but_for_the_last(parts, size, expected):
    async def all_parts() -> AsyncIterator[bytes]:
        for each in parts:
            yield each.encode()

    async def gathered() -> list[str]:
        return [each.decode() async for each in pieces(all_parts(), size)]

    assert asyncio.run(gathered()) == expected

"""A stream is whole wherever its last batch or its last piece ends."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from app.core.model import Record
from app.formats import FORMATS, shape
from app.formats.linked import Graph
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


@pytest.mark.parametrize("form", ["json", "csv", "text", "jsonld", "turtle"])
def test_between_two_rounds_of_the_event_loop_one_stream_goes_on_for_one_slice(form, monkeypatch):
    monkeypatch.setattr(shape, "SLICE", 0)
    record = Record.model_validate(records.many(100))
    bodies, how = served(record), setting(record)
    taken: list[int] = []

    async def turning() -> None:
        while True:
            taken.append(0)
            await asyncio.sleep(0)

    async def claims() -> AsyncIterator[bytes]:
        for each in bodies:
            taken[-1] += 1
            yield each

    async def read() -> None:
        async for _ in FORMATS[form].dataset(claims(), how):
            pass

    async def three() -> None:
        others = asyncio.create_task(turning())
        await asyncio.gather(read(), read(), read())
        others.cancel()

    asyncio.run(three())
    assert sum(taken) == 3 * len(bodies)
    # Three streams begin in the first round; from then on they take turns, with a batch or a claim each.
    assert max(taken[1:]) <= 50


def test_a_stream_that_is_left_takes_no_more_claims():
    record = Record.model_validate(records.many(400))
    bodies, taken = served(record), []

    async def claims() -> AsyncIterator[bytes]:
        for each in bodies:
            taken.append(each)
            yield each

    async def leave() -> None:
        stream = FORMATS["turtle"].dataset(claims(), setting(record))
        await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    asyncio.run(leave())
    assert 0 < len(taken) < len(bodies)


def test_a_graph_tells_each_node_once_and_keeps_none_of_them():
    graph = Graph(setting(Record.model_validate(records.record())))
    first = graph.untold()
    assert first
    assert graph.untold() == []
    assert not any(graph.nodes.values())

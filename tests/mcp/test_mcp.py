"""The tools for agents, called by the SDK's own client: in memory, over stdio, over HTTP."""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp_types import METHOD_NOT_FOUND, TextContent

from app.core.model import Record
from app.core.vocabulary import Sourcing, Status
from app.mcp import inside, mounted, tools
from app.mcp.telling import MEANINGS
from app.record.dataset import dump, load_file
from app.web import create_app
from claims_client import AsyncClaimsClient
from tests import records
from tests.running import ferries, serving, store_of

pytestmark = pytest.mark.anyio
NAMES = [
    "search_claims", "get_claim", "get_timeline", "list_sources", "check_text", "what_if", "explain_statuses",
]  # fmt: skip
INFO = {"name": "test", "version": "1"}


@asynccontextmanager
async def agent(record: Record | None = None) -> AsyncIterator[Client]:
    """An agent with the tools, in memory."""
    store = store_of(record) if record else ferries()
    async with inside(create_app(store)) as client, Client(tools(client)) as each:
        yield each


async def said(client: Client, tool: str, **arguments: Any) -> str:
    """The text that a tool answers; nothing else may stand beside it."""
    result = await client.call_tool(tool, arguments)
    assert result.structured_content is None
    assert all(isinstance(each, TextContent) for each in result.content)
    return "\n".join(each.text for each in result.content if isinstance(each, TextContent))


@pytest.fixture(scope="module")
def essay() -> Record:
    """The record of the essay."""
    return load_file(Path(__file__).parents[2] / "claims.json")


@pytest.fixture(scope="module")
def mounted_url() -> Iterator[str]:
    """The service with the tools beside it."""
    with serving(mounted(create_app(ferries()))) as url:
        yield url


async def test_the_tools_are_listed_and_every_argument_is_described():
    async with agent() as client:
        listed = (await client.list_tools()).tools
        assert [each.name for each in listed] == NAMES
        for tool in listed:
            assert tool.description
            assert tool.title
            assert tool.annotations
            assert tool.annotations.read_only_hint
            for name, schema in tool.input_schema["properties"].items():
                assert schema.get("description"), f"{tool.name}: {name}"


async def test_the_instructions_ask_for_the_whole_sentence():
    async with agent() as client:
        assert "whole sentence" in (client.instructions or "")


async def test_a_text_is_checked_sentence_by_sentence_with_what_to_quote():
    text = (
        "Portvale and Norland have signed a lease for ferries. It rained. Norland never agreed to lend forty ferries."
    )
    async with agent() as client:
        count, first, quoted, second, contrary, rest = (await said(client, "check_text", text=text)).splitlines()
    assert count == "2 of 3 sentences repeat a claim in words."
    assert first == '"Portvale and Norland have signed a lease for ferries."'
    assert quoted.startswith("- is worded like lease-signed (score 1.00): [confirmed: ")
    assert quoted.endswith("Ada Quill writes that this proved true.")
    assert second.startswith('"Norland never agreed')
    assert contrary.startswith("- says the contrary, in words, of ferries-promised")
    assert "neither true nor false" in rest


async def test_statements_are_tried_and_told_apart_from_the_record():
    denial = {"source": "courier", "stance": "denies", "made": "2021-07"}
    async with agent() as client:
        told = await said(client, "what_if", id="ferries-moored", add=[denial])
        wrong = await said(client, "what_if", id="ferries-moored", remove=["moored"])
    record, _, tried, why, warning = told.splitlines()
    assert record.startswith("In the record: [unconfirmed since June 2021: ")
    assert tried.startswith("With the statements that you tried: [disputed since July 2021: ")
    assert "(rule denied)" in why
    assert "Only what is in the record" in warning
    assert "Did you mean 'moored-official'?" in wrong


async def test_a_search_answers_in_sentences_with_status_and_source():
    async with agent() as client:
        count, found, id_ = (await said(client, "search_claims", words="forty ferries")).splitlines()
    assert count == "1 claim matches."
    assert found.startswith("1. [disputed since May 2021 at the latest: somebody denies it] According to Harbour")
    assert found.endswith("denied this.")
    assert id_.strip() == "id: ferries-promised"


async def test_a_search_goes_on_where_the_page_ended():
    async with agent() as client:
        ids: list[str] = []
        cursor = ""
        for _ in range(3):
            page = await said(client, "search_claims", limit=2, cursor=cursor)
            ids += re.findall(r"id: (\S+)", page)
            cursor = (re.findall(r'cursor="([^"]+)"', page) or [""])[0]
        assert cursor == ""
        assert ids == [each["id"] for each in records.claims()]


async def test_filters_narrow_a_search_and_an_empty_answer_says_what_to_do():
    async with agent() as client:
        found = await said(client, "search_claims", status=["disputed", "unconfirmed"], source=["courier"])
        assert re.findall(r"id: (\S+)", found) == ["ferries-moored"]
        assert "No claim matches" in await said(client, "search_claims", words="zeppelin", since="2020", until="2021")


async def test_a_claim_is_told_as_it_stood():
    async with agent() as client:
        then = await said(client, "get_claim", id="ferries-promised", as_of="2021-03")
        now = await said(client, "get_claim", id="ferries-promised")
    assert then.startswith("[unconfirmed since March 2021: ")
    assert "Why (as of 2021-03): Harbour Master alone affirms it. (rule single-origin)" in then
    assert now.startswith("[disputed since May 2021 at the latest: somebody denies it] According to Harbour")
    assert "- norland denies it (March to May 2021; decides; passages p1s2)" in now
    assert "Sourcing: the word of a named person or body." in now
    assert "Denied by: norland\n" in now
    assert "Denied by" not in then


async def test_a_rough_figure_is_told_as_about_so_much(essay: Record):
    async with agent(essay) as client:
        rough = await said(client, "get_claim", id="half-of-ukraine-power-knocked-out")
        exact = await said(client, "get_claim", id="russian-exports-to-iran-rose")
    assert "about 50 percent (" in rough
    assert "27 percent (" in exact
    assert "about 27" not in exact


async def test_a_timeline_tells_every_period_with_its_own_attribution():
    async with agent() as client:
        told = await said(client, "get_timeline", id="lease-signed")
    assert "\n- Since March 2021: [not yet made: " in told
    assert "\n- Since 1 February 2022: [confirmed: " in told
    assert "Ada Quill writes that this proved true." in told


async def test_sources_are_told_with_how_their_claims_stand_and_what_rests_on_them():
    async with agent() as client:
        everybody = await said(client, "list_sources")
        assert "an unnamed senior official (id norland-official, person, kept anonymous by the document)" in everybody
        assert "\n- Norland (id norland, government): denies 1 claim (1 disputed)\n" in everybody
        assert everybody.endswith("only passed on 1 claim (1 unconfirmed)")
        one = await said(client, "list_sources", id="courier")
        assert "- ferries-moored: unconfirmed now; without The Courier it would be not yet made." in one
        assert 'search_claims finds these claims with passed_on_by=["courier"].' in one
        assert "No claim would stand" not in one
        assert "Norland (id norland, government): no word by then" in await said(client, "list_sources", as_of="2020")


async def test_the_rule_and_the_meanings_are_told_whole():
    async with agent() as client:
        told = await said(client, "explain_statuses")
    assert all(each.value.replace("_", " ") in told for each in Status)
    assert "12. no-affirmation -> unconfirmed" in told


async def test_every_status_has_its_meaning_and_every_closed_list_is_in_the_schema():
    assert set(MEANINGS) == set(Status)
    async with agent() as client:
        schema = (await client.list_tools()).tools[0].input_schema["properties"]
    assert schema["status"]["items"] == {"type": "string", "enum": list(Status)}
    assert schema["sourcing"]["items"] == {"type": "string", "enum": list(Sourcing)}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"affirmed_by": ["norland"]}, []),
        ({"denied_by": ["norland"]}, ["ferries-promised"]),
        ({"denied_by": ["norland"], "as_of": "2021-03"}, []),
        ({"answered_by": ["norland"]}, []),
        ({"taken_back_by": ["norland"]}, []),
        ({"passed_on_by": ["courier", "norland"]}, ["ferries-moored"]),
        ({"source": ["norland"]}, ["ferries-promised"]),
        ({"sourcing": ["author_verdict", "anonymous"]}, ["ferries-moored", "lease-signed"]),
        ({"background": True}, []),
        ({"background": False, "words": "lease"}, ["lease-signed"]),
    ],
)
async def test_a_source_is_asked_for_by_what_it_does(arguments: dict[str, Any], found: list[str]):
    async with agent() as client:
        assert re.findall(r"id: (\S+)", await said(client, "search_claims", **arguments)) == found


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("get_claim", {"id": "ferries-promissed"}, "Did you mean ferries-promised"),
        ("get_timeline", {"id": "../x"}, "Nothing is at"),
        ("list_sources", {"id": "curier"}, "Did you mean courier"),
        ("search_claims", {"source": ["curier"]}, "Did you mean 'courier'"),
        ("search_claims", {"as_of": "now"}, "write 2022, 2022-07 or 2022-07-17"),
        ("search_claims", {"cursor": "abc"}, "Leave the cursor out"),
        ("search_claims", {"status": ["confirmd"]}, "'confirmd' is none of confirmed, "),
        ("search_claims", {"status": ["confirmd"]}, "Did you mean 'confirmed' or"),
        ("search_claims", {"status": "confirmed"}, "status: 'confirmed' does not fit; write a list of texts."),
        ("search_claims", {"limit": 1000}, "limit: 1000 does not fit; write a whole number from 1 to 50."),
        ("search_claims", {"limit": "many"}, "limit: 'many' does not fit; write a whole number from 1 to 50."),
        ("search_claims", {"background": "maybe"}, "background: 'maybe' does not fit; write true or false."),
        ("search_claims", {"words": ["lease"]}, "words: ['lease'] does not fit; write a text."),
        ("search_claims", {"denied": ["norland"]}, "denied: There is no such argument. Did you mean 'denied_by'?"),
        ("get_claim", {"id": "lease-signed", "asof": "2022"}, "asof: There is no such argument. Did you mean 'as_of'?"),
        ("get_claim", {"as_of": "2022"}, "id: This argument is missing."),
        (
            "get_claims",
            {"id": "lease-signed"},
            "There is no tool 'get_claims'. Did you mean 'get_claim' or 'search_claims'?",
        ),
    ],
)
async def test_a_mistake_is_answered_with_what_to_do(tool: str, arguments: dict[str, Any], told: str):
    async with agent() as client:
        result = await client.call_tool(tool, arguments)
        (answer,) = result.content
    assert result.is_error
    assert isinstance(answer, TextContent)
    assert told in answer.text
    assert "pydantic" not in answer.text
    assert "Error executing" not in answer.text


async def test_everything_wrong_with_a_call_is_told_at_once():
    async with agent() as client:
        result = await client.call_tool("search_claims", {"wrods": "lease", "limit": 0, "since": 2020})
    assert isinstance(result.content[0], TextContent)
    assert {line.partition(":")[0] for line in result.content[0].text.splitlines()} == {"wrods", "since", "limit"}


async def test_the_schema_of_a_tool_forbids_other_arguments():
    async with agent() as client:
        assert all(each.input_schema["additionalProperties"] is False for each in (await client.list_tools()).tools)


async def test_no_answer_gives_a_claim_without_its_status_and_source(essay: Record):
    """Wherever the words of a claim of the essay stand, its status stands before them and an origin between."""
    async with agent(essay) as client:
        for claim in essay.claims:
            text = claim.text.rstrip(".")
            for answer in (
                await said(client, "get_claim", id=claim.id),
                await said(client, "get_timeline", id=claim.id),
                await said(client, "search_claims", words=f'"{text}"', limit=1),
            ):
                for line in answer.splitlines():
                    if text in line:
                        before = line.partition(text)[0]
                        assert re.search(r"\[[a-z ]+[^]]*\] \S", before), line
                        assert re.search(r"(According to .+|writes|[Nn]obody .+): ", before), line
        for source in essay.sources:
            told = await said(client, "list_sources", id=source.id)
            assert not [claim.id for claim in essay.claims if claim.text in told]


async def test_the_tools_answer_over_stdio(tmp_path: Path):
    file = tmp_path / "ferries.json"
    file.write_bytes(dump(Record.model_validate(records.record())))
    command = ["-c", "from app.cli import main; main()", "mcp", "--from", str(file)]
    server = StdioServerParameters(command=sys.executable, args=command, cwd=Path(__file__).parents[2])
    async with Client(server) as client:
        assert [each.name for each in (await client.list_tools()).tools] == NAMES
        assert "[disputed" in await said(client, "get_claim", id="ferries-promised")


async def test_the_tools_answer_over_http_beside_the_service(mounted_url: str):
    async with Client(f"{mounted_url}/mcp") as client:
        assert [each.name for each in (await client.list_tools()).tools] == NAMES
        assert "[disputed" in await said(client, "get_claim", id="ferries-promised")
    async with httpx.AsyncClient() as plain:
        assert (await plain.get(f"{mounted_url}/claims")).json()["total"] == 6
        assert (await plain.get(f"{mounted_url}/mcp/")).status_code == 404


async def test_older_agents_are_answered_too(mounted_url: str):
    async with Client(f"{mounted_url}/mcp", mode="legacy") as client:
        assert "[confirmed" in await said(client, "get_claim", id="lease-signed")


async def test_a_request_too_large_or_no_json_is_refused(mounted_url: str):
    async with httpx.AsyncClient() as plain:
        large = await plain.post(f"{mounted_url}/mcp", content=b" " * 100_000, headers={"accept": "application/json"})
        odd = await plain.post(f"{mounted_url}/mcp", content=b"x", headers={"content-type": "application/json"})
    assert large.status_code == 413
    assert 400 <= odd.status_code < 500


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT"])
async def test_what_is_no_call_is_refused_so_that_no_stream_is_held(mounted_url: str, method: str):
    async with httpx.AsyncClient(timeout=5) as plain:
        answer = await plain.request(method, f"{mounted_url}/mcp", headers={"accept": "text/event-stream"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_can_subscribe_to_a_stream_without_end(mounted_url: str):
    """``subscriptions/listen`` is the stream of the protocol's 2026-07-28 version, opened by POST."""
    version = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
    meta = version | {"io.modelcontextprotocol/clientCapabilities": {}, "io.modelcontextprotocol/clientInfo": INFO}
    body = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": {"notifications": {}, "_meta": meta}}
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "subscriptions/listen",
    }
    async with httpx.AsyncClient(timeout=5) as plain:
        answer = await plain.post(f"{mounted_url}/mcp", json=body, headers=headers)
    assert answer.json()["error"]["code"] == METHOD_NOT_FOUND


async def test_the_tools_read_another_server(mounted_url: str):
    async with AsyncClaimsClient(mounted_url) as reader, Client(tools(reader)) as client:
        assert "[disputed" in await said(client, "get_claim", id="ferries-promised")


async def test_a_server_that_is_away_is_an_answer():
    reader = AsyncClaimsClient("http://127.0.0.1:1", retries=0)
    async with reader, Client(tools(reader)) as client:
        result = await client.call_tool("explain_statuses", {})
    assert result.is_error
    assert "No answer from" in str(result.content)

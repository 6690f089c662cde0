"""``/llms.txt``."""

import re

import httpx
import pytest

from app.core.attribution import CREDITS
from app.core.vocabulary import Sourcing, Status
from app.settings import Settings
from app.store.memory import MemoryStore
from app.web import create_app
from tests.running import ferries

pytestmark = pytest.mark.anyio


def reader(store: MemoryStore, mcp: bool = False) -> httpx.AsyncClient:
    """A reader of the service over ``store``."""
    service = create_app(store, Settings(public_url="https://claims.example"), mcp=mcp)
    return httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url="https://claims.example")


async def test_it_says_what_is_here_and_how_to_pass_it_on():
    async with reader(ferries()) as client:
        answer = await client.get("/llms.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("# Claims of The Ferries\n\n> 6 claims, ")
    assert "never its `text` alone" in answer.text
    assert all(f"`{each}`" in answer.text for each in (*Status, *Sourcing, *CREDITS, "source"))


async def test_every_address_in_it_answers():
    async with reader(ferries()) as client:
        text = (await client.get("/llms.txt")).text
        links = re.findall(r"\]\(https://claims\.example(/[^)]*)\)", text)
        for link in links:
            asked = link.replace("WORDS", "ferries").replace("/ID", "/ferries-promised")
            assert (await client.get(asked)).status_code == 200, link
    assert len(links) >= 9


async def test_an_unchanged_text_is_not_sent_again():
    async with reader(ferries()) as client:
        etag = (await client.get("/llms.txt")).headers["etag"]
        assert (await client.get("/llms.txt", headers={"if-none-match": etag})).status_code == 304


async def test_tools_are_named_where_they_are_served():
    async with reader(ferries()) as without, reader(ferries(), mcp=True) as with_tools:
        assert "/mcp" not in (await without.get("/llms.txt")).text
        assert "(https://claims.example/mcp)" in (await with_tools.get("/llms.txt")).text


async def test_without_a_record_it_asks_for_patience():
    async with reader(MemoryStore()) as client:
        answer = await client.get("/llms.txt")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")

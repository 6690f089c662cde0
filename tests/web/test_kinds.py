"""``/problems`` is where the type of every problem leads."""

import re

import httpx
import pytest

from app.core.errors import StoreUnavailable
from app.store.memory import MemoryStore
from app.web import create_app
from app.web.problems import HTTP_PROBLEMS, PROBLEMS
from tests.running import ferries

pytestmark = pytest.mark.anyio


async def page(store: MemoryStore) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(store)), base_url="http://claims") as client:
        return await client.get("/problems")


async def test_every_type_of_problem_leads_to_a_row_of_the_page() -> None:
    answer = await page(ferries())
    names = {name for _, name, _ in PROBLEMS.values()} | {name for name, _ in HTTP_PROBLEMS.values()}
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert set(re.findall(r'<tr id="([a-z-]+)">', answer.text)) == names


async def test_a_problem_of_this_server_is_explained_at_its_type() -> None:
    store = ferries()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(store)), base_url="http://claims") as client:
        type_ = (await client.get("/claims?statsu=x")).json()["type"]
        path, _, fragment = type_.partition("#")
        assert f'id="{fragment}"' in (await client.get(path)).text


async def test_the_page_is_there_while_there_is_no_record() -> None:
    store = MemoryStore()
    with pytest.raises(StoreUnavailable):
        _ = store.edition
    assert (await page(store)).status_code == httpx.codes.OK


async def test_a_reader_that_holds_the_page_gets_a_304() -> None:
    store = ferries()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(store)), base_url="http://claims") as client:
        first = await client.get("/problems")
        again = await client.get("/problems", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == httpx.codes.NOT_MODIFIED

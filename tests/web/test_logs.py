"""A line of the log for each request, and the id that it shares with its answer."""

import logging
import re

import pytest

from tests.web.asking import ask, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "claims.requests")
    return caplog


async def test_each_request_is_one_line_with_what_was_asked_and_answered(log: pytest.LogCaptureFixture) -> None:
    reply = await ask(serving(log_requests=True), "/claims?limit=1")
    (line,) = log.records
    said = vars(line)["said"]
    assert line.getMessage() == "GET /claims 200"
    assert said["query"] == "limit=1"
    assert said["bytes"] == len(reply.body)
    assert said["client"] == "127.0.0.1"


async def test_the_answer_carries_the_id_of_its_line(log: pytest.LogCaptureFixture) -> None:
    reply = await ask(serving(log_requests=True), "/claims?limit=1")
    assert reply.header("x-request-id") == vars(log.records[0])["said"]["request_id"]
    assert re.fullmatch("[0-9a-f]{16}", reply.header("x-request-id") or "")


async def test_an_id_that_a_proxy_gave_is_kept() -> None:
    reply = await ask(serving(log_requests=True), "/claims?limit=1", headers={"x-request-id": "from-the-proxy-1"})
    assert reply.header("x-request-id") == "from-the-proxy-1"


@pytest.mark.parametrize("given", ["short", "with a blank in it", 'quoted"quoted', "a" * 129, "täglich-täglich"])
async def test_an_id_that_is_no_plain_one_is_replaced(given: str) -> None:
    reply = await ask(serving(log_requests=True), "/claims?limit=1", headers={"x-request-id": given})
    assert reply.header("x-request-id") != given


async def test_an_answer_out_of_the_cache_has_an_id_of_its_own() -> None:
    app = serving(log_requests=True)
    ids = {(await ask(app, "/claims?limit=1")).header("x-request-id") for _ in range(3)}
    assert len(ids) == 3


async def test_a_path_cannot_write_a_line_of_its_own(log: pytest.LogCaptureFixture) -> None:
    await ask(serving(log_requests=True), "/claims/a%0aforged")
    assert log.records[0].getMessage() == "GET /claims/a%0aforged 404"


async def test_without_the_setting_no_request_is_logged(log: pytest.LogCaptureFixture) -> None:
    await ask(serving(), "/claims?limit=1")
    assert not log.records

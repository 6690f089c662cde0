"""How long the typed client waits, and what it asks again."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from claims_client import AsyncClaimsClient, ClaimsClient, ClaimsError, Unavailable
from tests.wire import NO_CLAIM, Wire, problem

AWAY = "http://127.0.0.1:1"
"""Nothing listens on port 1."""


@contextmanager
def patient(
    *answers: httpx.Response | httpx.TransportError, retries: int = 3
) -> Iterator[tuple[ClaimsClient, list[float]]]:
    waits: list[float] = []
    with ClaimsClient(transport=Wire(*answers), sleep=waits.append, retries=retries) as client:
        yield client, waits


def test_a_busy_server_is_asked_again_with_growing_pauses():
    busy, fine = httpx.Response(503), httpx.Response(200, json=NO_CLAIM)
    with patient(busy, busy, httpx.ConnectError("refused"), fine) as (client, waits):
        assert client.find().total == 0
    assert len(waits) == 3
    assert 0.1 <= waits[0] <= 0.2 <= 2 * waits[1] <= 0.8
    assert waits[2] <= 0.8


def test_retry_after_is_honoured_in_seconds_and_as_a_date():
    dated = {"retry-after": "Wed, 21 Oct 2015 07:28:05 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}
    answers = (
        httpx.Response(429, headers={"retry-after": "7"}), httpx.Response(503, headers=dated),
        httpx.Response(200, json=NO_CLAIM),
    )  # fmt: skip
    with patient(*answers) as (client, waits):
        client.find()
    assert waits == [7, 5]


def test_a_server_that_asks_for_too_long_a_pause_is_not_asked_again():
    answer = httpx.Response(503, headers={"retry-after": "3600"})
    with patient(answer) as (client, waits), pytest.raises(Unavailable) as away:
        client.find()
    assert (waits, away.value.retry_after) == ([], 3600)


def test_retries_end():
    with patient(httpx.Response(503), retries=2) as (client, waits), pytest.raises(Unavailable, match="503"):
        client.find()
    assert len(waits) == 2


def test_a_refusal_is_not_asked_again():
    with patient(problem(400, "parameters-invalid", "No.")) as (client, waits), pytest.raises(ClaimsError, match="No"):
        client.find()
    assert waits == []


def test_a_text_is_never_sent_twice():
    with patient(httpx.Response(503)) as (client, waits), pytest.raises(Unavailable):
        client.verify("A text.")
    assert waits == []


def test_nobody_there_is_said_with_the_address():
    with ClaimsClient(AWAY, retries=0) as client:
        with pytest.raises(Unavailable, match=r"No answer from http://127.0.0.1:1: .*Is a server running"):
            client.find()
        with pytest.raises(Unavailable, match="No answer"):
            list(client.export())


def test_silence_ends_with_the_timeout():
    with serving_silence() as url, ClaimsClient(url, timeout=0.2, retries=0) as client:
        with pytest.raises(Unavailable) as away:
            client.find()
        assert isinstance(away.value.__cause__, httpx.ReadTimeout)


@contextmanager
def serving_silence() -> Iterator[str]:
    """A server that takes connections and says nothing."""

    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.anyio
async def test_the_async_client_waits_as_the_other_does(anyio_backend: str):
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=NO_CLAIM) if waits else httpx.Response(429, headers={"retry-after": "2"})

    async with AsyncClaimsClient(transport=httpx.MockTransport(answer), sleep=sleep) as client:
        assert (await client.find()).total == 0
    assert waits == [2]
    async with AsyncClaimsClient(AWAY, retries=0) as client:
        with pytest.raises(Unavailable):
            await client.find()
        with pytest.raises(Unavailable):
            [piece async for piece in client.export()]

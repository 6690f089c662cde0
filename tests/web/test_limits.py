"""The limit of a client's rate: told in every answer, refused with the time to wait, and each client has its own."""

from dataclasses import dataclass

import pytest
from starlette.types import Receive, Scope, Send

from app.web.limits import RateLimit
from tests.web.asking import Reply, ask, serving

pytestmark = pytest.mark.anyio


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def asked(limit: RateLimit, client: str = "192.0.2.1", path: str = "/claims") -> Reply:
    async def as_client(scope: Scope, receive: Receive, send: Send) -> None:
        await limit({**scope, "client": (client, 1)}, receive, send)

    return await ask(as_client, path)


async def test_as_many_requests_as_the_quota_pass_at_once_and_the_next_is_refused() -> None:
    limit = RateLimit(answering, 3, Clock())
    assert [(await asked(limit)).status for _ in range(5)] == [200, 200, 200, 429, 429]


async def test_each_answer_says_how_many_requests_are_left() -> None:
    limit = RateLimit(answering, 3, Clock())
    assert [(await asked(limit)).header("ratelimit") for _ in range(3)] == [
        '"client";r=2;t=20',
        '"client";r=1;t=40',
        '"client";r=0;t=60',
    ]


async def test_the_policy_names_quota_and_window() -> None:
    assert (await asked(RateLimit(answering, 3, Clock()))).header("ratelimit-policy") == '"client";q=3;w=60'


async def test_a_refusal_is_a_problem_that_says_when_to_ask_again() -> None:
    limit = RateLimit(answering, 2, Clock())
    for _ in range(2):
        await asked(limit)
    refused = await asked(limit)
    assert refused.header("retry-after") == "30"
    assert refused.json["status"] == 429
    assert "2 times a minute" in refused.json["detail"]


async def test_who_waits_as_long_as_told_is_answered() -> None:
    limit = RateLimit(answering, 7, clock := Clock())
    for _ in range(7):
        await asked(limit)
    clock.now += int((await asked(limit)).header("retry-after") or 0)
    assert (await asked(limit)).status == 200


async def test_who_is_refused_does_not_wait_longer_for_having_asked() -> None:
    limit = RateLimit(answering, 1, Clock())
    await asked(limit)
    assert {(await asked(limit)).header("retry-after") for _ in range(10)} == {"60"}


async def test_another_client_has_a_quota_of_its_own() -> None:
    limit = RateLimit(answering, 1, Clock())
    assert [(await asked(limit, client)).status for client in ("192.0.2.1", "192.0.2.2")] == [200, 200]


@pytest.mark.parametrize(
    ("first", "second"),
    [("2001:db8::1", "2001:db8::2"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8:0:0:ffff::1")],
)
async def test_one_ipv6_network_is_one_client(first: str, second: str) -> None:
    limit = RateLimit(answering, 1, Clock())
    assert [(await asked(limit, client)).status for client in (first, second)] == [200, 429]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_what_deployments_ask_is_not_limited(path: str) -> None:
    limit = RateLimit(answering, 1, Clock())
    assert [(await asked(limit, path=path)).status for _ in range(3)] == [200, 200, 200]


async def test_clients_that_asked_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.limits.MOST_CLIENTS", 2)
    limit = RateLimit(answering, 1, Clock())
    for client in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        await asked(limit, client)
    assert len(limit._full) == 2


async def test_an_answer_out_of_the_cache_tells_each_client_its_own_rest() -> None:
    app = serving(rate_limit=5)
    first, second = [await ask(app, "/claims?limit=1") for _ in range(2)]
    assert (first.header("ratelimit"), second.header("ratelimit")) == ('"client";r=4;t=12', '"client";r=3;t=24')


async def test_without_the_setting_nothing_is_said_of_rates() -> None:
    assert (await ask(serving(), "/claims?limit=1")).header("ratelimit") is None

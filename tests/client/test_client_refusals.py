"""What the typed client refuses, and what it raises for the refusals of servers."""

import pickle
from collections.abc import Iterator

import httpx
import pytest

from app.core import errors
from app.web.problems import HTTP_PROBLEMS, PROBLEMS
from claims_client import (
    ClaimsClient,
    ClaimsError,
    NotFound,
    ParametersInvalid,
    ProblemError,
    Unavailable,
    UnreadableResponse,
)
from tests.running import ferries, serving_record
from tests.wire import Wire, once, problem


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The small record, served."""
    with serving_record(ferries()) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[ClaimsClient]:
    """A client of the small record that asks once."""
    with ClaimsClient(url, retries=0) as each:
        yield each


def test_an_unknown_filter_is_refused_with_what_was_meant(client: ClaimsClient):
    with pytest.raises(ParametersInvalid, match="Did you mean 'status'") as refused:
        client.find(statsu="disputed", orign="reuters")  # type: ignore[call-arg]
    assert [(each.parameter, each.did_you_mean[0]) for each in refused.value.problem.errors] == [
        ("statsu", "status"), ("orign", "origin")]  # fmt: skip


def test_an_unknown_claim_is_not_found_with_the_nearest(client: ClaimsClient):
    with pytest.raises(NotFound, match=r"'ferries-promissed'\. Did you mean ferries-promised") as missing:
        client.claim("ferries-promissed")
    assert missing.value.problem.did_you_mean[0] == "ferries-promised"


@pytest.mark.parametrize("id_", ["", ".", "..", "a/b", "a?b", "a#b", "%2e%2e", "é", "a\nb", "../claims"])
def test_any_text_may_be_asked_for_as_an_id(client: ClaimsClient, id_: str):
    for ask in (client.claim, client.source, client.timeline):
        with pytest.raises(NotFound):
            ask(id_)


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "confirmd"}, {"as_of": "yesterday"}, {"source": "curier"}, {"from_": "2022", "to": "2021"},
        {"sort": "relevance"}, {"cursor": "abc"},
    ],
)  # fmt: skip
def test_every_fault_of_parameters_is_one_error(client: ClaimsClient, filters: dict[str, str]):
    with pytest.raises(ParametersInvalid):
        client.find(**filters)  # type: ignore[arg-type]


def test_a_foreign_cursor_is_told_with_what_to_do(client: ClaimsClient):
    with pytest.raises(ParametersInvalid, match=r"another question.*\. Leave the cursor out") as refused:
        client.find(cursor="abc")
    assert refused.value.problem.type.endswith("#cursor-invalid")


def test_a_refusal_keeps_the_parameter_and_its_suggestions(client: ClaimsClient):
    with pytest.raises(ParametersInvalid) as refused:
        client.find(source="curier")
    (error,) = refused.value.problem.errors
    assert (error.parameter, error.did_you_mean) == ("source", ("courier",))


def test_a_text_too_large_is_refused(client: ClaimsClient):
    with pytest.raises(ProblemError) as refused:
        client.verify("a" * 2_100_000)
    assert refused.value.problem.status == 413


def test_an_error_survives_the_way_between_processes(client: ClaimsClient):
    with pytest.raises(NotFound) as missing:
        client.claim("ferries-promissed")
    again = pickle.loads(pickle.dumps(missing.value))
    assert (type(again), str(again), again.problem) == (NotFound, str(missing.value), missing.value.problem)


def of_the_client(error: type[Exception]) -> type[ClaimsError]:
    """The client's error for one of the server's."""
    if issubclass(error, errors.QueryInvalid | errors.ParametersInvalid | errors.ParametersConflict):
        return ParametersInvalid
    if PROBLEMS[error][0] >= 500:
        return Unavailable
    return NotFound if error is errors.NotFound else ProblemError


@pytest.mark.parametrize("error", PROBLEMS, ids=lambda error: error.__name__)
def test_every_problem_of_the_server_is_raised_as_its_error(error: type[Exception]):
    status, name, _ = PROBLEMS[error]
    with once(Wire(problem(status, name, "So it is."))) as client, pytest.raises(ClaimsError, match="So it is") as told:
        client.claim("a")
    assert type(told.value) is of_the_client(error)


@pytest.mark.parametrize("status", sorted(HTTP_PROBLEMS))
def test_every_refusal_of_a_server_in_front_is_an_error_too(status: int):
    told = Wire(httpx.Response(status, text="<h1>No</h1>"))
    with once(told) as client, pytest.raises(ClaimsError, match=str(status)):
        client.claim("a")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>Welcome</html>", headers={"content-type": "text/html"}),
        httpx.Response(200, json={"total": "many"}),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(404, text="nothing"),
        httpx.Response(301, headers={"location": "https://elsewhere.example/"}),
    ],
)
def test_what_is_no_claims_api_is_told_as_such(answer: httpx.Response):
    with ClaimsClient(transport=Wire(answer)) as client, pytest.raises(UnreadableResponse):
        client.find()


@pytest.mark.parametrize(
    "address", ["", "localhost:8000", "ftp://claims.example", "http://", "http://[", "claims.json"]
)
def test_an_address_that_is_none_is_refused_at_once(address: str):
    with pytest.raises(ClaimsError, match="no address"):
        ClaimsClient(address)

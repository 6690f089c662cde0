"""What the typed client refuses, and what it raises for the refusals of servers."""

from collections.abc import Iterator

import httpx
import pytest

from app.client import AnswerUnreadable, ClaimsClient, Patience
from app.core.errors import (
    ClaimsError,
    CursorInvalid,
    NotFound,
    ParametersConflict,
    ParametersInvalid,
    QueryInvalid,
    TextTooLarge,
    ValueUnknown,
)
from app.core.model import Record
from app.web.problems import HTTP_PROBLEMS, PROBLEMS
from tests import records
from tests.running import ferries, serving_record, store_of
from tests.wire import NO_CLAIM, Wire, once, problem


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The small record, served."""
    with serving_record(ferries()) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[ClaimsClient]:
    """A client of the small record that asks once."""
    with ClaimsClient(url, patience=Patience(retries=0)) as each:
        yield each


def test_an_unknown_filter_is_refused_before_anything_is_sent():
    wire = Wire(httpx.Response(200, json=NO_CLAIM))
    with ClaimsClient(transport=wire) as client, pytest.raises(ParametersInvalid) as refused:
        client.find(statsu="disputed", orign="reuters")  # type: ignore[call-arg]
    assert [(each.parameter, each.did_you_mean) for each in refused.value.errors] == [
        ("statsu", ("status",)), ("orign", ("origin", "sourcing"))]  # fmt: skip
    assert wire.sent == []


def test_an_unknown_claim_is_not_found_with_the_nearest(client: ClaimsClient):
    with pytest.raises(NotFound) as missing:
        client.claim("ferries-promissed")
    assert (missing.value.kind, missing.value.wanted) == ("claim", "ferries-promissed")
    assert missing.value.did_you_mean[0] == "ferries-promised"


@pytest.mark.parametrize("id_", ["", ".", "..", "a/b", "a?b", "a#b", "%2e%2e", "é", "a\nb", "../claims"])
def test_any_text_may_be_asked_for_as_an_id(client: ClaimsClient, id_: str):
    for ask in (client.claim, client.source, client.timeline):
        with pytest.raises(NotFound):
            ask(id_)


@pytest.mark.parametrize(
    ("filters", "error"),
    [
        ({"status": "confirmd"}, ParametersInvalid),
        ({"as_of": "yesterday"}, ParametersInvalid),
        ({"source": "curier"}, ValueUnknown),
        ({"from_": "2022", "to": "2021"}, ParametersConflict),
        ({"sort": "relevance"}, ParametersConflict),
    ],
)
def test_what_the_server_refuses_is_raised_as_the_error_that_it_was(
    client: ClaimsClient, filters: dict[str, str], error: type[ClaimsError]
):
    with pytest.raises(error):
        client.find(**filters)  # type: ignore[arg-type]


def test_a_foreign_cursor_is_raised_as_one(client: ClaimsClient):
    with pytest.raises(CursorInvalid, match=r"another question.*\. Leave the cursor out"):
        client.find(cursor="abc")


def test_a_refusal_keeps_the_parameter_and_its_suggestions(client: ClaimsClient):
    with pytest.raises(ValueUnknown) as refused:
        client.find(source="curier")
    assert (refused.value.parameter, refused.value.did_you_mean) == ("source", ("courier",))


def test_a_text_too_large_is_refused(client: ClaimsClient):
    with pytest.raises(TextTooLarge):
        client.verify("a" * 2_100_000)


def test_the_document_must_be_named_where_there_are_several():
    several = records.record()
    several["documents"].append(several["documents"][0] | {"id": "another"})
    for passage in several["documents"][1]["passages"]:
        passage["omitted"] = "Another text."
    with serving_record(store_of(Record.model_validate(several))) as url, ClaimsClient(url) as client:
        with pytest.raises(QueryInvalid, match="several documents"):
            list(client.coverage())
        assert len(list(client.coverage("another"))) == 8


@pytest.mark.parametrize("name", sorted({name for _, name, _ in PROBLEMS.values()}))
def test_every_problem_of_the_server_is_raised_as_an_error_of_its_tree(name: str):
    status = next(status for status, each, _ in PROBLEMS.values() if each == name)
    told = Wire(problem(status, name, "So it is."))
    with once(told) as client, pytest.raises(ClaimsError, match=r"So it is|There is no claim"):
        client.claim("a")


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
        problem(404, "not-found", "Nothing is at '/claims'."),
    ],
)
def test_what_is_no_claims_api_is_told_as_such(answer: httpx.Response):
    with ClaimsClient(transport=Wire(answer)) as client, pytest.raises(AnswerUnreadable):
        client.find()


def test_fields_of_a_newer_server_are_passed_over():
    with ClaimsClient(transport=Wire(httpx.Response(200, json=NO_CLAIM | {"mood": "fine"}))) as client:
        assert client.find().total == 0


@pytest.mark.parametrize(
    "address", ["", "localhost:8000", "ftp://claims.example", "http://", "http://[", "claims.json"]
)
def test_an_address_that_is_none_is_refused_at_once(address: str):
    with pytest.raises(AnswerUnreadable, match="no address"):
        ClaimsClient(address)

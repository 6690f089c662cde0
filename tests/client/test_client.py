"""The typed client against a real server: what it reads, and what it keeps."""

import ast
import doctest
import json
import re
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

import app
import claims_client
from app.core.model import Claim, Record
from app.core.query import TERMS
from app.core.vocabulary import Sourcing
from app.record.dataset import load_file, load_lines
from app.web.params import ClaimsParams
from claims_client import AsyncClaimsClient, ClaimsClient, Filters, NewStatement, ParametersInvalid
from tests import records
from tests.client import twin
from tests.running import ferries, serving_record, store_of
from tests.wire import NO_CLAIM, Wire

ESSAY_RECORD = Path(__file__).parents[2] / "claims.json"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The small record, served."""
    with serving_record(ferries()) as address:
        yield address


@pytest.fixture(scope="module")
def essay() -> Record:
    """The record of the essay."""
    return load_file(ESSAY_RECORD)


@pytest.fixture(scope="module")
def essay_url(essay: Record) -> Iterator[str]:
    """The record of the essay, served."""
    with serving_record(store_of(essay)) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[ClaimsClient]:
    """A client of the small record that asks once."""
    with ClaimsClient(url, retries=0) as each:
        yield each


def test_every_claim_of_the_essay_comes_back_as_the_record_has_it(essay: Record, essay_url: str):
    with ClaimsClient(essay_url) as client:
        served = list(client.claims())
    fields = set(Claim.model_fields)
    assert [each.model_dump(include=fields) for each in served] == [each.model_dump() for each in essay.claims]


def test_a_claim_alone_is_the_claim_of_the_list(essay_url: str):
    with ClaimsClient(essay_url) as client:
        for each in client.claims(status="disputed"):
            assert client.claim(each.id) == each


@pytest.mark.anyio
async def test_the_async_client_reads_the_same_claims(essay: Record, essay_url: str):
    async with AsyncClaimsClient(essay_url) as client:
        assert [each.id async for each in client.claims()] == [each.id for each in essay.claims]


def test_a_date_may_be_a_date_or_a_text(client: ClaimsClient):
    by_text = client.claim("lease-signed", as_of="2021-03-01")
    assert by_text.status == "not_yet_made"
    assert client.claim("lease-signed", as_of=date(2021, 3, 1)) == by_text


def test_filters_take_one_value_or_several(client: ClaimsClient):
    one = [each.id for each in client.claims(kind="forecast")]
    two = [each.id for each in client.claims(kind=["forecast", "judgement"], sort="-document")]
    assert (one, two) == (["second-crossing"], ["boldest-gamble", "second-crossing"])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"affirmed_by": "norland"}, []),
        ({"denied_by": ["norland", "courier"]}, ["ferries-promised"]),
        ({"passed_on_by": "courier"}, ["ferries-moored"]),
        ({"origin": "norland", "stance": "affirms"}, []),
        ({"sourcing": "anonymous"}, ["ferries-moored"]),
        ({"background": True}, []),
        ({"background": False, "kind": "state"}, ["ferries-of-1974"]),
    ],
)
def test_a_source_is_looked_for_by_what_it_does(client: ClaimsClient, filters: Filters, found: list[str]):
    assert [each.id for each in client.claims(**filters)] == found


def test_from_is_written_with_a_line_after_it(client: ClaimsClient):
    assert [each.id for each in client.claims(from_="2021-04", to="2021-12")] == ["ferries-moored", "second-crossing"]


def test_a_page_has_its_total_and_its_facets(client: ClaimsClient):
    page = client.find(limit=2, facets=["status"], source="ada-quill")
    assert (page.total, len(page.items), page.facets is not None) == (4, 2, True)
    following = client.find(limit=2, cursor=page.cursor, source="ada-quill")
    assert [each.id for each in following.items] == ["boldest-gamble", "ferries-of-1974"]


def test_claims_are_read_by_id_in_the_order_asked_for(client: ClaimsClient):
    found = client.claims_by_id(["lease-signed", "no-such-claim", "ferries-promised"], as_of="2021-03")
    assert [(each.id, each.status) for each in found.items] == [
        ("lease-signed", "not_yet_made"), ("ferries-promised", "unconfirmed")]  # fmt: skip
    assert found.missing == ("no-such-claim",)


def test_no_ids_are_an_error_rather_than_every_claim(client: ClaimsClient):
    with pytest.raises(ValueError, match="ids is empty"):
        client.claims_by_id([])


def test_pages_are_asked_for_at_the_address_of_the_client_wherever_next_leads():
    first = NO_CLAIM | {"next": "https://elsewhere.example/claims?limit=100&cursor=a%2Bb"}
    wire = Wire(*(httpx.Response(200, json=each) for each in (first, NO_CLAIM)))
    with ClaimsClient("https://claims.example/v1/", transport=wire) as client:
        assert list(client.claims(kind="event")) == []
    assert [str(each.url) for each in wire.sent] == [
        "https://claims.example/v1/claims?kind=event&limit=100",
        "https://claims.example/v1/claims?kind=event&cursor=a%2Bb&limit=100",
    ]


def test_lists_are_read_over_all_of_their_pages():
    many = records.record(topics=[records.topic("transport"), records.topic("law")] + [
        records.topic(f"topic-{number}") for number in range(148)])  # fmt: skip
    with serving_record(store_of(Record.model_validate(many))) as url, ClaimsClient(url) as client:
        assert len(list(client.topics())) == 150


def test_everything_else_can_be_read(client: ClaimsClient):
    assert [each.status for each in client.timeline("ferries-promised")] == ["unconfirmed", "disputed"]
    assert client.source("courier").standing == {"passed_on": {"unconfirmed": 1}}
    assert client.source("norland").standing == {"denies": {"disputed": 1}}
    assert len(list(client.sources())) == 5
    assert [(each.claim, each.after) for each in client.impact("norland")] == [("ferries-promised", "unconfirmed")]
    assert [each.id for each in client.documents()] == ["the-ferries"]
    assert [each.ref for each in client.coverage("the-ferries")][:2] == ["p1s1", "p1s2"]
    assert len(list(client.entities())) == 4
    assert client.statuses()[0].rule == "not-yet-made"
    assert [each.sourcing for each in client.sourcings()] == list(Sourcing)
    assert {each.claim for each in client.transitions(from_="2021-03", to="2021-03")} == {"ferries-promised"}
    assert client.dataset().claims == 6


def test_a_text_is_verified(client: ClaimsClient):
    assert Counter(each.outcome for each in client.verify(records.TEXT)) == {"verified": 8}
    assert Counter(each.outcome for each in client.verify("Another text.")) == {"missing": 8}


def test_other_statements_are_tried_on_a_claim(client: ClaimsClient):
    denial: NewStatement = {"source": "courier", "stance": "denies", "made": "2021-07"}
    answer = client.what_if("ferries-moored", add=[denial], as_of="2021-08")
    assert (answer.changed, answer.before.status, answer.after.status) == (True, "unconfirmed", "disputed")
    assert client.what_if("ferries-moored", remove=["moored-official"]).after.timeline == ()
    with pytest.raises(ParametersInvalid, match="Did you mean 'moored-official'"):
        client.what_if("ferries-moored", remove=["moored-officials"])


def test_a_text_is_matched_with_claims(client: ClaimsClient):
    (sentence,) = client.match("Portvale and Norland have signed a lease for ferries.", as_of="2021")
    assert [(each.claim, each.status) for each in sentence.matches] == [("lease-signed", "not_yet_made")]


def test_changes_of_some_claims_are_listed(client: ClaimsClient):
    assert {each.claim for each in client.transitions(claim=["lease-signed", "ferries-moored"])} == {
        "lease-signed", "ferries-moored",
    }  # fmt: skip
    assert {each.claim for each in client.transitions(topic="law")} == {"lease-signed"}


def test_the_exported_record_can_be_read_again(client: ClaimsClient):
    header, claims = load_lines(b"".join(client.export()).splitlines(keepends=True))
    assert (header.dataset.title, len(list(claims))) == ("Claims of The Ferries", 6)


@pytest.mark.anyio
async def test_the_async_client_has_all_that_the_other_has(url: str):
    async def listed(items: AsyncIterator[object]) -> list[object]:
        return [each async for each in items]

    async with AsyncClaimsClient(url) as awaiting:
        with ClaimsClient(url) as blocking:
            assert await awaiting.find(q="ferries", facets=["kind"]) == blocking.find(q="ferries", facets=["kind"])
            assert await awaiting.claim("lease-signed") == blocking.claim("lease-signed")
            assert await awaiting.timeline("lease-signed") == blocking.timeline("lease-signed")
            assert await awaiting.source("courier") == blocking.source("courier")
            assert await awaiting.statuses() == blocking.statuses()
            assert await awaiting.sourcings() == blocking.sourcings()
            assert await awaiting.verify(records.TEXT) == blocking.verify(records.TEXT)
            assert await awaiting.match(records.TEXT) == blocking.match(records.TEXT)
            assert await awaiting.what_if("lease-signed") == blocking.what_if("lease-signed")
            assert await awaiting.dataset() == blocking.dataset()
            assert await listed(awaiting.export()) == list(blocking.export())
            for name in ("sources", "documents", "entities", "topics", "transitions"):
                assert await listed(getattr(awaiting, name)()) == list(getattr(blocking, name)()), name
            for name, id_ in (("impact", "norland"), ("coverage", "the-ferries")):
                assert await listed(getattr(awaiting, name)(id_)) == list(getattr(blocking, name)(id_)), name


def test_the_synchronous_client_is_the_one_that_the_asynchronous_makes():
    assert twin.TWIN.read_text() == twin.generated()


def test_client_and_server_have_one_version():
    assert claims_client.__version__ == app.__version__


def test_the_filters_are_those_of_the_server():
    apart = {"id", "limit", "cursor", "facets", "fields", "format"}
    server = {field.alias or name for name, field in ClaimsParams.model_fields.items()}
    assert {name.rstrip("_") for name in Filters.__annotations__} == server - apart
    assert set(TERMS) < set(Filters.__annotations__)


def test_the_examples_of_the_documentation_hold(url: str):
    globs = {"url": url, "ClaimsClient": ClaimsClient}
    found = doctest.DocTestFinder().find(claims_client, globs=globs)
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE)
    assert sum(runner.run(each).attempted for each in found) >= 2
    assert runner.failures == 0


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["README.md", "client/README.md"])
async def test_the_examples_of_the_readmes_run(path: str, essay_url: str, capsys: pytest.CaptureFixture[str]):
    examples = re.findall(r"```python\n(.*?)```", (ESSAY_RECORD.parent / path).read_text(), re.DOTALL)
    for each in examples:
        source = re.sub(r"\"https?://[^\"]+", f'"{essay_url}', each)
        running = eval(compile(source, path, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), {})
        if running is not None:
            await running
        assert capsys.readouterr().out.count("\n") > 0


# What it keeps


def test_an_unchanged_answer_costs_a_304():
    answer = httpx.Response(200, json=NO_CLAIM, headers={"etag": '"one"'})
    wire = Wire(answer, httpx.Response(304))
    with ClaimsClient(transport=wire) as client:
        assert client.find() == client.find()
    assert [each.headers.get("if-none-match") for each in wire.sent] == [None, '"one"']


def test_the_server_answers_304_to_the_kept_answer(url: str):
    statuses: list[int] = []

    class Watched(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            statuses.append(response.status_code)
            return response

    with ClaimsClient(url, transport=Watched()) as client:
        assert client.claim("lease-signed") == client.claim("lease-signed")
    assert statuses == [200, 304]


def test_a_changed_answer_takes_the_place_of_the_kept_one():
    first = httpx.Response(200, json=NO_CLAIM, headers={"etag": '"one"'})
    second = httpx.Response(200, json=NO_CLAIM | {"total": 7}, headers={"etag": '"two"'})
    with ClaimsClient(transport=Wire(first, second, httpx.Response(304))) as client:
        assert [client.find().total for _ in range(3)] == [0, 7, 7]


def test_nothing_is_kept_where_there_is_no_room():
    wire = Wire(httpx.Response(200, json=NO_CLAIM, headers={"etag": '"one"'}))
    with ClaimsClient(transport=wire, cache_bytes=10) as client:
        client.find()
        client.find()
    assert "if-none-match" not in wire.sent[1].headers


def test_the_answer_unused_the_longest_makes_room():
    wire = Wire(httpx.Response(200, json=NO_CLAIM, headers={"etag": '"one"'}))
    with ClaimsClient(transport=wire, cache_bytes=2 * len(json.dumps(NO_CLAIM))) as client:
        for word in ("a", "b", "a", "c", "a", "b"):
            client.find(q=word)
    conditional = ["if-none-match" in each.headers for each in wire.sent]
    assert conditional == [False, False, True, False, True, False]


def test_threads_may_share_a_client(url: str):
    failed: list[BaseException] = []
    with ClaimsClient(url) as client:

        def read() -> None:
            try:
                for _ in range(10):
                    assert len(list(client.claims())) == 6
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert failed == []

"""Whatever goes wrong is told in one shape, with the right status and what to do about it."""

import pytest

from app.core import errors
from app.core.errors import (
    ClaimsError,
    CursorInvalid,
    Fault,
    NotAcceptable,
    NotFound,
    ParametersInvalid,
    QueryInvalid,
    RecordInvalid,
    StoreUnavailable,
    ValueUnknown,
)
from app.store.memory import MemoryStore
from app.web.problems import MEDIA_TYPE, PROBLEMS, Problem, http_problem, problem_of
from tests.web.asking import Reply, ask, run, serving

EXAMPLES = {
    CursorInvalid: CursorInvalid("This is no cursor of ours."),
    NotAcceptable: NotAcceptable(["format=json (application/json)"]),
    NotFound: NotFound("claim", "nope", ["hope"]),
    ParametersInvalid: ParametersInvalid([QueryInvalid("limit", "It is not a number.")]),
    QueryInvalid: QueryInvalid("limit", "It is not a number."),
    RecordInvalid: RecordInvalid([Fault("/claims/0", 3, "It has no text.")]),
    StoreUnavailable: StoreUnavailable("No record is loaded yet.", 7),
    ValueUnknown: ValueUnknown("source", "'reuter' is not known here.", ["reuters"]),
}


def _name(kind: type) -> str:
    return kind.__name__


def tree(root: type[ClaimsError]) -> list[type[ClaimsError]]:
    return [each for child in root.__subclasses__() for each in (child, *tree(child))]


OF_THE_WEB = sorted((each for each in tree(ClaimsError) if each.__module__ == errors.__name__), key=str)


@pytest.mark.parametrize("kind", [each for each in OF_THE_WEB if not each.__subclasses__()], ids=_name)
def test_every_leaf_of_the_tree_of_errors_has_its_own_row(kind):
    assert kind in PROBLEMS


@pytest.mark.parametrize("kind", OF_THE_WEB, ids=_name)
def test_every_error_becomes_a_problem_of_its_row(kind):
    error = EXAMPLES.get(kind) or kind("Something is wrong.")
    status, name, title = PROBLEMS[kind]
    problem = problem_of(error)
    assert (problem.status, problem.type, problem.title) == (status, f"/problems#{name}", title)
    assert problem.detail == str(error)
    assert 400 <= status <= 599


def test_one_type_has_one_status_and_one_title():
    rows = {name: (status, title) for status, name, title in PROBLEMS.values()}
    assert all(rows[name] == (status, title) for status, name, title in PROBLEMS.values())


@pytest.mark.parametrize("status", [402, 418, 502])
def test_a_status_without_a_row_is_told_as_the_plainest_of_its_class(status):
    assert http_problem(status, "Odd.").status == status


def is_problem(reply: Reply, status: int) -> Problem:
    assert reply.status == status
    assert reply.header("content-type") == MEDIA_TYPE
    assert reply.header("cache-control") == "no-store"
    assert reply.header("etag") is None
    problem = Problem.model_validate_json(reply.plain)
    assert problem.status == status
    return problem


ASKED = [
    ("GET", "/claimz", 404),
    ("GET", "/claims/", 404),
    ("GET", "//claims", 404),
    ("GET", "/claims/no-such-claim", 404),
    ("GET", "/sources/no-such-source", 404),
    ("GET", "/sources/no-such-source/impact", 404),
    ("GET", "/documents/no-such-document/coverage", 404),
    ("GET", "/claims?source=no-such-source", 400),
    ("GET", "/docs/no-such-file.js", 404),
    ("GET", "/claims?nonsense=1", 400),
    ("GET", "/claims?limit=0", 400),
    ("GET", "/claims?limit=20&limit=21", 400),
    ("GET", "/claims?q=%FF", 400),
    ("GET", "/claims?as_of=yesterday", 400),
    ("GET", "/claims?" + "&".join(f"statsu{n}=x" for n in range(200)), 400),
    ("GET", "/claims?" + "&".join("status=x" for _ in range(200)), 400),
    ("GET", "/claims?" + "&".join("q=x" for _ in range(201)), 400),
    ("GET", "/claims?as_of=" + "9" * 5000, 400),
    ("GET", "/claims?limit=" + "9" * 5000, 400),
    ("GET", "/claims?sort=" + "x" * 5000, 400),
    ("GET", "/claims?q=" + "x" * 5000, 400),
    ("GET", "/claims?" + "x" * 5000 + "=1", 400),
    ("GET", "/claims?format=xml", 406),
    ("GET", "/claims?cursor=AAAA", 400),
    ("GET", "/topics?cursor=AAAA", 400),
    ("GET", "/claims?from=2023&to=2022", 400),
    ("GET", "/transitions?from=2023&to=2022", 400),
    ("GET", "/claims?sort=relevance", 400),
    ("GET", "/claims?fields=id&format=turtle", 400),
    ("GET", "/dataset?as_of=2022&format=jsonl", 400),
    ("POST", "/claims", 405),
    ("DELETE", "/claims/iran-pledged-missiles", 405),
    ("GET", "/verify/annotations", 405),
    ("BREW", "/", 405),
    ("POST", "/docs", 405),
    ("PUT", "/openapi.json", 405),
    ("POST", "/verify", 400),
    ("POST", "/verify?document=no-such-document", 400),
]


@pytest.mark.parametrize(("method", "target", "status"), ASKED, ids=lambda value: str(value)[:60])
def test_what_goes_wrong_is_a_problem_whichever_way_it_comes_in(method, target, status):
    problem = is_problem(run(ask(serving(), target, method)), status)
    assert problem.detail.endswith((".", "?", "...", "there is no such parameter"))


def test_a_path_that_is_nearly_right_is_corrected():
    assert is_problem(run(ask(serving(), "/claim")), 404).did_you_mean == ("/claims",)


def test_an_id_that_is_nearly_right_is_corrected():
    problem = is_problem(run(ask(serving(), "/claims/iran-pledged-missile")), 404)
    assert problem.did_you_mean[0] == "iran-pledged-missiles"


def test_a_filter_value_that_is_nearly_right_is_corrected_and_named():
    problem = is_problem(run(ask(serving(), "/claims?via=reuter")), 400)
    assert [(each.parameter, each.did_you_mean) for each in problem.errors] == [("via", ("reuters",))]


def test_everything_that_is_wrong_is_told_at_once():
    problem = is_problem(run(ask(serving(), "/claims?statsu=x&limit=0&sort=best&as_of=then")), 400)
    assert {each.parameter for each in problem.errors} == {"statsu", "limit", "sort", "as_of"}


@pytest.mark.parametrize(
    ("target", "allowed"),
    [("/claims", "GET, HEAD, OPTIONS"), ("/verify/annotations", "OPTIONS, POST"), ("/docs", "GET, HEAD, OPTIONS")],
)
def test_a_method_that_is_not_allowed_names_those_that_are(target, allowed):
    reply = run(ask(serving(), target, "PATCH"))
    assert reply.header("allow") == allowed
    assert allowed in is_problem(reply, 405).detail


@pytest.mark.parametrize("target", ["/claims", "/verify", "/docs", "/"])
def test_options_says_what_a_place_takes(target):
    reply = run(ask(serving(), target, "OPTIONS"))
    assert (reply.status, reply.body) == (204, b"")
    assert reply.header("allow") == run(ask(serving(), target, "PATCH")).header("allow")


def test_none_of_the_accepted_types_lists_those_there_are():
    problem = is_problem(run(ask(serving(), "/claims", headers={"accept": "image/png"})), 406)
    assert all(f"format={name}" in problem.detail for name in ("json", "jsonl", "csv", "jsonld", "turtle", "text"))


def test_a_store_that_is_not_ready_is_503_with_the_time_to_come_back():
    for target in ("/claims", "/claims/a", "/", "/sources"):
        reply = run(ask(serving(MemoryStore()), target))
        is_problem(reply, 503)
        assert reply.header("retry-after") == "1"


def test_readiness_without_a_record_is_a_problem_and_liveness_is_not():
    app = serving(MemoryStore())
    reply = run(ask(app, "/health/ready"))
    assert "No record is loaded yet." in is_problem(reply, 503).detail
    assert run(ask(app, "/health/live")).json == {"status": "live"}


def test_what_breaks_inside_is_a_problem_that_tells_nothing_of_the_server(caplog):
    class Broken(MemoryStore):
        @property
        def edition(self):
            raise ZeroDivisionError("secret")

    reply = run(ask(serving(Broken()), "/claims"))
    assert b"secret" not in reply.body
    is_problem(reply, 500)
    assert "secret" in caplog.text


@pytest.mark.parametrize("host", ["[", "a b", "x" * 3000, "evil.example"])
def test_no_host_header_breaks_an_answer_or_is_echoed(host):
    for target in ("/claims?limit=1", "/claimz", "/docs", "/claims?limit=x"):
        reply = run(ask(serving(), target, headers={"host": host}))
        assert reply.status < 500
        assert "evil.example" not in str(reply.headers) + reply.plain.decode()

"""What goes wrong is a page for those who ask for HTML by name, and the same content as data for everybody else."""

import pytest

from app.web.problems import MEDIA_TYPE
from tests.web.asking import ask, run, serving
from tests.web.seeing import look, reply_to

WRONG = {
    "/nowhere": 404,
    "/claims/iran-providing-drone": 404,
    "/sources/reuter/impact": 404,
    "/claims?topic=dronse": 400,
    "/claims?statsu=x": 400,
    "/claims?format=html&limit=ten": 400,
    "/claims?sort=relevance": 400,
    "/claims?format=pdf": 406,
}


@pytest.mark.parametrize(("target", "status"), WRONG.items())
def test_browser_gets_a_page_with_the_status_title_and_detail_of_the_problem(target, status):
    page = look(target, status=status)
    problem = run(ask(serving(), target.replace("format=html&", ""), headers={"accept": "*/*"})).json

    assert page.one("p", "over").text == str(status)
    assert page.one("h1").text == problem["title"]
    assert page.one("p", "lead").text == " ".join(problem["detail"].split())
    assert page.one("head").one("title").text == problem["title"]


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "application/json", "application/problem+json, text/html", "text/*;q=0.5, */*", "*/*, text/html;q=0.9"],
)
def test_reader_that_does_not_ask_for_html_by_name_gets_a_problem_as_data(accept):
    reply = run(ask(serving(), "/claims/nothing", headers={"accept": accept} if accept else {}))

    assert reply.header("content-type") == MEDIA_TYPE
    assert reply.json["status"] == 404


def test_problem_page_is_kept_by_no_cache_and_varies_by_what_was_asked_for():
    reply = reply_to("/nowhere")

    assert reply.header("cache-control") == "no-store"
    assert reply.header("vary") == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("/claims/iran-providing-drone", "/claims/iran-providing-drones"),
        ("/sources/reuter/impact", "/sources/reuters/impact"),
        ("/claim", "/claims"),
    ],
)
def test_problem_page_leads_to_what_was_probably_meant(target, meant):
    links = [each.given["href"] for each in look(target, status=404).one("main").all("a")]

    assert meant in links


def test_problem_page_lists_each_wrong_parameter():
    faults = look("/claims?statsu=x&limit=ten", status=400).one("dl", "faults")

    assert [each.text for each in faults.all("dt")] == ["statsu", "limit"]


def test_wrong_method_is_refused_with_a_page_that_names_the_right_ones():
    reply = run(ask(serving(), "/claims", "DELETE", {"accept": "text/html"}))

    assert (reply.status, reply.header("allow")) == (405, "GET, HEAD, OPTIONS")
    assert b"DELETE is not allowed; use GET, HEAD, OPTIONS" in reply.body


def test_markup_in_an_address_is_shown_and_not_obeyed():
    page = look("/claims/%3Cscript%3Ealert(1)%3C/script%3E", status=404)

    assert page.all("script") == []

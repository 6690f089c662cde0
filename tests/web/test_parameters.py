"""Parameters, as the OpenAPI document lists them: misspelt ones are refused with what was meant, right ones obeyed."""

import random
import re
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from app.core.query import FACETS, TERMS, ClaimQuery, matches, vocabulary
from tests.web.asking import Reply, ask, essay, run, serving

DOCUMENT: dict[str, Any] = run(ask(serving(), "/openapi.json")).json

IDS = {"claim_id": "iran-pledged-missiles", "source_id": "reuters", "document_id": "axis-of-convenience"}

OPERATIONS = [
    (method.upper(), path.format(**IDS), operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


def parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in operation["parameters"] if each["in"] == "query"]


DOCUMENTED = [
    pytest.param(method, path, each["name"], id=f"{path} {each['name']}")
    for method, path, operation in OPERATIONS
    for each in parameters(operation)
]


def misspelt(name: str, others: set[str]) -> list[str]:
    """``name`` with each letter left out, each two neighbours exchanged, one letter doubled, and another case."""
    slips = [name[:at] + name[at + 1 :] for at in range(len(name))]
    slips += [name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(len(name) - 1)]
    slips += [name[0] + name, name.upper(), f"{name}s"]
    return sorted({each for each in slips if each and each not in others})


@pytest.mark.parametrize(("method", "path", "name"), DOCUMENTED)
def test_every_documented_parameter_misspelt_is_refused_with_the_right_suggestion(method, path, name):
    others = {each["name"] for _, known, operation in OPERATIONS if known == path for each in parameters(operation)}
    for slip in misspelt(name, others):
        reply = run(ask(serving(), f"{path}?{quote(slip)}=x", method))
        assert reply.status == 400
        [error] = [each for each in reply.json["errors"] if each["parameter"] == slip]
        assert error["message"] == "There is no such parameter."
        assert name in error["did_you_mean"] or slip in TOO_SHORT


TOO_SHORT = {"ot", "di"}
"""Of two letters exchanged nothing is left to recognize them by."""


@pytest.mark.parametrize(("method", "path", "name"), DOCUMENTED)
def test_every_documented_parameter_that_takes_one_value_refuses_two(method, path, name):
    schema = next(
        each["schema"]
        for asked, known, operation in OPERATIONS
        if (asked, known) == (method, path)
        for each in parameters(operation)
        if each["name"] == name
    )
    reply = run(ask(serving(), f"{path}?{name}=2022&{name}=2023", method))
    several = [each for each in reply.json.get("errors", ()) if "was given several" in each["message"]]
    assert bool(several) == (schema["type"] != "array")


NAMED = [
    pytest.param(path, each["name"], value, id=f"{path} {each['name']}")
    for method, path, operation in OPERATIONS
    if method == "GET"
    for each in parameters(operation)
    for value in re.findall(r"such as `([^`]+)`", each["description"])
]


@pytest.mark.parametrize(("path", "name", "value"), NAMED)
def test_every_value_that_a_description_names_is_accepted(path, name, value):
    assert run(ask(serving(), f"{path}?{urlencode({name: value})}")).status == 200


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda value: str(value)[:40])
def test_every_documented_bound_is_kept(method, path, operation):
    for each in parameters(operation):
        schema = each["schema"]
        wrong = {
            "integer": lambda bounds: [bounds["minimum"] - 1, bounds["maximum"] + 1, "1.5", "x", "1e3", "\u0661"],
            "string": lambda bounds: ["x" * (bounds.get("maxLength", 0) + 1)],
            "array": lambda bounds: [],
        }[schema["type"]](schema)
        for value in wrong:
            reply = run(ask(serving(), f"{path}?{urlencode({each['name']: value})}", method))
            assert reply.status == (406 if each["name"] == "format" else 400), (each["name"], value)


@pytest.mark.parametrize(
    "value",
    ["2022-02-30", "2023-02-29", "1900-02-29", "2022-13", "22", "2022-1", "2022-07-00", "0000", "2022/2023", "2022~",
     "..", " 2022", "2022 ", "99999", "-2022", "\u0662\u0660\u0662\u0662"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["as_of", "from", "to"])
def test_a_day_that_the_calendar_does_not_have_is_refused(name, value):
    assert run(ask(serving(), f"/claims?{name}={quote(value)}")).status == 400


@pytest.mark.parametrize("value", ["2022", "2022-07", "2022-07-17", "2024-02-29", "2000-02-29", "0001", "9999-12-31"])
@pytest.mark.parametrize("name", ["as_of", "from", "to"])
def test_a_day_month_or_year_of_the_calendar_is_accepted(name, value):
    assert run(ask(serving(), f"/claims?{name}={value}")).status == 200


def test_names_in_a_list_are_kept_once_and_in_order():
    reply = run(ask(serving(), "/claims/iran-pledged-missiles?fields=status,id,status"))
    assert list(reply.json) == ["status", "id"]


def test_a_letter_in_a_list_of_names_is_corrected():
    [error] = run(ask(serving(), "/claims?fields=id,statu")).json["errors"]
    assert error["did_you_mean"][0] == "status"


@pytest.mark.parametrize("form", ["", "&format=html"], ids=["json", "page"])
def test_empty_fields_of_a_form_are_as_if_not_sent_but_unknown_ones_are_refused(form):
    assert run(ask(serving(), f"/claims?q=&status=&as_of=&limit=&sort={form}")).status == 200
    assert run(ask(serving(), f"/claims?q=&statsu={form}", headers={"accept": "application/json"})).status == 400


def test_the_next_page_of_a_form_s_address_repeats_no_empty_field():
    assert (
        run(ask(serving(), "/claims?q=&status=asserted&as_of="))
        .json["next"]
        .startswith("/claims?status=asserted&cursor=")
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("page", "cursor"),
        ("per_page", "limit"),
        ("offset", "cursor"),
        ("search", "q"),
        ("query", "q"),
        ("Limit", "limit"),
    ],
)
def test_what_a_parameter_is_called_elsewhere_is_answered_with_what_it_is_called_here(name, meant):
    [error] = run(ask(serving(), f"/claims?{name}=2")).json["errors"]
    assert error["did_you_mean"][0] == meant


def test_several_values_with_commas_are_told_how_they_are_asked_for():
    reply = run(ask(serving(), "/claims?status=asserted,confirmed"))
    assert (reply.status, "status=asserted&status=confirmed" in reply.json["detail"]) == (400, True)


KNOWN = {name: list(values) for name, values in vocabulary(essay().header).items()}


def all_pages(target: str) -> list[Reply]:
    replies = []
    following: str | None = target
    while following:
        replies.append(run(ask(serving(), following)))
        assert replies[-1].status == 200
        following = replies[-1].json["next"]
    return replies


@pytest.mark.parametrize("number", range(120))
def test_random_filters_together_give_the_ids_that_their_plain_meaning_gives(number):
    chance, record = random.Random(number), essay()
    chosen: dict[str, Any] = {
        name: tuple(str(each) for each in chance.choices(KNOWN[name], k=chance.choice((1, 1, 2, 3))))
        for name in chance.sample(TERMS, chance.choice((1, 1, 2, 3)))
    }
    meant = [claim.id for claim in record.claims if matches(claim, ClaimQuery(**chosen), record.header)]

    pages = all_pages(f"/claims?{urlencode({'limit': chance.choice((3, 7, 40, 100)), **chosen}, doseq=True)}")

    assert [each["id"] for page in pages for each in page.json["items"]] == meant
    assert {page.json["total"] for page in pages} == {len(meant)}


PAGED = ["/claims?q=iran&sort=-relevance", "/claims?as_of=2022-12&sort=status&fields=id", "/sources?as_of=2022-07",
         "/documents", "/documents/axis-of-convenience/coverage", "/entities", "/topics",
         "/transitions?from=2022-07&to=2023-06", "/sources/reuters/impact"]  # fmt: skip


@pytest.mark.parametrize("target", PAGED)
def test_pages_of_every_list_together_give_each_item_once_and_as_on_one_page(target):
    joint = "&" if "?" in target else "?"
    whole = [each for page in all_pages(f"{target}{joint}limit=100") for each in page.json["items"]]
    for limit in (1, 3):
        pages = all_pages(f"{target}{joint}limit={limit}")
        items = [each for page in pages for each in page.json["items"]]
        assert items == whole
        assert {page.json["total"] for page in pages} == {len(whole)}
        assert all(len(page.json["items"]) == limit for page in pages[:-1])


@pytest.mark.parametrize("target", PAGED)
def test_the_link_to_the_next_page_is_in_the_header_too_and_keeps_what_was_asked(target):
    joint = "&" if "?" in target else "?"
    reply = run(ask(serving(), f"{target}{joint}limit=1"))
    following = reply.json["next"]
    if following is None:
        assert reply.header("link") is None
        return
    assert reply.header("link") == f'<{following}>; rel="next"'
    asked, kept = (dict(parse_qsl(each.partition("?")[2])) for each in (f"{target}{joint}limit=1", following))
    assert kept.pop("cursor")
    assert kept == asked


@pytest.mark.parametrize("target", PAGED)
def test_a_cursor_is_good_for_its_own_question_only(target):
    joint = "&" if "?" in target else "?"
    following = run(ask(serving(), f"{target}{joint}limit=1")).json["next"]
    if following is None:
        return
    cursor = dict(parse_qsl(following.partition("?")[2]))["cursor"]
    for other in ("/claims?status=confirmed", "/topics", "/entities", "/transitions?from=2021"):
        if not target.startswith(other.partition("?")[0]) or "?" in other:
            reply = run(ask(serving(), f"{other}{'&' if '?' in other else '?'}cursor={cursor}"))
            assert reply.status == 400


def test_every_facet_counts_the_claims_to_which_its_url_narrows():
    target = f"/claims?q=iran&as_of=2023&kind=event&kind=state&facets={','.join(FACETS)}"
    reply = run(ask(serving(), target))
    facets = reply.json["facets"]
    assert {name for name, rows in facets.items() if not rows} <= {"answered_by", "taken_back_by", "passed_on_by"}
    for rows in facets.values():
        for row in rows:
            assert run(ask(serving(), row["url"])).json["total"] == row["count"]


@pytest.mark.parametrize("target", ["/", "/dataset"])
def test_a_day_asked_for_where_everything_is_listed_is_kept_in_the_links(target):
    listed = run(ask(serving(), f"{target}?as_of=2022-07")).json
    links = listed.get("links") or listed["downloads"]
    dated = {name for name, url in links.items() if url.endswith("as_of=2022-07")}
    assert dated == ({"self", "claims", "sources", "dataset"} if target == "/" else {"csv", "jsonld", "turtle", "text"})
    for url in links.values():
        assert run(ask(serving(), url)).status == 200

"""Drawings on the pages: the numbers in each are the API's, and each has a table."""

from collections import Counter

import pytest

from app.core.model import Record
from app.core.query import CREDITED
from app.core.vocabulary import Credit
from app.web.pages import shown
from app.web.pages.claim import Arguments
from app.web.pages.drawing import axis
from tests import records
from tests.web.asking import ask, essay, holding, run, serving
from tests.web.seeing import Element, ferries, look

NORLAND = Record.model_validate(records.five_ways())
RECORDS = pytest.mark.parametrize("record", [NORLAND, essay()], ids=["norland", "essay"])


def total(app, target: str) -> int:
    return int(run(ask(app, target)).json["total"])


def flows(page: Element) -> list[Element]:
    return [each for each in page.one("svg", "feeds").all("svg") if "data-source" in each.given]


@RECORDS
@pytest.mark.parametrize("as_of", ["", "2021-05", "2022-12"])
def test_numbers_in_the_drawing_of_sources_are_those_of_the_api(record, as_of):
    app, dated = serving(holding(record)), f"&as_of={as_of}" if as_of else ""
    page = look(f"/sources?as_of={as_of}" if as_of else "/sources", app)
    drawn = Counter[tuple[str, str]]()
    for each in flows(page) if page.all("svg", "feeds") else ():
        drawn[each.given["data-source"], each.given["data-credit"]] += int(each.given["data-claims"])
        assert f" {each.given['data-claims']} claim" in each.one("text", "words").text
    author = record.documents[0].author

    assert drawn == {
        (source.id, credit.value): number
        for source in record.sources
        for credit in Credit
        if credit is not Credit.passed_on and source.id != author
        and (number := total(app, f"/claims?{CREDITED[credit]}={source.id}{dated}"))
    }  # fmt: skip
    if drawn:
        affirmed = total(app, f"/claims?affirmed_by={author}{dated}")
        assert page.one("svg", "feeds").text.endswith(f"the author, affirms {affirmed}")


def test_denial_is_drawn_red_and_said_so_and_an_unnamed_source_is_drawn_broken():
    drawn = {(each.given["data-source"], each.given["data-credit"]): each for each in flows(look("/sources"))}
    denial, unnamed = drawn["iranian-government", "denies"], drawn["iranian-diplomat", "affirms"]

    assert denial.one("line").classes == ["denies"]
    assert denial.one("text", "words").text == "denies 1 claim"
    assert unnamed.one("line").classes == ["affirms", "unnamed"]
    assert "unnamed" in unnamed.text


def test_relay_is_drawn_on_the_way_and_leads_to_its_page():
    (passed,) = [each for each in flows(look("/sources")) if each.all("circle")]

    assert passed.given["data-source"] == "british-ambassador-to-us"
    assert passed.one("text", "words").text == "affirms 1 claim passed on by Reuters"
    assert passed.all("a")[-1].given["href"] == "/sources/reuters"


def test_every_flow_is_a_row_of_the_table_with_its_claims():
    page = look("/sources")
    for at, flow in enumerate(flows(page), 1):
        (row,) = [each for each in page.all("tr") if each.given.get("id") == f"flow-{at}"]
        assert len(row.all("a")) == int(flow.given["data-claims"])
        assert flow.one("text", "words").all("a")[0].given["href"] == f"#flow-{at}"


def test_word_of_one_source_through_either_of_two_relays_is_two_flows():
    said = [records.statement(f"s{nth}", source="norland", via=[relay], made="2021-03", passages=["p1s2"])
            for nth, relay in enumerate(("courier", "harbour-master"))]  # fmt: skip
    record = Record.model_validate(records.record(claims=[records.claim("toll-raised", statements=said)]))
    drawn = flows(look("/sources", serving(holding(record))))

    assert [each.one("text", "words").text for each in drawn] == [
        "affirms 1 claim passed on by The Courier", "affirms 1 claim passed on by Harbour Master"
    ]  # fmt: skip


@RECORDS
@pytest.mark.parametrize("bounds", ["", "from=2021-04", "from=2022-07&to=2023-01"])
def test_numbers_on_the_axis_of_time_are_those_of_the_api(record, bounds):
    app = serving(holding(record))
    page = look(f"/transitions?{bounds}" if bounds else "/transitions", app)
    marks = page.one("svg", "axis").all("a") if page.all("svg", "axis") else []

    assert sum(int(each.one("text").text) for each in marks) == total(app, f"/transitions?{bounds}")
    for each in marks:
        items = run(ask(app, f"{each.given['href']}&limit=100")).json["items"]
        after = each.one("use").given["href"].removeprefix("#s-")
        assert any(item["after"] == after for item in items)
        if each.one("text").text == "1":
            assert any(each.one("title").text.endswith(item["explanation"]) for item in items)
    if marks:
        rows = page.table("Changes along the axis")
        assert sum(int(row[3].split()[0]) for row in rows) == total(app, f"/transitions?{bounds}")


def test_axis_draws_only_the_changes_that_are_asked_for_and_its_marks_keep_to_them():
    app = ferries()
    marks = look("/transitions?topic=law", app).one("svg", "axis").all("a")

    assert sum(int(each.one("text").text) for each in marks) == total(app, "/transitions?topic=law")
    for each in marks:
        assert total(app, each.given["href"]) == int(each.one("text").text)


def test_axis_of_many_days_is_by_month_and_of_many_months_by_year():
    change = {"before": "asserted", "after": "disputed", "text": "It came.", "explanation": "Somebody denied it."}
    days = [change | {"date": f"2021-01-{day:02}", "date_edtf": f"2021-01-{day:02}"} for day in range(1, 20)]
    months = [
        change | {"date": f"20{year}-{month:02}-01", "date_edtf": f"20{year}-{month:02}"}
        for year in (20, 21)
        for month in range(1, 13)
    ]

    assert [each["date"] for each in axis(days)] == ["January 2021"]
    assert [(each["date"], each["marks"][0]["count"]) for each in axis(months)] == [("2020", 12), ("2021", 12)]


def test_tree_under_a_claim_has_its_supports_and_tensions_as_the_api_tells_them():
    page = look("/claims/iran-providing-drones")
    tree = page.one("svg", "tree")
    targets = [each.given["href"].removeprefix("/claims/") for each in tree.all("a")]
    words = [each.text for each in tree.all("text", "words")][1:]

    assert targets
    for target, told in zip(targets, words, strict=True):
        related = run(ask(serving(), f"/claims/{target}")).json["related"]
        relation = {"supported by": "supports", "in tension with": "in_tension_with"}[told]
        assert {"relation": relation, "claim": "iran-providing-drones"} in related
    supporting = [each.id for each in essay().claims for link in each.related
                  if link.claim == "iran-providing-drones" and link.relation == "supports"]  # fmt: skip
    assert sorted(each for each, told in zip(targets, words, strict=True) if told == "supported by") == sorted(
        supporting
    )


def argued(**related: list[tuple[str, str]]) -> Arguments:
    header = NORLAND.header
    served = run(ask(ferries(), "/claims/second-crossing")).json
    names = {*related, *(other for links in related.values() for _, other in links)}
    claims = {name: shown(header, served | {"id": name}) for name in sorted(names)}
    links = {name: [{"relation": r, "claim": c} for r, c in pairs] for name, pairs in related.items()}
    return Arguments(claims, links)


def test_conclusion_falls_with_its_last_support_and_takes_along_what_rests_on_it():
    found = argued(
        a=[("supports", "b")], b=[("supports", "c")], x=[("supports", "c")], y=[("elaborates", "a")]
    ).falls("a")  # fmt: skip

    assert {claim.id: left for claim, left in found} == {"b": 0, "c": 1}


def test_arguments_in_a_circle_end():
    found = argued(a=[("supports", "b")], b=[("supports", "a")])

    assert [(each.depth, each.claim.id, each.again) for each in found.tree("a")] == [(1, "b", False), (2, "a", True)]
    assert [claim.id for claim, _ in found.falls("a")] == ["b"]


def test_contradiction_is_told_on_both_sides_though_one_lists_it():
    found = argued(a=[("contradicts", "b")])

    assert [(each.words, each.claim.id) for each in found.tree("a")] == [("contradicted by", "b")]
    assert [(each.words, each.claim.id) for each in found.tree("b")] == [("contradicted by", "a")]


def test_claim_page_says_what_would_fall_without_it():
    page = look("/claims/ferries-moored", ferries())

    assert "would have no support left" in page.one("main").text
    assert not page.all("svg", "tree")

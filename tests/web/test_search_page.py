"""The page of a search: its form, its filters, and what it says was asked."""

import pytest

from app.core.model import Record
from tests import records
from tests.web.asking import holding, serving
from tests.web.seeing import Element, ferries, look


def test_form_may_send_empty_fields():
    page = look("/claims?q=&status=disputed&source=&topic=&as_of=", ferries())

    assert [each.text for each in page.one("ol", "claims").all("a")] == [
        "Norland agreed to lend Portvale forty ferries."
    ]


def test_search_keeps_its_words_and_filters_in_the_form():
    form = look("/claims?format=html&q=ferries&topic=transport&as_of=2022", ferries()).one("form")

    assert {each.given["name"]: each.given["value"] for each in form.all("input")} == {
        "topic": "transport",
        "q": "ferries",
        "as_of": "2022",
    }


def test_search_takes_each_filter_off_by_a_link_of_its_own():
    page = look("/claims?topic=transport&topic=law&about=ferries&cursor=", ferries())

    assert [(each.text, each.given["href"]) for each in page.one("ul", "chips").all("a")] == [
        ("Take off: about M-40 ferries \u00d7", "/claims?topic=transport&topic=law"),
        ("Take off: on Transport \u00d7", "/claims?topic=law&about=ferries"),
        ("Take off: on Law \u00d7", "/claims?topic=transport&about=ferries"),
    ]


def test_search_says_in_its_heading_what_was_asked():
    page = look("/claims?q=ferries&status=disputed&stance=denies&from=2021&source=norland", ferries())

    assert page.one("h1").text == (
        "Claims with “ferries”, that are disputed, on which Norland speaks, "
        "on which somebody takes the stance “denies it”, since 2021"
    )


def test_search_without_a_hit_says_what_to_do():
    page = look("/claims?q=submarine", ferries())

    assert "Try fewer words" in page.one("main").text
    assert page.all("svg", "bar") == []


def test_search_goes_on_page_by_page_to_the_last_claim():
    seen, target = [], "/claims?limit=4&format=html&q="
    while target:
        page = look(target, ferries())
        seen += [each.given["href"] for each in page.one("ol", "claims").all("a")]
        target = next((each.given["href"] for each in page.all("a", rel="next")), "")

    assert seen == [f"/claims/{each['id']}" for each in records.claims()]


FIVE_WAYS = serving(holding(Record.model_validate(records.five_ways())))


def facets(page: Element) -> dict[str, list[str]]:
    """The rows of each facet by its title."""
    return {each.one("h2").text: [row.text for row in each.all("li")] for each in page.one("aside").all("div", "box")}


def test_facets_tell_apart_what_sources_do_and_only_those_with_rows_are_shown():
    assert list(facets(look("/claims", FIVE_WAYS))) == [
        "Affirmed by",
        "Denied by",
        "Answered otherwise by",
        "An earlier word taken back by",
        "Only passed on by",
        "Sourcing",
        "Background",
        "About",
        "Kind",
        "Section",
    ]
    assert list(facets(look("/claims?q=toll", FIVE_WAYS))) == ["Affirmed by", "Sourcing", "Kind", "Section"]


def test_facets_name_their_values_in_words():
    shown = facets(look("/claims", FIVE_WAYS))

    assert shown["Denied by"] == ["Norland 3", "Ada Quill 1"]
    assert shown["Background"] == ["Not marked as background 10", "Marked as background 1"]
    assert "The word of a named outlet 4" in shown["Sourcing"]


def test_a_claim_in_a_list_says_on_what_it_stands_and_whether_it_is_background():
    page = look("/claims?background=true", FIVE_WAYS)

    assert page.one("h1").text == "Claims marked as background"
    assert page.one("p", "meta").text.endswith("Stands on the author's word alone; background.")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("affirmed_by=norland", "Claims affirmed by Norland"),
        ("denied_by=norland", "Claims denied by Norland"),
        ("answered_by=norland", "Claims answered otherwise by Norland"),
        ("taken_back_by=norland", "Claims on which Norland took back an earlier word"),
        ("passed_on_by=norland", "Claims only passed on by Norland"),
        ("source=norland", "Claims on which Norland speaks"),
        ("source=norland&source=envoys", "Claims on which Norland or the envoys speak"),
        ("origin=norland", "Claims with Norland as an origin"),
        ("via=norland", "Claims passed on by Norland"),
        ("stance=no_evidence", "Claims on which somebody takes the stance “has no evidence of it”"),
        ("sourcing=admission", "Claims that stand on a party's own word"),
        ("sourcing=none&background=false", "Claims that stand on nobody's word, not marked as background"),
        ("origin=norland&stance=denies", "Claims on which Norland takes the stance “denies it”"),
        (
            "stance=denies&origin=envoys&stance=retracts",
            "Claims on which the envoys take the stance “denies it” or “takes back an earlier word on it”",
        ),
    ],
)
def test_a_filter_is_told_as_what_it_means(asked, told):
    envoys = records.source("envoys", name="the envoys", kind="group")
    app = ferries(sources=[*records.record()["sources"], envoys])

    assert look(f"/claims?{asked}", app).one("h1").text == told


def test_an_origin_with_a_stance_is_taken_off_as_one():
    chips = look("/claims?q=norland&origin=norland&stance=denies&kind=event", FIVE_WAYS).one("ul", "chips").all("a")

    assert [(each.text, each.given["href"]) for each in chips] == [
        ("Take off: on which Norland takes the stance “denies it” \u00d7", "/claims?q=norland&kind=event"),
        ("Take off: of kind event \u00d7", "/claims?q=norland&origin=norland&stance=denies"),
    ]

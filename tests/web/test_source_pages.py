"""Pages of sources: what each affirms, denies, answers otherwise, took back and only passed on is never one group."""

import pytest

from app.core.model import Record
from tests import records
from tests.web.asking import holding, serving
from tests.web.seeing import Element, ferries, look

OUTCOME = (
    "1 of them is confirmed by the verdict of the document's author: this denial proved wrong. "
    "1 of them is refuted by the verdict of the document's author: this denial proved right."
)
APP = serving(holding(Record.model_validate(records.five_ways())))


def groups(page: Element) -> dict[str, Element]:
    """The groups of a source's page by their headings."""
    return {each.one("h2").text: each for each in page.one("main").all("section")}


def told(group: Element) -> list[list[str]]:
    """Each claim of a group with what the source did, and its status."""
    return [
        [each.one("p", "text").text, *[act.text for act in each.all("p", "act")], each.one("span", "badge").text]
        for each in group.one("ol", "claims").all("li")
    ]


def test_a_source_that_does_all_five_has_a_group_for_each_in_order():
    assert list(groups(look("/sources/norland", APP))) == [
        "What it affirms",
        "What it denies",
        "What it answers otherwise",
        "Where it took back an earlier word",
        "What it only passed on",
    ]


@pytest.mark.parametrize(
    ("heading", "claims"),
    [
        (
            "What it affirms",
            [
                ["Norland closed its eastern quay.", "Affirms it (January 2021)", "confirmed"],
                ["The toll at Portvale was raised.", "Affirms it (March 2021)", "unconfirmed"],
            ],
        ),
        (
            "What it denies",
            [
                ["Norland sold its ferries to a stranger.", "Denies it (April 2021)", "confirmed"],
                ["A pier of Norland burnt down.", "Denies it (April 2021)", "refuted"],
                ["Norland dismissed its pilots.", "Denies it (April 2021), passed on by The Courier", "disputed"],
            ],
        ),
        (
            "What it answers otherwise",
            [
                ["Norland bought engines abroad.", "Has no evidence of it (April 2021)", "unconfirmed"],
                ["The harbour of Norland was dredged.", "Qualifies it", "unconfirmed"],
            ],
        ),
        (
            "Where it took back an earlier word",
            [
                ["The crews of Norland struck.", "Took back its denial of it (June 2021)", "unconfirmed"],
                ["Norland planned a bridge.", "Took back having said it (June 2021)", "retracted"],
            ],
        ),
        (
            "What it only passed on",
            [
                [
                    "The harbour master saw a storm coming.",
                    "Passed on the word of Harbour Master: “affirms it”",
                    "unconfirmed",
                ]
            ],
        ),
    ],
)
def test_a_group_lists_its_claims_with_what_the_source_did_and_how_each_stands(heading, claims):
    assert told(groups(look("/sources/norland", APP))[heading]) == claims


def test_a_group_counts_its_claims_by_status_and_leads_to_those_of_each():
    denied = groups(look("/sources/norland", APP))["What it denies"]

    assert [(each.text, each.given["href"]) for each in denied.one("ul", "legend").all("a")] == [
        ("1 confirmed", "/claims?denied_by=norland&status=confirmed"),
        ("1 disputed", "/claims?denied_by=norland&status=disputed"),
        ("1 refuted", "/claims?denied_by=norland&status=refuted"),
    ]


def test_denials_say_what_the_author_made_of_them():
    page = look("/sources/norland", APP)

    assert groups(page)["What it denies"].one("p", "lead").text == f"3 claims. {OUTCOME}"


def test_a_denial_that_nobody_settled_is_called_neither_right_nor_wrong():
    lead = groups(look("/sources/norland", ferries()))["What it denies"].one("p", "lead").text

    assert lead == "1 claim."


def test_the_author_who_settles_is_not_said_to_be_proved_right():
    assert groups(look("/sources/ada-quill", APP))["What it denies"].one("p", "lead").text == "1 claim."


def test_a_group_of_many_claims_leads_to_all_of_them_at_the_same_day():
    said = {"source": "norland", "stance": "denies", "made": "2021"}
    claims = [records.claim(f"c{nth}", statements=[records.statement(f"c{nth}-1", **said)]) for nth in range(12)]
    denied = groups(look("/sources/norland?as_of=2021", ferries(claims=claims)))["What it denies"]

    assert len(told(denied)) == 10
    assert (denied.all("a")[-1].text, denied.all("a")[-1].given["href"]) == (
        "All 12 claims",
        "/claims?denied_by=norland&as_of=2021",
    )


def test_a_source_at_a_day_has_only_what_it_had_said_by_then():
    page = look("/sources/norland?as_of=2021-05", APP)

    assert {heading: len(told(group)) for heading, group in groups(page).items()} == {
        "What it affirms": 3,
        "What it denies": 4,
        "What it answers otherwise": 1,
    }
    assert "In the whole record it speaks on or passes on 10 claims." in page.one("main").text


def test_a_source_before_it_spoke_has_no_group_and_says_so():
    page = look("/sources/norland?as_of=2019", APP)

    assert groups(page) == {}
    assert "In the whole record it speaks on or passes on 10 claims. Nothing of that counted by then." in (
        page.one("main").text
    )


def test_sources_are_listed_with_what_each_does_and_never_with_one_count_of_all():
    (row,) = [
        each
        for each in look("/sources", APP).one("table", id="all").one("tbody").all("tr")
        if each.all("a")[0].text == "Norland"
    ]

    assert [each.text for each in row.all("p", "credit")] == [
        "Affirms 2 claims",
        "1 confirmed, 1 unconfirmed",
        "Denies 3 claims",
        f"1 confirmed, 1 disputed, 1 refuted. {OUTCOME}",
        "Answers otherwise 2 claims",
        "2 unconfirmed",
        "Took back an earlier word on 2 claims",
        "1 unconfirmed, 1 retracted",
        "Only passed on 1 claim",
        "1 unconfirmed",
    ]


def test_a_source_without_a_word_is_called_a_parent_only_where_it_is_one():
    app = ferries(sources=[*records.record()["sources"], records.source("bystander")], claims=[records.claim("a")])
    said = {
        each.all("a")[0].text: each.all("td")[-1].text
        for each in look("/sources", app).one("table", id="all").one("tbody").all("tr")
    }

    assert (said["Norland"], said["Bystander"]) == ("only as the parent of others", "on no claim")


@pytest.mark.parametrize(
    ("place", "said"),
    [("/sources?as_of=2019", "nothing that counted by then"), ("/sources", "nothing that still counts")],
)
def test_a_source_of_which_nothing_counts_says_so_in_the_list(place, said):
    official = {"source": "norland-official", "made": "2021-03"}
    taken_back = {"source": "norland", "stance": "denies", "made": "2021-05"}
    statements = [records.statement("a-1", **official), records.statement("a-2", **taken_back)]
    app = ferries(claims=[records.claim("a", statements=statements)])
    (row,) = [
        each
        for each in look(place, app).one("table", id="all").one("tbody").all("tr")
        if "unnamed" in each.all("a")[0].text
    ]

    assert row.all("td")[-1].text == said

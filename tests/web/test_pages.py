"""The pages for people: the same facts as the data, in words, shapes and links."""

from datetime import date

import pytest

from app.core.model import Claim, Header, Record
from app.core.rules import RULES
from app.core.sourcing import SOURCINGS
from app.core.status import derive
from app.core.vocabulary import SOURCING_WORDS, Sourcing
from app.store.memory import MemoryStore
from tests import records
from tests.web.asking import ask, essay, holding, run, serving
from tests.web.seeing import Element, ferries, look


def place_in_text(claim: Claim, header: Header) -> int:
    order = list(header.section_by_ref(claim.document))
    return min(order.index(ref) for statement in claim.statements for ref in statement.passages)


def cells(page: Element) -> list[tuple[str, str]]:
    """Each cell of the map: its status by shape, and where the words lead to which it leads."""
    lines = {each.given["id"]: each for each in page.one("main").all("li") if "id" in each.given}
    found = []
    for link in page.one("ul", "cells").all("a"):
        shape = link.one("use").given["href"].removeprefix("#s-")
        line = lines[link.given["href"].removeprefix("#")]
        assert shape in link.classes
        assert link.given["aria-label"].startswith(f"{shape.replace('_', ' ')}: ")
        assert line.one("use").given["href"] == f"#s-{shape}"
        assert ("loud" in line.classes) == ("loud" in link.classes)
        found.append((shape, line.one("a").given["href"]))
    return found


@pytest.mark.parametrize(
    ("as_of", "day"),
    [("2022-07", date(2022, 7, 31)), ("2022-12", date(2022, 12, 31)), ("", None)],
)
def test_map_has_a_cell_for_each_claim_in_the_order_of_the_text_with_its_status(as_of, day):
    record = essay()
    expected = [
        (
            derive(claim, record.header, day).status.value,
            f"/claims/{claim.id}" + (f"?as_of={as_of}" if as_of else ""),
        )
        for claim in sorted(record.claims, key=lambda each: place_in_text(each, record.header))
    ]

    assert cells(look(f"/?as_of={as_of}" if as_of else "/")) == expected


def test_map_of_the_small_record_has_the_statuses_that_its_maker_names():
    assert [status for status, _ in cells(look("/", ferries()))] == [
        "disputed",
        "unconfirmed",
        "confirmed",
        "not_checkable",
        "not_checkable",
        "asserted",
    ]


def test_map_draws_background_smaller_and_says_what_that_means():
    page = look("/", serving(holding(Record.model_validate(records.five_ways()))))

    (cell,) = page.all("a", "background")
    (line,) = [each for each in page.all("li") if each.given.get("id") == "c-ferries-of-1974"]
    assert cell.given["href"] == "#c-ferries-of-1974"
    assert line.text.startswith("asserted, background:")
    assert "The smaller ones are background" in page.one("p", "lead").text


def test_map_without_background_says_nothing_of_it():
    assert "background" not in look("/", ferries()).one("main").text


def test_claim_marked_as_background_is_shown_as_such_only_while_nobody_contests_it():
    said = [records.statement("a-1"), records.statement("a-2", source="norland", stance="denies", made="2023")]
    app = ferries(claims=[records.claim("a", background=True, statements=said)])

    assert "Background: no party to it would contest it" in look("/claims/a?as_of=2022", app).one("div", "verdict").text
    assert "Background" not in look("/claims/a", app).one("div", "verdict").text


def test_map_before_anything_was_said_has_only_claims_not_yet_made():
    page = look("/?as_of=2019", ferries())

    assert {status for status, _ in cells(page)} == {"not_yet_made"}
    assert page.one("ul", "legend").text == "6 not yet made"


def test_map_names_each_section_and_each_passage_with_claims_once():
    page = look("/", ferries())

    assert [each.text for each in page.one("main").all("h2")][3:5] == ["The Crossing", "The Reckoning"]
    assert [each.text for each in page.all("p", "ref")][:2] == [
        "1.1 Paragraph 1, sentence 1",
        "1.3 Paragraph 1, sentence 3",
    ]


def test_map_tells_loudly_what_others_say_and_by_whom_and_a_denial_as_such():
    page = look("/", ferries())
    lines = {each.given["id"]: each for each in page.all("li") if "id" in each.given}

    assert {id_ for id_, line in lines.items() if "loud" in line.classes} == {
        "c-ferries-promised",
        "c-ferries-moored",
        "c-lease-signed",
    }
    assert lines["c-ferries-promised"].text.endswith("affirmed by Harbour Master ; denied by Norland")
    assert lines["c-ferries-promised"].one("span", "denied_by").text == "denied by Norland"
    assert lines["c-ferries-moored"].text.endswith("by an unnamed senior official ; only passed on by The Courier")


def test_map_before_anybody_spoke_is_quiet():
    page = look("/?as_of=2020", ferries())

    assert page.all("li", "loud") == []
    assert page.all("span", "by") == []


def test_map_of_claims_out_of_order_follows_the_text():
    claims = [
        records.claim("last", statements=[records.statement("last-1", passages=["p2s3"])]),
        records.claim("first", statements=[records.statement("first-1", passages=["p2s4", "p1s2"])]),
    ]

    assert [url for _, url in cells(look("/", ferries(claims=claims)))] == ["/claims/first", "/claims/last"]


def test_map_of_two_documents_names_the_document_of_each_section():
    second = records.document("the-bridges", title="The Bridges")
    claims = [records.claim("a"), records.claim("b", document="the-bridges")]
    page = look("/", ferries(documents=[records.document(), second], claims=claims))

    assert [each.text for each in page.one("main").all("h2")][3:5] == [
        "The Ferries: The Crossing",
        "The Bridges: The Crossing",
    ]


def test_map_offers_the_months_in_which_a_status_changed_and_marks_the_one_shown():
    steps = look("/?as_of=2021-06", ferries()).one("ul", "steps").all("a")

    assert [each.text for each in steps] == [
        "March 2021",
        "May 2021",
        "June 2021",
        "February 2022",
        "Everything counted",
    ]
    assert [each.text for each in steps if "aria-current" in each.given] == ["June 2021"]


def test_map_at_a_day_without_a_change_marks_that_day():
    steps = look("/?as_of=2021-04-05", ferries()).one("ul", "steps").all("a")

    assert [each.text for each in steps if "aria-current" in each.given] == ["5 April 2021"]


def test_claim_shows_its_status_rule_reason_and_attribution():
    page = look("/claims/ferries-promised", ferries())

    assert page.one("h1").text == "Norland agreed to lend Portvale forty ferries."
    assert page.one("div", "verdict").classes == ["verdict", "disputed"]
    assert page.one("div", "verdict").one("strong").text == "Disputed"
    assert [each.given["href"] for each in page.one("div", "verdict").all("a")] == [
        "/statuses#on-named_person_or_body",
        "/statuses#denied",
    ]
    assert page.one("blockquote").text == run(ask(ferries(), "/claims/ferries-promised")).json["attribution"]


def test_claim_shows_every_statement_with_its_source_and_relays():
    said = look("/claims/ferries-moored", ferries()).one("ol", "said").children
    (only,) = [each for each in said if isinstance(each, Element)]

    assert [(hop.one("a").given["href"], hop.one("small").text) for hop in only.all("span", "hop")] == [
        ("/sources/norland-official", "origin, unnamed"),
        ("/sources/courier", "passes it on"),
        ("/sources/ada-quill", "author"),
    ]
    assert "Affirms it · June 2021 · decides the status · paragraph 1, sentence 3" in only.text


def test_claim_of_the_essay_names_the_source_of_every_statement():
    for claim in essay().claims:
        said = look(f"/claims/{claim.id}").one("ol", "said")
        origins = [chain.all("a")[0].given["href"] for chain in said.all("ol", "chain")]
        assert origins == [f"/sources/{each.source}" for each in claim.statements]


def test_claim_draws_its_timeline_and_tells_it_in_words_and_in_a_table():
    page = look("/claims/ferries-promised", ferries())

    assert page.one("svg", "ribbon").one("title").text == (
        "Status through time: unconfirmed since March 2021; disputed since May 2021 at the latest."
    )
    assert [row[:2] for row in page.table("Each period")] == [
        ["March 2021", "unconfirmed"],
        ["March to May 2021", "disputed"],
    ]


def test_interval_of_a_statement_and_of_a_claim_is_told_in_words():
    said = look("/claims/ferries-promised", ferries()).one("ol", "said").text
    about = look("/claims/second-crossing", ferries()).one("aside").text

    assert "Denies it · March to May 2021" in said
    assert "Period 2030 or earlier" in about


def test_claim_of_one_status_has_a_table_without_a_drawing():
    page = look("/claims/ferries-of-1974", ferries())

    assert page.all("svg", "ribbon") == []
    assert [row[:2] for row in page.table()] == [["1 February 2022", "asserted"]]


def test_claim_at_a_day_stands_as_it_stood_then_and_marks_the_period():
    page = look("/claims/ferries-promised?as_of=2021-04", ferries())

    assert page.one("div", "verdict").classes == ["verdict", "unconfirmed"]
    assert "as it stood at the end of April 2021" in page.one("p", "over").text
    assert page.one("tr", "current").all("td")[0].text == "March 2021"


def test_claim_leads_to_its_related_claims_at_the_same_day():
    (link,) = look("/claims/ferries-moored?as_of=2021-04", ferries()).one("ul", "related").all("a")

    assert link.given["href"] == "/claims/ferries-promised?as_of=2021-04"


def test_claim_tells_a_rough_figure_as_about_so_much_and_a_relation_in_words():
    assert "about 50 percent:" in look("/claims/half-of-ukraine-power-knocked-out").one("main").text
    assert "about 27" not in look("/claims/russian-exports-to-iran-rose").one("main").text
    assert "In tension with" in look("/claims/distrust-seems-ancient-history").one("main").text


def test_claim_tells_how_to_cite_and_to_fetch_it():
    page = look("/claims/ferries-moored", ferries())

    assert page.one("pre").text.endswith("/claims/ferries-moored")
    assert "Ada Quill, The Ferries , Vale Review, 2022-02-01 (p1s3); claim ferries-moored in Claims of The Ferries" in (
        page.one("aside").text
    )


def test_source_shows_what_would_change_without_it_from_what_to_what():
    page = look("/sources/courier", ferries())

    assert page.table() == [
        [
            "Twelve ferries of Norland were moored at Portvale by June 2021.",
            "Now unconfirmed",
            "Without it not yet made",
        ]
    ]


def test_source_on_which_nothing_rests_says_so():
    source = records.source("bystander")
    page = look("/sources/bystander", ferries(sources=[*records.record()["sources"], source]))

    assert "No claim would stand otherwise without it." in page.one("main").text


def test_statuses_are_the_rules_row_by_row():
    rows = [[cell.text for cell in row.all("td")] for row in look("/statuses").all("tbody")[0].all("tr")]

    assert rows == [
        [str(at), rule.condition, rule.status.replace("_", " "), rule.id] for at, rule in enumerate(RULES, 1)
    ]


@pytest.mark.parametrize("place", ["/statuses", "/sourcings"])
def test_kinds_of_word_are_those_of_the_table_row_by_row_each_with_an_anchor(place):
    rows = look(place).all("tbody")[-1].all("tr")

    assert [[cell.text for cell in row.all("td")] for row in rows] == [
        [str(at), row.condition, SOURCING_WORDS[row.sourcing], row.sourcing] for at, row in enumerate(SOURCINGS, 1)
    ]
    assert [row.given["id"] for row in rows] == [f"on-{each}" for each in Sourcing]


def test_markup_in_a_record_is_shown_and_not_obeyed():
    hostile = '<img src=x onerror="alert(1)">&amp; came.'
    app = ferries(claims=[records.claim("a", text=hostile, note="</dl><b>bold</b>")])

    for target in ("/", "/claims", "/claims/a", "/transitions", "/documents/the-ferries"):
        page = look(target, app)
        assert hostile in page.text
        assert page.all("img") == []


def test_document_lists_its_sentences_with_claims_or_the_reason_for_none():
    rows = [row for part in look("/documents/the-ferries", ferries()).all("tbody") for row in part.all("tr")]

    assert [row.given["id"] for row in rows] == [ref for ref, _, _ in records.ESSAY]
    assert rows[1].text == (
        "Paragraph 1, sentence 2 Norland agreed to lend Portvale forty ferries. disputed "
        "affirmed by Harbour Master ; denied by Norland"
    )
    assert rows[7].text == "Paragraph 2, sentence 4 A question that claims nothing."


def test_changes_are_told_day_by_day_with_the_statuses_between_which_they_are():
    days = look("/transitions?to=2021-05", ferries()).one("main").all("section")

    told = [(each.one("h2").text, each.one("h3").text, each.one("ul").one("a").text) for each in days]
    assert told == [
        ("March 2021", "not yet made unconfirmed 1 claim", "Norland agreed to lend Portvale forty ferries."),
        ("March to May 2021", "unconfirmed disputed 1 claim", "Norland agreed to lend Portvale forty ferries."),
    ]


def test_store_without_a_record_has_a_page_that_says_so():
    page = look("/", serving(MemoryStore()), status=503)

    assert page.one("h1").text == "Store unavailable"

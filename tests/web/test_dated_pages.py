"""Pages tell a date as the statement does: a month is a month on every page, and never its last day."""

import re

from app.core.model import Record
from tests import records
from tests.web.asking import holding, serving
from tests.web.seeing import ferries, look
from tests.web.walking import every_page

APP = serving(holding(Record.model_validate(records.five_ways())))
A_DAY = re.compile(r"\b[0-9]{1,2} [A-Z][a-z]+ 2021|2021-[0-9]{2}-[0-9]{2}")


def test_no_page_tells_a_day_where_every_statement_is_dated_to_a_month():
    pages = every_page(APP, "/")

    assert {place: A_DAY.findall(page.text) for place, page in pages.items() if A_DAY.search(page.text)} == {}
    assert [place for place in pages if A_DAY.search(place)] == []
    assert "since January 2021" in pages["/claims/quay-closed"].text


def test_a_period_leads_to_the_claim_at_the_end_of_its_month():
    rows = look("/claims/ferries-sold", APP).one("table", "periods").one("tbody").all("a")

    assert [(each.text, each.given["href"]) for each in rows] == [
        ("March 2021", "/claims/ferries-sold?as_of=2021-03"),
        ("April 2021", "/claims/ferries-sold?as_of=2021-04"),
        ("1 February 2022", "/claims/ferries-sold?as_of=2022-02-01"),
    ]


def test_a_period_that_ends_an_interval_leads_to_its_last_month():
    rows = look("/claims/ferries-promised", ferries()).one("table", "periods").one("tbody").all("a")

    assert (rows[1].text, rows[1].given["href"]) == ("March to May 2021", "/claims/ferries-promised?as_of=2021-05")


def test_a_bound_is_told_as_the_beginning_of_its_month():
    rows = look("/claims/lease-signed", ferries()).one("table", "periods").one("tbody").all("a")

    assert (rows[0].text, rows[0].given["href"]) == (
        "The beginning of March 2021",
        "/claims/lease-signed?as_of=2021-03-01",
    )


def test_an_approximate_date_is_told_as_such_and_leads_to_its_day():
    said = records.statement("a-1", source="courier", made="2021-03~")
    page = look("/claims/a", ferries(claims=[records.claim("a", statements=[said])]))
    (row,) = page.one("table", "periods").one("tbody").all("a")

    assert row.text == "About March 2021"
    assert row.given["href"].startswith("/claims/a?as_of=2021-0")


def test_changes_of_a_day_and_of_the_month_that_it_ends_are_told_apart():
    claims = [
        records.claim(id_, statements=[records.statement(f"{id_}-1", source="courier", made=made)])
        for id_, made in (("a", "2021-03"), ("b", "2021-03-31"), ("c", "2021-03"))
    ]
    sections = look("/transitions", ferries(claims=claims)).one("main").all("section")

    assert [(each.one("h2").text, [link.given["href"] for link in each.all("a")]) for each in sections] == [
        ("March 2021", ["/claims/a?as_of=2021-03", "/claims/c?as_of=2021-03"]),
        ("31 March 2021", ["/claims/b?as_of=2021-03-31"]),
    ]


def test_a_claim_before_anything_was_said_says_so_of_this_record():
    page = look("/claims/ferries-sold?as_of=2020", APP)

    assert page.one("div", "verdict").one("strong").text == "Not yet made"
    assert "In this record nobody had said it by then." in page.one("div", "verdict").text
    assert page.one("blockquote").text.startswith("In this record nobody had said it by then: Norland sold")
    assert "Stands on" not in page.one("main").text


def test_a_statement_says_what_it_counts_for_on_the_day():
    def counts(place: str) -> list[str]:
        said = look(place, APP).one("ol", "said").children
        return [each.all("p")[0].text.split(" · ")[2] for each in said if not isinstance(each, str)]

    assert counts("/claims/crew-struck") == [
        "decides the status",
        "no longer counts",
        "counts, and does not decide the status",
    ]
    assert counts("/claims/crew-struck?as_of=2021-04") == [
        "stands against the status",
        "decides the status",
        "not counted by then",
    ]


def test_a_statement_that_takes_something_back_says_what():
    said = look("/claims/crew-struck", APP).one("ol", "said").all("strong")

    assert [each.text for each in said] == ["Affirms it", "Denies it", "Took back its denial of it"]

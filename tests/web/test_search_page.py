"""The page of a search: its form, its filters, and what it says was asked."""

from tests import records
from tests.web.seeing import ferries, look, reply_to


def test_form_may_send_empty_fields_with_format_html():
    page = look("/claims?format=html&q=&status=disputed&source=&topic=&as_of=", ferries())

    assert [each.text for each in page.one("ol", "claims").all("a")] == [
        "Norland agreed to lend Portvale forty ferries."
    ]


def test_empty_field_without_format_html_is_refused():
    assert reply_to("/claims?status=", ferries()).status == 400


def test_search_keeps_its_words_and_filters_in_the_form():
    form = look("/claims?format=html&q=ferries&topic=transport&as_of=2022", ferries()).one("form")

    assert {each.given["name"]: each.given["value"] for each in form.all("input")} == {
        "format": "html",
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

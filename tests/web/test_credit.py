"""Nobody is credited with what they deny: no page and no answer says or suggests that they affirm it."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from app.core.dates import calendar_span
from app.core.model import Record
from tests import records
from tests.web.asking import ask, essay, holding, run, serving
from tests.web.seeing import tree
from tests.web.walking import denials, every_page, faults_of_answer, faults_of_page

NORLAND = Record.model_validate(records.five_ways())
DENIED = "Norland dismissed its pilots."
RECORDS = pytest.mark.parametrize("record", [NORLAND, essay()], ids=["norland", "essay"])


def day_of(place: str) -> date | None:
    """The day at which the statuses of an address are taken."""
    given = parse_qs(urlsplit(place).query).get("as_of")
    return calendar_span(given[0]).end if given else None


def sources(record: Record) -> list[str]:
    return [each.id for each in record.sources]


@pytest.mark.parametrize(("record", "clicks"), [(NORLAND, 100), (essay(), 0)], ids=["norland", "essay"])
def test_no_page_to_which_links_lead_credits_a_source_with_what_it_denies(record, clicks):
    starts = ["/", "/sources", "/transitions", *(f"/sources/{each}" for each in sources(record))]
    starts += [f"/claims?{role}={each}" for role in ("affirmed_by", "source") for each in sources(record)]
    starts += [f"/claims/{claim.id}" for _, claim in denials(record, None)]
    pages = every_page(serving(holding(record)), *starts, clicks=clicks)
    faults = {
        (place, fault)
        for place, page in pages.items()
        for source, claim in denials(record, day_of(place))
        for fault in faults_of_page(page, source.name, claim.text)
    }

    assert len(pages) > 60 or not clicks
    assert faults == set()


@RECORDS
@pytest.mark.parametrize("day", ["", "as_of=2021-04", "as_of=2023"])
def test_no_answer_for_programs_credits_a_source_with_what_it_denies(record, day):
    app = serving(holding(record))
    claims = [claim.id for _, claim in denials(record, day_of(f"/?{day}"))]
    places = [f"/claims?limit=100&{day}", *(f"/claims?source={each}&limit=100&{day}" for each in sources(record))]
    places += [f"/claims?affirmed_by={each}&limit=100&{day}" for each in sources(record)]
    places += [f"/claims/{each}?{day}" for each in claims]
    places += [] if day else [f"/claims/{each}/timeline" for each in claims]
    answers = {place: run(ask(app, place)).json for place in places}

    assert {
        (place, fault)
        for place, answer in answers.items()
        for source, claim in denials(record, day_of(place))
        for fault in faults_of_answer(answer, source.id, source.name, claim.id)
    } == set()
    assert {
        (source.id, claim.id)
        for source, claim in denials(record, day_of(f"/?{day}"))
        for each in answers[f"/claims?affirmed_by={source.id}&limit=100&{day}"]["items"]
        if each["id"] == claim.id
    } == set()


def test_a_source_is_counted_once_for_each_thing_it_does():
    (norland,) = [
        each for each in run(ask(serving(holding(NORLAND)), "/sources")).json["items"] if each["id"] == "norland"
    ]

    assert norland["standing"] == {
        "affirms": {"confirmed": 1, "unconfirmed": 1},
        "denies": {"confirmed": 1, "disputed": 1, "refuted": 1},
        "answers": {"unconfirmed": 2},
        "took_back": {"retracted": 1, "unconfirmed": 1},
        "passed_on": {"unconfirmed": 1},
    }


@pytest.mark.parametrize(
    "inside",
    [
        f"<h1>Norland</h1><h2>What it says or passes on</h2><ol><li><p>{DENIED}</p></li></ol>",
        f"<h1>Norland</h1><h2>What it affirms</h2><p>2 claims</p><ol><li><p>{DENIED}</p><p>disputed</p></li></ol>",
        f"<h1>Claims affirmed by Norland</h1><ol><li>{DENIED}</li></ol>",
        f"<h1>Claims</h1><ol><li>{DENIED} Norland alone affirms it.</li></ol>",
        f"<h1>Claims</h1><ol><li>{DENIED} The Courier and Norland affirm it.</li></ol>",
        f"<h1>{DENIED}</h1><p>According to The Courier and Norland (April 2021): {DENIED}</p>",
        f"<h1>{DENIED}</h1><h2>Who says so, and through whom</h2><ol><li>Norland, April 2021</li></ol>",
    ],
)
def test_a_page_that_credits_a_source_with_what_it_denies_would_be_found(inside):
    assert faults_of_page(tree(f"<main>{inside}</main>"), "Norland", DENIED)


@pytest.mark.parametrize(
    "inside",
    [
        f"<h1>Norland</h1><h2>What it affirms</h2><p>None.</p><h2>What it denies</h2><ol><li>{DENIED}</li></ol>",
        f"<h1>Claims on which Norland speaks</h1><p>{DENIED} The Courier affirms it; against it stands Norland.</p>",
        f"<h1>{DENIED}</h1><p>According to The Courier: {DENIED[:-1]}; Norland denied this.</p>",
    ],
)
def test_a_page_that_tells_of_a_denial_as_such_is_in_order(inside):
    assert faults_of_page(tree(f"<main>{inside}</main>"), "Norland", DENIED) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"items": [{"id": "a", "attributed_to": ["norland"]}]},
        {"items": [{"id": "a", "basis": {"explanation": "Norland affirms it."}}]},
        {"items": [{"claim": "a", "explanation": "Norland (via The Courier) alone affirms it."}]},
        {"id": "a", "attribution": "According to Harbour Master and Norland: It came."},
    ],
)
def test_an_answer_that_credits_a_source_with_what_it_denies_would_be_found(answer):
    assert faults_of_answer(answer, "norland", "Norland", "a")
    assert faults_of_answer(answer, "norland", "Norland", "b") == []

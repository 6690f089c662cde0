"""A claim as it is served: the record's fields, and on every day the standing that the rule gives."""

import json
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.attribution import CREDITS, attribution, credited
from app.core.model import Claim, wire
from app.core.status import derive, sourcing, timeline
from app.core.vocabulary import Status
from app.record.served import ServedClaim, render, transitions
from tests.makers import HEADER, claim, claims, days, said


def live_on(one: Claim, as_of: date | None):
    ids: set[str] = set()
    for period in timeline(one, HEADER):
        if as_of is None or period.start <= as_of:
            ids = set(period.live)
    return [each for each in one.statements if each.id in ids]


@given(claims(), st.none() | days)
def test_the_bytes_are_the_record_and_the_standing_on_that_day(one, as_of):
    body = json.loads(render(one, HEADER).at(as_of))
    live = live_on(one, as_of)
    assert {name: body[name] for name in wire(one)} == wire(one)
    assert body["status"] == derive(one, HEADER, as_of).status
    by = {name: list(sources) for name, sources in credited(live).items()}
    assert {name: body["attributed_to" if name == "affirmed_by" else name] for name in CREDITS} == by
    assert body["sourcing"] == sourcing(one, HEADER, as_of)
    assert body["attribution"] == attribution(one, HEADER, live)
    assert body["url"] == "/claims/a"
    assert set(body) - set(wire(one)) == set(ServedClaim.model_fields) - set(Claim.model_fields)


@given(claims(), st.none() | days)
def test_the_bytes_are_a_served_claim_with_the_verdict_as_its_basis(one, as_of):
    served = ServedClaim.model_validate_json(render(one, HEADER).at(as_of))
    assert served.basis == derive(one, HEADER, as_of)
    assert served.statements == one.statements


@given(claims())
def test_the_record_alone_reads_back_as_the_claim(one):
    assert Claim.model_validate_json(render(one, HEADER).head + b"}") == one


def test_a_timeline_that_is_given_is_not_derived_again():
    one = claim(said("a", "courier", made="2021"))
    assert render(one, HEADER, timeline(one, HEADER)) == render(one, HEADER)
    assert render(one, HEADER, ()).at(None) == render(one, HEADER).before.join([render(one, HEADER).head, b""])


def test_before_its_first_period_a_claim_is_served_as_not_yet_made():
    one = claim(said("a", "courier", made="2021-07"))
    body = json.loads(render(one, HEADER).at(date(2021, 7, 30)))
    assert body["status"] == "not_yet_made"
    assert "since" not in body["basis"]
    assert body["attribution"] == "In this record nobody had said it by then: Something called a came to pass."
    assert json.loads(render(one, HEADER).at(date(2021, 7, 31)))["status"] == "unconfirmed"


def test_each_change_of_status_names_the_day_the_row_and_its_cause():
    one = claim(
        said("a", "courier", made="2021-01"), said("b", "gazette", "no_comment", "2021-02"),
        said("c", "norland", "denies", "2021-07"), said("d", "norland", made="2021-11"),
    )  # fmt: skip
    found = list(transitions(one, timeline(one, HEADER)))
    assert [(str(e.date), e.before.value, e.after.value, e.rule, e.caused_by) for e in found] == [
        ("2021-01-31", "not_yet_made", "unconfirmed", "single-origin", ("a",)),
        ("2021-07-31", "unconfirmed", "disputed", "denied", ("c",)),
        ("2021-11-30", "disputed", "confirmed", "admitted", ("c", "d")),
    ]
    assert {each.claim for each in found} == {"a"}
    assert found[1].explanation == "Norland denies it; against it stands The Courier."


def test_a_claim_that_is_only_pending_has_not_changed_its_status():
    one = claim(said("a", "norland", not_before="2021-07"))
    assert [(str(each.date), each.after.value) for each in transitions(one, timeline(one, HEADER))] == [
        ("2022-02-01", "confirmed")
    ]


@given(claims())
def test_changes_of_status_lead_from_not_yet_made_to_the_last_status_without_a_gap(one):
    found = list(transitions(one, timeline(one, HEADER)))
    status = Status.not_yet_made
    for each in found:
        assert each.before is status
        assert each.after is derive(one, HEADER, each.date).status is not status
        assert derive(one, HEADER, each.date - timedelta(1)).status is status
        assert each.caused_by
        status = each.after
    assert status is derive(one, HEADER).status

"""Verdicts over time: what holds of every claim, and the worked cases of dates, periods and explanations."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.dates import edtf_span
from app.core.rules import RULES
from app.core.status import NOT_YET_MADE, Verdict, derive, named, names, timeline, without_source
from app.core.vocabulary import Status
from tests.makers import AUTHOR, HEADER, PUBLISHED, VOICES, claim, claims, day, days, said

ROWS = {rule.id: rule.status for rule in RULES}


def live_at(one, as_of):
    return next((set(each.live) for each in reversed(timeline(one, HEADER)) if each.start <= as_of), set())


# What holds of every claim on every day


@given(claims(), st.none() | days)
def test_every_claim_has_a_verdict_by_some_row_on_every_day(one, as_of):
    verdict = derive(one, HEADER, as_of)
    assert ROWS[verdict.rule] is verdict.status
    assert verdict.explanation.endswith(".")
    assert not {"{", "}", "[", "]", "|"} & set(verdict.explanation)


@given(st.data(), claims(), st.none() | days)
def test_the_verdict_does_not_depend_on_the_order_of_the_statements(data, one, as_of):
    shuffled = one.model_copy(update={"statements": tuple(data.draw(st.permutations(one.statements)))})
    assert timeline(shuffled, HEADER) == timeline(one, HEADER)
    assert derive(shuffled, HEADER, as_of) == derive(one, HEADER, as_of)


@given(claims(), days)
def test_the_verdict_is_that_of_the_last_period_begun_by_then(one, as_of):
    begun = [each.verdict for each in timeline(one, HEADER) if each.start <= as_of]
    assert derive(one, HEADER, as_of) == (begun[-1] if begun else NOT_YET_MADE)


@given(claims())
def test_no_day_at_all_means_the_last_day_of_all(one):
    assert derive(one, HEADER) == derive(one, HEADER, date.max)


@given(claims(), days)
def test_only_live_statements_decide_or_contest_and_none_does_both(one, as_of):
    verdict, live = derive(one, HEADER, as_of), live_at(one, as_of)
    assert set(verdict.decided_by) <= live
    assert set(verdict.contested_by) <= live
    assert not set(verdict.decided_by) & set(verdict.contested_by)
    assert bool(verdict.decided_by) == bool(live) == (verdict.rule != "not-yet-made")


@given(claims(), days)
def test_what_is_pending_is_undated_and_neither_live_nor_past_the_publication(one, as_of):
    by_id = {each.id: each for each in one.statements}
    pending = [by_id[each] for each in derive(one, HEADER, as_of).pending]
    assert not {each.id for each in pending} & live_at(one, as_of)
    for each in pending:
        assert each.made is None
        assert each.not_before is not None
        assert edtf_span(each.not_before).start <= as_of < PUBLISHED


@given(claims(), days)
def test_the_status_has_been_the_same_since_the_day_named_and_not_the_day_before(one, as_of):
    verdict = derive(one, HEADER, as_of)
    if verdict.since is None:
        assert verdict.status is Status.not_yet_made
        return
    assert verdict.since <= as_of
    assert derive(one, HEADER, verdict.since - timedelta(1)).status is not verdict.status
    between = [verdict.since, *(each.start for each in timeline(one, HEADER) if verdict.since <= each.start <= as_of)]
    assert {derive(one, HEADER, each).status for each in between} == {verdict.status}


@given(claims())
def test_periods_follow_each_other_and_each_differs_from_the_last(one):
    periods = timeline(one, HEADER)
    assert [each.start for each in periods] == sorted({each.start for each in periods})
    for before, after in pairwise(periods):
        assert (before.verdict, before.live) != (after.verdict, after.live)


@given(claims(), days, days)
def test_a_claim_once_made_never_becomes_unmade(one, first, second):
    earlier, later = sorted((first, second))
    if derive(one, HEADER, earlier).status is not Status.not_yet_made:
        assert derive(one, HEADER, later).status is not Status.not_yet_made


@given(claims(), days)
def test_a_denial_that_counts_is_always_named_unless_the_claim_was_taken_back_or_refuted(one, as_of):
    verdict, live = derive(one, HEADER, as_of), live_at(one, as_of)
    denials = {each.id for each in one.statements if each.stance == "denies" and each.id in live}
    if verdict.rule not in ("withdrawn", "verdicts-clash", "verdict-against"):
        assert denials <= {*verdict.decided_by, *verdict.contested_by}


@given(claims(), st.sampled_from(VOICES))
def test_without_a_source_nothing_is_left_of_what_it_said_or_passed_on(one, source):
    left = without_source(one, source)
    kept = [each for each in one.statements if each.source != source and source not in each.via]
    assert (list(left.statements) if left else []) == kept


# Days and periods


def test_an_undated_statement_is_pending_from_its_bound_and_counts_from_the_publication():
    one = claim(said("a", "courier", made="2021-01"), said("b", "norland", "denies", not_before="2021-07"))
    assert [(str(each.start), each.verdict.status.value, each.verdict.pending) for each in timeline(one, HEADER)] == [
        ("2021-01-31", "unconfirmed", ()),
        ("2021-07-01", "unconfirmed", ("b",)),
        ("2022-02-01", "disputed", ()),
    ]


def test_a_claim_with_only_a_pending_statement_is_not_yet_made():
    verdict = derive(claim(said("b", "norland", not_before="2021-07")), HEADER, day("2021-12-31"))
    assert verdict == Verdict(
        Status.not_yet_made, "not-yet-made", (), (), ("b",), "In this record nobody had said it by then."
    )


@pytest.mark.parametrize("bound", ["2022-02-01", "2022-03", "2023"])
def test_a_bound_that_is_no_earlier_than_the_publication_makes_nothing_pending(bound):
    assert [str(each.start) for each in timeline(claim(said("b", "norland", not_before=bound)), HEADER)] == [
        "2022-02-01"
    ]


def test_an_undated_statement_without_a_bound_is_never_pending():
    assert derive(claim(said("b", "norland")), HEADER, day("2022-01-31")).pending == ()


def test_a_bound_later_than_the_publication_does_not_make_the_statement_later():
    one = claim(said("a", "courier", "denies", made="2022-02-01"), said("b", "courier", not_before="2023"))
    assert derive(one, HEADER).rule == "denied"


def test_since_runs_on_through_verdicts_of_the_same_status():
    one = claim(
        said("a", "courier", made="2020"), said("b", "norland", made="2021-01"), said("c", "gazette", made="2021-03"),
        said("d", AUTHOR, adjudicates=True),
    )  # fmt: skip
    assert [(each.verdict.rule, str(each.verdict.since)) for each in timeline(one, HEADER)] == [
        ("single-origin", "2020-12-31"),
        ("admitted", "2021-01-31"),
        ("admitted", "2021-01-31"),
        ("verdict-for", "2021-01-31"),
    ]


def test_since_starts_anew_where_a_status_comes_back():
    one = claim(
        said("a", "courier", made="2020"), said("b", "norland", "denies", "2021-01"),
        said("c", "norland", "no_evidence", "2021-03"),
    )  # fmt: skip
    assert [(each.verdict.status.value, str(each.verdict.since)) for each in timeline(one, HEADER)] == [
        ("unconfirmed", "2020-12-31"),
        ("disputed", "2021-01-31"),
        ("unconfirmed", "2021-03-31"),
    ]


def test_a_period_begins_where_only_the_live_statements_change():
    one = claim(said("a", "courier", made="2020"), said("b", "norland", "no_comment", "2021"))
    assert [each.live for each in timeline(one, HEADER)] == [("a",), ("a", "b")]


def test_no_period_begins_where_a_statement_changes_nothing():
    one = claim(said("a", "courier", "retracts", "2020"), said("b", "courier", "no_comment"))
    assert len(timeline(one, HEADER)) == 1


def test_statements_are_listed_by_the_day_from_which_they_count_and_then_by_id():
    one = claim(said("z", "courier", made="2020"), said("c", "gazette"), said("b", "official"), said("y", "courier"))
    assert derive(one, HEADER).decided_by == ("z", "b", "c", "y")


def test_nothing_is_left_of_a_claim_whose_only_source_is_left_out():
    assert without_source(claim(said("a", "courier"), said("b", "official", via=["courier"])), "courier") is None


# Explanations


@pytest.mark.parametrize(
    ("statements", "explanation"),
    [
        ([said("a", AUTHOR)], "Ada Quill, the author of the document, alone says so."),
        ([said("a", "courier")], "The Courier alone affirms it."),
        ([said("a", "courier"), said("b", "reporter")], "The Courier and Max Reporter alone affirm it."),
        (
            [said("a", "courier"), said("b", "gazette")],
            "The Courier and The Gazette affirm it independently of each other.",
        ),
        ([said("a", "official", via=["courier"])], "An unnamed official (via The Courier) alone affirms it."),
        (
            [said("a", "courier"), said("b", "norland", "denies"), said("c", "official", "denies")],
            "Norland and an unnamed official deny it; against it stands The Courier.",
        ),
        (
            [said("a", "courier"), said("b", "gazette"), said("c", "norland", "denies")],
            "Norland denies it; against it stand The Courier and The Gazette.",
        ),
        ([said("a", "envoys")], "Envoys alone affirm it."),
        ([said("a", "courier"), said("b", "envoys", "denies")], "Envoys deny it; against it stands The Courier."),
        ([said("a", "envoys"), said("b", "norland", "denies")], "Norland denies it; against it stand envoys."),
        ([said("a", "courier", "no_comment")], "Nobody affirms it; The Courier spoke to it without affirming it."),
        (
            [said("a", "minister"), said("b", "norland")],
            "The minister and Norland speak for a party to it and affirm it; no denial stands.",
        ),
        (
            [said("b", "courier", made="2021-01"), said("a", "courier", "retracts", "2021-03")],
            "The Courier took it back, and no other source affirms it.",
        ),
        (
            [said("a", AUTHOR, adjudicates=True), said("b", AUTHOR, "denies", adjudicates=True)],
            "Ada Quill states both that it proved true and that it proved false.",
        ),
        (
            [said("a", AUTHOR, "denies", adjudicates=True), said("b", "courier")],
            "Ada Quill states that it proved false; against it stands The Courier.",
        ),
        (
            [said("a", AUTHOR, adjudicates=True), said("b", "courier"), said("c", "norland", "denies")],
            (
                "The Courier affirms it, and the author of the document states that it proved true; "
                "against it stands Norland."
            ),
        ),
        ([said("a", "minister")], "The minister speaks for a party to it and affirms it; no denial stands."),
    ],
)  # fmt: skip
def test_the_explanation_names_who_decided_and_who_stands_against(statements, explanation):
    assert derive(claim(*statements), HEADER).explanation == explanation


def test_the_explanation_of_a_judgement_names_whose_it_is_and_who_denies_it():
    one = claim(said("a", AUTHOR), said("b", "norland", "denies"), kind="judgement")
    assert derive(one, HEADER).explanation == (
        "An assessment by Ada Quill that no record could settle; against it stands Norland."
    )


def test_names_are_joined_as_in_a_sentence_each_once():
    assert names([]) == "nobody"
    assert names(["A"]) == "A"
    assert names(["A", "B", "A"]) == "A and B"
    assert names(["A", "B", "C"]) == "A, B and C"


def test_a_source_is_named_with_its_relays_outward():
    source = HEADER.source_by_id
    assert named(source["official"], []) == "an unnamed official"
    relayed = named(source["official"], [source["reporter"], source["courier"]])
    assert relayed == "an unnamed official (via Max Reporter and The Courier)"

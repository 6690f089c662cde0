"""The rule, row by row: for each what it takes, what decides, and the nearest case that it must not take.

Where the truth comes from: the table of the design's section 3, and the words explained in ``app/core/rules.py``.
"""

import pytest

from app.core.rules import RULES
from app.core.vocabulary import Stance, Status
from tests.makers import AUTHOR, day, judged, outcome, said


def test_the_table_has_the_rows_of_the_design_in_order():
    assert [(rule.id, rule.status.value) for rule in RULES] == [
        ("not-yet-made", "not_yet_made"),
        ("judgement", "not_checkable"),
        ("withdrawn", "retracted"),
        ("verdicts-clash", "disputed"),
        ("verdict-against", "refuted"),
        ("verdict-for", "confirmed"),
        ("admitted", "confirmed"),
        ("denied", "disputed"),
        ("independent-origins", "corroborated"),
        ("single-origin", "unconfirmed"),
        ("author-alone", "asserted"),
        ("no-affirmation", "unconfirmed"),
    ]


def test_every_row_says_its_condition_and_its_reason_in_a_sentence():
    for rule in RULES:
        assert rule.condition[0].isupper(), rule.id
        assert rule.condition.endswith("."), rule.id
        assert rule.because.endswith("."), rule.id


def test_every_status_is_the_outcome_of_some_row():
    assert {rule.status for rule in RULES} == set(Status)


# 1. not-yet-made


def test_a_claim_is_not_yet_made_the_day_before_its_first_statement_is_over():
    july = said("s", "courier", made="2021-07")
    assert outcome(judged(july, as_of=day("2021-07-30"))) == ("not-yet-made", "not_yet_made", (), ())
    assert judged(july, as_of=day("2021-07-31")).rule == "single-origin"


# 2. judgement


def test_a_judgement_is_not_checkable_even_if_others_affirm_deny_or_settle_it():
    verdict = judged(
        said("a", "courier"), said("b", "norland", "denies"), said("c", AUTHOR, adjudicates=True), kind="judgement"
    )
    assert outcome(verdict) == ("judgement", "not_checkable", ("a", "c"), ("b",))


def test_a_judgement_that_nobody_affirms_is_decided_by_whoever_speaks():
    verdict = judged(said("b", "norland", "denies"), kind="judgement")
    assert outcome(verdict) == ("judgement", "not_checkable", ("b",), ())


def test_a_forecast_of_the_author_alone_is_not_checkable():
    assert outcome(judged(said("a", AUTHOR), kind="forecast")) == ("judgement", "not_checkable", ("a",), ())


@pytest.mark.parametrize("stance", [each for each in Stance if each is not Stance.affirms])
def test_a_forecast_stays_not_checkable_if_others_speak_to_it_without_making_it(stance):
    verdict = judged(said("a", AUTHOR), said("b", "norland", stance), kind="forecast")
    assert outcome(verdict) == ("judgement", "not_checkable", ("a",), ("b",) if stance is Stance.denies else ())


def test_a_forecast_that_somebody_else_makes_too_is_checkable():
    assert judged(said("a", AUTHOR), said("b", "courier"), kind="forecast").rule == "single-origin"


def test_a_forecast_that_its_author_took_back_is_retracted():
    verdict = judged(said("a", AUTHOR, made="2021"), said("b", AUTHOR, "retracts"), kind="forecast")
    assert verdict.rule == "withdrawn"


def test_a_forecast_on_which_nobody_comments_is_no_judgement():
    assert judged(said("b", "norland", "no_comment"), kind="forecast").rule == "no-affirmation"


# 3. withdrawn


def test_a_claim_is_retracted_if_its_only_origin_took_it_back():
    verdict = judged(said("a", "courier", made="2021-01"), said("b", "courier", "retracts", "2021-03"))
    assert outcome(verdict) == ("withdrawn", "retracted", ("b",), ())


def test_a_denial_does_not_stand_against_a_claim_being_retracted():
    affirmed, taken_back = said("a", "courier", made="2021-01"), said("b", "courier", "retracts", "2021-03")
    verdict = judged(affirmed, taken_back, said("c", "norland", "denies"))
    assert outcome(verdict) == ("withdrawn", "retracted", ("b",), ())


def test_a_retraction_leaves_the_claim_standing_if_another_origin_still_affirms():
    verdict = judged(
        said("a", "courier", made="2021-01"), said("b", "courier", "retracts", "2021-03"), said("c", "gazette")
    )
    assert outcome(verdict) == ("single-origin", "unconfirmed", ("c",), ())


def test_a_retraction_leaves_the_claim_standing_if_the_author_still_affirms():
    verdict = judged(said("a", "courier", made="2021-01"), said("b", "courier", "retracts"), said("c", AUTHOR))
    assert verdict.rule == "author-alone"


def test_a_parent_takes_back_what_its_part_had_said():
    verdict = judged(said("a", "reporter", made="2021-01"), said("b", "courier", "retracts", "2021-03"))
    assert verdict.rule == "withdrawn"


# 4. verdicts-clash


def test_an_author_who_settles_a_claim_both_ways_leaves_it_disputed():
    verdict = judged(
        said("a", AUTHOR, adjudicates=True), said("b", AUTHOR, "denies", adjudicates=True), said("c", "courier")
    )
    assert outcome(verdict) == ("verdicts-clash", "disputed", ("a", "b"), ())


def test_an_author_who_settles_a_claim_anew_replaces_the_earlier_verdict():
    verdict = judged(
        said("a", AUTHOR, made="2020", adjudicates=True), said("b", AUTHOR, "denies", "2021", adjudicates=True),
        said("c", "courier"),
    )  # fmt: skip
    assert outcome(verdict) == ("verdict-against", "refuted", ("b",), ("c",))


# 5. verdict-against


def test_a_claim_is_refuted_if_the_author_settles_it_against_somebody_else():
    spoken = said("a", "courier"), said("b", AUTHOR, "denies", adjudicates=True), said("c", "norland", "denies")
    assert outcome(judged(*spoken)) == ("verdict-against", "refuted", ("b",), ("a",))


def test_an_author_who_also_affirms_what_it_settles_against_is_named_on_both_sides():
    verdict = judged(said("a", "courier"), said("b", AUTHOR, "denies", adjudicates=True), said("c", AUTHOR))
    assert outcome(verdict) == ("verdict-against", "refuted", ("b",), ("a", "c"))


def test_a_claim_is_refuted_though_the_one_who_had_spoken_has_taken_it_back():
    verdict = judged(
        said("a", "courier", made="2020"), said("b", "courier", "no_evidence", "2021"),
        said("c", AUTHOR, "denies", adjudicates=True),
    )  # fmt: skip
    assert outcome(verdict) == ("verdict-against", "refuted", ("c",), ())


def test_an_author_who_settles_what_nobody_else_spoke_of_denies_it():
    assert judged(said("b", AUTHOR, "denies", adjudicates=True)).rule == "denied"


def test_an_author_refutes_nothing_before_somebody_else_has_spoken():
    verdict = judged(
        said("a", "courier", made="2021-06"), said("b", AUTHOR, "denies", "2021-01", adjudicates=True),
        as_of=day("2021-03-01"),
    )  # fmt: skip
    assert verdict.rule == "denied"


def test_an_author_who_denies_without_settling_leaves_the_claim_disputed():
    assert judged(said("a", "courier"), said("b", AUTHOR, "denies")).rule == "denied"


# 6. verdict-for


def test_a_claim_that_the_author_settles_is_confirmed_and_a_denial_stays_on_record():
    verdict = judged(
        said("a", "courier"), said("b", "norland", "denies"), said("c", AUTHOR, adjudicates=True), said("d", AUTHOR)
    )
    assert outcome(verdict) == ("verdict-for", "confirmed", ("a", "c"), ("b",))


def test_an_author_settles_nothing_for_which_nobody_else_speaks():
    assert judged(said("c", AUTHOR, adjudicates=True)).rule == "author-alone"
    assert judged(said("c", AUTHOR, adjudicates=True), said("b", "norland", "denies")).rule == "denied"
    assert judged(said("c", AUTHOR, adjudicates=True), said("b", "norland", "qualifies")).rule == "author-alone"


def test_an_author_who_only_repeats_a_claim_settles_nothing():
    assert judged(said("a", "courier"), said("c", AUTHOR)).rule == "single-origin"


# 7. admitted


def test_a_named_party_that_affirms_has_admitted_it():
    assert outcome(judged(said("a", "minister"), said("b", "courier"))) == ("admitted", "confirmed", ("a",), ())


def test_an_anonymous_voice_of_a_party_admits_nothing():
    assert judged(said("a", "official")).rule == "single-origin"


def test_a_voice_of_somebody_who_is_no_party_admits_nothing():
    assert judged(said("a", "minister"), parties=["portvale"]).rule == "single-origin"


@pytest.mark.parametrize("denier", ["courier", "official", AUTHOR])
def test_a_party_that_affirms_has_not_admitted_it_while_anybody_denies(denier):
    verdict = judged(said("a", "minister"), said("b", denier, "denies"))
    assert outcome(verdict) == ("denied", "disputed", ("b",), ("a",))


def forecast(*statements, period: str | None = "2021-06/2021-12") -> str:
    return judged(*statements, kind="forecast", period=period).rule


def test_a_party_that_affirms_a_forecast_has_admitted_it_only_once_its_period_had_begun():
    assert forecast(said("a", "norland", made="2021-05-31")) == "single-origin"
    assert forecast(said("a", "norland", made="2021-05/2021-07")) == "single-origin"
    assert forecast(said("a", "norland", made="2021-06-01")) == "admitted"


def test_an_undated_promise_admits_a_forecast_only_if_its_bound_lies_within_the_period():
    assert forecast(said("a", "norland")) == "single-origin"
    assert forecast(said("a", "norland", not_before="2021-05")) == "single-origin"
    assert forecast(said("a", "norland", not_before="2021-06")) == "admitted"


def test_a_forecast_without_a_period_is_never_admitted():
    assert forecast(said("a", "norland", made="2021-07"), period=None) == "single-origin"


# 8. denied


def test_a_claim_that_anybody_denies_is_disputed():
    verdict = judged(said("a", "courier"), said("b", "gazette"), said("c", "official", "denies"))
    assert outcome(verdict) == ("denied", "disputed", ("c",), ("a", "b"))


@pytest.mark.parametrize("stance", ["no_evidence", "no_comment", "qualifies"])
def test_no_evidence_no_comment_and_a_qualification_are_no_denial(stance):
    assert judged(said("a", "courier"), said("b", "norland", stance)).rule == "single-origin"


# 9 and 10. independent-origins, single-origin


def test_two_origins_without_a_common_parent_corroborate_each_other():
    assert outcome(judged(said("a", "courier"), said("b", "gazette"))) == (
        "independent-origins", "corroborated", ("a", "b"), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        ([said("a", "courier")], "one origin"),
        ([said("a", "courier"), said("b", "courier")], "the same origin twice"),
        ([said("a", "courier"), said("b", "reporter")], "a part and its parent"),
        ([said("a", "official", via=["courier"]), said("b", "courier")], "an origin and its relay"),
        ([said("a", "official", via=["reporter"]), said("b", "courier")], "an origin and its relay's parent"),
        ([said("a", "courier", via=["gazette"]), said("b", "gazette", via=["courier"])], "two that relay each other"),
        ([said("a", "courier", via=["reporter"])], "an origin relayed by its own part"),
        ([said("a", "courier"), said("b", AUTHOR)], "one origin and the author"),
        ([said("a", "courier"), said("b", "gazette", "qualifies")], "one that affirms and one that qualifies"),
    ],
)
def test_these_are_one_origin(statements, why):
    assert judged(*statements).rule == "single-origin", why


def test_an_origin_relayed_by_its_own_part_still_counts_beside_another():
    verdict = judged(said("a", "courier", via=["reporter"]), said("b", "gazette"))
    assert verdict.rule == "independent-origins"


def test_two_origins_through_one_relay_are_two():
    verdict = judged(said("a", "official", via=["courier"]), said("b", "gazette", via=["courier"]))
    assert verdict.rule == "independent-origins"


# 11. author-alone


def test_a_claim_of_the_author_alone_is_asserted():
    verdict = judged(said("a", AUTHOR), said("b", "norland", "no_evidence"))
    assert outcome(verdict) == ("author-alone", "asserted", ("a",), ())


# 12. no-affirmation


@pytest.mark.parametrize("stance", ["no_evidence", "no_comment", "qualifies"])
def test_a_claim_that_nobody_affirms_is_unconfirmed(stance):
    assert outcome(judged(said("a", "norland", stance))) == ("no-affirmation", "unconfirmed", ("a",), ())

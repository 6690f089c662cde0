"""Which of an origin's words counts: the later one, both where nobody can tell, none that was taken back.

Where the truth comes from: the first paragraph of the design's section 3, and ``app/core/rules.py`` on intervals.
"""

import pytest

from tests.makers import AUTHOR, day, judged, outcome, said


@pytest.mark.parametrize("stance", ["affirms", "denies", "no_evidence", "retracts"])
def test_a_strictly_later_word_replaces_the_earlier_ones_of_its_origin(stance):
    verdict = judged(said("a", "courier", "denies", "2021-01"), said("b", "reporter", stance, "2021-02"))
    assert "a" not in verdict.decided_by + verdict.contested_by


@pytest.mark.parametrize("stance", ["no_comment", "qualifies"])
def test_a_later_qualification_or_silence_replaces_nothing(stance):
    assert judged(said("a", "courier", made="2021-01"), said("b", "courier", stance, "2021-02")).decided_by == ("a",)


def test_a_later_word_of_another_origin_replaces_nothing():
    assert judged(said("a", "norland", "denies", "2021-01"), said("b", "courier", made="2021-02")).rule == "denied"


def test_at_equal_dates_both_words_of_an_origin_count():
    verdict = judged(said("a", "courier", made="2021-01"), said("b", "courier", "denies", "2021-01"))
    assert outcome(verdict) == ("denied", "disputed", ("b",), ("a",))


def test_a_word_begun_the_day_after_the_other_had_ended_is_strictly_later():
    denied = said("a", "courier", "denies", "2021-01-01/2021-01-10")
    assert judged(denied, said("b", "courier", made="2021-01-10")).rule == "denied"
    assert judged(denied, said("b", "courier", made="2021-01-11")).rule == "single-origin"


def test_a_retraction_counts_for_nothing_once_its_origin_affirms_again():
    verdict = judged(
        said("a", "courier", made="2021-01"), said("b", "courier", "retracts", "2021-03"),
        said("c", "courier", made="2021-05"),
    )  # fmt: skip
    assert outcome(verdict) == ("single-origin", "unconfirmed", ("c",), ())


def test_a_retraction_silences_what_the_same_origin_said_in_the_same_month():
    assert judged(said("a", "courier", made="2021-01"), said("b", "courier", "retracts", "2021-01")).rule == "withdrawn"


def test_a_retraction_that_was_itself_overtaken_silences_no_undated_denial():
    undated = said("d", "norland", "denies")
    taken_back, said_again = said("b", "norland", "retracts", "2021-03"), said("c", "norland", made="2021-05")
    assert outcome(judged(undated, taken_back)) == ("no-affirmation", "unconfirmed", ("b",), ())
    assert outcome(judged(undated, taken_back, said_again)) == ("denied", "disputed", ("d",), ("c",))


def test_who_denied_in_july_and_admitted_in_november_admits():
    spoken = said("a", "norland", "denies", "2021-07"), said("b", "minister", made="2021-11")
    assert judged(*spoken, as_of=day("2021-11-29")).rule == "denied"
    assert outcome(judged(*spoken)) == ("admitted", "confirmed", ("b",), ())


def test_who_denied_and_admitted_in_overlapping_intervals_is_held_to_both():
    verdict = judged(said("a", "norland", "denies", "2021-07/2021-11"), said("b", "norland", made="2021-11"))
    assert outcome(verdict) == ("denied", "disputed", ("a",), ("b",))


def test_a_party_that_denied_undated_is_not_overtaken_by_its_dated_word():
    assert judged(said("a", "norland", "denies"), said("b", "norland", made="2021-11")).rule == "denied"


def test_an_undated_word_not_before_november_overtakes_that_of_july():
    spoken = said("a", "norland", "denies", "2021-07"), said("b", "norland", not_before="2021-11")
    assert judged(*spoken).rule == "admitted"


def test_a_word_that_may_have_been_said_after_the_other_is_not_yet_strictly_later():
    verdict = judged(said("a", "courier", "denies", "2021-07"), said("b", "courier", made="2021-07-15/2021-11"))
    assert outcome(verdict) == ("denied", "disputed", ("a",), ("b",))


def test_a_dated_retraction_silences_the_undated_word_of_its_origin():
    spoken = said("a", "courier", "denies"), said("b", "courier", "retracts", "2021-03"), said("c", "gazette")
    assert outcome(judged(*spoken)) == ("single-origin", "unconfirmed", ("c",), ())


def test_two_retractions_of_the_same_month_both_count_and_a_later_one_replaces_them():
    first, second = said("a", "courier", "retracts", "2021-03"), said("b", "courier", "retracts", "2021-03")
    assert judged(first, second).decided_by == ("a", "b")
    assert judged(first, second, said("c", "courier", "retracts", "2021-04")).decided_by == ("c",)


def test_an_author_who_affirms_and_denies_what_nobody_else_speaks_of_is_named_on_both_sides():
    assert outcome(judged(said("a", AUTHOR), said("b", AUTHOR, "denies"))) == ("denied", "disputed", ("b",), ("a",))

"""Taking back, as a table: what an origin held before, its retraction, what it says after, and whether another affirms.

Where the truth comes from: section 3 of the design. A retraction takes back the stance that its origin last took.
"""

import pytest

from app.core.status import retractions
from tests.makers import AUTHOR, HEADER, claim, judged, outcome, said

AFFIRMED = said("a", "courier", made="2021-01")
DENIED = said("d", "courier", "denies", "2021-02")
BACK = said("r", "courier", "retracts", "2021-03")
AFFIRMS_AGAIN = said("x", "courier", made="2021-05")
DENIES_THEN = said("y", "courier", "denies", "2021-05")
OTHER = said("o", "gazette", made="2021-01")
OTHER_DENIES = said("p", "gazette", "denies", "2021-01")


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        # one origin: before, then after
        ([BACK], ("no-affirmation", "unconfirmed", ("r",), ())),
        ([AFFIRMED, BACK], ("withdrawn", "retracted", ("r",), ())),
        ([DENIED, BACK], ("no-affirmation", "unconfirmed", ("r",), ())),
        ([AFFIRMED, DENIED, BACK], ("no-affirmation", "unconfirmed", ("r",), ())),
        ([BACK, AFFIRMS_AGAIN], ("single-origin", "unconfirmed", ("x",), ())),
        ([AFFIRMED, BACK, AFFIRMS_AGAIN], ("single-origin", "unconfirmed", ("x",), ())),
        ([DENIED, BACK, AFFIRMS_AGAIN], ("single-origin", "unconfirmed", ("x",), ())),
        ([BACK, DENIES_THEN], ("denied", "disputed", ("y",), ())),
        ([AFFIRMED, BACK, DENIES_THEN], ("denied", "disputed", ("y",), ())),
        ([DENIED, BACK, DENIES_THEN], ("denied", "disputed", ("y",), ())),
        # two origins: the other affirms
        ([OTHER, BACK], ("single-origin", "unconfirmed", ("o",), ())),
        ([OTHER, AFFIRMED, BACK], ("single-origin", "unconfirmed", ("o",), ())),
        ([OTHER, DENIED], ("denied", "disputed", ("d",), ("o",))),
        ([OTHER, DENIED, BACK], ("single-origin", "unconfirmed", ("o",), ())),
        ([OTHER, DENIED, BACK, AFFIRMS_AGAIN], ("independent-origins", "corroborated", ("o", "x"), ())),
        ([OTHER, AFFIRMED, BACK, DENIES_THEN], ("denied", "disputed", ("y",), ("o",))),
        # two origins: the other denies
        ([OTHER_DENIES, AFFIRMED, BACK], ("withdrawn", "retracted", ("r",), ())),
        ([OTHER_DENIES, DENIED, BACK], ("denied", "disputed", ("p",), ())),
        # the author alone affirms
        ([said("q", AUTHOR), DENIED, BACK], ("author-alone", "asserted", ("q",), ())),
    ],
)
def test_what_is_taken_back_is_what_the_origin_last_held(spoken, expected):
    assert outcome(judged(*spoken)) == expected


@pytest.mark.parametrize(
    ("spoken", "explanation"),
    [
        ([AFFIRMED, BACK], "The Courier took it back, and no other source affirms it."),
        ([DENIED, BACK], "Nobody affirms it; The Courier took back its denial of it."),
        ([OTHER, DENIED, BACK], "The Gazette alone affirms it; The Courier took back its denial of it."),
        ([OTHER, AFFIRMED, BACK], "The Gazette alone affirms it."),
        (
            [said("d", "minister", "denies", "2021-02"), said("r", "minister", "retracts", "2021-03"), OTHER],
            "The Gazette alone affirms it; the minister took back an earlier denial of it.",
        ),
        (
            [said("d", "envoys", "denies", "2021-02"), said("r", "envoys", "retracts", "2021-03"), OTHER],
            "The Gazette alone affirms it; envoys took back their denial of it.",
        ),
    ],
)
def test_the_explanation_says_which_word_was_taken_back(spoken, explanation):
    assert judged(*spoken).explanation == explanation


def test_a_second_retraction_takes_back_what_the_first_did():
    again = said("s", "courier", "retracts", "2021-04")
    taken = retractions(claim(DENIED, BACK, again), HEADER)
    assert taken == {"r": frozenset({"denies"}), "s": frozenset({"denies"})}
    assert judged(AFFIRMED, BACK, again).rule == "withdrawn"


def test_of_two_stances_of_one_month_both_are_taken_back():
    both = said("a", "courier", made="2021-01"), said("d", "courier", "denies", "2021-01")
    assert retractions(claim(*both, BACK), HEADER) == {"r": frozenset({"affirms", "denies"})}
    assert judged(*both, BACK).rule == "withdrawn"


def test_a_parent_that_takes_back_a_denial_of_its_part_removes_it():
    verdict = judged(OTHER, said("d", "minister", "denies", "2021-02"), said("r", "norland", "retracts", "2021-03"))
    assert outcome(verdict) == ("single-origin", "unconfirmed", ("o",), ())
    assert verdict.explanation == "The Gazette alone affirms it; Norland took back its denial of it."


def test_a_denial_of_a_judgement_credits_nobody_with_the_judgement():
    verdict = judged(said("d", "courier", "denies"), kind="judgement")
    assert verdict.explanation == "An assessment that no record could settle, and that nobody here affirms."

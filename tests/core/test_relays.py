"""A relay that also speaks: it vouches with its own word, and never with the word that it passed on."""

import pytest

from app.core.attribution import attribution, credited
from app.core.status import sourcing, without_source
from tests.makers import AUTHOR, HEADER, claim, judged, outcome, said

THROUGH = said("a", "minister", via=["courier"])
OWN = said("b", "courier")
OTHER = said("c", "gazette")


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        # what a relay passed on and what it says itself is one origin
        ([THROUGH], ("single-origin", ("a",))),
        ([THROUGH, OWN], ("single-origin", ("a", "b"))),
        ([said("a", "minister", via=["reporter"]), OWN], ("single-origin", ("a", "b"))),
        ([said("a", "minister", via=["courier"]), said("b", "reporter")], ("single-origin", ("a", "b"))),
        ([said("a", "minister", via=["gazette", "courier"]), OWN, OTHER], ("single-origin", ("a", "b", "c"))),
        # beside another, or where it passed on no affirmation, it is an origin of its own
        ([THROUGH, OWN, OTHER], ("independent-origins", ("a", "b", "c"))),
        ([said("a", "minister", "no_comment", via=["courier"]), OWN, OTHER], ("independent-origins", ("b", "c"))),
        ([said("a", "minister", "no_evidence", via=["courier"]), OWN, OTHER], ("independent-origins", ("b", "c"))),
        ([said("a", AUTHOR, via=["courier"]), OWN, OTHER], ("independent-origins", ("b", "c"))),
        # who relays its own part's word relays nobody
        ([said("a", "reporter", via=["courier"]), OTHER], ("independent-origins", ("a", "c"))),
        ([said("a", "courier", via=["courier"]), OTHER], ("independent-origins", ("a", "c"))),
        # two who pass on each other leave nobody who vouches alone
        ([said("a", "courier", via=["gazette"]), said("c", "gazette", via=["courier"])], ("single-origin", ("a", "c"))),
    ],
)
def test_a_relay_counts_as_an_origin_only_where_it_passed_on_no_affirmation(spoken, expected):
    verdict = judged(*spoken, parties=[])
    assert (verdict.rule, verdict.decided_by) == expected


def test_a_relay_that_denies_what_it_passed_on_denies_it():
    denied = said("b", "courier", "denies")
    assert outcome(judged(THROUGH, denied, parties=[])) == ("denied", "disputed", ("b",), ("a",))
    assert credited([THROUGH, denied]) == {
        "affirmed_by": ("minister",), "denied_by": ("courier",), "answered_by": (), "taken_back_by": (),
        "passed_on_by": (),
    }  # fmt: skip
    assert attribution(claim(THROUGH), HEADER, [THROUGH, denied]) == (
        "According to the minister (via The Courier): Something called a came to pass; The Courier denied this."
    )


@pytest.mark.parametrize(
    ("stance", "field"),
    [("affirms", "affirmed_by"), ("denies", "denied_by"), ("no_evidence", "answered_by"), ("no_comment", "answered_by"),
     ("qualifies", "answered_by"), ("retracts", "taken_back_by")],
)  # fmt: skip
def test_a_relay_with_any_word_of_its_own_has_not_only_passed_on(stance, field):
    live = [said("a", "minister", via=["reporter", "courier"]), said("b", "courier", stance)]
    by = credited(live)
    assert "courier" in by[field]
    assert by["passed_on_by"] == ("reporter",)
    assert [name for name, sources in by.items() if "courier" in sources] == [field]


def test_the_word_of_a_relay_is_its_own_kind_of_word():
    unnamed = said("a", "official", via=["courier"])
    assert sourcing(claim(unnamed, parties=[]), HEADER) == "anonymous"
    assert sourcing(claim(unnamed, OWN, parties=[]), HEADER) == "named_outlet"


def test_without_a_relay_both_its_own_word_and_what_it_passed_on_are_gone():
    left = without_source(claim(THROUGH, OWN, OTHER), "courier")
    assert left is not None
    assert [each.id for each in left.statements] == ["c"]
    assert without_source(claim(THROUGH, OWN), "courier") is None

"""The sentence of a claim: nobody whose word counts is left out of it, least of all who denies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.attribution import attribution, credited
from app.core.vocabulary import Stance
from tests.makers import AUTHOR, HEADER, claim, claims, said

TEXT = "Something called a came to pass"


def sentence(*live) -> str:
    return attribution(claim(said("s", AUTHOR)), HEADER, live)


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ([], "In this record nobody had said it by then: {}."),
        ([said("a", AUTHOR)], "Ada Quill writes: {}."),
        ([said("a", AUTHOR, adjudicates=True)], "Ada Quill writes: {}."),
        ([said("a", AUTHOR, via=["courier"])], "Ada Quill (via The Courier) writes: {}."),
        ([said("a", "courier")], "According to The Courier: {}."),
        ([said("a", "courier", made="2021-07")], "According to The Courier (July 2021): {}."),
        ([said("a", "courier", made="2021-07-17")], "According to The Courier (17 July 2021): {}."),
        ([said("a", "courier", made="2021")], "According to The Courier (2021): {}."),
        (
            [said("a", "official", via=["reporter", "courier"])],
            "According to an unnamed official (via Max Reporter and The Courier): {}.",
        ),
        (
            [said("a", "courier"), said("b", "gazette"), said("c", "official")],
            "According to The Courier, The Gazette and an unnamed official: {}.",
        ),
        ([said("a", "courier"), said("b", AUTHOR)], "According to The Courier: {}; Ada Quill writes this as well."),
        (
            [said("a", "courier"), said("b", AUTHOR, adjudicates=True)],
            "According to The Courier: {}; Ada Quill writes that this proved true.",
        ),
        (
            [said("a", "courier"), said("b", AUTHOR, "denies", adjudicates=True)],
            "According to The Courier: {}; Ada Quill writes that this proved false.",
        ),
        (
            [said("a", "courier"), said("b", "norland", "denies", "2021-07")],
            "According to The Courier: {}; Norland (July 2021) denied this.",
        ),
        (
            [said("a", "courier"), said("b", "norland", "no_evidence")],
            "According to The Courier: {}; Norland reported having no evidence of this.",
        ),
        (
            [said("a", "courier"), said("b", "norland", "qualifies")],
            "According to The Courier: {}; Norland qualified this.",
        ),
        (
            [said("a", "courier"), said("b", "norland", "no_comment")],
            "According to The Courier: {}; Norland did not comment on this.",
        ),
        (
            [said("a", "courier"), said("b", "gazette", "retracts")],
            "According to The Courier: {}; The Gazette took back its answer to this.",
        ),
        (
            [said("b", "norland", "denies", via=["courier"])],
            "Nobody is reported to affirm that this is so: {}; Norland (via The Courier) denied this.",
        ),
        (
            [said("c", "gazette", "no_comment"), said("b", "norland", "denies"), said("a", "courier")],
            "According to The Courier: {}; Norland denied this; The Gazette did not comment on this.",
        ),
        (
            [said("a", "courier"), said("b", "norland", "denies"), said("c", "norland", "denies")],
            "According to The Courier: {}; Norland denied this.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_names_who_affirms_then_what_was_settled_then_who_answered(live, expected):
    assert sentence(*live) == expected.format(TEXT)


@given(claims(), st.data())
def test_the_sentence_has_the_claim_and_everybody_whose_word_counts(one, data):
    live = data.draw(st.lists(st.sampled_from(one.statements), unique_by=lambda each: each.id))
    found = attribution(one, HEADER, live)
    assert TEXT in found
    assert found.endswith(".")
    for each in live:
        for id_ in (each.source, *each.via):
            assert HEADER.source_by_id[id_].name in found, (each, id_)


@given(claims(), st.data())
def test_no_denial_is_lost_or_made_up(one, data):
    live = data.draw(st.lists(st.sampled_from(one.statements), unique_by=lambda each: each.id))
    found = attribution(one, HEADER, live)
    denied = any(each.stance is Stance.denies and not each.adjudicates for each in live)
    settled = any(each.stance is Stance.denies and each.adjudicates for each in live)
    assert (" denied this" in found) == denied
    assert ("proved false" in found) == settled


@given(claims(), st.data())
def test_who_affirms_is_the_same_in_whatever_order_the_statements_stand(one, data):
    shuffled = data.draw(st.permutations(one.statements))
    ours, theirs = credited(one.statements), credited(shuffled)
    assert {name: set(sources) for name, sources in ours.items()} == {name: set(each) for name, each in theirs.items()}
    assert set(ours["affirmed_by"]) == {each.source for each in one.statements if each.stance == "affirms"}


def test_a_claim_is_attributed_to_each_origin_that_affirms_once_in_order_and_to_no_relay():
    live = [
        said("a", "gazette", via=["courier"]),
        said("b", "norland", "denies"),
        said("c", AUTHOR),
        said("d", "gazette"),
    ]
    assert credited(live) == {
        "affirmed_by": ("gazette", AUTHOR),
        "denied_by": ("norland",),
        "answered_by": (),
        "taken_back_by": (),
        "passed_on_by": ("courier",),
    }


def test_a_claim_that_nobody_affirms_is_attributed_to_nobody():
    assert credited([said("a", "norland", "denies")])["affirmed_by"] == ()


def test_a_relay_with_a_word_of_its_own_is_credited_with_that_word_alone():
    live = [said("a", "minister", via=["courier"]), said("b", "courier", "denies")]
    by = credited(live)
    assert (by["affirmed_by"], by["denied_by"], by["passed_on_by"]) == (("minister",), ("courier",), ())


@pytest.mark.parametrize("before", ["affirms", "denies", "no_evidence", "qualifies", "no_comment", None])
def test_a_sentence_says_what_was_taken_back(before):
    retraction = said("b", "courier", "retracts", "2021-03")
    earlier = [said("a", "courier", before, "2021-01")] if before else []
    expected = {
        "affirms": "took back having said this",
        "denies": "took back its denial of this",
        "no_evidence": "took back its word on the evidence of this",
        "qualifies": "took back its qualification of this",
    }.get(before or "", "took back its answer to this")
    found = attribution(claim(*earlier, retraction), HEADER, [retraction])
    assert found == f"Nobody is reported to affirm that this is so: {TEXT}; The Courier (March 2021) {expected}."

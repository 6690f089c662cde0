"""The sentence of a claim: nobody whose word counts is left out of it, least of all who denies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.attribution import attributed_to, attribution, spoken_date
from app.vocabulary import Stance
from tests.makers import AUTHOR, HEADER, claim, claims, said

QUICK = settings(deadline=None, max_examples=100)
TEXT = "Something called a came to pass"


def sentence(*live) -> str:
    return attribution(claim(said("s", AUTHOR)), HEADER, live)


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ([], "Nobody is known to have said this by then: {}."),
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
            "According to The Courier: {}; The Gazette took back having said this.",
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


@QUICK
@given(claims(), st.data())
def test_the_sentence_has_the_claim_and_everybody_whose_word_counts(one, data):
    live = data.draw(st.lists(st.sampled_from(one.statements), unique_by=lambda each: each.id))
    found = attribution(one, HEADER, live)
    assert TEXT in found
    assert found.endswith(".")
    for each in live:
        for id_ in (each.source, *each.via):
            assert HEADER.source_by_id[id_].name in found, (each, id_)


@QUICK
@given(claims(), st.data())
def test_no_denial_is_lost_or_made_up(one, data):
    live = data.draw(st.lists(st.sampled_from(one.statements), unique_by=lambda each: each.id))
    found = attribution(one, HEADER, live)
    denied = any(each.stance is Stance.denies and not each.adjudicates for each in live)
    settled = any(each.stance is Stance.denies and each.adjudicates for each in live)
    assert (" denied this" in found) == denied
    assert ("proved false" in found) == settled


@QUICK
@given(claims(), st.data())
def test_who_affirms_is_the_same_in_whatever_order_the_statements_stand(one, data):
    shuffled = data.draw(st.permutations(one.statements))
    assert set(attributed_to(shuffled)) == set(attributed_to(one.statements))
    assert set(attributed_to(one.statements)) == {each.source for each in one.statements if each.stance == "affirms"}


def test_a_claim_is_attributed_to_each_origin_that_affirms_once_in_order_and_to_no_relay():
    live = [
        said("a", "gazette", via=["courier"]),
        said("b", "norland", "denies"),
        said("c", AUTHOR),
        said("d", "gazette"),
    ]
    assert attributed_to(live) == ("gazette", AUTHOR)


def test_a_claim_that_nobody_affirms_is_attributed_to_nobody():
    assert attributed_to([said("a", "norland", "denies")]) == ()


@pytest.mark.parametrize(
    ("edtf", "spoken"),
    [
        ("2022", "2022"),
        ("2022-07", "July 2022"),
        ("2022-01", "January 2022"),
        ("2022-12", "December 2022"),
        ("2022-07-07", "7 July 2022"),
        ("2022-07-17", "17 July 2022"),
        ("2022-21", "2022-21"),
        ("2022-07~", "2022-07~"),
        ("1804/1813", "1804/1813"),
        ("2021-07/2021-08", "2021-07/2021-08"),
        ("../2022", "../2022"),
    ],
)
def test_a_date_is_spoken_as_in_a_sentence_and_any_other_form_as_it_stands(edtf, spoken):
    assert spoken_date(edtf) == spoken

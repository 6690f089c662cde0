"""The kind of word on which a claim stands, row by row, and the nearest case that a row must not take."""

import pytest
from hypothesis import given, settings

from app.core.dates import edtf_span
from app.core.sourcing import SOURCINGS
from app.core.status import period_at, sourcing
from app.core.vocabulary import Sourcing
from tests.makers import AUTHOR, HEADER, PUBLISHED, claim, claims, day, days, said

MINISTER = said("m", "minister")
COURIER = said("c", "courier")
OFFICIAL = said("o", "official")
ENVOYS = said("e", "envoys")
WRITES = said("w", AUTHOR)


def test_the_table_has_each_word_of_the_closed_list_once_in_its_order():
    assert [row.sourcing for row in SOURCINGS] == list(Sourcing)


def test_every_row_says_its_condition_in_a_sentence():
    assert all(row.condition[0].isupper() and row.condition.endswith(".") for row in SOURCINGS)


@pytest.mark.parametrize(
    ("spoken", "parties", "expected"),
    [
        ([said("w", AUTHOR, adjudicates=True), MINISTER, COURIER], ["norland"], "author_verdict"),
        ([said("w", AUTHOR, "denies", adjudicates=True), COURIER], [], "author_verdict"),
        ([said("w", AUTHOR, adjudicates=True)], [], "author_only"),
        ([MINISTER, COURIER, WRITES], ["norland"], "admission"),
        ([MINISTER, COURIER], ["portvale"], "named_person_or_body"),
        ([OFFICIAL], ["norland"], "anonymous"),
        ([said("m", "minister", "denies"), COURIER], ["norland"], "named_outlet"),
        ([said("m", "minister", via=["courier"])], [], "named_person_or_body"),
        ([said("o", "official", via=["courier"]), WRITES], [], "anonymous"),
        ([COURIER, OFFICIAL], [], "named_outlet"),
        ([ENVOYS, COURIER], [], "named_person_or_body"),
        ([WRITES], ["norland"], "author_only"),
        ([said("m", "minister", "no_evidence"), WRITES], [], "author_only"),
        ([said("m", "minister", "denies")], ["norland"], "none"),
        ([said("c", "courier", made="2021-01"), said("r", "courier", "retracts", "2021-02")], [], "none"),
    ],
)
def test_the_first_kind_of_word_that_holds_decides(spoken, parties, expected):
    assert sourcing(claim(*spoken, parties=parties), HEADER) == expected


def test_only_what_counts_on_the_day_is_weighed():
    one = claim(said("c", "courier", made="2021-02"), said("m", "minister", made="2021-07"))
    assert sourcing(one, HEADER, day("2021-01-31")) == "none"
    assert sourcing(one, HEADER, day("2021-02-28")) == "named_outlet"
    assert sourcing(one, HEADER, day("2021-07-31")) == "admission"


@settings(max_examples=200)
@given(claims(), days)
def test_a_word_is_given_whenever_somebody_affirms_and_none_only_where_nobody_does(one, as_of):
    period = period_at(one, HEADER, as_of)
    live = [each for each in one.statements if period and each.id in period.live]
    spoke = any(each.source != AUTHOR for each in one.statements if edtf_span(each.made or str(PUBLISHED)).end <= as_of)
    nobody = not any(each.stance == "affirms" or (each.adjudicates and spoke) for each in live)
    assert (sourcing(one, HEADER, as_of) == "none") == nobody

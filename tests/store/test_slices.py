"""Numbers in slices are compared as the numbers themselves would be."""

from array import array
from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from app.dates import Span
from app.store.calendar import Calendar, dated, happened
from app.store.slices import BITS, Dates, Slices, sliced
from app.vocabulary import Status

DAYS = st.integers(1, 2**BITS - 1)
NUMBERED = st.dictionaries(st.integers(0, 60), DAYS, max_size=20)
NEAR = st.dictionaries(st.integers(0, 60), st.integers(700_000, 700_004), max_size=20)


def slices(*numbered: dict[int, int]) -> Slices:
    found: dict[str, BitMap] = {}
    for nth, each in enumerate(numbered):
        claims = sorted(each)
        found |= dict(sliced(str(nth), array("I", claims), array("I", [each[claim] for claim in claims])))
    return Slices(found, *map(str, range(len(numbered))))


@given(NUMBERED | NEAR, DAYS)
def test_claims_up_to_a_number_are_those_whose_number_is_no_greater(numbered, limit):
    for number in (limit, *numbered.values()):
        assert set(slices(numbered).up_to(number)) == {claim for claim, each in numbered.items() if each <= number}


@given(NUMBERED | NEAR, st.integers(0, 25), st.sampled_from([1, -1]))
def test_the_first_of_claims_are_those_with_the_least_or_greatest_numbers_in_order(numbered, count, way):
    claims = BitMap(claim for claim in numbered if claim % 3)
    ordered = sorted(claims, key=lambda claim: (way * numbered[claim], claim))
    assert slices(numbered).first(claims, count, way) == ordered[:count]


@given(NUMBERED | NEAR, st.sampled_from([1, -1]), DAYS)
def test_claims_beyond_a_number_and_those_that_have_it_are_told_apart(numbered, way, limit):
    for number in (limit, *numbered.values()):
        beyond, same = slices(numbered).beyond(BitMap(numbered), number, way)
        assert set(beyond) == {claim for claim, each in numbered.items() if way * each > way * number}
        assert set(same) == {claim for claim, each in numbered.items() if each == number}


@given(NEAR, st.integers(700_000, 700_004), st.sampled_from([1, -1]))
def test_of_two_numbers_the_first_weighs_more(numbered, second, way):
    lasting = {claim: second + claim % 2 for claim in numbered}
    ordered = sorted(numbered, key=lambda claim: (way * numbered[claim], way * lasting[claim], claim))
    assert slices(numbered, lasting).first(BitMap(numbered), 20, way) == ordered


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)) | st.none(), max_size=8), st.integers(1, 9))
def test_a_claim_happened_in_a_span_that_shares_a_day_with_its_period(periods, start):
    dates = Dates()
    spans = [None if each is None else Span(date.fromordinal(each[0]), date.fromordinal(sum(each))) for each in periods]
    for claim, span in enumerate(spans):
        dates.add(claim, span, ())
    asked = Span(date.fromordinal(start), date.fromordinal(start + 2))
    expected = {claim for claim, span in enumerate(spans) if span and span.overlaps(asked)}
    assert set(happened(dict(dated(dates)), asked)) == expected


@given(st.lists(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), max_size=4), max_size=6))
def test_a_claim_stands_as_its_last_change_up_to_the_day_says(changes):
    statuses = list(Status)
    ordered = [sorted(dict(each).items()) for each in changes]
    first, rest = Dates(), Dates()
    for claim, each in enumerate(ordered):
        (first if claim < 3 else rest).add(claim, None, each)
    first.extend(rest)
    calendar, found = Calendar(first.turns, BitMap(range(len(ordered)))), defaultdict(BitMap, dated(first))
    for on in range(11):
        expected = {
            claim: next((statuses[status] for turn, status in reversed(each) if turn <= on), Status.not_yet_made)
            for claim, each in enumerate(ordered)
        }
        stood = calendar.standing(on, found)
        assert {claim: status for status, claims in stood.items() for claim in claims} == expected


def test_what_was_worked_out_of_a_day_is_kept():
    calendar = Calendar(1, BitMap([0]))
    assert len(calendar.keys()) == len(Status) + 1 + BITS
    stood = calendar.standing(5, defaultdict(BitMap))
    assert (calendar.kept(5), calendar.kept(6)) == (stood, None)


@pytest.mark.parametrize("count", [0, 1])
def test_an_edition_in_which_nothing_ever_changed_has_claims_that_are_not_yet_made(count):
    everything = BitMap(range(count))
    assert Calendar(0, everything).standing(1, {})["not_yet_made"] == everything

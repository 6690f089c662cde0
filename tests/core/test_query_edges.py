"""Phrases and spans at their ends, in the meaning of a question: stores are compared with it, it with tables here."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.core.attribution import CREDITS
from app.core.dates import Span, edtf_span
from app.core.model import Claim, FileHeader, Record
from app.core.query import ClaimQuery, day_terms, matches, search, terms, words
from app.core.status import period_at
from tests import records
from tests.makers import HEADER, claim, day, said

SAID = "A red ferry, a red ferry sailed at dawn to the old pier."


def asked(q: str, text: str = SAID, **changes: Any) -> bool:
    """Whether ``q`` finds a claim with this text, by the courier, about the ferries of Portvale."""
    header = FileHeader.model_validate(
        {name: value for name, value in records.record(
            sources=[records.source("ada-quill"), records.source("courier", name="The Dawn of the Old Courier")],
            entities=[records.entity("ferries", name="Pier of Dawn", aliases=["Ferry One", "Ferry Two Red"])],
            claims=[],
        ).items() if name in FileHeader.model_fields}
    )  # fmt: skip
    one = records.claim("a", text=text, about=["ferries"], statements=[records.statement("a-1", source="courier")])
    return matches(Claim.model_validate(one | changes), ClaimQuery(q=q), header)


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        # three to six words, and the whole text
        ("red ferry sailed", True),
        ("red ferry sailed at", True),
        ("ferry sailed at dawn to", True),
        ("sailed at dawn to the old", True),
        ("sailed at dawn to the old pier", True),
        (SAID, True),
        # one of them is another, or stands elsewhere: at the beginning, in the middle, at the end
        ("blue ferry sailed at dawn", False),
        ("red ferry sails by dawn", False),
        ("sailed at dawn to the new pier", False),
        ("sailed at dawn to the old ferry", False),
        ("sailed at dawn to the pier old", False),
        ("sailed at dawn the old pier", False),
        # a word that comes twice
        ("red ferry a red ferry", True),
        ("ferry a red ferry sailed", True),
        ("red ferry red ferry", False),
        ("a red ferry a red ferry a red ferry", False),
        ("ferry ferry sailed", False),
        # beyond an end of the text
        ("the old pier a red", False),
        ("old pier pier", False),
        # within a name, and across two names or a name and the text
        ("the dawn of the old courier", True),
        ("dawn of the old pier", False),
        ("of the old courier pier", False),
        ("the old pier the dawn", False),
        ("old courier pier of dawn", False),
        ("pier of dawn ferry one", False),
        ("ferry one ferry two", False),
        ("ferry two red", True),
        ("ferry two red ferry", False),
    ],
)
def test_a_phrase_stands_word_by_word_in_one_text_or_in_one_name(phrase, found):
    assert asked(f'"{phrase}"') is found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ('"red ferry sailed" "old courier"', True),
        ('"red ferry sailed" "new courier"', False),
        ('"blue ferry sailed" "old courier"', False),
        ('"red ferry sailed" "courier old"', False),
        ('"sailed red ferry" "old courier"', False),
        ('"red ferry sailed" courier', True),
        ('"red ferry sailed" gazette', False),
    ],
)
def test_every_phrase_and_every_word_beside_it_must_be_found(q, found):
    assert asked(q) is found


@pytest.mark.parametrize("size", range(2, 12))
def test_a_phrase_keeps_each_of_its_words_in_order(size):
    run = words(SAID)[:size]
    assert search(f'"{" ".join(run)}"').phrases == (tuple(run),)


SPANS = [
    "../..",
    "../2020",
    "2020",
    "2020-12-31",
    "2021-01-01",
    "2021/..",
    "2020-06/2021-06",
    "0001-01-01",
    "9999-12-31",
]


@pytest.mark.parametrize("one", SPANS)
@pytest.mark.parametrize("other", SPANS)
def test_two_spans_overlap_where_they_share_a_day_open_ends_included(one, other):
    first, second = edtf_span(one), edtf_span(other)
    days = {date.min, date.max, *(date(year, 1, 1) for year in (2020, 2021)), date(2020, 12, 31), date(2020, 6, 1)}
    shared = any(
        each.start <= some <= each.end for each in (first,) for some in days if second.start <= some <= second.end
    )
    assert first.overlaps(second) is second.overlaps(first) is shared


@pytest.mark.parametrize("period", ["2021-03", "2021-03-05", "2021-03/2021-06", "2021-03/..", "../2021-06", "2020-02"])
def test_a_claim_is_found_on_the_first_and_the_last_day_of_its_period_and_not_beside_them(period):
    one = claim(said("a", "courier"), period=period)
    span = edtf_span(period)
    for end, beyond in ((span.start, -1), (span.end, 1)):
        assert matches(one, ClaimQuery(during=Span(end, end)), HEADER)
        if end not in (date.min, date.max):
            outside = end + timedelta(beyond)
            assert not matches(one, ClaimQuery(during=Span(outside, outside)), HEADER)


@pytest.mark.parametrize(
    ("made", "first"),
    [
        ("2021-03-05", "2021-03-05"),
        ("2021-02", "2021-02-28"),
        ("2021", "2021-12-31"),
        ("2020/2021-06", "2021-06-30"),
        (None, "2022-02-01"),
    ],
)
def test_a_status_holds_from_the_very_day_on_which_its_statement_counts(made, first):
    one, before = claim(said("a", "courier", made=made)), day(first) - timedelta(1)
    for status, as_of in (("not_yet_made", before), ("unconfirmed", day(first)), ("unconfirmed", date.max)):
        for name in ("not_yet_made", "unconfirmed"):
            assert matches(one, ClaimQuery(status=(name,), as_of=as_of), HEADER) is (name == status)
    assert matches(one, ClaimQuery(affirmed_by=("courier",), as_of=day(first)), HEADER)
    assert not matches(one, ClaimQuery(affirmed_by=("courier",), as_of=before), HEADER)


def test_a_statement_with_a_bound_is_pending_from_that_day_until_it_counts():
    one = claim(said("a", "courier", not_before="2021-07"), said("b", "gazette", made="2020"))
    pending = {
        each: period.verdict.pending if (period := period_at(one, HEADER, day(each))) else None
        for each in ("2021-06-30", "2021-07-01", "2022-01-31", "2022-02-01")
    }
    assert pending == {"2021-06-30": (), "2021-07-01": ("a",), "2022-01-31": ("a",), "2022-02-01": ()}


def test_a_section_is_that_of_any_passage_of_any_statement():
    one = records.claim("a", statements=[
        records.statement("a-1", passages=["p1s1", "p2s1"]), records.statement("a-2", passages=["p1s2"]),
    ])  # fmt: skip
    record = Record.model_validate(records.record(claims=[one]))
    assert terms(record.claims[0], record.header)["section"] == {"The Crossing", "The Reckoning"}


def test_a_relay_that_also_speaks_is_found_in_each_part_and_credited_with_its_own_word():
    one = claim(said("a", "minister", via=["reporter", "courier"]), said("b", "courier", "no_comment"))
    for part in ("source", "via", "origin", "answered_by"):
        assert matches(one, ClaimQuery(**{part: ("courier",)}), HEADER), part  # type: ignore[arg-type]
    for part in ("affirmed_by", "denied_by", "taken_back_by", "passed_on_by"):
        assert not matches(one, ClaimQuery(**{part: ("courier",)}), HEADER), part  # type: ignore[arg-type]
    assert matches(one, ClaimQuery(passed_on_by=("reporter",)), HEADER)
    assert matches(one, ClaimQuery(q="max reporter"), HEADER)
    twice = claim(said("a", "minister", via=["reporter", "gazette"]))
    assert matches(twice, ClaimQuery(q="the minister max reporter gazette"), HEADER)


@pytest.mark.parametrize(
    ("origin", "stance", "found"),
    [
        (("courier",), ("affirms",), True),
        (("norland",), ("denies",), True),
        (("courier",), ("denies",), False),
        (("norland",), ("affirms",), False),
        (("norland", "courier"), ("affirms",), True),
        (("norland", "gazette"), ("affirms", "no_comment"), False),
        (("courier",), ("denies", "affirms"), True),
        (("gazette",), (), False),
        (("norland",), (), True),
        ((), ("denies", "retracts"), True),
        ((), ("retracts",), False),
    ],
)
def test_an_origin_and_a_stance_must_hold_of_one_statement(origin, stance, found):
    one = claim(said("a", "courier"), said("b", "norland", "denies"))
    assert matches(one, ClaimQuery(origin=origin, stance=stance), HEADER) is found


def test_what_a_source_did_once_and_no_longer_does_is_found_on_its_days_alone():
    one = claim(said("a", "courier", made="2021-01"), said("b", "courier", "denies", "2021-03"), parties=[])
    for as_of, by, status, vouched in (
        ("2021-01-30", None, "not_yet_made", "none"),
        ("2021-01-31", "affirmed_by", "unconfirmed", "named_outlet"),
        ("2021-03-30", "affirmed_by", "unconfirmed", "named_outlet"),
        ("2021-03-31", "denied_by", "disputed", "none"),
    ):
        period = period_at(one, HEADER, day(as_of))
        assert day_terms(one, period) == {
            "status": {status}, "sourcing": {vouched},
            **{name: {"courier"} if name == by else set() for name in CREDITS},
        }  # fmt: skip
        assert matches(one, ClaimQuery(sourcing=(vouched,), as_of=day(as_of)), HEADER)

"""EDTF strings as spans of days: calendar forms against the standard library, the rest by worked examples."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.dates import Span, calendar_span, edtf_span, in_words, since_in_words

some_days = st.dates(date(1, 1, 1), date(9999, 12, 31))


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@given(some_days)
def test_a_day_is_itself(day):
    assert calendar_span(day.isoformat()) == edtf_span(day.isoformat()) == Span(day, day)


@given(some_days)
@example(date(2024, 2, 1))
@example(date(1900, 2, 1))
@example(date(9999, 12, 31))
def test_a_month_runs_from_its_first_day_to_the_last_day_before_the_next(day):
    found = calendar_span(f"{day.year:04}-{day.month:02}")
    assert found == edtf_span(f"{day.year:04}-{day.month:02}")
    assert found.start == day.replace(day=1)
    assert found.end.month == day.month
    assert found.end == date.max or (found.end + timedelta(1)).day == 1


@given(st.integers(1, 9999))
def test_a_year_runs_from_january_to_december(year):
    assert calendar_span(f"{year:04}") == edtf_span(f"{year:04}") == Span(date(year, 1, 1), date(year, 12, 31))


@given(some_days, some_days)
def test_an_interval_runs_from_the_start_of_one_to_the_end_of_the_other(one, other):
    first, last = sorted((one, other))
    assert edtf_span(f"{first}/{last}") == Span(first, last)
    assert edtf_span(f"{first.isoformat()[:7]}/{last.isoformat()[:4]}") == Span(
        first.replace(day=1), last.replace(month=12, day=31)
    )


@given(some_days, some_days, some_days, some_days)
def test_spans_overlap_if_and_only_if_they_share_a_day(a, b, c, d):
    one, other = Span(*sorted((a, b))), Span(*sorted((c, d)))
    assert one.overlaps(other) == other.overlaps(one) == (max(one.start, other.start) <= min(one.end, other.end))


def test_spans_that_meet_in_one_day_overlap_and_neighbours_do_not():
    june = span("2021-06-01", "2021-06-30")
    assert june.overlaps(span("2021-06-30", "2021-07-31"))
    assert not june.overlaps(span("2021-07-01", "2021-07-31"))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1804/1813", "1804-01-01", "1813-12-31"),
        ("2023-04/..", "2023-04-01", "9999-12-31"),
        ("../2022", "0001-01-01", "2022-12-31"),
        ("../..", "0001-01-01", "9999-12-31"),
        ("2022-21", "2022-03-01", "2022-05-31"),
        ("2022-22", "2022-06-01", "2022-08-31"),
        ("2022-23", "2022-09-01", "2022-11-30"),
        ("2021-21/2022-23", "2021-03-01", "2022-11-30"),
        ("2022-33", "2022-01-01", "2022-03-31"),
        ("2022?", "2022-01-01", "2022-12-31"),
        ("2022-07~", "2022-07-01", "2022-07-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("2022-XX", "2022-01-01", "2022-12-31"),
        ("2022?/..", "2022-01-01", "9999-12-31"),
        ("[2021,2022]", "2021-01-01", "2022-12-31"),
    ],
)
def test_seasons_open_ends_and_doubtful_dates_have_these_days(text, first, last):
    assert edtf_span(text) == span(first, last)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2022-02-30", "is not in the calendar (day is out of range for month)"),
        ("2023-02-29", "is not in the calendar"),
        ("2022-13", "is not in the calendar (month must be in 1..12)"),
        ("2022-00", "is not in the calendar (month and day count from 1)"),
        ("2022-07-00", "is not in the calendar (month and day count from 1)"),
        ("2022-00-01", "is not in the calendar"),
        ("0000", "is not in the calendar"),
        ("2022-07/2022-13", "is not in the calendar"),
    ],
)
def test_a_date_that_no_calendar_has_is_refused(text, said):
    with pytest.raises(ValueError, match=r"^'\d{4}") as refused:
        edtf_span(text)
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["2022/2021", "2022-07-02/2022-07-01", "2022-22/2022-21"])
def test_an_interval_that_ends_before_it_begins_is_refused(text):
    with pytest.raises(ValueError, match="ends before it begins"):
        edtf_span(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "..", "/", "/2022", "2022/", "2022 ", " 2022", "2022\n", "2022-7", "20220717",
     "2022-07-17T10:00:00", "last July", "2022/2023/2024", "٢٠٢٢", "2022-20", "Y17E7", "-0044", "2022-W05", "\0",
     "2022-07-17Z", "[2021,2022", "x" * 9999],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_examples_of_dates(text):
    with pytest.raises(ValueError, match="is no EDTF date; write for example 2022, 2022-07") as refused:
        edtf_span(text)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("text", ["", "2022-7", "2022/2023", "2022-21-01-01", "2022?", "..", "٢٠٢٢", "2022-07-17\n"])
def test_what_is_no_calendar_form_is_refused_with_the_three_that_are(text):
    with pytest.raises(ValueError, match=r"is no date; write 2022, 2022-07 or 2022-07-17"):
        calendar_span(text)


@given(st.text(max_size=12) | st.text("0123456789-/.XT?~%[]{}, YE", max_size=12))
def test_any_text_is_a_span_or_refused(text):
    found: Span | None = None
    with contextlib.suppress(ValueError):
        found = edtf_span(text)
    assert found is None or found.start <= found.end


@pytest.mark.parametrize(
    ("edtf", "spoken", "since"),
    [
        ("2022", "2022", "2022"),
        ("2022-07", "July 2022", "July 2022"),
        ("2022-12", "December 2022", "December 2022"),
        ("2022-07-07", "7 July 2022", "7 July 2022"),
        ("2022-07~", "about July 2022", "about July 2022"),
        ("2022?", "perhaps 2022", "perhaps 2022"),
        ("2022%", "perhaps about 2022", "perhaps about 2022"),
        ("1804/1813", "1804 to 1813", "1813 at the latest"),
        ("2022-09/2022-11", "September to November 2022", "November 2022 at the latest"),
        ("2022-12/2023-01", "December 2022 to January 2023", "January 2023 at the latest"),
        ("../2022", "2022 or earlier", "2022 at the latest"),
        ("2023-04/..", "April 2023 or later", "April 2023 or later"),
        ("2022-21", "2022-21", "2022-21"),
    ],
)
def test_a_date_is_told_at_its_own_precision_and_a_form_without_english_as_it_stands(edtf, spoken, since):
    assert (in_words(edtf), since_in_words(edtf)) == (spoken, since)


def test_ends_that_are_open_reach_to_the_ends_of_the_calendar_in_every_form():
    assert edtf_span("2021-21/..") == Span(date(2021, 3, 1), date.max)
    assert edtf_span("../2021-21") == Span(date.min, date(2021, 5, 31))

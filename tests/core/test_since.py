"""Days as precisely as the statements date them that bring a period or a status."""

import pytest

from app.core.model import FileHeader
from app.core.status import derive, timeline
from tests.makers import HEADER, claim, day, said


def starts(*statements) -> list[tuple[str, str, str | None]]:
    """First day of each period, that day as it is dated, and since when the status has been the same."""
    return [
        (str(each.start), each.start_edtf, each.verdict.since_edtf) for each in timeline(claim(*statements), HEADER)
    ]


@pytest.mark.parametrize(
    ("made", "dated"),
    [
        (("2021-03", "2021-03-31"), "2021-03-31"),
        (("2021-03-31", "2021-03"), "2021-03-31"),
        (("2021-01/2021-03", "2021-03"), "2021-03"),
        (("2021", "2021-12", "2021-06/2021-12"), "2021-12"),
        (("2021-12-31~", "2021-12-31"), "2021-12-31"),
        (("2021-12-31", "2021-12-31?"), "2021-12-31"),
    ],
)
def test_of_statements_that_count_from_one_day_the_most_precise_dates_it(made, dated):
    spoken = [said(f"s{nth}", "courier", "no_comment", each) for nth, each in enumerate(made)]
    ((_, start, since),) = starts(*spoken)
    assert start == since == dated


def test_an_undated_statement_counts_from_the_day_of_the_document():
    assert starts(said("a", "courier")) == [("2022-02-01", "2022-02-01", "2022-02-01")]


@pytest.mark.parametrize(
    ("published", "bound", "first"),
    [
        ("2022-02-03", "2022-02-02", "2022-02-03"),
        ("2022-02", "2022-02-01", "2022-02-28"),
        ("2022", "2022-01-01", "2022-12-31"),
    ],
)
def test_where_the_document_is_dated_to_a_month_or_a_year_it_counts_from_the_last_day(published, bound, first):
    document = HEADER.documents[0].model_dump() | {"published": published}
    header = FileHeader.model_validate(HEADER.model_dump() | {"documents": [document]})
    one = claim(said("a", "courier"), said("b", "gazette", not_before=bound))
    periods = [(str(each.start), each.start_edtf, each.live) for each in timeline(one, header)]
    assert periods == [(bound, bound, ()), (first, published, ("a", "b"))]


def test_a_period_that_only_a_bound_begins_is_dated_as_the_bound_and_has_no_since():
    pending = said("a", "courier", not_before="2021-06")
    assert starts(pending) == [("2021-06-01", "2021-06", None), ("2022-02-01", "2022-02-01", "2022-02-01")]
    also = said("b", "gazette", not_before="2021-06-01")
    assert starts(pending, also)[0] == ("2021-06-01", "2021-06-01", None)


def test_a_statement_that_counts_dates_its_day_before_a_bound_on_the_same_day():
    spoken = said("a", "courier", made="2021-05-01/2021-06-01"), said("b", "gazette", not_before="2021-06-01")
    assert starts(*spoken)[0] == ("2021-06-01", "2021-05-01/2021-06-01", "2021-05-01/2021-06-01")


def test_since_keeps_the_date_of_the_statement_that_brought_the_status():
    spoken = said("a", "courier", made="2021-01"), said("b", "reporter", made="2021-03-05"), said("c", "gazette")
    assert starts(*spoken) == [
        ("2021-01-31", "2021-01", "2021-01"),
        ("2021-03-05", "2021-03-05", "2021-01"),
        ("2022-02-01", "2022-02-01", "2022-02-01"),
    ]
    verdict = derive(claim(*spoken), HEADER, day("2021-12-31"))
    assert (str(verdict.since), verdict.since_edtf) == ("2021-01-31", "2021-01")

"""What :mod:`app.record.comparison` says of two records."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from app.core.model import Record
from app.record.comparison import Difference, compare
from tests import records


def told(change: Any, as_of: date | None = None) -> list[tuple[str, str, str]]:
    """Sort, id and words of every difference after ``change`` was made to the small record."""
    whole = records.record()
    edited = deepcopy(whole)
    change(edited)
    for passage in edited["documents"][0]["passages"]:
        passage.setdefault("omitted", "A question that claims nothing.")
    found = compare(Record.model_validate(whole), Record.model_validate(edited), as_of)
    return [(each.sort, each.id, each.words) for each in found if each.kind != "document"]


def test_a_record_does_not_differ_from_itself():
    record = Record.model_validate(records.record())
    assert compare(record, record) == []


def test_a_record_with_other_blanks_does_not_differ():
    record = Record.model_validate(records.record())
    assert compare(record, Record.model_validate_json(records.as_json(records.record()))) == []


def test_a_new_claim_is_told_with_its_status_and_why():
    def change(whole: dict[str, Any]) -> None:
        whole["claims"].append(records.claim("tide", text="The tide turned."))

    assert told(change) == [
        ("added", "tide",
         "New, and asserted: The tide turned. Ada Quill, the author of the document, alone says so.")]  # fmt: skip


def test_a_claim_that_is_gone_is_told_by_its_text():
    assert told(lambda whole: whole["claims"].pop(4)) == [
        ("removed", "boldest-gamble", "Gone: Portvale gambled more boldly than most towns.")
    ]


def test_a_claim_of_another_id_and_the_same_text_is_renamed_and_compared():
    def change(whole: dict[str, Any]) -> None:
        whole["claims"][5] |= {"id": "old-ferries", "kind": "event"}

    assert told(change) == [
        ("renamed", "ferries-of-1974", "Its id is old-ferries now."),
        ("changed", "old-ferries", "Kind: state became event."),
    ]


def test_a_denial_is_told_before_the_status_that_it_changed():
    def change(whole: dict[str, Any]) -> None:
        whole["claims"][5]["statements"].append(
            records.statement("ferries-norland", source="norland", stance="denies", made="2021")
        )

    assert told(change) == [
        ("statement", "ferries-of-1974", "New: Norland denies it (2021)."),
        ("status", "ferries-of-1974", "From asserted to disputed: Norland denies it; against it stands Ada Quill."),
    ]


def test_statuses_are_those_of_the_day_asked_for():
    def change(whole: dict[str, Any]) -> None:
        whole["claims"][5]["statements"].append(
            records.statement("ferries-norland", source="norland", stance="denies", made="2021")
        )

    assert told(change, date(2020, 1, 1)) == [("statement", "ferries-of-1974", "New: Norland denies it (2021).")]


def test_a_statement_that_is_gone_is_told_with_its_relays():
    def change(whole: dict[str, Any]) -> None:
        whole["claims"][1]["statements"] = [records.statement("moored-quill", passages=["p1s3"])]

    assert told(change)[0] == (
        "statement", "ferries-moored",
        "No longer counted: an unnamed senior official (via The Courier) affirms it (June 2021).",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("topics", ["law"], "Topics: gained law and lost transport."),
        ("period", None, "Period is no longer given; it was 2021-03."),
        ("note", "Mind this.", "Note is given now: Mind this."),
        ("about", ["portvale", "ferries"], "About: another order."),
        ("quantities", [], "Quantities: lost 40 ferries ferries to be lent."),
        (
            "quantities",
            [{"value": 40, "unit": "ferries", "of": "ferries to be lent", "approximate": True}],
            "Quantities: gained 40 ferries ferries to be lent approximate and lost 40 ferries ferries to be lent.",
        ),
        ("background", True, "Background: false became true."),
    ],
)
def test_any_other_field_is_told_by_its_name(field: str, value: object, words: str):
    def change(whole: dict[str, Any]) -> None:
        whole["claims"][0][field] = value

    assert told(change) == [("changed", "ferries-promised", words)]


def test_sources_come_and_go_and_change():
    def change(whole: dict[str, Any]) -> None:
        whole["sources"][1]["role"] = "Retired"
        whole["sources"].append(records.source("gazette", name="The Gazette"))
        whole["topics"].pop()
        whole["claims"][2]["topics"] = ["transport"]

    assert told(change)[:3] == [
        ("changed", "harbour-master", "Role: Harbour master of Portvale became Retired."),
        ("added", "gazette", "The source The Gazette is new."),
        ("removed", "law", "The topic Law is gone."),
    ]


def test_a_difference_has_what_was_and_what_is():
    old, new = (Record.model_validate(records.record(claims=[records.claim("a", text=text)])) for text in ("A.", "B."))
    assert compare(old, new) == [Difference("reworded", "claim", "a", "It reads now: B.", "A.", "B.")]


def test_a_retraction_is_told_without_saying_what_it_takes_back():
    def change(whole: dict[str, Any]) -> None:
        whole["claims"][0]["statements"].append(
            records.statement("promised-norland-back", source="norland", stance="retracts", made="2021-07")
        )

    assert ("statement", "ferries-promised", "New: Norland takes back an earlier word on it (July 2021).") in told(
        change
    )

"""``claims.json`` and ``claims.jsonl``: what goes out comes in again, and both forms are one record."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import RecordInvalid
from app.record.dataset import canonical_header, dump, dump_lines, load, load_file, load_lines, revision
from app.record.served import render
from tests.records import as_json, as_lines, many, record, topic
from tests.refusals import faults_of_lines

VALID = as_json(record())

texts = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
figures = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)


@given(count=st.integers(1, 8), seed=st.integers(0, 2**32), title=texts, note=texts, value=figures)
def test_a_record_that_was_dumped_loads_as_the_same_record(count: int, seed: int, title: str, note: str, value: float):
    whole = many(count, seed)
    whole["documents"][0]["title"] = title
    whole["claims"][0] |= {"note": note, "quantities": [{"value": value, "unit": "percent", "of": title}]}
    first = load(as_json(whole))
    again = load(dump(first))
    assert (again, dump(again)) == (first, dump(first))
    assert type(again.claims[0].quantities[0].value) is type(value)


def test_a_dump_leaves_out_what_is_empty_and_ends_with_a_line_end():
    text = dump(load(VALID)).decode()
    assert text.endswith("}\n")
    assert "null" not in text
    assert "[]" not in text
    assert json.loads(text) == record()


def test_lines_and_json_hold_the_same_record():
    whole = load(VALID)
    header, claims = load_lines(as_lines(record()))
    assert header == whole.header
    assert tuple(claims) == whole.claims


@given(count=st.integers(1, 30), seed=st.integers(0, 2**32))
def test_lines_that_were_dumped_load_as_the_same_claims(count: int, seed: int):
    whole = load(as_json(many(count, seed)))
    header, claims = load_lines(dump_lines(whole, whole.claims))
    assert (header, tuple(claims)) == (whole.header, whole.claims)


def test_each_fault_of_a_claim_names_the_line_of_the_file_it_stands_on():
    whole = record()
    whole["claims"][1]["topics"] = ["lwa"]
    whole["claims"][3]["kind"] = "forcast"
    found = faults_of_lines(as_lines(whole))
    assert [(fault.pointer, fault.line) for fault in found] == [("/claims/1/topics/0", 3), ("/claims/3/kind", 5)]


def test_what_only_the_whole_shows_is_found_at_the_end_of_the_lines():
    whole = record()
    whole["claims"][1]["related"][0]["claim"] = "nothing"
    whole["claims"][4]["id"] = "ferries-moored"
    whole["claims"][5]["statements"][0]["id"] = "gamble-quill"
    del whole["documents"][0]["passages"][7]["omitted"]
    found = faults_of_lines(as_lines(whole))
    assert [(fault.pointer, fault.line) for fault in found] == [
        ("/documents/0/passages/7", 1),
        ("/claims/1/related/0/claim", 3),
        ("/claims/4/id", 6),
        ("/claims/5/statements/0/id", 7),
    ]


def test_a_relation_to_a_claim_further_down_is_no_fault():
    whole = record()
    whole["claims"].reverse()
    assert len(list(load_lines(as_lines(whole))[1])) == 6


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"\n", "empty"),
        (b'{"id": "a", "id": "b"}\n', "on line 1 already"),
        (b'{"id":\n', "truncated"),
        (b"\xff\n", "UTF-8"),
    ],
)
def test_a_line_that_is_no_claim_is_named_by_its_number(line: bytes, words: str):
    lines = as_lines(record())
    found = faults_of_lines([*lines[:3], line, *lines[3:]])
    assert (found[0].line, words in found[0].message) == (4, True)


def test_faults_of_the_header_are_raised_before_any_claim_is_asked_for():
    whole = record()
    whole["sources"][3]["part_of"] = "noland"
    with pytest.raises(RecordInvalid) as refused:
        load_lines(as_lines(whole))
    assert [(fault.pointer, fault.line) for fault in refused.value.faults] == [("/sources/3/part_of", 1)]


def test_reading_stops_after_a_hundred_faults_and_says_so():
    whole = many(300)
    for each in whole["claims"]:
        each["kind"] = "evnt"
    found = faults_of_lines(as_lines(whole))
    assert len(found) == 101
    assert found[-1].message == "reading stopped here; there may be more faults below"


def test_a_header_alone_is_no_record():
    assert "there is no claim" in faults_of_lines(as_lines(record())[:1])[0].message


def test_no_lines_at_all_are_no_record():
    with pytest.raises(RecordInvalid, match="this is empty"):
        load_lines([])


def test_a_revision_is_the_same_for_both_forms_and_another_for_any_change():
    whole = load(VALID)
    lines = list(dump_lines(whole, whole.claims))
    assert lines[0] == canonical_header(whole.header)[:-1] + b',"claims":%d}\n' % len(whole.claims)
    of_lines = revision(canonical_header(whole), (each.rstrip() for each in lines[1:]))
    rendered = [render(each, whole.header).head + b"}" for each in whole.claims]
    assert revision(canonical_header(whole), rendered) == of_lines
    assert len(of_lines) == 16
    assert revision(canonical_header(whole), rendered[:-1]) != of_lines
    assert (
        revision(canonical_header(load(as_json(record(topics=[topic("law"), topic("transport")])))), rendered)
        != of_lines
    )


def test_the_place_of_the_schema_is_no_part_of_the_revision():
    assert canonical_header(load(VALID)) == canonical_header(load(as_json(record(**{"$schema": None}))))


def test_a_file_is_read_in_either_form(tmp_path: Path):
    (tmp_path / "claims.json").write_bytes(VALID)
    (tmp_path / "claims.jsonl").write_bytes(b"".join(as_lines(record())))
    (tmp_path / "named-otherwise").write_bytes(b"".join(as_lines(record())))
    plain = load_file(tmp_path / "claims.json")
    for lines in (load_file(tmp_path / "claims.jsonl"), load_file(tmp_path / "named-otherwise")):
        assert (lines.header, lines.claims) == (plain.header, plain.claims)


@pytest.mark.parametrize("count", [0, 5, 7, 10**9])
def test_a_record_of_another_number_of_claims_than_its_first_line_tells_is_unfinished(count):
    first, *rest = as_lines(record())
    changed = first.replace(b'"claims": 6', b'"claims": %d' % count)
    assert changed != first
    with pytest.raises(RecordInvalid, match=f"6 claims follow, where the first line tells of {count}"):
        list(load_lines([changed, *rest])[1])


@pytest.mark.parametrize("count", ["true", "-1", "6.0", '"6"', "[]"])
def test_a_number_of_claims_that_is_none_is_refused(count):
    first, *rest = as_lines(record())
    with pytest.raises(RecordInvalid, match="at most their number"):
        load_lines([first.replace(b'"claims": 6', b'"claims": ' + count.encode()), *rest])

"""Each fault in the shape of an object says what to write instead."""

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.model import Record
from app.record.shapes import PATTERNS
from tests.records import as_json, record, statement, topic
from tests.refusals import GONE, faults_if_any, line_of, only_fault, spoilt

SAME = ""

# Where the small record is spoilt, by what; where the fault is found, and words of its message.
INJURIES: dict[str, tuple[str, Any, str, str]] = {
    "unknown field that is like one": ("/claims/1/kidn", "event", SAME, "Did you mean 'kind'"),
    "unknown field that is like none": ("/topics/0/zzzz", 1, SAME, "There are id, name"),
    "name that a pointer must escape": ("/dataset/a%b", 1, SAME, "no field 'a%b'"),
    "field missing": ("/sources/1/name", GONE, "/sources/1", "'name' is missing; add it"),
    "unknown word": ("/claims/0/statements/1/stance", "denied", SAME, "mean 'denies'?"),
    "number for a text": ("/dataset/title", 5, SAME, 'a text in "quotes"; this is a number (5)'),
    "text for a truth": ("/sources/4/named", "yes", SAME, "write true or false, without quotes"),
    "text for a figure": (
        "/claims/0/quantities/0/value",
        "40",
        "/claims/0/quantities/0/value",
        "this is a text ('40')",
    ),
    "truth for a figure": (
        "/claims/0/quantities/0/value",
        True,
        "/claims/0/quantities/0/value",
        "this is true or false",
    ),
    "null for a figure": ("/claims/0/quantities/0/value", None, SAME, "this is null"),
    "fraction of a code point": ("/documents/0/text/length", 1.5, SAME, "a whole number"),
    "place before the start": ("/documents/0/passages/0/start", -1, SAME, "0 is the least"),
    "object for a list": ("/claims/0/topics", {}, SAME, "a list [..]; this is an object"),
    "text for an object": ("/claims/-", "x", "/claims/6", "an object {..}; this is a text ('x')"),
    "empty list": (
        "/claims/2/statements/-",
        statement("x", passages=[]),
        "/claims/2/statements/2/passages",
        "at least one",
    ),
    "empty text": ("/documents/0/title", "", SAME, "this is empty"),
    "text of 501 characters": ("/claims/0/note", "x" * 501, SAME, "has 501 characters; 500 are the most"),
    "text of 31 words": ("/claims/3/text", "word " * 30 + "word", SAME, "at most 30 words"),
    "line break in a text": ("/claims/3/text", "one\ntwo", SAME, "line breaks"),
    "NUL in a text": ("/claims/3/note", "a\0b", SAME, "U+0000 controls a device"),
    "id with capitals": ("/topics/-", topic("Roads"), "/topics/2/id", "a-z, 0-9 and single hyphens"),
    "version of two numbers": ("/dataset/version", "1.0", SAME, "looks like '1.0.0'"),
    "day outside the calendar": ("/claims/0/period", "2022-02-30", SAME, "not in the calendar"),
    "date in words": ("/documents/0/published", "May 2022", SAME, "no EDTF date; write"),
    "interval backwards": ("/claims/0/period", "2023/2022", SAME, "ends before it begins"),
    "address without a scheme": ("/documents/0/url", "vale.example", SAME, "https:// in front"),
    "address of a script": ("/sources/4/same_as/-", "javascript:1", "/sources/4/same_as/1", "must begin with https://"),
    "dated, and said to be undated": (
        "/claims/0/statements/0/date_basis",
        "document",
        "/claims/0/statements/0",
        "leave out",
    ),
}


@pytest.mark.parametrize(("where", "value", "pointer", "words"), INJURIES.values(), ids=INJURIES)
def test_one_wrong_value_gives_one_fault_that_names_its_place_and_line(where, value, pointer, words):
    whole, pointer = spoilt(where, value), pointer or where
    fault = only_fault(as_json(whole))
    assert (fault.pointer, fault.line) == (pointer, line_of(whole, pointer))
    assert words in fault.message


def test_a_pointer_escapes_what_rfc_6901_wants_escaped():
    whole = record()
    whole["dataset"]["a/b~c"] = 1
    assert only_fault(as_json(whole)).pointer == "/dataset/a~1b~0c"


def patterns(schema: Any) -> set[str]:
    """Every ``pattern`` in a JSON Schema."""
    if isinstance(schema, dict):
        own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
        return own.union(*(patterns(each) for each in schema.values()))
    return set().union(*(patterns(each) for each in schema)) if isinstance(schema, list) else set()


def test_each_pattern_of_the_model_has_a_sentence_and_each_sentence_a_pattern():
    assert patterns(Record.model_json_schema()) == set(PATTERNS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(data=st.data(), value=json_values)
def test_any_value_in_any_place_is_accepted_or_refused_with_a_place(data: st.DataObject, value: Any):
    pointer, inner = "", cast(Any, record())
    while isinstance(inner, dict | list) and inner and (not pointer or data.draw(st.integers(0, 3))):
        key = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        pointer, inner = f"{pointer}/{key}", inner[key]
    assert all(fault.line for fault in faults_if_any(as_json(spoilt(pointer, value))))

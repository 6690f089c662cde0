"""A text that is no JSON is refused with the line where it stops being so, whatever it holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.records import as_json, record
from tests.refusals import faults, faults_if_any, only_fault

VALID = as_json(record())
LINES = VALID.splitlines()
PUBLISHER = next(number for number, line in enumerate(LINES, 1) if b"Vale Review" in line)
FIGURE = next(number for number, line in enumerate(LINES, 1) if b'"value": 40' in line)


def figure(text: bytes) -> bytes:
    """The small record with ``text`` for its first figure."""
    return VALID.replace(b'"value": 40', b'"value": ' + text)


def publisher(text: bytes) -> bytes:
    """The small record with ``text`` for the publisher's name."""
    return VALID.replace(b"Vale Review", text)


# The text, where the fault is found, and words of its message.
TORN: dict[str, tuple[bytes, str, int, str]] = {
    "empty": (b"", "", 1, "this is empty"),
    "blank": (b" \n\n", "", 1, "this is empty"),
    "byte order mark": (b"\xef\xbb\xbf" + VALID, "", 1, "save it as UTF-8 without a byte order mark (BOM)"),
    "UTF-16": (VALID.decode().encode("utf-16"), "", 1, "save it as UTF-8, not UTF-16"),
    "Latin-1": (publisher(b"Vale R\xe9view"), "", PUBLISHER, f"byte {VALID.index(b'eview')} (0xe9) is not UTF-8"),
    "encoded surrogate": (publisher(b"\xed\xa0\x80"), "", PUBLISHER, "(0xed) is not UTF-8"),
    "escaped surrogate": (publisher(b"\\ud800"), "", PUBLISHER, "half of a surrogate pair"),
    "truncated": (VALID[: VALID.index(b"Review")], "", PUBLISHER, "it seems to be truncated"),
    "line break in a text": (publisher(b"Vale\nReview"), "", PUBLISHER + 1, "quotation mark"),
    "NaN": (figure(b"NaN"), "", FIGURE, "NaN, Infinity, comments and single quotes are not"),
    "Infinity": (figure(b"-Infinity"), "", FIGURE, "no JSON number"),
    "number beyond all bounds": (figure(b"1e999"), "/claims/0/quantities/0/value", FIGURE, "too large"),
    "number of 5,000 digits": (figure(b"9" * 5000), "", FIGURE, "too many digits"),
    "number with a leading zero": (figure(b"040"), "", FIGURE, "leading zeros"),
    "comment": (figure(b"40 // about"), "", FIGURE, "expected `,` or `}`"),
    "trailing comma": (figure(b'40, "of": "x",}, {'), "", FIGURE, "a comma stands before the closing bracket"),
    "text after the end": (VALID + b"\n{}", "", len(LINES) + 1, "text follows"),
    "single quotes": (b"{'a': 1}", "", 1, "double quotes"),
    "a list": (b"[]", "", 1, "an object {..}; this is a list"),
    "a text": (b'"claims"', "", 1, "an object {..}; this is a text ('claims')"),
    "200,000 lists in each other": (b"[" * 200_000, "", 1, "more than 200 levels deep"),
    "200,000 objects in each other": (b'{"a":' * 200_000, "", 1, "more than 200 levels deep"),
}


@pytest.mark.parametrize(("data", "pointer", "line", "words"), TORN.values(), ids=TORN)
def test_a_text_that_is_no_record_is_refused_with_its_line(data: bytes, pointer: str, line: int, words: str):
    fault = only_fault(data)
    assert (fault.pointer, fault.line) == (pointer, line)
    assert words in fault.message


def test_every_repeated_key_is_found_together_with_the_other_faults():
    data = VALID.replace(b'"version": "1.0.0"', b'"version": "1.0.0",\n    "version": "1.0"')
    data = data.replace(b'"id": "transport"', b'"name": "Roads", "id": "transport"')
    roads = next(number for number, line in enumerate(data.splitlines(), 1) if b"Roads" in line)
    first, second, third = faults(data)
    assert [(fault.pointer, fault.line) for fault in (first, second, third)] == [
        ("/dataset/version", 6),
        ("/dataset/version", 6),
        ("/topics/0/name", roads + 1),
    ]
    assert "the field 'version' is on line 5 already" in first.message
    assert "a version looks like '1.0.0'" in second.message


def test_a_repeated_key_before_broken_syntax_hides_nothing():
    assert [fault.line for fault in faults(b'{"a": 1,\n"\\u0061": 2,\n]')] == [2, 3]


def test_an_unclosed_text_full_of_escaped_quotes_is_refused_at_once():
    found = faults(b'{"a": 1, "a": 2, "' + b'\\"' * 2_000_000)
    assert [fault.pointer for fault in found] == ["/a", ""]


@settings(max_examples=200)
@given(at=st.integers(0, len(VALID) - 1), drop=st.integers(0, 40), put=st.binary(max_size=12))
def test_a_text_overwritten_anywhere_loads_or_is_refused_with_lines(at: int, drop: int, put: bytes):
    data = VALID[:at] + put + VALID[at + drop :]
    assert all(0 < fault.line <= data.count(b"\n") + 1 for fault in faults_if_any(data))

"""Nothing that is shown moves a cursor, or orders what stands around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.plain import isolated, visible

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Harbour\x1b[31m Master", "Harbour<U+001B>[31m Master"),
        ("\x9b2J\x07\n", "<U+009B>2J<U+0007><U+000A>"),
        ("said \u202eyb", "said <U+202E>yb"),
        ("T\u00fcrkiye \u2013 \u05e9\u05dc\u05d5\u05dd", "T\u00fcrkiye \u2013 \u05e9\u05dc\u05d5\u05dd"),
    ],
)
def test_a_control_character_is_shown_as_its_number_and_all_else_is_left_alone(text: str, shown: str):
    assert visible(text) == shown


@given(st.text())
def test_what_is_visible_is_printable_but_for_what_unicode_has_not_assigned(text: str):
    assert not any(each < " " or "\x7f" <= each < "\xa0" or each in BIDI for each in visible(text))
    assert visible(visible(text)) == visible(text)


@given(st.text(st.sampled_from([*BIDI, "a", "\u05d0"])))
def test_an_isolated_text_closes_what_it_opens_and_nothing_else(text: str):
    shown, depth = isolated(text), 0
    for nth, each in enumerate(shown):
        depth += (each in "\u2066\u2067\u2068") - (each == "\u2069")
        assert depth > 0 or nth == len(shown) - 1 or not set(BIDI) & set(text)
    assert depth == 0
    assert [each for each in shown if each not in BIDI] == [each for each in text if each not in BIDI]


def test_a_text_without_bidirectional_controls_stays_as_it_is():
    assert isolated("\u05e9\u05dc\u05d5\u05dd, he said") == "\u05e9\u05dc\u05d5\u05dd, he said"

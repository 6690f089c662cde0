"""A cursor works for its own question only, and nothing else passes for one."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.cursor import decode_cursor, encode_cursor
from app.core.errors import CursorInvalid

slugs = st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,10}){0,8}", fullmatch=True)
questions = st.text(st.characters(codec="utf-8"), max_size=40)
QUESTION, LAST = "q=ferries&sort=status", "ferries-promised"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def named(question: str, token: str) -> str | None:
    try:
        return decode_cursor(question, token)
    except CursorInvalid:
        return None


@given(questions, slugs)
def test_a_cursor_gives_back_the_claim_after_which_the_page_begins(question, last):
    token = encode_cursor(question, last)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert decode_cursor(question, token) == last


def test_a_cursor_for_the_longest_id_is_accepted():
    assert decode_cursor("", encode_cursor("", "x" * 100)) == "x" * 100


def test_the_same_question_and_claim_give_the_same_cursor_on_every_server():
    assert encode_cursor("", "a") == encode_cursor("", "a") == "ZADb-6w-bfawYQ"


@given(questions, questions, slugs)
def test_a_cursor_of_another_question_is_refused(question, other, last):
    if question != other:
        with pytest.raises(CursorInvalid, match=r"^cursor: This cursor belongs to another question: filters"):
            decode_cursor(other, encode_cursor(question, last))


def test_a_cursor_with_any_character_changed_to_any_other_is_refused_or_names_another_claim():
    token = encode_cursor(QUESTION, LAST)
    for at in range(len(token)):
        for character in {*ALPHABET, "=", " ", "+", "/", "\n", "\0", "."} - {token[at]}:
            changed = token[:at] + character + token[at + 1 :]
            found = named(QUESTION, changed)
            if found is not None:
                assert found != LAST
                assert at >= 12, "the mark of the question takes the first twelve characters"
                assert encode_cursor(QUESTION, found) == changed


def test_a_cursor_with_one_bit_changed_in_its_mark_is_refused():
    right = urlsafe_b64decode(encode_cursor("", ""))
    for at in range(len(right) * 8):
        mark = bytearray(right)
        mark[at // 8] ^= 1 << at % 8
        with pytest.raises(CursorInvalid, match="another question"):
            decode_cursor("", urlsafe_b64encode(mark).decode().rstrip("="))


@pytest.mark.parametrize("extra", ["=", "==", "A", "\n", " ", "!", "-"])
def test_a_cursor_with_something_added_is_refused_or_names_another_claim(extra):
    for changed in (encode_cursor(QUESTION, LAST) + extra, extra + encode_cursor(QUESTION, LAST)):
        assert named(QUESTION, changed) != LAST


@pytest.mark.parametrize(
    "token",
    ["é" * 8, "\u0661" * 4, "A" * 201, "A" * 99999, "AAAAA", encode_cursor(QUESTION, LAST) + "\n", "🚢"],
    ids=["accent", "digit", "too-long", "far-too-long", "cut", "line-end", "emoji"],
)
def test_what_is_no_cursor_is_refused_with_the_way_out(token):
    with pytest.raises(CursorInvalid) as refused:
        decode_cursor(QUESTION, token)
    assert str(refused.value) == "cursor: This is no cursor of ours. Leave the cursor out to start from the first page."


def test_a_cursor_spelt_otherwise_than_we_spell_it_is_refused():
    token = encode_cursor(QUESTION, LAST)
    respelt = token[:-1] + ALPHABET[ALPHABET.index(token[-1]) + 1]
    assert urlsafe_b64decode(respelt + "==") == urlsafe_b64decode(token + "==")
    with pytest.raises(CursorInvalid) as refused:
        decode_cursor(QUESTION, respelt)
    assert str(refused.value) == "cursor: This is no cursor of ours. Leave the cursor out to start from the first page."


def test_a_cursor_whose_claim_is_not_ascii_is_refused():
    forged = urlsafe_b64encode(b"\0" * 9 + "é".encode()).decode().rstrip("=")
    with pytest.raises(CursorInvalid, match="This is no cursor of ours"):
        decode_cursor(QUESTION, forged)


def test_an_empty_cursor_and_a_short_one_belong_to_no_question():
    for token in ("", "AAAA", "AAAAAAAAAAAA"):
        with pytest.raises(CursorInvalid, match="another question"):
            decode_cursor(QUESTION, token)


@pytest.mark.parametrize("length", [200, 201])
def test_two_hundred_characters_are_the_most_that_is_read(length):
    with pytest.raises(CursorInvalid, match="another question" if length == 200 else "no cursor of ours"):
        decode_cursor(QUESTION, "A" * length)


@given(st.text(max_size=60) | st.text(ALPHABET, max_size=60), questions)
def test_any_text_is_refused_or_is_the_very_cursor_of_what_it_names(token, question):
    last = named(question, token)
    assert last is None or encode_cursor(question, last) == token

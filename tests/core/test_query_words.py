"""``q``: any text is a query, of words that must all occur and phrases that must stand together in one text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.model import Claim, FileHeader
from app.core.query import ClaimQuery, Search, matches, relevance, search, searched, stands_in, words
from tests import records

texts = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture(scope="module")
def header() -> FileHeader:
    return FileHeader.model_validate({k: v for k, v in records.record().items() if k in FileHeader.model_fields})


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    return {each["id"]: Claim.model_validate(each) for each in records.claims()}


def found(claims: dict[str, Claim], header: FileHeader, **asked) -> list[str]:
    return [id_ for id_, each in claims.items() if matches(each, ClaimQuery(**asked), header)]


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Su-35", ["su", "35"]),
        ("SU 35", ["su", "35"]),
        ("S-300", ["s", "300"]),
        ("Türkiye's drones", ["turkiy", "s", "drone"]),
        ("Tu\u0308rkiye", ["turkiy"]),
        ("denied denies denying", ["deni", "deni", "deni"]),
        ("snake_case", ["snake", "case"]),
        ("STRASSE Straße", ["strass", "strass"]),
        ("İstanbul", ["istanbul"]),
        ("Flanker™ ﬁve Ⅳ", ["flankertm", "five", "iv"]),
        ("Тегеран 伊朗", ["тегеран", "伊朗"]),
        ("“quoted” — (dashed)", ["quot", "dash"]),
        ("a\0b", ["a", "b"]),
        ("", []),
        (" \t\n _ - \" ' 🚢 \u0301", []),
    ],
)
def test_words_are_compared_without_accents_hyphens_case_and_endings(text, expected):
    assert words(text) == expected


def test_shahed_136_is_found_with_and_without_its_hyphen_and_capital():
    assert words("Shahed-136") == words("shahed 136") == words("SHAHED_136")
    assert len(words("Shahed-136")) == 2


@given(texts)
def test_words_are_the_same_for_the_same_text_however_it_is_composed(text):
    composed = unicodedata.normalize("NFC", text)
    assert words(composed) == words(unicodedata.normalize("NFD", text))


@given(texts, texts)
def test_words_of_two_texts_are_the_words_of_each(one, other):
    assert words(f"{one} {other}") == words(one) + words(other)


@given(st.text("abcdefghij ABC-é", max_size=40))
def test_words_do_not_depend_on_capitals(text):
    assert words(text.upper()) == words(text.lower())


# q


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", Search()),
        ("  ", Search()),
        ("Su-35", Search(frozenset({"su", "35"}))),
        ('"Su-35"', Search(frozenset({"su", "35"}), (("su", "35"),))),
        ("“Su-35”", Search(frozenset({"su", "35"}), (("su", "35"),))),
        ('a "b c" "b c" d', Search(frozenset("abcd"), (("b", "c"),))),
        ('"a b" "c d"', Search(frozenset("abcd"), (("a", "b"), ("c", "d")))),
        ('"drones"', Search(frozenset({"drone"}))),
        ('a "b', Search(frozenset("ab"))),
        ('"a b" "c', Search(frozenset("abc"), (("a", "b"),))),
        ("NEAR(", Search(frozenset({"near"}))),
        ('"', Search(impossible=True)),
        ('""', Search(impossible=True)),
        ("🚢", Search(impossible=True)),
        ("\0", Search(impossible=True)),
        ("ferry 🚢", Search(frozenset({"ferri"}))),
    ],
)
def test_q_is_taken_apart_into_words_and_phrases(q, expected):
    assert search(q) == expected


@given(texts)
def test_any_text_is_a_query(q):
    asked = search(q)
    assert asked.words == set(words(q))
    assert all(len(phrase) > 1 and set(phrase) <= asked.words for phrase in asked.phrases)
    assert asked.impossible == (bool(q.strip()) and not asked.words)


@given(texts)
def test_any_text_can_be_looked_for_in_a_claim_by_its_words_or_not_found(q):
    whole = records.record()
    header = FileHeader.model_validate({k: v for k, v in whole.items() if k in FileHeader.model_fields})
    one = Claim.model_validate(whole["claims"][0])
    everything = {word for text in searched(one, header) for word in text}
    assert matches(one, ClaimQuery(q=q), header) <= (set(words(q)) <= everything)


@pytest.mark.parametrize("q", ["x" * 2000, "🚢", "\0", '"', "Norland 🚢x", "ferries " * 300 + "nowhere"])
def test_what_no_claim_says_finds_nothing(claims, header, q):
    assert found(claims, header, q=q) == []


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", "ferries-promised ferries-moored lease-signed second-crossing boldest-gamble ferries-of-1974"),
        ("   ", "ferries-promised ferries-moored lease-signed second-crossing boldest-gamble ferries-of-1974"),
        ("twelve", "ferries-moored"),
        ("FERRY", "ferries-promised ferries-moored lease-signed ferries-of-1974"),
        ("ferries twelve", "ferries-moored"),
        ("courier", "ferries-moored"),
        ("unnamed official", "ferries-moored"),
        ("harbour master", "ferries-promised lease-signed"),
        ("m 40", "ferries-promised ferries-moored ferries-of-1974"),
        ('"Port Vale"', "ferries-promised ferries-moored lease-signed second-crossing boldest-gamble ferries-of-1974"),
        ('"lend Portvale"', "ferries-promised"),
        ("Norland agreed to lend Portvale forty ferries Harbour Master M 40 Port Vale", "ferries-promised"),
        ('"Portvale lend"', ""),
        ('"forty ferries" twelve', ""),
        ('"forty ferries" "lend Portvale"', "ferries-promised"),
    ],
)
def test_q_finds_every_claim_with_all_its_words_in_text_or_names(claims, header, q, expected):
    assert found(claims, header, q=q) == expected.split()


def test_a_phrase_must_stand_in_one_text_and_never_runs_on_into_the_next(claims, header):
    assert searched(claims["ferries-moored"], header)[1] == words("an unnamed senior official")
    assert searched(claims["ferries-moored"], header)[2] == words("The Courier")
    assert found(claims, header, q='"official the"') == []
    assert found(claims, header, q="official the") == ["ferries-moored"]


def test_what_is_searched_is_the_text_then_sources_and_relays_then_entities_with_aliases(claims, header):
    assert searched(claims["ferries-promised"], header) == [
        words(text)
        for text in (
            "Norland agreed to lend Portvale forty ferries.", "Harbour Master", "Norland", "M-40 ferries", "Portvale",
            "Port Vale", "Norland",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [("b c", "a b c", True), ("a b c", "a b c", True), ("a c", "a b c", False), ("c d", "a b c", False),
     ("a b c", "a b", False), ("a", "", False)],
)  # fmt: skip
def test_a_phrase_stands_in_a_text_whose_words_follow_in_its_order(phrase, text, expected):
    assert stands_in(tuple(phrase.split()), text.split()) is expected


def test_relevance_counts_the_different_words_that_the_text_itself_has(claims):
    promised = claims["ferries-promised"]
    assert relevance(promised, ClaimQuery(q="ferry ferries lend courier")) == 2
    assert relevance(promised, ClaimQuery(q="harbour master")) == 0
    assert relevance(promised, ClaimQuery()) == 0

"""Passages are found in any copy of their text, and a copy cannot be made that hurts."""

import os
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.documents import Document
from app.core.errors import QueryInvalid
from app.core.model import Record
from app.core.vocabulary import Outcome
from app.record import dataset
from app.record.anchors import digest, fold, locate
from tests.records import TEXT, document

ESSAY = os.environ.get("CLAIMS_ESSAY_TEXT")
SHIPPED = Path(__file__).parents[2] / "claims.json"

essay = pytest.mark.skipif(
    not ESSAY or not SHIPPED.exists(), reason="CLAIMS_ESSAY_TEXT is unset: the essay stays with its readers"
)


@pytest.fixture
def ferries() -> Document:
    return Document.model_validate(document())


def outcomes(text: str, of: Document) -> list[str]:
    return [each.outcome.value for each in locate(text, of.passages)]


def test_typography_makes_no_difference():
    curly = "\u201cHe\u2019s here\u201d \u2014 she\u00a0said:\n\tfi\u00adnally"
    assert fold(curly) == '"He\'s here" - she said: finally'


def test_ligatures_wide_letters_and_decomposed_accents_fold_to_plain_ones():
    assert fold("\ufb01ne \uff21 cafe\u0301") == "fine A caf\u00e9"


def test_a_byte_order_mark_at_the_start_shifts_nothing():
    assert fold("\ufeffText") == "Text"


@given(st.text())
def test_folding_twice_is_folding_once(text: str):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_folded_text_has_no_blank_but_single_spaces_within(text: str):
    folded = fold(text)
    assert folded == " ".join(folded.split())


def test_in_an_exact_copy_every_passage_is_verified(ferries: Document):
    assert outcomes(TEXT, ferries) == ["verified"] * 8


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"').replace("\u2014", "-"),
        TEXT.replace(" ", "\r\n"),
        TEXT.replace("\n\n", " "),
        "\ufeff" + unicodedata.normalize("NFD", TEXT) + "\n\n",
    ],
    ids=["straight quotes", "a line for each word", "one paragraph", "decomposed, with a byte order mark"],
)
def test_in_a_copy_with_other_typography_every_passage_is_verified(copy: str, ferries: Document):
    assert outcomes(copy, ferries) == ["verified"] * 8


def test_below_a_heading_that_the_record_does_not_know_every_passage_has_moved(ferries: Document):
    located = locate("The Ferries\n\n" + TEXT, ferries.passages)
    assert {each.outcome for each in located} == {Outcome.moved}
    assert [each.start for each in located] == [each.start + 12 for each in ferries.passages]
    assert [each.end for each in located] == [each.end + 12 for each in ferries.passages]


def test_a_sentence_that_was_changed_is_missing_and_the_others_are_not(ferries: Document):
    assert outcomes(TEXT.replace("denied", "denies"), ferries) == ["verified", "missing"] + ["verified"] * 6


def test_a_sentence_that_was_left_out_is_missing_and_those_after_it_have_moved(ferries: Document):
    assert outcomes(TEXT.replace("Norland denied it. ", ""), ferries) == ["verified", "missing"] + ["moved"] * 6


def test_a_sentence_that_stands_twice_but_never_in_its_place_is_ambiguous_and_has_no_place(ferries: Document):
    located = locate("Norland denied it. Norland denied it.", ferries.passages)[1]
    assert (located.outcome, located.start, located.end) == (Outcome.ambiguous, None, None)


def test_a_sentence_that_stands_twice_and_once_in_its_place_is_verified(ferries: Document):
    assert outcomes(TEXT + " Norland denied it.", ferries)[1] == "verified"


def test_sentences_in_another_order_have_moved(ferries: Document):
    first, second = TEXT.split("\n\n")
    assert outcomes(second + "\n\n" + first, ferries) == ["moved"] * 8


def test_in_an_empty_text_everything_is_missing(ferries: Document):
    assert outcomes("", ferries) == ["missing"] * 8


@given(st.text(max_size=300))
def test_any_text_gives_one_outcome_for_each_passage(text: str):
    ferries = Document.model_validate(document())
    assert [each.ref for each in locate(text, ferries.passages)] == [each.ref for each in ferries.passages]


def test_a_text_with_half_a_surrogate_pair_is_searched_like_any_other(ferries: Document):
    assert outcomes(TEXT + "\ud800", ferries) == ["verified"] * 8


def test_a_text_that_is_too_long_is_refused(ferries: Document):
    with pytest.raises(QueryInvalid, match="2,000,001 characters; 2,000,000 are the most"):
        locate("a" * 2_000_001, ferries.passages)


def test_a_text_that_becomes_too_long_when_folded_is_refused(ferries: Document):
    with pytest.raises(QueryInvalid, match="2,000,000 are the most"):
        locate("\ufdfa" * 200_000, ferries.passages)


@pytest.mark.parametrize(
    "accents", ["\u0316\u0301", "\u0316\u00ad\u0301"], ids=["in a row", "with soft hyphens between"]
)
def test_a_million_accents_are_refused_at_once_since_their_order_would_take_hours(accents: str, ferries: Document):
    with pytest.raises(QueryInvalid, match="accents in a row"):
        locate("a" + accents * 500_000, ferries.passages)


@pytest.mark.parametrize("hostile", ["A. " * 200_000, "A " * 300_000], ids=["stops", "capitals"])
def test_a_text_made_of_places_where_a_sentence_may_begin_is_searched_in_bounded_time(hostile: str, ferries: Document):
    began = time.process_time()
    assert outcomes(hostile, ferries) == ["missing"] * 8
    assert time.process_time() - began < 10


def test_a_passage_hash_is_the_sha_256_of_its_utf_8(ferries: Document):
    assert digest("Why, then?") == ferries.passages[-1].sha256


@essay
@pytest.mark.parametrize(
    "copied",
    [lambda text: text, lambda text: text.translate(str.maketrans("\u2019\u201c\u201d", '\'""')).replace(" ", " \r\n")],
    ids=["as published", "straight quotes and other line breaks"],
)
def test_every_passage_of_the_shipped_record_is_verified_in_the_essay(copied):
    record: Record = dataset.load_file(SHIPPED)
    text = copied(Path(str(ESSAY)).read_text(encoding="utf-8"))
    assert record.documents[0].text.length == len(fold(text)) == 11488
    assert outcomes(text, record.documents[0]) == ["verified"] * 91

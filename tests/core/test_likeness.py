"""How alike two sentences are in words: names, figures, order, negations, and the bounds of the score."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.likeness import THRESHOLD, Lexicon, likeness, names_of
from app.core.model import DatasetInfo, Entity, Header, Source
from app.core.vocabulary import EntityKind, SourceKind

HEADER = Header(
    dataset=DatasetInfo(title="Gliders", version="1.0.0", licence="CC0-1.0", language="en"),
    documents=(),
    sources=(
        Source(id="wire", name="the Daily Wire", kind=SourceKind.outlet, named=True),
        Source(id="north-government", name="the Northern government", kind=SourceKind.government, named=True),
    ),
    entities=(
        Entity(id="north", name="Northland", kind=EntityKind.state, aliases=("Northern", "Coldville")),
        Entity(id="south", name="Southland", kind=EntityKind.state, aliases=("Southern",)),
        Entity(id="glider", name="Glider", kind=EntityKind.weapon, aliases=("sailplane",)),
    ),
)
LEXICON = Lexicon(names_of(HEADER))
CLAIM = "Northland sold eleven old gliders to Southland in May 2021."


def alike(sentence, claim=CLAIM):
    return likeness(LEXICON.wording(sentence), LEXICON.wording(claim))


@pytest.mark.parametrize("sentence", [
    CLAIM,
    "In May 2021, Northland sold Southland eleven old gliders.",
    "Coldville sold eleven old gliders to the Southern army in May 2021.",
    "Eleven old gliders were sold to Southland by Northland in May 2021.",
    "According to the Daily Wire, Northland sold eleven old gliders to Southland in May 2021.",
    "The Northern government sold eleven old gliders to Southland in May 2021.",
])  # fmt: skip
def test_a_sentence_that_says_the_same_is_found_without_contradiction(sentence):
    found = alike(sentence)
    assert found
    assert found.score >= THRESHOLD
    assert not found.contradicts
    assert {"sold", "2021"} <= set(found.words)


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Southland sold eleven old gliders to Northland in May 2021.", "the names stand the other way round"),
        ("Northland sold eleven old gliders to Southland in June 2021.", "another month"),
        ("Northland sold eleven old gliders to Southland in May 2020.", "another year"),
        ("Somebody sold eleven old gliders in May 2021.", "no name of the claim's"),
        ("Northland and Southland play chess.", "only the names"),
        ("", "nothing"),
    ],
)
def test_a_sentence_that_says_something_else_is_not_found_although_words_are_shared(sentence, why):
    assert alike(sentence) is None, why


@pytest.mark.parametrize(("sentence", "contradicts"), [
    ("Northland did not sell eleven old gliders to Southland, nor sold them in May 2021.", False),
    ("Northland never sold eleven old gliders to Southland in May 2021.", True),
    ("Northland hasn't sold eleven old gliders to Southland in May 2021.", True),
    ("Northland hasn\u2019t sold eleven old gliders to Southland in May 2021.", True),
    ("Northland can sell, and sold, eleven old gliders to Southland in May 2021.", False),
])  # fmt: skip
def test_only_a_negation_in_one_of_the_two_makes_a_contradiction(sentence, contradicts):
    found = alike(sentence)
    assert found
    assert found.contradicts is contradicts


def test_two_names_side_by_side_may_change_places():
    assert alike("Southland and Northland signed a treaty.", "Northland and Southland signed a treaty.")


def test_a_name_of_a_thing_is_words_like_others():
    assert "glider" in LEXICON.wording("A glider.").stems


def test_names_are_no_words_by_which_claims_are_looked_up():
    assert LEXICON.wording("Coldville sold the Northern government bread.").stems == ("sold", "bread")


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared_and_the_score_is_the_same_both_ways(one, other):
    there, back = alike(one, other), alike(other, one)
    assert there is None or THRESHOLD <= there.score <= 1
    if there and back:
        assert there.score == back.score
        assert there.contradicts == back.contradicts


@given(st.lists(st.sampled_from("sold glider cold bread tower river seven paint".split()), min_size=1, max_size=8))
def test_a_text_is_wholly_alike_itself(stems):
    assert alike(" ".join(stems), " ".join(stems)).score == 1

"""Which claims a text repeats: sentences with their places, the best match and its neighbours, limits."""

from datetime import date

import pytest

from app.core.errors import QueryInvalid, TextTooLarge
from app.record.anchors import fold
from app.record.dataset import load_file
from app.record.matching import CANDIDATES, MOST_SENTENCES, matches, sentences, wording
from app.store.memory import MemoryEdition
from checks.matching.__main__ import ROOT, labelled, outcomes, precision_and_recall, table


@pytest.fixture(scope="module")
def shipped():
    return load_file(ROOT / "claims.json")


@pytest.fixture(scope="module")
def edition(shipped):
    return MemoryEdition.from_record(shipped, 1)


async def found(edition, sentence, as_of=None):
    said = wording(sentence, edition.lexicon)
    return matches(said, await edition.alike(said.stems, said.least, CANDIDATES, as_of), edition.lexicon)


def test_sentences_have_their_places_in_the_normalized_text_and_headings_are_left_out():
    text = "A Heading\n\nFirst one\u2019s here.  Second  one is there.\n\nThe third."
    places = sentences(text)
    assert [said for _, _, said in places] == ["First one's here.", "Second one is there.", "The third."]
    assert all(fold(text)[start:end] == said for start, end, said in places)


@pytest.mark.parametrize("text", ["", " \n ", "\u200b"])
def test_a_text_without_a_sentence_is_refused(text):
    with pytest.raises(QueryInvalid):
        sentences(text)


def test_a_text_of_too_many_sentences_is_refused_with_their_number():
    assert len(sentences("It is so. " * MOST_SENTENCES)) == MOST_SENTENCES
    with pytest.raises(TextTooLarge, match=f"{MOST_SENTENCES + 1} sentences"):
        sentences("It is so. " * (MOST_SENTENCES + 1))


@pytest.mark.anyio
async def test_a_match_tells_the_words_the_status_and_who_says_so(edition):
    (match,) = await found(edition, "Iran has promised Russia a supply of short-range ballistic missiles.")
    assert (match.claim, match.wording, match.status) == ("iran-pledged-missiles", "similar", "unconfirmed")
    assert match.attribution.startswith("According to Reuters")
    assert {"promised", "ballistic", "missiles", "Iran", "Russia"} <= set(match.words)


@pytest.mark.anyio
async def test_a_negated_sentence_contradicts_and_a_day_takes_the_status_as_it_was_then(edition):
    (match,) = await found(edition, "Iran never sent Mohajer-6 drones to Russia.", date(2022, 1, 1))
    assert (match.claim, match.wording, match.status) == ("iran-sent-mohajer-6", "contradicts", "not_yet_made")


@pytest.mark.anyio
async def test_a_sentence_of_too_many_words_is_not_compared(edition):
    sentence = "Iran has promised Russia a supply of short-range ballistic missiles"
    long = f"{sentence}{' and so on' * 100}."
    assert wording(sentence, edition.lexicon).stems
    assert not wording(long, edition.lexicon).stems
    assert await found(edition, f"{sentence}{' and so on' * 60}.")


@pytest.mark.anyio
async def test_claims_that_only_resemble_the_best_one_are_left_out(edition):
    every = await found(edition, "Iran answered the protests after Mahsa Amini's death in September 2022 with arrests.")
    assert [each.claim for each in every] == ["iran-answered-protests-with-arrests"]


@pytest.mark.anyio
async def test_of_the_labelled_sentences_few_are_matched_wrongly_and_most_are_found():
    """The figures that the documentation gives may only get better."""
    those = await outcomes(labelled(), 0.8)
    precision, recall = precision_and_recall(those)
    assert precision >= 0.97
    assert recall >= 0.63
    assert not any(each.missigned for each in those)
    assert not any(each.found for each in those if each.sentence.group != "restates")


def test_the_documentation_shows_the_table_that_the_program_prints(capsys):
    table()
    assert capsys.readouterr().out in (ROOT / "docs" / "matching.md").read_text()


def test_the_labelled_sentences_are_many_and_name_claims_of_the_record(shipped):
    rows, ids = labelled(), {each.id for each in shipped.claims}
    assert len(rows) >= 150
    assert {each.group for each in rows} == {"restates", "names", "unrelated"}
    assert all(each.claims.keys() <= ids for each in rows)
    assert all(bool(each.claims) is (each.group == "restates") for each in rows)
    assert len({each.text for each in rows}) == len(rows)

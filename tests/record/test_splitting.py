"""Texts cut into passages."""

import os
from pathlib import Path

import pytest

from app.core.errors import QueryInvalid
from app.core.vocabulary import Outcome
from app.record.anchors import NOT_READ, Split, fold, locate, split
from app.record.dataset import load_file
from app.record.editing import begun

ESSAY = os.environ.get("CLAIMS_ESSAY_TEXT")


def sentences(text: str) -> list[str]:
    """What the passages of ``text`` say."""
    folded = fold(text)
    return [folded[each.start : each.end] for each in split(text).passages]


def refs(cut: Split) -> list[tuple[str, str]]:
    """Ref and section of each passage."""
    return [(each.ref, each.section) for each in cut.passages]


def test_sentences_are_counted_within_their_paragraphs():
    assert refs(split("One came. Two left.\n\nThree stayed.")) == [
        ("p1s1", "Introduction"), ("p1s2", "Introduction"), ("p2s1", "Introduction")]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Tide met Gen. Kane at 5 p.m. on Jan. 3.",
        "The U.S. Army agreed.",
        "It cost $3.5 million (about 2.5 percent more).",
        "J. K. Quill wrote it.",
        "No. 5 is alive.",
        "\u201cWe will not go,\u201d he said.",
    ],
)
def test_an_abbreviation_or_a_figure_ends_no_sentence(text: str):
    assert sentences(text) == [fold(text)]


def test_quotation_marks_belong_to_their_sentence():
    assert sentences("\u201cIs it so?\u201d she asked. \u201cIt is.\u201d He left.") == [
        '"Is it so?" she asked.', '"It is."', "He left."]  # fmt: skip


def test_lines_of_one_paragraph_are_one_text():
    assert sentences("Norland lent\nforty ferries\r\nto Portvale. They came.\n\nThen they left.") == [
        "Norland lent forty ferries to Portvale.", "They came.", "Then they left."]  # fmt: skip


def test_without_blank_lines_a_paragraph_ends_with_a_line_that_ends_a_sentence():
    assert [each.ref for each in split("One came\nalone.\nTwo left. They\nhurried.").passages] == [
        "p1s1",
        "p2s1",
        "p2s2",
    ]


def test_headings_are_sections_and_no_passages():
    cut = split(
        "A Title of Some Length\n\nAda Quill\n\nOne came.\n\nTHE END OF IT\n\nTwo left.\n\n## Aftermath ##\n\nEnd."
    )
    assert cut.title == "A Title of Some Length"
    assert refs(cut) == [("p1s1", "Introduction"), ("p2s1", "The End of It"), ("p3s1", "Aftermath")]


def test_a_new_passage_says_that_nobody_has_read_it():
    assert {each.omitted for each in split("One came. Two left.").passages} == {NOT_READ}


@pytest.mark.parametrize("text", ["", " \n\n ", "A Heading Alone"])
def test_a_text_without_a_sentence_is_refused(text: str):
    with pytest.raises(QueryInvalid, match="No sentence"):
        split(text)


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\n \t\n", "\r\r", "\n\n\n\n"])
def test_any_blank_line_ends_a_paragraph(blank: str):
    assert [each.ref for each in split(f"One came.{blank}Two left.").passages] == ["p1s1", "p2s1"]


@pytest.mark.parametrize(
    "text", ["\u3000One\u00a0came. \ufb01ve left\u2026 Then\u2014three.", "\ufeffOne came.\n\n\u200bTwo left."]
)
def test_passages_are_found_again_in_the_text_that_they_were_cut_from(text: str):
    record = begun(split(text), title="A", author="Ada Quill", publisher="P", published="2022", language="en", url="")
    assert {each.outcome for each in locate(text, record.documents[0].passages)} == {Outcome.verified}


@pytest.mark.skipif(not ESSAY, reason="CLAIMS_ESSAY_TEXT is unset: the essay stays with its readers")
def test_the_essay_is_cut_where_its_record_cuts_it():
    cut = {(each.start, each.end, each.section) for each in split(Path(ESSAY or "").read_text()).passages}
    shipped = load_file(Path(__file__).parents[2] / "claims.json").documents[0].passages
    assert {(each.start, each.end, each.section) for each in shipped} <= cut
    assert len(cut) - len(shipped) <= 3  # two lines that the page repeats, and one below the essay

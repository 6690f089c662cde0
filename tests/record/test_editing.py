"""Records begun and made longer."""

import pytest

from app.core.errors import RecordInvalid
from app.core.model import Claim, Record, Source
from app.record.anchors import split
from app.record.crosscheck import PLACEHOLDER, PLACEHOLDER_TEXT
from app.record.dataset import dump, dump_lines, load, load_lines
from app.record.editing import begun, first_word, slug, unread, with_claim
from tests import records


def new() -> Record:
    """A record of the invented essay, before its first claim."""
    return begun(
        split(records.TEXT), title="The Ferries", author="Ada Quill", publisher="Vale Review",
        published="2022-02-01", language="en", url="https://vale.example/ferries",
    )  # fmt: skip


def a_claim(id_: str, ref: str, source: str = "ada-quill") -> Claim:
    """A claim on one passage."""
    return Claim.model_validate(
        records.claim(id_, statements=[records.statement(f"{id_}-1", source=source, passages=[ref])])
    )


def test_a_new_record_is_right_but_for_its_placeholder():
    assert load(dump(new()), unfinished=True).claims[0].id == PLACEHOLDER
    with pytest.raises(RecordInvalid) as refused:
        load(dump(new()))
    assert [each.pointer for each in refused.value.faults] == ["/claims/0/id", "/claims/0/text"]


def test_what_is_still_to_be_filled_in_is_told_with_its_line():
    data = dump(new())
    with pytest.raises(RecordInvalid) as refused:
        load(data)
    lines = data.decode().splitlines()
    id_, text = refused.value.faults
    assert f'"id": "{PLACEHOLDER}"' in lines[id_.line - 1]
    assert f'"text": "{PLACEHOLDER_TEXT}"' in lines[text.line - 1]
    assert "give the claim an id of its own" in id_.message
    assert "say in your own words what the document claims" in text.message


def test_the_placeholder_is_refused_beside_other_faults_and_in_json_lines():
    spoilt = dump(new()).replace(b'"kind": "judgement"', b'"kind": "guess"')
    with pytest.raises(RecordInvalid) as refused:
        load(spoilt)
    assert {each.pointer for each in refused.value.faults} == {"/claims/0/id", "/claims/0/text", "/claims/0/kind"}
    with pytest.raises(RecordInvalid) as lines:
        list(load_lines(dump_lines(new().header, new().claims))[1])
    assert [(each.line, each.pointer) for each in lines.value.faults] == [(2, "/claims/0/id"), (2, "/claims/0/text")]


@pytest.mark.parametrize(
    "text", ["Replace this by ferries, said Norland.", PLACEHOLDER_TEXT.removesuffix("."), "To be written."]
)
def test_text_that_is_like_the_placeholder_is_a_claim(text: str):
    claim = a_claim("to-be-written-in-2022", "p1s2").model_copy(update={"text": text})
    assert load(dump(with_claim(new(), claim))).claims == (claim,)


def test_a_text_written_over_the_placeholder_by_hand_is_never_lost():
    by_hand = load(dump(new()).replace(PLACEHOLDER_TEXT.encode(), b"Norland lent ferries."), unfinished=True)
    longer = with_claim(by_hand, a_claim("b", "p1s2"))
    assert [each.text for each in longer.claims] == ["Norland lent ferries.", "Something called b came to pass."]


def test_a_new_record_has_every_passage_still_to_be_read():
    assert [each.ref for each in unread(new(), new().documents[0])] == [
        each.ref for each in new().documents[0].passages
    ]


def test_the_first_claim_takes_the_place_of_the_placeholder():
    longer = load(dump(with_claim(new(), a_claim("b", "p1s2"))))
    assert [each.id for each in longer.claims] == ["b"]
    assert longer.documents[0].passages[1].omitted is None
    assert "p1s1" in [each.ref for each in unread(longer, longer.documents[0])]


def test_a_claim_of_the_same_id_is_replaced_in_its_place():
    two = with_claim(with_claim(new(), a_claim("a", "p1s1")), a_claim("b", "p1s2"))
    changed = load(dump(with_claim(two, a_claim("a", "p1s3"))))
    assert [each.id for each in changed.claims] == ["a", "b"]
    assert changed.claims[0].statements[0].passages == ("p1s3",)


def test_a_passage_that_no_claim_rests_on_any_more_is_to_be_read_again():
    moved = with_claim(with_claim(new(), a_claim("a", "p1s1")), a_claim("a", "p1s3"))
    assert load(dump(moved)).documents[0].passages[0].omitted == "Not read yet."


def test_a_reason_given_by_the_editor_is_kept():
    record = Record.model_validate(records.record())
    longer = load(dump(with_claim(record, a_claim("more", "p1s1"))))
    assert longer.documents[0].passages[7].omitted == "A question that claims nothing."


def test_what_a_claim_brings_comes_with_it():
    courier = Source.model_validate(records.source("courier"))
    longer = load(dump(with_claim(new(), a_claim("a", "p1s1", "courier"), [courier])))
    assert [each.id for each in longer.sources] == ["ada-quill", "courier"]


def test_the_old_record_stays_as_it_was():
    record = new()
    before = dump(record)
    with_claim(record, a_claim("a", "p1s1"))
    assert dump(record) == before


def test_an_id_is_made_of_the_words_that_fit():
    assert slug("Norland's ferries: 40 of them!", ()) == "norlands-ferries-40-of-them"
    assert slug("The very long name of a thing that nobody needs", (), 20) == "the-very-long-name"
    assert slug("Türkiye", ()) == "turkiye"
    assert slug("\u0434\u0430", ()) == "untitled"
    assert len(slug("x" * 300, ())) <= 100


def test_an_id_that_is_taken_gets_a_number():
    assert slug("The end", ["the-end", "the-end-2"]) == "the-end-3"


def test_a_statement_has_an_id_of_its_own():
    assert first_word("a" * 100, "ada-quill", "p1s1").id == "a" * 100

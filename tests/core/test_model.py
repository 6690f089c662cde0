"""The record's models: what each field refuses, with a message that says what to do."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.core.dates import edtf_span
from app.core.documents import Document, Passage
from app.core.model import Claim, FileHeader, Record, Source, Statement, wire
from tests import records


def refusal(model: type[BaseModel], fields: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(fields)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in refused.value.errors())


def test_a_record_reads_back_from_its_wire_form(record):
    assert Record.model_validate(wire(record)) == record
    assert wire(record)["$schema"] == "/schema/claims.json"
    assert "schema_" not in wire(record)


def test_the_wire_form_has_every_list_and_no_absent_field():
    fields = wire(Claim.model_validate(records.claim("a")))
    assert fields["topics"] == fields["related"] == []
    assert not {"period", "note"} & set(fields)
    assert fields["statements"] == [
        {"id": "a-1", "source": "ada-quill", "via": [], "stance": "affirms", "date_basis": "document",
         "adjudicates": False, "passages": ["p1s1"]},
    ]  # fmt: skip


def test_models_are_frozen(record):
    with pytest.raises(ValidationError, match="frozen"):
        record.claims[0].text = "Another."


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Record, records.record()),
        (Claim, records.claim("a")),
        (Statement, records.statement("s")),
        (Source, records.source("s")),
        (Document, records.document()),
        (Passage, records.passages()[0]),
    ],
)
def test_a_field_that_is_not_named_is_refused(model, fields):
    assert refusal(model, fields | {"colour": "red"}) == "colour: Extra inputs are not permitted"


@pytest.mark.parametrize(
    "id_", ["", "A", "a_b", "-a", "a-", "a--b", "a b", "é", "a\n", "a" * 101, "a/b"], ids=ascii
)  # fmt: skip
def test_an_id_that_is_no_slug_is_refused(id_):
    assert refusal(Source, records.source("s") | {"id": id_}).startswith("id: String should")


@pytest.mark.parametrize("id_", ["a", "0", "a-1-b", "2022", "a" * 100])
def test_an_id_that_is_a_slug_is_accepted(id_):
    assert Source.model_validate(records.source("s") | {"id": id_}).id == id_


@pytest.mark.parametrize("text", ["", " ", " a", "a ", "a\nb", "a\n", "x" * 501])
def test_a_line_is_one_line_without_blanks_around_it(text):
    assert refusal(Source, records.source("s") | {"name": text}).startswith("name: String should")


def test_a_claim_of_thirty_words_is_accepted_and_one_of_thirty_one_is_to_be_split():
    assert Claim.model_validate(records.claim("a", text=" ".join(["word"] * 30))).text.endswith("word")
    said = refusal(Claim, records.claim("a", text=" ".join(["word"] * 31)))
    assert said == "text: Value error, a claim is one proposition of at most 30 words, this one has 31; split it"


@pytest.mark.parametrize("field", ["made", "not_before"])
def test_a_statement_with_a_bad_date_is_refused_with_examples(field):
    said = refusal(Statement, records.statement("s") | {"date_basis": "text", field: "last July"})
    assert f"{field}: Value error, 'last July' is no EDTF date; write for example 2022" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"made": "2021", "date_basis": "document"}, "date_basis 'document' means undated: leave out made"),
        ({"date_basis": "text"}, "date_basis 'text' needs made; an undated statement says 'document'"),
        ({"date_basis": "inferred"}, "date_basis 'inferred' needs made"),
        ({"made": "2021/.."}, "made '2021/..' has no end, so the statement would never have been made; give the end"),
        ({"made": "2021", "not_before": "2020"}, "not_before bounds an undated statement; this one has made"),
        ({"adjudicates": True, "stance": "no_comment"}, "its stance is affirms or denies"),
        ({"adjudicates": True, "stance": "retracts"}, "its stance is affirms or denies"),
    ],
)  # fmt: skip
def test_a_statement_whose_fields_contradict_each_other_is_refused_with_the_cure(changes, said):
    assert said in refusal(Statement, records.statement("s", **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"made": "2021"},
        {"made": "../2021"},
        {"made": "2021", "date_basis": "inferred"},
        {"not_before": "2021/.."},
        {"adjudicates": True},
        {"adjudicates": True, "stance": "denies"},
    ],
)
def test_a_statement_whose_fields_agree_is_accepted(changes):
    assert Statement.model_validate(records.statement("s", **changes)).id == "s"


def test_a_claim_needs_a_statement_and_a_statement_a_passage():
    assert "statements: Tuple should have at least 1 item" in refusal(Claim, records.claim("a", statements=[]))
    assert "passages: Tuple should have at least 1 item" in refusal(Statement, records.statement("s", passages=[]))


@pytest.mark.parametrize("ref", ["p0s1", "p1s0", "p1", "1.1", "p01s1", "P1s1", "p1s1 "])
def test_a_passage_is_named_by_paragraph_and_sentence_counted_from_one(ref):
    assert refusal(Statement, records.statement("s", passages=[ref])).startswith("passages.0: String should match")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "forty", None])
def test_a_quantity_is_a_finite_number(value):
    assert "value" in refusal(
        Claim, records.claim("a", quantities=[{"value": value, "unit": "ferries", "of": "ferries"}])
    )


@pytest.mark.parametrize("value", [40, 6.5, 40_000_000_000, 0, -1])
def test_a_quantity_keeps_its_figure_and_its_type(value):
    one = Claim.model_validate(records.claim("a", quantities=[{"value": value, "unit": "USD", "of": "trade"}]))
    assert (one.quantities[0].value, type(one.quantities[0].value)) == (value, type(value))


@pytest.mark.parametrize(
    "url", ["courier.example", "javascript:alert(1)", "//courier.example", "ftp://courier.example"]
)
def test_an_address_that_is_not_of_the_web_is_refused(url):
    assert refusal(Source, records.source("s", same_as=[url])).startswith("same_as.0: ")


def test_the_span_of_a_claim_is_that_of_its_period():
    assert Claim.model_validate(records.claim("a", period="2021-06")).span == edtf_span("2021-06")
    assert Claim.model_validate(records.claim("a")).span is None


# What a header knows


def header(**changes: Any) -> FileHeader:
    return FileHeader.model_validate(
        {k: v for k, v in records.record(**changes).items() if k in FileHeader.model_fields}
    )


def test_everything_is_found_by_its_id(record):
    assert record.document_by_id["the-ferries"] is record.documents[0]
    assert record.source_by_id["courier"].name == "The Courier"
    assert record.entity_by_id["portvale"].name == "Portvale"
    assert record.topic_by_id["law"].name == "Law"
    assert record.section_by_ref("the-ferries")["p2s1"] == "The Reckoning"


def test_a_header_is_the_record_without_its_claims(record):
    assert record.header == header()
    assert "claims" not in wire(record.header)
    assert "$schema" not in wire(record.header)


def test_the_root_of_a_source_is_the_topmost_of_its_parents():
    family = [
        records.source("child", part_of="parent"),
        records.source("parent", part_of="grandparent"),
        records.source("grandparent"),
        records.source("orphan", part_of="unknown"),
    ]
    roots = header(sources=family).root_by_source
    assert {each: roots[each] for each in ("child", "parent", "grandparent", "orphan")} == {
        "child": "grandparent", "parent": "grandparent", "grandparent": "grandparent", "orphan": "orphan",
    }  # fmt: skip


def test_parents_in_a_circle_end_the_search_for_the_root():
    circle = [records.source("a", part_of="b"), records.source("b", part_of="a"), records.source("c", part_of="c")]
    roots = header(sources=circle).root_by_source
    assert {roots[each] for each in "abc"} <= {"a", "b", "c"}
    assert roots["c"] == "c"


def test_a_source_that_is_unknown_has_no_root(record):
    assert (record.root_by_source["nobody"], record.root_by_source[""]) == ("", "")


def test_a_source_whose_parents_run_in_a_circle_has_a_root_all_the_same():
    parents = {"courier": "norland", "norland": "norland-official", "norland-official": "norland"}
    whole = records.record()
    for each in whole["sources"]:
        each["part_of"] = parents.get(each["id"])
    header = FileHeader.model_validate(
        {name: value for name, value in whole.items() if name in FileHeader.model_fields}
    )
    assert header.root_by_source["courier"] in parents
    assert header.root_by_source["harbour-master"] == "harbour-master"

"""A record is read whole or refused with every fault, its place, and what to do about it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dataset import canonical_header, dump, dump_lines, load, load_file, load_lines, revision
from app.errors import Fault, RecordInvalid, RecordUnreadable
from app.files import read, read_lines
from app.model import Record
from app.served import render
from app.shapes import PATTERNS
from tests.records import as_json, as_lines, claim, document, entity, many, passages, record, source, statement, topic

Whole = dict[str, Any]


def faults(data: bytes) -> list[Fault]:
    """Faults of ``data``; fails where there are none."""
    with pytest.raises(RecordInvalid) as refused:
        load(data)
    return list(refused.value.faults)


def faults_if_any(data: bytes) -> tuple[Fault, ...]:
    try:
        load(data)
    except RecordInvalid as refused:
        return refused.faults or (Fault("", 0, "refused without a reason"),)
    return ()


def only_fault(data: bytes) -> Fault:
    found = faults(data)
    assert len(found) == 1, found
    return found[0]


def line_of(data: bytes, pointer: str) -> int:
    """The line of a pointer's value in a text of ``as_json``, found the long way: the value is replaced by a mark."""
    whole = json.loads(data)
    *above, last = [int(part) if part.isdecimal() else part for part in pointer.split("/")[1:]]
    inner = whole
    for part in above:
        inner = inner[part]
    inner[last] = "the mark"
    return next(number for number, line in enumerate(as_json(whole).splitlines(), 1) if b"the mark" in line)


# What is said of the objects of a record: how one is spoilt, where the fault is found, and words of the message.
INJURIES: dict[str, tuple[Callable[[Whole], object], str, str]] = {
    "unknown field, with the likely name": (
        lambda whole: whole["claims"][1].update(kidn="event"), "/claims/1/kidn", "Did you mean 'kind'",
    ),
    "unknown field that is like no other": (
        lambda whole: whole["topics"][0].update(zzzz=1), "/topics/0/zzzz", "There are id, name",
    ),
    "field missing": (lambda whole: whole["sources"][1].pop("name"), "/sources/1", "'name' is missing"),
    "word that the vocabulary has not": (
        lambda whole: whole["claims"][0]["statements"][1].update(stance="denied"),
        "/claims/0/statements/1/stance", "Did you mean 'denies'?",
    ),
    "number where a text belongs": (
        lambda whole: whole["dataset"].update(title=5), "/dataset/title", 'a text in "quotes"; this is a number (5)',
    ),
    "text where true or false belongs": (
        lambda whole: whole["sources"][4].update(named="yes"), "/sources/4/named", "true or false, without quotes",
    ),
    "text where a figure belongs, reported once": (
        lambda whole: whole["claims"][0]["quantities"][0].update(value="40"),
        "/claims/0/quantities/0/value", "a number, without quotes; this is a text ('40')",
    ),
    "null where a figure belongs": (
        lambda whole: whole["claims"][0]["quantities"][0].update(value=None),
        "/claims/0/quantities/0/value", "this is null",
    ),
    "figure of more than 64 bits": (
        lambda whole: whole["claims"][0]["quantities"][0].update(value=2**63),
        "/claims/0/quantities/0/value", "more than 64 bits",
    ),
    "object where a list belongs": (
        lambda whole: whole["claims"][0].update(topics={}), "/claims/0/topics", "a list [..]; this is an object",
    ),
    "empty list": (
        lambda whole: whole["claims"][2]["statements"].append(statement("x", passages=[])),
        "/claims/2/statements/2/passages", "needs at least one",
    ),
    "id with capitals": (
        lambda whole: whole["topics"].append(topic("Roads")), "/topics/2/id", "a-z, 0-9 and single hyphens",
    ),
    "text of 31 words": (
        lambda whole: whole["claims"][3].update(text="word " * 30 + "word"), "/claims/3/text", "at most 30 words",
    ),
    "text with a line break": (
        lambda whole: whole["claims"][3].update(text="one\ntwo"), "/claims/3/text", "line breaks",
    ),
    "text with a NUL": (
        lambda whole: whole["claims"][3].update(note="a\0b"), "/claims/3/note", "U+0000 controls a device",
    ),
    "day that the calendar has not": (
        lambda whole: whole["claims"][0].update(period="2022-02-30"), "/claims/0/period", "not in the calendar",
    ),
    "date in words": (lambda whole: whole["documents"][0].update(published="May 2022"), "/documents/0/published", "EDTF"),
    "interval that ends before it begins": (
        lambda whole: whole["claims"][0].update(period="2023/2022"), "/claims/0/period", "ends before it begins",
    ),
    "publication without an end": (
        lambda whole: whole["documents"][0].update(published="2022-02-01/.."), "/documents/0/published", "has no end",
    ),
    "address that is none": (
        lambda whole: whole["documents"][0].update(url="vale.example"), "/documents/0/url", "https:// in front",
    ),
    "address of another kind": (
        lambda whole: whole["sources"][4]["same_as"].append("javascript:alert(1)"),
        "/sources/4/same_as/1", "must begin with https://",
    ),
    "dated statement that says it is undated": (
        lambda whole: whole["claims"][0]["statements"][0].update(date_basis="document"),
        "/claims/0/statements/0", "leave out made",
    ),
    "source id given twice": (
        lambda whole: whole["sources"].append(source("courier")), "/sources/5/id", "'courier' already: /sources/4",
    ),
    "entity id given twice": (
        lambda whole: whole["entities"].append(entity("lease")), "/entities/4/id", "'lease' already: /entities/3",
    ),
    "topic id given twice": (lambda whole: whole["topics"].append(topic("law")), "/topics/2/id", "'law' already: /topics/1"),
    "document id given twice": (
        lambda whole: whole["documents"].append(document(passages=[whole["documents"][0]["passages"][0]])),
        "/documents/1/id", "'the-ferries' already: /documents/0",
    ),
    "claim id given twice": (
        lambda whole: whole["claims"][5].update(id="lease-signed"), "/claims/5/id", "'lease-signed' already: /claims/2",
    ),
    "statement id given twice, in different claims": (
        lambda whole: whole["claims"][5]["statements"][0].update(id="lease-master"),
        "/claims/5/statements/0/id", "'lease-master' already: /claims/2/statements/0",
    ),
    "passage ref given twice": (
        lambda whole: whole["documents"][0].update(passages=[*passages()[:7], passages()[7] | {"ref": "p1s3"}]),
        "/documents/0/passages/7/ref", "passage 2 of this document has the ref 'p1s3' already",
    ),
    "author unknown": (
        lambda whole: whole["documents"].append(
            document("other", author="ada-quil", passages=[passages()[0] | {"omitted": "For now."}])
        ),
        "/documents/1/author", "no source 'ada-quil'. Did you mean 'ada-quill'?",
    ),
    "entity for which a source speaks unknown": (
        lambda whole: whole["sources"][1].update(speaks_for="portval"), "/sources/1/speaks_for", "Did you mean 'portvale'",
    ),
    "parent source unknown": (
        lambda whole: whole["sources"][3].update(part_of="noland"), "/sources/3/part_of", "Did you mean 'norland'",
    ),
    "document unknown, and so its passages uncovered": (
        lambda whole: whole["claims"].append(claim("x", document="the-ferry", statements=[statement("x-1", passages=["p9s9"])])),
        "/claims/6/document", "Did you mean 'the-ferries'?",
    ),
    "entity unknown": (lambda whole: whole["claims"][0].update(about=["lasso"]), "/claims/0/about/0", "no entity 'lasso'"),
    "party unknown": (lambda whole: whole["claims"][0].update(parties=["x"]), "/claims/0/parties/0", "no entity 'x'"),
    "topic unknown": (lambda whole: whole["claims"][0].update(topics=["lwa"]), "/claims/0/topics/0", "mean 'law'"),
    "topic listed twice": (
        lambda whole: whole["claims"][0].update(topics=["law", "law"]), "/claims/0/topics/1", "listed already",
    ),
    "source of a statement unknown": (
        lambda whole: whole["claims"][0]["statements"][0].update(source="harbor-master"),
        "/claims/0/statements/0/source", "no source 'harbor-master'. Did you mean 'harbour-master'?",
    ),
    "relay unknown": (
        lambda whole: whole["claims"][0]["statements"][0].update(via=["currier"]),
        "/claims/0/statements/0/via/0", "Did you mean 'courier'?",
    ),
    "passage of a statement unknown": (
        lambda whole: whole["claims"][0]["statements"][0].update(passages=["p1s1", "p1s9"]),
        "/claims/0/statements/0/passages/1", "'the-ferries' has no passage 'p1s9'. Did you mean",
    ),
    "related claim unknown": (
        lambda whole: whole["claims"][1]["related"][0].update(claim="ferries-promise"),
        "/claims/1/related/0/claim", "no claim 'ferries-promise'. Did you mean 'ferries-promised'",
    ),
    "claim related to itself": (
        lambda whole: whole["claims"][1]["related"][0].update(claim="ferries-moored"),
        "/claims/1/related/0/claim", "related to itself",
    ),
    "source that is its own parent": (
        lambda whole: whole["sources"][4].update(part_of="courier"), "/sources/4/part_of", "circle: courier > courier",
    ),
    "passage on which nothing rests": (
        lambda whole: whole["documents"][0]["passages"][7].pop("omitted"), "/documents/0/passages/7", "no claim rests on",
    ),
    "passage omitted though a claim rests on it": (
        lambda whole: whole["documents"][0]["passages"][0].update(omitted="No reason."),
        "/documents/0/passages/0/omitted", "a claim rests on passage 'p1s1'",
    ),
    "passage that ends where it begins": (
        lambda whole: whole["documents"][0]["passages"][1].update(end=86), "/documents/0/passages/1/end", "greater than",
    ),
    "passage beyond the text": (
        lambda whole: whole["documents"][0]["passages"][7].update(end=390), "/documents/0/passages/7/end", "beyond the text",
    ),
    "passage that overlaps the one above": (
        lambda whole: whole["documents"][0]["passages"][1].update(start=84),
        "/documents/0/passages/1/start", "lies before 85",
    ),
    "verdict of somebody else than the author": (
        lambda whole: whole["claims"][0]["statements"][0].update(adjudicates=True),
        "/claims/0/statements/0/adjudicates", "only the document's author, 'ada-quill'",
    ),
    "author among the relays": (
        lambda whole: whole["claims"][1]["statements"][0].update(via=["courier", "ada-quill"]),
        "/claims/1/statements/0/via/1", "the last hop always",
    ),
    "source that relays itself": (
        lambda whole: whole["claims"][1]["statements"][0].update(via=["norland-official"]),
        "/claims/1/statements/0/via/0", "cannot relay itself",
    ),
    "retraction of nothing": (
        lambda whole: whole["claims"][5]["statements"].append(
            statement("ferries-courier", source="courier", stance="retracts", made="2022")
        ),
        "/claims/5/statements/1/stance", "nothing earlier on this claim",
    ),
    "retraction of what was said only later": (
        lambda whole: whole["claims"][0]["statements"].append(
            statement("back", source="norland-official", stance="retracts", made="2021-02")
        ),
        "/claims/0/statements/2/stance", "nothing earlier on this claim",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "pointer", "words"), INJURIES.values(), ids=INJURIES)
def test_one_injury_gives_one_fault_that_names_its_place_and_line(spoil, pointer, words):
    whole = record()
    spoil(whole)
    data = as_json(whole)
    fault = only_fault(data)
    assert (fault.pointer, fault.line) == (pointer, line_of(data, pointer))
    assert words in fault.message


VALID = as_json(record())
LINES = VALID.splitlines()
PUBLISHER = next(number for number, line in enumerate(LINES, 1) if b"Vale Review" in line)
FIGURE = next(number for number, line in enumerate(LINES, 1) if b'"value": 40' in line)

# What is said of a text that is no JSON, or not the JSON that it should be.
TORN: dict[str, tuple[bytes, str, int, str]] = {
    "empty": (b"", "", 1, "the file is empty"),
    "blank": (b" \n\n", "", 1, "the file is empty"),
    "byte order mark": (b"\xef\xbb\xbf" + VALID, "", 1, "save it as UTF-8 without a byte order mark (BOM)"),
    "UTF-16": (VALID.decode().encode("utf-16"), "", 1, "save it as UTF-8, not UTF-16"),
    "invalid UTF-8": (VALID.replace(b"Vale Review", b"Vale R\xe9view"), "", PUBLISHER, "(0xe9) is not UTF-8"),
    "truncated": (VALID[: VALID.index(b"Review")], "", PUBLISHER, "it seems to be truncated"),
    "NaN": (VALID.replace(b'"value": 40', b'"value": NaN'), "", FIGURE, "NaN, Infinity, comments and single quotes are not"),
    "Infinity": (VALID.replace(b'"value": 40', b'"value": -Infinity'), "", FIGURE, "no JSON number"),
    "number beyond all bounds": (
        VALID.replace(b'"value": 40', b'"value": 1e999'), "/claims/0/quantities/0/value", FIGURE, "too large",
    ),
    "number of 5,000 digits": (VALID.replace(b'"value": 40', b'"value": ' + b"9" * 5000), "", FIGURE, "too many digits"),
    "half a surrogate pair": (VALID.replace(b"Vale Review", b"\\ud800"), "", PUBLISHER, "surrogate pair"),
    "trailing comma": (VALID.replace(b'"en"\n  }', b'"en",\n  }', 1), "", 8, "comma"),
    "text after the end": (VALID + b"\n{}", "", len(LINES) + 1, "text follows"),
    "line break in a text": (VALID.replace(b"Vale Review", b"Vale\nReview"), "", PUBLISHER + 1, "quotation mark"),
    "single quotes": (b"{'a': 1}", "", 1, "double quotes"),
    "a list": (b"[]", "", 1, "an object {..}; this is a list"),
    "a text": (b'"claims"', "", 1, "an object {..}; this is a text ('claims')"),
    "200,000 lists in each other": (b"[" * 200_000, "", 1, "more than 200 levels deep"),
    "200,000 objects in each other": (b'{"a":' * 200_000, "", 1, "more than 200 levels deep"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "pointer", "line", "words"), TORN.values(), ids=TORN)
def test_a_text_that_is_no_record_is_refused_with_its_line(data: bytes, pointer: str, line: int, words: str):
    fault = only_fault(data)
    assert (fault.pointer, fault.line) == (pointer, line)
    assert words in fault.message


def test_every_repeated_key_is_found_together_with_the_other_faults():
    data = VALID.replace(b'"version": "1.0.0"', b'"version": "1.0.0",\n    "version": "1.0"')
    data = data.replace(b'"id": "transport"', b'"name": "Roads", "id": "transport"')
    found = [(fault.pointer, fault.line, fault.message) for fault in faults(data)]
    assert [(pointer, line) for pointer, line, _ in found] == [
        ("/dataset/version", 6),
        ("/dataset/version", 6),
        ("/topics/0/name", next(n for n, text in enumerate(data.splitlines(), 1) if b"Roads" in text) + 1),
    ]
    assert "the field 'version' is on line 5 already" in found[0][2]
    assert "a version looks like '1.0.0'" in found[1][2]


def test_a_repeated_key_before_broken_syntax_hides_nothing():
    assert [fault.line for fault in faults(b'{"a": 1,\n"\\u0061": 2,\n]')] == [2, 3]


def test_an_unclosed_text_full_of_escaped_quotes_is_refused_at_once():
    found = faults(b'{"a": 1, "a": 2, "' + b'\\"' * 2_000_000)
    assert [fault.pointer for fault in found] == ["/a", ""]


def test_all_faults_come_at_once_in_the_order_of_the_file():
    whole = record()
    whole["claims"][4]["kind"] = "judgment"
    whole["claims"][4]["about"] = ["nowhere"]
    whole["claims"][4]["statements"].append(statement("boldest", source="nobody"))
    whole["claims"][1]["statements"][0]["source"] = "somebody"
    whole["documents"][0]["title"] = ""
    whole["sources"][1]["kind"] = "human"
    found = faults(as_json(whole))
    assert [fault.pointer for fault in found] == [
        "/documents/0/title",
        "/sources/1/kind",
        "/claims/1/statements/0/source",
        "/claims/4/kind",
        "/claims/4/statements/1/source",
        "/claims/4/about/0",
    ]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)


def test_an_object_with_a_fault_is_still_known_to_those_that_refer_to_it():
    whole = record()
    whole["sources"][1]["named"] = "yes"
    whole["claims"][0]["kind"] = "evnt"
    assert [fault.pointer for fault in faults(as_json(whole))] == ["/sources/1/named", "/claims/0/kind"]


def test_a_circle_of_sources_is_found_at_each_of_its_members():
    whole = record()
    whole["sources"][2]["part_of"] = "norland-official"
    found = faults(as_json(whole))
    assert [fault.pointer for fault in found] == ["/sources/2/part_of", "/sources/3/part_of"]
    assert "norland > norland-official > norland" in found[0].message


def test_a_passage_that_no_claim_covers_is_a_fault_of_its_own_beside_the_cause():
    whole = record()
    whole["claims"][5]["statements"][0]["passages"] = ["p2s9"]
    assert [fault.pointer for fault in faults(as_json(whole))] == [
        "/documents/0/passages/6",
        "/claims/5/statements/0/passages/0",
    ]


def test_a_retraction_by_a_parent_takes_back_what_its_member_said():
    whole = record()
    whole["claims"][1]["statements"].append(statement("back", source="norland", stance="retracts", made="2021-07"))
    assert len(load(as_json(whole)).claims[1].statements) == 2


def test_a_record_without_claims_is_refused_once_and_not_for_each_passage():
    assert only_fault(as_json(record(claims=[]))).message == "this list is empty; it needs at least one entry"


def test_ten_thousand_unknown_ids_are_reported_quickly_and_all():
    whole = many(5000)
    for each in whole["claims"]:
        each["topics"] = ["trnsport"]
    found = faults(as_json(whole))
    assert len(found) == 5000
    assert "Did you mean 'transport'?" in found[0].message
    assert "Did you mean" not in found[-1].message


def test_a_pointer_escapes_what_rfc_6901_wants_escaped():
    whole = record()
    whole["dataset"]["a/b~c"] = 1
    assert only_fault(as_json(whole)).pointer == "/dataset/a~1b~0c"


def patterns(schema: Any) -> set[str]:
    """Every ``pattern`` in a JSON Schema."""
    if isinstance(schema, dict):
        own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
        return own.union(*(patterns(each) for each in schema.values()))
    return set().union(*(patterns(each) for each in schema)) if isinstance(schema, list) else set()


def test_each_pattern_of_the_model_has_a_sentence_and_each_sentence_a_pattern():
    assert patterns(Record.model_json_schema()) == set(PATTERNS)


# -- what goes out comes in again


texts = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
figures = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 8), seed=st.integers(0, 2**32), title=texts, note=texts, value=figures)
def test_a_record_that_was_dumped_loads_as_the_same_record(count: int, seed: int, title: str, note: str, value: float):
    whole = many(count, seed)
    whole["documents"][0]["title"] = title
    whole["claims"][0] |= {"note": note, "quantities": [{"value": value, "unit": "percent", "of": title}]}
    first = load(as_json(whole))
    again = load(dump(first))
    assert (again, dump(again)) == (first, dump(first))
    assert type(again.claims[0].quantities[0].value) is type(value)


def test_a_dump_leaves_out_what_is_empty_and_ends_with_a_line_end():
    text = dump(load(VALID)).decode()
    assert text.endswith("}\n")
    assert "null" not in text
    assert "[]" not in text
    assert json.loads(text) == record()


def test_lines_and_json_hold_the_same_record():
    whole = load(VALID)
    header, claims = load_lines(as_lines(record()))
    assert header == whole.header
    assert tuple(claims) == whole.claims


@settings(max_examples=20, deadline=None)
@given(count=st.integers(1, 30), seed=st.integers(0, 2**32))
def test_lines_that_were_dumped_load_as_the_same_claims(count: int, seed: int):
    whole = load(as_json(many(count, seed)))
    header, claims = load_lines(dump_lines(whole, whole.claims))
    assert (header, tuple(claims)) == (whole.header, whole.claims)


# -- the JSON Lines form


def faults_of_lines(lines: list[bytes]) -> list[Fault]:
    with pytest.raises(RecordInvalid) as refused:
        list(load_lines(lines)[1])
    return list(refused.value.faults)


def test_each_fault_of_a_claim_names_the_line_of_the_file_it_stands_on():
    whole = record()
    whole["claims"][1]["topics"] = ["lwa"]
    whole["claims"][3]["kind"] = "forcast"
    found = faults_of_lines(as_lines(whole))
    assert [(fault.pointer, fault.line) for fault in found] == [("/claims/1/topics/0", 3), ("/claims/3/kind", 5)]


def test_what_only_the_whole_shows_is_found_at_the_end_of_the_lines():
    whole = record()
    whole["claims"][1]["related"][0]["claim"] = "nothing"
    whole["claims"][4]["id"] = "ferries-moored"
    whole["claims"][5]["statements"][0]["id"] = "gamble-quill"
    del whole["documents"][0]["passages"][7]["omitted"]
    found = faults_of_lines(as_lines(whole))
    assert [(fault.pointer, fault.line) for fault in found] == [
        ("/documents/0/passages/7", 1),
        ("/claims/1/related/0/claim", 3),
        ("/claims/4/id", 6),
        ("/claims/5/statements/0/id", 7),
    ]


def test_a_relation_to_a_claim_further_down_is_no_fault():
    whole = record()
    whole["claims"].reverse()
    assert len(list(load_lines(as_lines(whole))[1])) == 6


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"\n", "empty"),
        (b'{"id": "a", "id": "b"}\n', "on line 1 already"),
        (b'{"id":\n', "truncated"),
        (b"\xff\n", "UTF-8"),
    ],
)
def test_a_line_that_is_no_claim_is_named_by_its_number(line: bytes, words: str):
    lines = as_lines(record())
    found = faults_of_lines([*lines[:3], line, *lines[3:]])
    assert (found[0].line, words in found[0].message) == (4, True)


def test_faults_of_the_header_are_raised_before_any_claim_is_asked_for():
    whole = record()
    whole["sources"][3]["part_of"] = "noland"
    with pytest.raises(RecordInvalid) as refused:
        load_lines(as_lines(whole))
    assert [(fault.pointer, fault.line) for fault in refused.value.faults] == [("/sources/3/part_of", 1)]


def test_reading_stops_after_a_hundred_faults_and_says_so():
    whole = many(300)
    for each in whole["claims"]:
        each["kind"] = "evnt"
    found = faults_of_lines(as_lines(whole))
    assert len(found) == 101
    assert found[-1].message == "reading stopped here; there may be more faults below"


def test_a_header_alone_is_no_record():
    assert "there is no claim" in faults_of_lines(as_lines(record())[:1])[0].message


def test_no_lines_at_all_are_no_record():
    with pytest.raises(RecordInvalid, match="the file is empty"):
        load_lines([])


# -- revisions


def test_a_revision_is_the_same_for_both_forms_and_another_for_any_change():
    whole = load(VALID)
    lines = list(dump_lines(whole, whole.claims))
    of_lines = revision(lines[0].rstrip(), (each.rstrip() for each in lines[1:]))
    rendered = [render(each, whole.header).record for each in whole.claims]
    assert revision(canonical_header(whole), rendered) == of_lines
    assert len(of_lines) == 16
    assert revision(canonical_header(whole), rendered[:-1]) != of_lines
    assert (
        revision(canonical_header(load(as_json(record(topics=[topic("law"), topic("transport")])))), rendered)
        != of_lines
    )


def test_the_place_of_the_schema_is_no_part_of_the_revision():
    assert canonical_header(load(VALID)) == canonical_header(load(as_json(record(**{"$schema": None}))))


# -- files


def test_a_file_is_read_in_either_form(tmp_path: Path):
    (tmp_path / "claims.json").write_bytes(VALID)
    (tmp_path / "claims.jsonl").write_bytes(b"".join(as_lines(record())))
    plain, lines = load_file(tmp_path / "claims.json"), load_file(tmp_path / "claims.jsonl")
    assert (lines.header, lines.claims) == (plain.header, plain.claims)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.mkdir(), "directory"),
        (os.mkfifo, "named pipe"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
        (lambda path: path.symlink_to(path), "symbolic links"),
        (lambda path: path.write_bytes(b"x" * 11), "has 11 bytes; 10 are the most"),
    ],
    ids=["missing", "directory", "pipe", "device", "link to itself", "too large"],
)
def test_what_is_no_readable_file_is_refused_at_once_with_the_reason(make, words: str, tmp_path: Path):
    path = tmp_path / "claims.json"
    make(path)
    with pytest.raises(RecordUnreadable, match=words):
        read(path, limit=10)
    with pytest.raises(RecordUnreadable, match=words):
        list(read_lines(path, limit=10))


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(RecordUnreadable, match="null byte"):
        read(Path("claims\0.json"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path):
    path = tmp_path / "claims.json"
    path.touch(mode=0)
    with pytest.raises(RecordUnreadable, match="Permission denied"):
        read(path)


# -- no text whatsoever gets through as something else than a fault


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(VALID) - 1), drop=st.integers(0, 40), put=st.binary(max_size=12))
def test_a_text_cut_or_overwritten_anywhere_loads_or_is_refused_with_faults(at: int, drop: int, put: bytes):
    data = VALID[:at] + put + VALID[at + drop :]
    assert all(0 < fault.line <= data.count(b"\n") + 1 for fault in faults_if_any(data))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), value=json_values)
def test_any_value_in_any_place_is_accepted_or_named_by_its_place(data: st.DataObject, value: Any):
    whole = record()
    holder, key = whole, data.draw(st.sampled_from(sorted(whole)))
    while isinstance(inner := holder[key], dict | list) and inner and data.draw(st.integers(0, 3)):
        holder, key = inner, data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
    holder[key] = value
    assert all(fault.line for fault in faults_if_any(json.dumps(whole, indent=1).encode()))

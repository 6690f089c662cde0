import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import frictionless
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from app.core.model import Record
from app.formats import FORMATS
from app.formats.table import COLUMNS, defused
from app.record.dataset import load
from app.record.served import ServedClaim
from tests import records
from tests.formats.answers import BASE, dataset, page, served, setting


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline=""), strict=True))


def test_a_table_has_a_header_row_crlf_line_ends_and_no_byte_order_mark(record):
    body = page("csv", record)
    assert body.startswith(b"id,text,kind,status,sourcing,rule,since,since_edtf,")
    assert body.count(b"\r\n") == body.count(b"\n") == 7


def test_every_column_tells_a_field_of_a_served_claim_and_every_field_has_a_column():
    assert {each.field for each in COLUMNS} == set(ServedClaim.model_fields)


def test_a_row_tells_what_the_claim_says(record):
    row = rows(page("csv", record))[1]
    expected = {
        "id": "ferries-moored",
        "background": "false",
        "status": "unconfirmed",
        "sourcing": "anonymous",
        "rule": "single-origin",
        "since": "2021-06-30",
        "since_edtf": "2021-06",
        "decided_by": "moored-official",
        "attributed_to": "norland-official",
        "denied_by": "",
        "passed_on_by": "courier",
        "via": "courier",
    }
    assert {name: row[name] for name in expected} == expected
    assert row["statements"] == "affirms:norland-official>courier@2021-06"
    assert row["section"] == "The Crossing"
    assert row["related"] == "supports:ferries-promised"
    assert row["url"] == f"{BASE}/claims/ferries-moored"


def test_lists_in_cells_split_back_into_those_of_the_claim():
    record = Record.model_validate(records.many(80))
    for row, body in zip(rows(page("csv", record)), served(record), strict=True):
        claim = json.loads(body)
        for name in (
            "attributed_to",
            "denied_by",
            "answered_by",
            "taken_back_by",
            "passed_on_by",
            "parties",
            "about",
            "topics",
        ):
            assert row[name].split() == claim[name]
        assert json.loads(row["quantities"] or "[]") == claim["quantities"]
        said = [re.fullmatch(r"(\w+):([^>@]+)((?:>[^>@]+)*)(?:@(.+))?", cell) for cell in row["statements"].split()]
        assert [each and (each[1], each[2], each[3].split(">")[1:], each[4]) for each in said] == [
            (each["stance"], each["source"], each["via"], each.get("made")) for each in claim["statements"]
        ]


def test_fields_pick_columns_by_the_field_they_tell_in_the_order_asked_for(record):
    body = page("csv", record, fields=("status", "basis", "id"))
    assert body.splitlines()[0] == b"status,rule,since,since_edtf,explanation,decided_by,contested_by,pending,id"


def test_a_row_of_one_empty_cell_is_not_lost(record):
    assert page("csv", record, fields=("note",)).splitlines()[1:3] == [b'""', b'""']


def test_a_claim_alone_is_the_header_row_and_its_row(record):
    body = FORMATS["csv"].claim(served(record)[2], setting(record))
    assert [row["id"] for row in rows(body)] == ["lease-signed"]


def test_the_whole_record_is_the_page_of_all_its_claims(record):
    assert dataset("csv", record) == page("csv", record)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(first):
    assert defused(f"{first}HYPERLINK(1)") == f"'{first}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("cell", "defused_cell"),
    [
        ("ferries;=1+1", "ferries;'=1+1"),
        ("ferries; -1;@x", "ferries; '-1;'@x"),
        ("ferries\t=1", "ferries\t'=1"),
        ("ferries\r\n+1", "ferries\r\n'+1"),
        ('"=1"', '"\'=1"'),
        ('x";"\uff1d1', 'x";"\'\uff1d1'),
        ("\t=1", "\t'=1"),
    ],
)
def test_a_cell_is_guarded_where_it_is_taken_apart_at_other_separators(cell, defused_cell):
    assert defused(cell) == defused_cell


@pytest.mark.parametrize("cell", ["1974/.. =x", "a-b; c+d", "https://claims.example/?a=b"])
def test_an_ordinary_cell_is_left_alone(cell):
    assert defused(cell) == cell


def test_a_text_with_quotes_commas_and_a_formula_survives_as_one_cell():
    record = Record.model_validate(records.record(claims=[records.claim("a", text='=1+1, he "said", \uff0bso')]))
    assert rows(page("csv", record))[0]["text"] == '\'=1+1, he "said", \uff0bso'


def shipped() -> Record:
    return load((Path(__file__).parents[2] / "claims.json").read_bytes())


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_text_is_one_cell_that_reads_back_but_for_the_apostrophe(letters):
    record = Record.model_validate(records.record(claims=[records.claim("a")]))
    body = served(record)[0].replace(b'"Something', to_json(f"{letters}Something")[:-1], 1)
    (row,) = rows(FORMATS["csv"].claim(body, setting(record, fields=("text", "id"))))
    assert row == {"text": defused(f"{letters}Something called a came to pass."), "id": "a"}


@pytest.mark.parametrize(
    "make",
    [lambda: Record.model_validate(records.record()), lambda: Record.model_validate(records.many(200)), shipped],
    ids=["small", "many", "shipped"],
)
def test_frictionless_finds_a_table_valid(make, tmp_path):
    path, record = tmp_path / "claims.csv", make()
    path.write_bytes(dataset("csv", record))
    # Types are guessed from the first rows, where every date may be a day; EDTF has months and intervals as well.
    edtf = frictionless.Detector(schema_patch={"fields": {"since_edtf": {"type": "string"}}})
    report = frictionless.validate(frictionless.Resource(path=path.name, basepath=str(tmp_path), detector=edtf))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])
    assert report.tasks[0].stats["rows"] == len(record.claims)


@pytest.mark.skipif(not shutil.which("csvclean"), reason="csvclean (csvkit) is not on the path")
def test_csvclean_finds_a_table_valid(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_bytes(dataset("csv", shipped()))
    cleaned = subprocess.run(["csvclean", "--length-mismatch", path], capture_output=True, check=False, timeout=300)
    assert cleaned.stderr == b""
    assert cleaned.returncode == 0

"""Files written whole or not at all, and the schema that is one of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.cli.files import write_whole
from app.cli.moving import schema_text
from app.core.errors import RecordUnreadable
from tests import records


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path):
    file = tmp_path / "claims.json"
    file.write_bytes(b"old")
    file.chmod(0o640)
    write_whole(file, [b"ne", b"w"])
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)
    assert list(tmp_path.iterdir()) == [file]


def test_a_failure_on_the_way_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    file = tmp_path / "claims.json"
    file.write_bytes(b"old")

    def broken() -> Iterator[bytes]:
        yield b"new"
        raise KeyError("on the way")

    with pytest.raises(KeyError):
        write_whole(file, broken())
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path):
    file, link = tmp_path / "real.json", tmp_path / "claims.json"
    file.write_bytes(b"old")
    link.symlink_to(file)
    write_whole(link, [b"new"])
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_a_place_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(RecordUnreadable, match="cannot be written: No such file"):
        write_whole(tmp_path / "nowhere" / "claims.json", [b""])


def test_the_schema_describes_every_field_of_a_record():
    schema = json.loads(schema_text())
    fields = [
        (shape, name, field)
        for shape, each in {"record": schema, **schema["$defs"]}.items()
        for name, field in each.get("properties", {}).items()
    ]
    assert [(shape, name) for shape, name, field in fields if "description" not in field and "$ref" not in field] == []


def test_a_record_fits_its_schema():
    validator = Draft202012Validator(json.loads(schema_text()))
    assert list(validator.iter_errors(records.record())) == []
    assert list(validator.iter_errors(records.record(claims=[])))

"""``claims import``: records and feeds into files and databases, all or nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.core.model import Record
from app.record.dataset import dump, load_file
from tests import records
from tests.record.test_claimreview import feed, review
from tests.store.engine import Server, require_engine, served


@pytest.fixture
def server() -> Iterator[Server]:
    require_engine()
    with served() as server:
        yield server


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["import", *arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_bytes(dump(Record.model_validate(records.record())))
    return path


def written(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value))
    return path


def test_a_feed_becomes_a_record_that_can_be_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "made.json"
    assert run(str(written(tmp_path / "feed.json", feed(review()))), "--to", str(made)) == 0
    assert load_file(made).claims[0].id == "the-ferry-to-norland-never-sails-on-mondays"
    assert capsys.readouterr().out == "made.json: 1 claim written.\n"


def test_losses_of_a_feed_are_listed_with_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = review(claimReviewed="word " * 40)
    assert run(str(written(tmp_path / "feed.json", feed(review(), long))), "--dry-run") == 0
    told = capsys.readouterr()
    assert "/dataFeedElement/1/item/0/claimReviewed: 40 words" in told.err
    assert told.out == "feed.json: 1 claim would be imported.\n"


def test_a_feed_without_any_claim_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(written(tmp_path / "feed.json", feed({"@type": "Thing"}))), "--dry-run") == 2
    assert "no claim that a record could hold" in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), ("--into", "clickhouse://x/y", "--to", "z.json")])
def test_where_to_must_be_said_and_once(
    options: tuple[str, ...], record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(record), *options) == 2
    assert "Say where to" in capsys.readouterr().err


def test_a_dry_run_changes_nothing(record: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.jsonl"
    assert run(str(record), "--to", str(target), "--dry-run") == 0
    assert not target.exists()


def test_a_bad_record_is_refused_whole(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record.write_text(record.read_text().replace('"affirms"', '"affirm"', 1))
    target = tmp_path / "target.jsonl"
    assert run(str(record), "--to", str(target)) == 1
    assert not target.exists()
    assert "affirm" in capsys.readouterr().err


def test_json_lines_come_back_as_the_same_record(record: Path, tmp_path: Path) -> None:
    lines, back = tmp_path / "r.jsonl", tmp_path / "back.json"
    assert run(str(record), "--to", str(lines)) == 0
    assert run(str(lines), "--to", str(back)) == 0
    assert load_file(back).model_copy(update={"schema_": None}) == load_file(record).model_copy(
        update={"schema_": None}
    )


def test_a_record_goes_into_a_database_and_is_left_alone_the_second_time(
    record: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.ask("CREATE DATABASE imported")
    assert run(str(record), "--into", server.url("imported")) == 0
    assert run(str(record), "--into", server.url("imported")) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert first.startswith("The database holds revision ")
    assert server.ask("SELECT count() FROM claims_editions", "imported") == "1\n"

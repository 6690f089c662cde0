"""Lines of the log, for people and for machines."""

import json
import logging
import sys

from app.server.logs import AsJson, AsText

SAID = {"request_id": "abc", "path": "/claims", "query": "", "status": 200}


def line(**more: object) -> logging.LogRecord:
    record = logging.LogRecord("claims", logging.INFO, "x.py", 1, "GET %s", ("/claims",), None)
    record.created, record.msecs = 1_700_000_000.25, 250
    vars(record).update(more)
    return record


def test_a_line_for_machines_is_one_json_object() -> None:
    said = json.loads(AsJson().format(line(said=SAID)))
    assert said | {"process": 0} == {
        "time": "2023-11-14T22:13:20.250Z",
        "level": "info",
        "logger": "claims",
        "message": "GET /claims",
        "process": 0,
        **SAID,
    }


def test_an_exception_is_within_its_line_for_machines() -> None:
    try:
        raise ValueError("broken\nin two")
    except ValueError:
        formatted = AsJson().format(line(exc_info=sys.exc_info()))
    assert "\n" not in formatted
    assert "broken" in json.loads(formatted)["exception"]


def test_a_line_for_people_says_the_rest_after_its_sentence() -> None:
    assert AsText().format(line(said=SAID)) == '2023-11-14T22:13:20Z INFO GET /claims request_id=abc query=""'


def test_a_value_with_a_line_end_stays_on_its_line() -> None:
    assert "\n" not in AsText().format(line(said={"query": "a\nb"}))

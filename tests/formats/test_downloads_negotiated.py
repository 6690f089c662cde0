"""The whole record by ``Accept``: the form is the one that the reader likes best, and it is of the day asked for.

A stream has its headers before its body is made, so a form that is chosen wrongly shows in neither alone; here both are
compared with the form asked for by name, and each claim of the body with the rule.
"""

import csv
import io
import json
from functools import cache

import pytest
from starlette.types import ASGIApp

from app.core.dates import calendar_span
from app.core.model import Record
from app.core.status import derive
from app.formats import FORMATS
from app.formats.shape import WHOLE
from app.settings import Settings
from app.web import create_app
from tests import records
from tests.web.asking import Reply, ask, holding, run

DAYS = ["2010", "2014-06-30", "2014-07-01", "2021-12"]


@cache
def record() -> Record:
    """More claims than one piece of any stream holds."""
    return Record.model_validate(records.many(150))


@cache
def serving() -> ASGIApp:
    return create_app(holding(record()), Settings())


def asked(target: str, accept: str = "", *, method: str = "GET") -> Reply:
    return run(ask(serving(), target, method, {"accept": accept} if accept else {}))


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("text/csv", "csv"),
        ("Text/CSV", "csv"),
        ("application/jsonl", "jsonl"),
        ("application/ld+json", "jsonld"),
        ("text/turtle", "turtle"),
        ("text/plain", "text"),
        ("text/csv; charset=utf-8", "csv"),
        # the larger quality wins, wherever it stands
        ("text/csv;q=0.8, text/turtle;q=0.9", "turtle"),
        ("text/turtle;q=0.9, text/csv;q=0.8", "turtle"),
        ("text/csv;q=0.9, text/turtle", "turtle"),
        ("application/ld+json;q=0.1, application/json;q=0.09", "jsonld"),
        ("text/csv;header=present;q=0.2, application/jsonl;q=0.3", "jsonl"),
        ("text/csv ; q=0.801 , text/turtle ; q=0.8", "csv"),
        # at equal qualities the server's order decides
        ("text/turtle, text/csv", "csv"),
        ("text/plain;q=0.5, application/ld+json;q=0.5", "jsonld"),
        # the more precise range holds for a form, and nought rules a form out
        ("text/*", "csv"),
        ("text/*;q=0.9, text/csv;q=0.1", "turtle"),
        ("text/*, text/csv;q=0, text/turtle;q=0", "text"),
        ("*/*;q=0.1, text/plain;q=0.2", "text"),
        ("*/*, application/json;q=0", "jsonl"),
        ("application/*;q=0.9, application/json;q=0.3", "jsonl"),
        ("text/csv;q=0, application/json;q=0, */*;q=0.5", "jsonl"),
        ("image/png, text/turtle;q=0.001", "turtle"),
    ],
)
def test_a_download_is_in_the_form_that_the_reader_likes_best(accept, form):
    reply, by_name = (
        asked("/dataset", accept),
        asked(
            f"/dataset?format={form}",
        ),
    )
    assert (reply.status, reply.header("content-type")) == (200, FORMATS[form].media_type)
    assert reply.body == by_name.body
    assert "accept" in (reply.header("vary") or "").lower()
    head = asked("/dataset", accept, method="HEAD")
    assert (head.status, head.header("content-type"), head.etag) == (200, FORMATS[form].media_type, reply.etag)


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "text/*;q=0, application/*;q=0, */*;q=0"])
def test_where_no_form_is_liked_the_answer_names_those_there_are(accept):
    reply = asked("/dataset", accept)
    assert reply.status == 406
    assert all(f"format={form}" in reply.plain.decode() for form in WHOLE)


def test_a_form_asked_for_by_name_overrides_what_the_reader_likes():
    reply = asked("/dataset?format=csv", "text/turtle, text/csv;q=0")
    assert (reply.status, reply.header("content-type")) == (200, FORMATS["csv"].media_type)


@pytest.mark.parametrize("day", DAYS)
def test_every_claim_of_a_download_stands_as_on_the_day_asked_for(day):
    as_of = calendar_span(day).end
    expected = {each.id: derive(each, record().header, as_of).status.value for each in record().claims}
    assert len(set(expected.values())) > 1 or day == "2010"
    rows = csv.DictReader(io.StringIO(asked(f"/dataset?as_of={day}", "text/csv").body.decode(), newline=""))
    assert {row["id"]: row["status"] for row in rows} == expected
    graph = json.loads(asked(f"/dataset?as_of={day}", "application/ld+json").body)["@graph"]
    verdicts = [each["verdict"] for each in graph if each["type"] == ["schema:Claim", "prov:Entity"]]
    assert [each["about"].rpartition("/")[2] for each in verdicts] == list(expected)
    assert [each["status"].rpartition("#")[2] for each in verdicts] == list(expected.values())
    text = asked(f"/dataset?as_of={day}", "text/plain").body.decode()
    told = [line.partition(": ")[2] for line in text.splitlines() if line.startswith("Status (as of ")]
    for line, status in zip(told, expected.values(), strict=True):
        assert line.startswith(status.replace("_", " "))

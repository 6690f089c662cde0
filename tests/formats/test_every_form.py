"""Every form tells what the record says, field by field.

What is expected is made here of the record's models and of :func:`app.core.status.derive`, and of nothing in
:mod:`app.formats`: a field that a form loses, halves or moves to another node shows.
"""

import csv
import io
import json
import re
from collections.abc import Iterable

import pytest

from app.core.attribution import attribution, credited
from app.core.dates import since_in_words
from app.core.model import Claim
from app.core.status import NOT_YET_MADE
from app.core.vocabulary import SOURCING_WORDS
from app.formats import FORMATS
from app.record.served import ServedClaim
from tests.formats.answers import BASE, dataset, listing, record_lines, served, setting
from tests.formats.rich import DAYS, rich, standing


def words_of(ids: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(ids))


# JSON and JSON Lines


@pytest.mark.parametrize("day", DAYS)
def test_json_is_the_claim_of_the_record_and_what_the_rule_makes_of_it(day):
    for claim, body in zip(rich().claims, served(rich(), day), strict=True):
        told = json.loads(body)
        assert Claim.model_validate({name: told[name] for name in Claim.model_fields if name in told}) == claim
        assert set(told) | {"note", "period"} == set(ServedClaim.model_fields) | {"note", "period"}
        period, live = standing(claim, day)
        by = credited(live)
        assert told["status"] == (period.verdict.status if period else "not_yet_made")
        assert told["sourcing"] == (period.sourcing if period else "none")
        assert [
            told[name] for name in ("attributed_to", "denied_by", "answered_by", "taken_back_by", "passed_on_by")
        ] == [list(sources) for sources in by.values()]
        assert told["attribution"] == attribution(claim, rich().header, live)
        assert told["url"] == f"/claims/{claim.id}"
        verdict = period.verdict if period else NOT_YET_MADE
        basis = {
            "status": verdict.status,
            "rule": verdict.rule,
            "since": verdict.since and str(verdict.since),
            "since_edtf": verdict.since_edtf,
            "decided_by": list(verdict.decided_by),
            "contested_by": list(verdict.contested_by),
            "pending": list(verdict.pending),
            "explanation": verdict.explanation,
        }
        assert told["basis"] == {name: value for name, value in basis.items() if value is not None}


def test_json_lines_of_the_whole_record_are_its_claims():
    lines = dataset("jsonl", rich()).splitlines(keepends=True)
    assert lines == record_lines(rich())
    assert [Claim.model_validate_json(line) for line in lines[1:]] == list(rich().claims)


# CSV


@pytest.mark.parametrize("day", DAYS)
def test_each_cell_of_csv_is_the_field_of_the_record(day):
    how = setting(rich(), as_of=str(day) if day else None)
    body = FORMATS["csv"].claims(listing(served(rich(), day)), how)
    table = list(csv.DictReader(io.StringIO(body.decode(), newline=""), strict=True))
    for claim, row in zip(rich().claims, table, strict=True):
        period, live = standing(claim, day)
        verdict, by = period and period.verdict, credited(live)
        section_of = rich().header.section_by_ref(claim.document)
        refs = [ref for each in claim.statements for ref in each.passages]
        assert {name: row[name] for name in row if name not in ("rule", "explanation") or verdict} == {
            "id": claim.id,
            "text": claim.text,
            "kind": claim.kind,
            "status": verdict.status if verdict else "not_yet_made",
            "sourcing": period.sourcing if period else "none",
            **({"rule": verdict.rule, "explanation": verdict.explanation} if verdict else {}),
            "since": str(verdict.since) if verdict and verdict.since else "",
            "since_edtf": (verdict.since_edtf or "") if verdict else "",
            "decided_by": words_of(verdict.decided_by if verdict else ()),
            "contested_by": words_of(verdict.contested_by if verdict else ()),
            "pending": words_of(verdict.pending if verdict else ()),
            "attribution": attribution(claim, rich().header, live),
            "attributed_to": words_of(by["affirmed_by"]),
            **{name: words_of(by[name]) for name in ("denied_by", "answered_by", "taken_back_by", "passed_on_by")},
            "via": words_of(relay for each in claim.statements for relay in each.via),
            "statements": " ".join(
                f"{each.stance}:{'>'.join((each.source, *each.via))}{f'@{each.made}' if each.made else ''}"
                for each in claim.statements
            ),
            "passages": words_of(refs),
            "section": "; ".join(dict.fromkeys(section_of[ref] for ref in refs)),
            "parties": words_of(claim.parties),
            "about": words_of(claim.about),
            "topics": words_of(claim.topics),
            "period": claim.period or "",
            "quantities": row["quantities"],
            "related": " ".join(f"{each.relation}:{each.claim}" for each in claim.related),
            "background": "true" if claim.background else "false",
            "document": claim.document,
            "note": claim.note or "",
            "url": f"{BASE}/claims/{claim.id}",
        }
        assert json.loads(row["quantities"] or "[]") == [each.model_dump() for each in claim.quantities]


# Plain text


@pytest.mark.parametrize("day", DAYS)
def test_text_is_the_sentence_the_verdict_the_sourcing_and_the_url(day):
    bodies = served(rich(), day)
    how = setting(rich(), as_of=str(day) if day else None)
    for claim, body in zip(rich().claims, bodies, strict=True):
        period, live = standing(claim, day)
        status = period.verdict.status.replace("_", " ") if period else "not yet made"
        since = period.verdict.since_edtf if period else None
        first, second, third, url = FORMATS["text"].claim(body, how).decode().splitlines()
        assert first == attribution(claim, rich().header, live)
        assert second == (
            f"Status{f' (as of {day})' if day else ''}: {status}{f' since {since_in_words(since)}' if since else ''}. "
            f"{period.verdict.explanation if period else 'In this record nobody had said it by then.'}"
        )
        vouched = SOURCING_WORDS[period.sourcing] if period else "nobody's word"
        assert re.fullmatch(
            rf"Sourcing: {re.escape(vouched)}(; background .*)?\.", third
        ), third  # fmt: skip
        assert ("background" in third) is claim.background
        assert url == f"{BASE}/claims/{claim.id}"

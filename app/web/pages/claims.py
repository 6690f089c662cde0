"""The map, a list of claims, and a claim."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from app.model import Claim, Statement
from app.query import ClaimQuery, Page
from app.vocabulary import Status
from app.web import catalogue, claims
from app.web.answers import Ask, page_of
from app.web.finished import Answer
from app.web.pages import address, data, day_in_words, month_of, page
from app.web.pages.drawing import chart
from app.web.params import ClaimParams, ClaimsParams, Dated

MOST_CELLS = 2000
"""Claims that the map shows at most; a larger record is searched rather than looked at."""

_FORMS = {"jsonl": "JSON Lines", "csv": "CSV", "jsonld": "JSON-LD", "turtle": "Turtle", "text": "text"}
_FACETS = {
    "status": "Status",
    "source": "Sources",
    "about": "About",
    "topic": "Topics",
    "kind": "Kind",
    "section": "Section",
}


@page_of(catalogue.get_landing)
async def map_page(ask: Ask, params: Dated) -> Answer:
    """The essay as a map: a cell for each claim, in the order of the text."""
    query = ClaimQuery(as_of=params.day)
    found = await ask.edition.find(query, Page(limit=MOST_CELLS, facets=("status",)))
    cells = [_cell(ask, json.loads(body), params.as_of) for body in found.bodies]
    parts = [
        {"name": name, "paragraphs": _paragraphs(list(group))}
        for name, group in groupby(cells, key=lambda cell: cell["section"])
    ]
    legend = [
        {
            "status": each,
            "count": found.facets["status"].get(each, 0),
            "url": _url("/claims", status=each, as_of=params.as_of),
        }
        for each in Status
        if each in found.facets["status"]
    ]
    return page(
        ask,
        "map.html",
        parts=parts,
        legend=legend,
        steps=await _steps(ask, params.as_of),
        as_of_words=day_in_words(params.as_of),
        shown=len(cells),
        left_out=found.total - len(cells),
        params=ClaimsParams(as_of=params.as_of),
    )


@page_of(claims.list_claims)
async def claims_page(ask: Ask, params: ClaimsParams) -> Answer:
    """A search with its results, and the ways to narrow it."""
    asked = params.model_copy(update={"facets": ",".join(_FACETS), "fields": ""})
    answer = await data(ask, claims.list_claims, asked)
    facets = [
        {"key": name, "name": title, "rows": [_facet_row(ask, name, each) for each in answer["facets"][name][:12]]}
        for name, title in _FACETS.items()
    ]
    return page(
        ask,
        "claims.html",
        heading=_heading(ask, params),
        total=answer["total"],
        standing=[(each["value"], each["count"]) for each in answer["facets"]["status"]],
        claims=answer["items"],
        facets=facets,
        params=params,
        as_of_words=day_in_words(params.as_of),
        next=answer["next"],
        first=address(ask, {"cursor": None}),
        other_forms=_other_forms(ask),
    )


@page_of(claims.get_claim)
async def claim_page(ask: Ask, claim_id: str, params: ClaimParams) -> Answer:
    """A claim with its reasons, its chain of sources and its timeline."""
    body = await claims.claim_body(ask, claim_id, params)
    served, claim = json.loads(body), claims.claim_of(body)
    header = ask.edition.header
    document = header.document_by_id[claim.document]
    section_of = header.section_by_ref[claim.document]
    refs = list(dict.fromkeys(ref for each in claim.statements for ref in each.passages))
    moments = claims.moments(claim, ask)
    author = header.source_by_id[document.author].name
    places = "; ".join(refs)
    return page(
        ask,
        "claim.html",
        claim=served,
        statements=[_statement(ask, claim, each, served["basis"]) for each in claim.statements],
        moments=moments,
        chart=chart(moments),
        related=await _related(ask, claim, params),
        about=[header.entity_by_id[id_] for id_ in dict.fromkeys((*claim.about, *claim.parties))],
        topics=[header.topic_by_id[id_] for id_ in claim.topics],
        document=document,
        sections=list(dict.fromkeys(section_of[ref] for ref in refs)),
        places=[place(ref) for ref in refs],
        as_of_words=day_in_words(params.as_of),
        other_forms=_other_forms(ask),
        citation=f"{author}, {document.title}, {document.publisher}, {document.published} ({places}); claim {claim.id} in "
        f"{header.dataset.title}, version {header.dataset.version}, revision {ask.edition.revision}.",
    )


def place(ref: str) -> str:
    """``p9s3`` as ``paragraph 9, sentence 3``."""
    paragraph, _, sentence = ref[1:].partition("s")
    return f"paragraph {paragraph}, sentence {sentence}"


def _cell(ask: Ask, served: Mapping[str, Any], as_of: str | None) -> dict[str, Any]:
    ref = served["statements"][0]["passages"][0]
    return {
        "url": _url(served["url"], as_of=as_of),
        "status": served["status"],
        "text": served["text"],
        "section": ask.edition.header.section_by_ref[served["document"]][ref],
        "paragraph": ref[1:].partition("s")[0],
    }


def _paragraphs(cells: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"number": number, "cells": list(group)} for number, group in groupby(cells, key=lambda cell: cell["paragraph"])
    ]


async def _steps(ask: Ask, as_of: str | None) -> list[dict[str, Any]]:
    """The months in which a status changed, as links; at most a dozen, the latest."""
    changes = await ask.edition.changes(date.min, date.max, 0, MOST_CELLS)
    months = list(dict.fromkeys(month_of(each.date) for each in changes.items))[-12:]
    steps = [
        {"name": day_in_words(month), "url": _url("/", as_of=month), "current": month == as_of} for month in months
    ]
    return [*steps, {"name": "Everything counted", "url": "/", "current": as_of is None}]


def _facet_row(ask: Ask, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    url = address(ask, {name: row["value"], "cursor": None})
    return {"value": row["value"], "label": _label(ask, name, row["value"]), "count": row["count"], "url": url}


def _label(ask: Ask, term: str, value: str) -> str:
    header = ask.edition.header
    by_id: dict[str, Mapping[str, Any]] = {
        "source": header.source_by_id,
        "about": header.entity_by_id,
        "topic": header.topic_by_id,
    }
    return str(by_id[term][value].name) if term in by_id else value.replace("_", " ")


def _heading(ask: Ask, params: ClaimsParams) -> str:
    chosen = [_label(ask, name, value) for name in ("about", "topic", "source") for value in getattr(params, name)]
    chosen += [value.replace("_", " ") for value in params.status]
    if params.q.strip():
        chosen.insert(0, f"“{params.q.strip()[:80]}”")
    return f"Claims: {', '.join(chosen)}" if chosen else "All claims"


def _other_forms(ask: Ask) -> list[tuple[str, str]]:
    return [(title, address(ask, {"format": name})) for name, title in _FORMS.items()]


def _statement(ask: Ask, claim: Claim, statement: Statement, basis: Mapping[str, Any]) -> dict[str, Any]:
    header = ask.edition.header
    hops = [header.source_by_id[id_] for id_ in (statement.source, *statement.via)]
    author = header.source_by_id[header.document_by_id[claim.document].author]
    if hops[-1] is not author:
        hops.append(author)
    counts = {
        "decided_by": "decides the status",
        "contested_by": "speaks against it",
        "pending": "undated: not counted yet",
    }
    told = next((words for name, words in counts.items() if statement.id in basis[name]), "does not decide the status")
    when = day_in_words(statement.made) or (
        f"undated, not before {day_in_words(statement.not_before)}" if statement.not_before else "undated"
    )
    if statement.date_basis == "inferred":
        when += " (inferred)"
    return {
        "hops": [{"name": each.name, "named": each.named, "url": f"/sources/{each.id}"} for each in hops],
        "stance": statement.stance.replace("_", " ").replace("no evidence", "says it has no evidence"),
        "adjudicates": statement.adjudicates,
        "when": when,
        "counts": told,
        "note": statement.note,
        "passages": [place(ref) for ref in statement.passages],
    }


async def _related(ask: Ask, claim: Claim, params: ClaimParams) -> list[dict[str, Any]]:
    related = []
    for each in claim.related:
        body = await ask.edition.claim(each.claim, params.day)
        if body is not None:
            other = json.loads(body)
            related.append(
                {"relation": each.relation, "status": other["status"], "url": other["url"], "text": other["text"]}
            )
    return related


def _url(path: str, **parameters: str | None) -> str:
    given = "&".join(f"{name}={value}" for name, value in parameters.items() if value)
    return f"{path}?{given}" if given else path

"""Sources, topics, entities, documents and the rule, as pages."""

import json
from itertools import groupby
from typing import Any

from app.query import ClaimQuery, Page
from app.rules import RULES
from app.web import catalogue, changes
from app.web.answers import Ask, page_of
from app.web.finished import Answer
from app.web.pages import data, page
from app.web.pages.claims import place
from app.web.params import Dated, DatedPaged, Nothing, Paged

MOST_CLAIMS = 20
"""Claims that a source's page lists; the rest are a link away."""


@page_of(catalogue.list_sources)
async def sources_page(ask: Ask, params: DatedPaged) -> Answer:
    """All sources with how their claims stand."""
    shown = await data(ask, catalogue.list_sources, params)
    return page(ask, "sources.html", sources=shown["items"], next=shown["next"])


@page_of(catalogue.get_source)
async def source_page(ask: Ask, source_id: str, params: Dated) -> Answer:
    """One source: what it says, how that stands, and what rests on it."""
    header = ask.edition.header
    source = await data(ask, catalogue.get_source, params, source_id=source_id)
    found = await ask.edition.find(ClaimQuery(source=(source_id,), as_of=params.day), Page(limit=MOST_CLAIMS))
    return page(
        ask,
        "source.html",
        source=source,
        speaks_for=header.entity_by_id.get(source.get("speaks_for", "")),
        part_of=header.source_by_id.get(source.get("part_of", "")),
        impact=await changes.impact(ask, source_id),
        claims=[json.loads(body) for body in found.bodies],
        more=found.last is not None,
    )


@page_of(changes.get_impact)
async def impact_page(ask: Ask, source_id: str, params: Paged) -> Answer:
    """A source's impact is part of its page."""
    return await source_page(ask, source_id, Dated())


@page_of(catalogue.list_statuses)
async def statuses_page(ask: Ask, params: Nothing) -> Answer:
    """The rule as a table and in plain words."""
    rows = [
        {"position": at, "rule": rule.id, "status": rule.status, "condition": rule.condition}
        for at, rule in enumerate(RULES, 1)
    ]
    return page(ask, "statuses.html", rows=rows)


@page_of(catalogue.list_topics)
async def topics_page(ask: Ask, params: Paged) -> Answer:
    """Topics with their counts."""
    shown = await data(ask, catalogue.list_topics, params)
    return page(
        ask, "things.html", heading="Topics", lead="Subjects under which claims are filed.", column="Topic", aliases=False,
        items=shown["items"], next=shown["next"],
    )  # fmt: skip


@page_of(catalogue.list_entities)
async def entities_page(ask: Ask, params: Paged) -> Answer:
    """Entities with their other names and counts."""
    shown = await data(ask, catalogue.list_entities, params)
    return page(
        ask, "things.html", heading="Entities", lead="What claims are about, under all the names by which it is searched.",
        column="Entity", aliases=True, items=shown["items"], next=shown["next"],
    )  # fmt: skip


@page_of(catalogue.get_document)
async def document_page(ask: Ask, document_id: str, params: Nothing) -> Answer:
    """A document sentence by sentence, with the claims that rest on each."""
    await data(ask, catalogue.get_document, params, document_id=document_id)
    document = ask.edition.header.document_by_id[document_id]
    resting = await ask.edition.coverage(document_id)
    texts = {id_: await _text(ask, id_) for ids in resting.values() for id_ in ids}
    rows: list[dict[str, Any]] = [
        {
            "ref": each.ref,
            "section": each.section,
            "place": place(each.ref),
            "omitted": each.omitted,
            "claims": [{"id": id_, "text": texts[id_]} for id_ in resting.get(each.ref, ())],
        }
        for each in document.passages
    ]
    parts = [{"name": name, "rows": list(group)} for name, group in groupby(rows, key=lambda row: row["section"])]
    author = ask.edition.header.source_by_id[document.author]
    return page(ask, "document.html", document=document, author=author, parts=parts)


async def _text(ask: Ask, claim_id: str) -> str:
    body = await ask.edition.claim(claim_id)
    return str(json.loads(body)["text"]) if body else claim_id

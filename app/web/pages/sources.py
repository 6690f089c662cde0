"""Sources, topics, entities and the rule, as pages."""

import json
from collections.abc import Awaitable, Callable

from app.query import ClaimQuery, Page
from app.rules import RULES
from app.web import catalogue, changes
from app.web.answers import Ask, page_of
from app.web.finished import Answer
from app.web.pages import address, data, day_in_words, page, to
from app.web.params import Dated, DatedPaged, Nothing, Paged

MOST_CLAIMS = 20
"""Claims that a source's page lists; the rest are a link away."""
MOST_IMPACT = 10
"""Rows of impact on a source's page; the rest are on a page of their own."""
MOST_WEIGHED = 1000
"""Claims of a source up to which its page works out the impact, which takes each of them."""


@page_of(catalogue.list_sources)
async def sources_page(ask: Ask, params: DatedPaged) -> Answer:
    """All sources with how their claims stand."""
    shown = await data(ask, catalogue.list_sources, params)
    return page(
        ask,
        "sources.html",
        sources=shown["items"],
        total=shown["total"],
        first=address(ask, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
        as_of=params.as_of,
        as_of_words=day_in_words(params.as_of),
    )


@page_of(catalogue.get_source)
async def source_page(ask: Ask, source_id: str, params: Dated) -> Answer:
    """One source: what it says, how that stands, and what rests on it."""
    header = ask.edition.header
    source = await data(ask, catalogue.get_source, params, source_id=source_id)
    found = await ask.edition.find(ClaimQuery(source=(source_id,), as_of=params.day), Page(limit=MOST_CLAIMS))
    weighed = source["claims"] <= MOST_WEIGHED
    narrowed = {"source": source_id, "as_of": params.as_of}
    return page(
        ask,
        "source.html",
        source=source,
        speaks_for=header.entity_by_id.get(source.get("speaks_for", "")),
        part_of=header.source_by_id.get(source.get("part_of", "")),
        weighed=weighed,
        impact=await changes.impact(ask, source_id) if weighed else [],
        most=MOST_IMPACT,
        urls={each: to("/claims", {**narrowed, "status": each}) for each in source["standing"]},
        claims=[json.loads(body) for body in found.bodies],
        everything=to("/claims", narrowed) if found.last is not None else "",
        as_of=params.as_of,
        as_of_words=day_in_words(params.as_of),
    )


@page_of(changes.get_impact)
async def impact_page(ask: Ask, source_id: str, params: Paged) -> Answer:
    """What rests on a source, page by page."""
    shown = await data(ask, changes.get_impact, params, source_id=source_id)
    return page(
        ask,
        "impact.html",
        source=ask.edition.header.source_by_id[source_id],
        impact=shown["items"],
        total=shown["total"],
        first=address(ask, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
    )


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
    lead = "Subjects under which claims are filed."
    return await _things(ask, params, "topic", catalogue.list_topics, heading="Topics", lead=lead)


@page_of(catalogue.list_entities)
async def entities_page(ask: Ask, params: Paged) -> Answer:
    """Entities with their other names and counts."""
    lead = "What claims are about, under all the names by which it is searched."
    return await _things(ask, params, "entity", catalogue.list_entities, heading="Entities", lead=lead)


async def _things(
    ask: Ask, params: Paged, column: str, endpoint: Callable[..., Awaitable[Answer]], **words: str
) -> Answer:
    shown = await data(ask, endpoint, params)
    return page(
        ask,
        "things.html",
        column=column,
        items=shown["items"],
        most=max((each["claims"] for each in shown["items"]), default=0),
        first=address(ask, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
        **words,
    )

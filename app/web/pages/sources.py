"""Sources, topics, entities and the rule, as pages."""

from collections.abc import Awaitable, Callable

from app.core.rules import RULES
from app.core.sourcing import SOURCINGS
from app.core.vocabulary import CREDIT_WORDS, Credit
from app.web import catalogue, changes
from app.web.answers import Ask, page_of
from app.web.finished import Answer
from app.web.pages import address, data, day_in_words, page
from app.web.pages.crediting import group, outcome
from app.web.params import Dated, DatedPaged, Nothing, Paged

MOST_IMPACT = 10
"""Rows of impact on a source's page; the rest are on a page of their own."""
MOST_WEIGHED = 1000
"""Claims of a source up to which its page works out the impact, which takes each of them."""


@page_of(catalogue.list_sources)
async def sources_page(ask: Ask, params: DatedPaged) -> Answer:
    """All sources with what each does to claims, and how these stand."""
    shown = await data(ask, catalogue.list_sources, params)
    return page(
        ask,
        "sources.html",
        sources=shown["items"],
        outcomes={
            each["id"]: outcome(ask.edition.header, each["id"], Credit.denies, each["standing"].get(Credit.denies, {}))
            for each in shown["items"]
        },
        parents={each.part_of for each in ask.edition.header.sources},
        credit_words={str(credit): words for credit, words in CREDIT_WORDS.items()},
        total=shown["total"],
        first=address(ask, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
        as_of=params.as_of,
        as_of_words=day_in_words(params.as_of),
    )


@page_of(catalogue.get_source)
async def source_page(ask: Ask, source_id: str, params: Dated) -> Answer:
    """One source: what it does to which claims, how these stand, and what would change without it."""
    header = ask.edition.header
    source = await data(ask, catalogue.get_source, params, source_id=source_id)
    weighed = source["claims"] <= MOST_WEIGHED
    return page(
        ask,
        "source.html",
        source=source,
        speaks_for=header.entity_by_id.get(source.get("speaks_for", "")),
        part_of=header.source_by_id.get(source.get("part_of", "")),
        groups=[await group(ask, source_id, Credit(each), params) for each in source["standing"]],
        weighed=weighed,
        impact=await changes.impact(ask, source_id) if weighed else [],
        most=MOST_IMPACT,
        as_of=params.as_of,
        as_of_words=day_in_words(params.as_of),
    )


@page_of(changes.get_impact)
async def impact_page(ask: Ask, source_id: str, params: Paged) -> Answer:
    """What would change without a source, page by page."""
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
    """The rule and the kinds of word as tables, and in plain words."""
    return page(ask, "statuses.html", title="How a status is derived", rows=RULES, sourcings=SOURCINGS)


@page_of(catalogue.list_sourcings)
async def sourcings_page(ask: Ask, params: Nothing) -> Answer:
    """The kinds of word by themselves."""
    return page(ask, "statuses.html", title="On what kind of word a claim stands", rows=(), sourcings=SOURCINGS)


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

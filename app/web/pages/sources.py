"""Sources, topics, entities and the rule, as pages."""

from app.core.rules import RULES
from app.core.sourcing import SOURCINGS
from app.core.vocabulary import CREDIT_WORDS, Credit
from app.web import catalogue, changes
from app.web.pages import address, data, day_in_words, page
from app.web.pages.crediting import group, outcome
from app.web.pages.feeding import flows, own_voice
from app.web.params import Dated, DatedPaged, Nothing, Paged
from app.web.request import ApiRequest, Page
from app.web.response import Representation

MOST_IMPACT = 10
"""Rows of impact on a source's page; the rest are on a page of their own."""
MOST_WEIGHED = 1000
"""Claims of a source up to which its page works out the impact, which takes each of them."""


async def sources_page(request: ApiRequest, params: DatedPaged) -> Representation:
    """All sources with what each does to claims, and how these stand."""
    shown, header = await data(request, catalogue.list_sources, params), request.edition.header
    return page(
        request,
        "sources.html",
        sources=shown["items"],
        outcomes={
            each["id"]: outcome(header, each["id"], Credit.denies, each["standing"].get(Credit.denies, {}))
            for each in shown["items"]
        },
        parents=header.parents,
        credit_words={str(credit): words for credit, words in CREDIT_WORDS.items()},
        total=shown["total"],
        first=address(request, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
        previous=shown["prev"],
        as_of=params.as_of,
        as_of_words=day_in_words(params.as_of),
        flows=[] if params.cursor else await flows(request.edition, params.day),
        own_voice=await own_voice(request.edition, params.day),
    )


async def source_page(request: ApiRequest, source_id: str, params: Dated) -> Representation:
    """One source: what it does to which claims, how these stand, and what would change without it."""
    header = request.edition.header
    source = await data(request, catalogue.get_source, params, source_id=source_id)
    weighed = source["claims"] <= MOST_WEIGHED
    return page(
        request,
        "source.html",
        source=source,
        speaks_for=header.entity_by_id.get(source.get("speaks_for", "")),
        part_of=header.source_by_id.get(source.get("part_of", "")),
        groups=[await group(request, source_id, Credit(each), params) for each in source["standing"]],
        weighed=weighed,
        impact=await changes.impact(request, source_id) if weighed else [],
        most=MOST_IMPACT,
        as_of=params.as_of,
        as_of_words=day_in_words(params.as_of),
    )


async def impact_page(request: ApiRequest, source_id: str, params: Paged) -> Representation:
    """What would change without a source, page by page."""
    shown = await data(request, changes.get_impact, params, source_id=source_id)
    return page(
        request,
        "impact.html",
        source=request.edition.header.source_by_id[source_id],
        impact=shown["items"],
        total=shown["total"],
        first=address(request, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
        previous=shown["prev"],
    )


async def statuses_page(request: ApiRequest, params: Nothing) -> Representation:
    """The rule and the kinds of word as tables, and in plain words."""
    return page(request, "statuses.html", title="How a status is derived", rows=RULES, sourcings=SOURCINGS)


async def sourcings_page(request: ApiRequest, params: Nothing) -> Representation:
    """The kinds of word by themselves."""
    return page(request, "statuses.html", title="On what kind of word a claim stands", rows=(), sourcings=SOURCINGS)


async def topics_page(request: ApiRequest, params: Paged) -> Representation:
    """Topics with their counts."""
    lead = "Subjects under which claims are filed."
    return await _things(request, params, "topic", catalogue.list_topics, heading="Topics", lead=lead)


async def entities_page(request: ApiRequest, params: Paged) -> Representation:
    """Entities with their other names and counts."""
    lead = "What claims are about, under all the names by which it is searched."
    return await _things(request, params, "entity", catalogue.list_entities, heading="Entities", lead=lead)


async def _things(request: ApiRequest, params: Paged, column: str, endpoint: Page, **words: str) -> Representation:
    shown = await data(request, endpoint, params)
    return page(
        request,
        "things.html",
        column=column,
        items=sorted(shown["items"], key=lambda each: (each.get("kind", ""), each["name"].casefold())),
        most=max((each["claims"] for each in shown["items"]), default=0),
        first=address(request, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
        previous=shown["prev"],
        **words,
    )

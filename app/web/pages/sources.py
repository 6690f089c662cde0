"""Sources as pages: what each does to which claims, what would change without it, and who feeds whom."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic_core import from_json

from app.core.attribution import CREDITS
from app.core.model import Claim, Header, Statement
from app.core.query import CREDITED, ClaimQuery, Page
from app.core.status import names, period_at
from app.core.vocabulary import CREDIT_WORDS, STANCE_WORDS, Credit, Stance, Status
from app.store import Edition
from app.web import catalogue, changes
from app.web.claims import claim_of
from app.web.pages import data, day_in_words, page, to
from app.web.pages.claim import act
from app.web.params import Dated, DatedPaged, Paged
from app.web.request import ApiRequest
from app.web.response import Representation

MOST_IMPACT = 10
"""Rows of impact on a source's page; the rest are on a page of their own."""
MOST_WEIGHED = 1000
"""Claims of a source up to which its page works out the impact, which takes each of them."""
MOST_LISTED = 10
"""Claims of a group that a source's page lists; the rest are a link away."""
MOST_CLAIMS = 1000
"""Claims up to which it is drawn who feeds whom."""
MOST_SOURCES = 40
"""Sources up to which they are drawn."""

HEADINGS: Mapping[Credit, str] = {
    Credit.affirms: "What it affirms",
    Credit.denies: "What it denies",
    Credit.answers: "What it answers otherwise",
    Credit.took_back: "Where it took back an earlier word",
    Credit.passed_on: "What it only passed on",
}
"""What a group of claims is called on a source's page."""

_CREDIT_BY_STANCE = {stance: credit for credit, term in CREDITED.items() for stance in CREDITS[term]}


async def sources_page(request: ApiRequest, params: DatedPaged) -> Representation:
    """All sources with what each does to claims, and how these stand."""
    shown, header = await data(request, catalogue.list_sources, params), request.edition.header
    return page(
        request,
        "sources.html",
        params,
        shown,
        sources=shown["items"],
        outcomes={
            each["id"]: outcome(header, each["id"], Credit.denies, each["standing"].get(Credit.denies, {}))
            for each in shown["items"]
        },
        parents=header.parents,
        credit_words={str(credit): words for credit, words in CREDIT_WORDS.items()},
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
        params,
        source=source,
        speaks_for=header.entity_by_id.get(source.get("speaks_for", "")),
        part_of=header.source_by_id.get(source.get("part_of", "")),
        groups=[await _group(request, source_id, Credit(each), params) for each in source["standing"]],
        weighed=weighed,
        impact=await changes.impact(request, source_id) if weighed else [],
        most=MOST_IMPACT,
    )


async def impact_page(request: ApiRequest, source_id: str, params: Paged) -> Representation:
    """What would change without a source, page by page."""
    shown = await data(request, changes.get_source_impact, params, source_id=source_id)
    source = request.edition.header.source_by_id[source_id]
    return page(request, "impact.html", params, shown, source=source, impact=shown["items"])


async def _group(request: ApiRequest, source: str, credit: Credit, params: Dated) -> dict[str, Any]:
    """The first claims to which a source does one thing, with what it did to each, and how all of them stand."""
    term = CREDITED[credit]
    query = ClaimQuery(as_of=params.day, **{term: (source,)})  # type: ignore[arg-type]
    found = await request.edition.find(query, Page(limit=MOST_LISTED, facets=("status",)))
    narrowed = {term: source, "as_of": params.as_of}
    standing = found.facets["status"]
    return {
        "id": credit.replace("_", "-"),
        "heading": HEADINGS[credit],
        "total": found.total,
        "standing": standing,
        "urls": {each: to("/claims", {**narrowed, "status": each}) for each in standing},
        "outcome": outcome(request.edition.header, source, credit, standing),
        "claims": [from_json(body) for body in found.bodies],
        "acts": [_did(claim_of(body), request.edition.header, source, term, params) for body in found.bodies],
        "everything": to("/claims", narrowed),
    }


def outcome(header: Header, source: str, credit: Credit, standing: Mapping[str, int]) -> list[str]:
    """What became of denials. While one stands, only a verdict of the document's author confirms or refutes a claim."""
    if credit is not Credit.denies or source in header.authors:
        return []
    all_of_them = sum(standing.values())
    verdicts = ((Status.confirmed, "confirmed", "wrong"), (Status.refuted, "refuted", "right"))
    return [
        f"{'It' if all_of_them == 1 else f'{count} of them'} {'is' if count == 1 else 'are'} {word} by the verdict "
        f"of the document's author: {'this denial' if count == 1 else 'these denials'} proved {proved}."
        for status, word, proved in verdicts
        if (count := standing.get(status, 0))
    ]


def _did(claim: Claim, header: Header, source: str, term: str, params: Dated) -> str:
    """What ``source`` did to ``claim`` in its statements that count on the day; empty where it plainly affirms it."""
    period = period_at(claim, header, params.day)
    live = [each for each in claim.statements if period and each.id in period.live]
    if term == "passed_on_by":
        told = [_passed_on(header, each) for each in live if source in each.via]
    else:
        told = [_own(claim, header, each) for each in live if each.source == source and each.stance in CREDITS[term]]
    return "; ".join(dict.fromkeys(each for each in told if each != STANCE_WORDS[Stance.affirms]))


def _own(claim: Claim, header: Header, statement: Statement) -> str:
    via = f", passed on by {names(header.source_by_id[each].name for each in statement.via)}" if statement.via else ""
    return f"{act(claim, statement, header)}{_dated(statement)}{via}"


def _passed_on(header: Header, statement: Statement) -> str:
    origin = header.source_by_id[statement.source].name
    return f"passed on the word of {origin}{_dated(statement)}: \u201c{STANCE_WORDS[statement.stance]}\u201d"


def _dated(statement: Statement) -> str:
    return f" ({day_in_words(statement.made)})" if statement.made else ""


async def flows(edition: Edition, day: date | None) -> list[dict[str, Any]] | None:
    """On which ways word came to the author by the end of a day: by source, the fullest first, relays and credit.

    Each has the texts of its claims by id. ``None`` where they are too many.
    """
    header = edition.header
    authors = header.authors
    if len(header.source_by_id) - len(authors) > MOST_SOURCES:
        return None
    sources = [each for each in header.source_by_id if each not in authors]
    found = await edition.find(ClaimQuery(origin=tuple(sources)), Page(limit=MOST_CLAIMS)) if sources else None
    if found and found.last:
        return None
    flows: dict[tuple[str, Credit, tuple[str, ...]], dict[str, str]] = defaultdict(dict)
    totals: dict[str, int] = defaultdict(int)
    for body in found.bodies if found else ():
        claim = claim_of(body)
        period = period_at(claim, header, day)
        for each in claim.statements:
            if period and each.id in period.live and each.source not in authors:
                flows[each.source, _CREDIT_BY_STANCE[each.stance], each.via][claim.id] = claim.text
    for (source, *_), claims in flows.items():
        totals[source] += len(claims)
    by_id = header.source_by_id
    return [
        {"source": by_id[source], "credit": credit, "via": [by_id[each] for each in via], "claims": claims}
        for (source, credit, via), claims in sorted(flows.items(), key=lambda flow: (-totals[flow[0][0]], flow[0]))
    ]


async def own_voice(edition: Edition, day: date | None) -> Mapping[str, int]:
    """For each author the number of claims that they affirm."""
    authors = list(edition.header.authors)[:MOST_SOURCES]
    queries = {each: ClaimQuery(as_of=day, affirmed_by=(each,)) for each in authors}
    return {each: (await edition.find(query, Page(limit=1))).total for each, query in queries.items()}

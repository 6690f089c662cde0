"""Documents, topics, entities and the rule, as pages.

The texts stay with their publishers; a sentence is known here by its number.
"""

from itertools import groupby
from typing import Any

from app.core.rules import RULES
from app.core.sourcing import SOURCINGS
from app.web import catalogue
from app.web.pages import claims_shown, data, page, to
from app.web.params import Dated, Nothing, Paged
from app.web.request import ApiRequest, Page
from app.web.response import Representation

MOST_CLAIMS = 10
"""Claims shown for one sentence; the rest are in its section."""


async def documents_page(request: ApiRequest, params: Paged) -> Representation:
    """The documents of the record."""
    found = await data(request, catalogue.list_documents, params)
    authors = {each["author"]: request.edition.header.source_by_id[each["author"]].name for each in found["items"]}
    return page(request, "documents.html", params, found, documents=found["items"], authors=authors)


async def document_page(request: ApiRequest, document_id: str, params: Nothing) -> Representation:
    """A document with its first sentences; their page goes on at its coverage."""
    return await coverage_page(request, document_id, Paged())


async def coverage_page(request: ApiRequest, document_id: str, params: Paged) -> Representation:
    """The sentences of a document, each with the claims that rest on it, or the reason why there are none."""
    found = await data(request, catalogue.get_coverage, params, document_id=document_id)
    document = request.edition.header.document_by_id[document_id]
    ids = [id_ for each in found["items"] for id_ in each["claims"][:MOST_CLAIMS]]
    known = await claims_shown(request, ids, Dated())
    rows: list[dict[str, Any]] = [
        each
        | {
            "claims": [known[id_] for id_ in each["claims"][:MOST_CLAIMS] if id_ in known],
            "more": max(0, len(each["claims"]) - MOST_CLAIMS),
            "everything": to("/claims", {"document": document_id, "section": each["section"]}),
        }
        for each in found["items"]
    ]
    following = found["next"] and found["next"].replace(request.path, f"/documents/{document_id}/coverage", 1)
    return page(
        request,
        "document.html",
        params,
        found,
        document=document,
        author=request.edition.header.source_by_id[document.author],
        parts=[{"name": name, "rows": list(group)} for name, group in groupby(rows, key=lambda row: row["section"])],
        first=f"/documents/{document_id}",
        next=following,
    )


async def statuses_page(request: ApiRequest, params: Nothing) -> Representation:
    """The rule and the kinds of word as tables, and in plain words."""
    title = "How a status is derived"
    return page(request, "statuses.html", params, title=title, rows=RULES, sourcings=SOURCINGS)


async def sourcings_page(request: ApiRequest, params: Nothing) -> Representation:
    """The kinds of word by themselves."""
    title = "On what kind of word a claim stands"
    return page(request, "statuses.html", params, title=title, rows=(), sourcings=SOURCINGS)


async def topics_page(request: ApiRequest, params: Paged) -> Representation:
    """Topics with their counts."""
    lead = "Subjects under which claims are filed."
    return await _things(request, params, "topic", catalogue.list_topics, heading="Topics", lead=lead)


async def entities_page(request: ApiRequest, params: Paged) -> Representation:
    """Entities with their other names and counts."""
    lead = "What claims are about, under all the names by which it is searched."
    return await _things(request, params, "entity", catalogue.list_entities, heading="Entities", lead=lead)


async def _things(request: ApiRequest, params: Paged, column: str, endpoint: Page, **words: str) -> Representation:
    found = await data(request, endpoint, params)
    items = sorted(found["items"], key=lambda each: (each.get("kind", ""), each["name"].casefold()))
    most = max((each["claims"] for each in items), default=0)
    return page(request, "things.html", params, found, column=column, items=items, most=most, **words)

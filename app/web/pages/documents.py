"""Documents: which texts the claims are from, and what is made of each sentence.

The texts stay with their publishers; a sentence is known here by its number.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from pydantic_core import from_json

from app.web import catalogue
from app.web.pages import address, data, page, place, to
from app.web.pages.shown import Shown, shown
from app.web.params import Nothing, Paged
from app.web.request import ApiRequest
from app.web.response import Representation

MOST_CLAIMS = 10
"""Claims shown for one sentence; the rest are in its section."""


async def documents_page(request: ApiRequest, params: Paged) -> Representation:
    """The documents of the record."""
    found = await data(request, catalogue.list_documents, params)
    authors = {each["author"]: request.edition.header.source_by_id[each["author"]].name for each in found["items"]}
    return page(
        request,
        "documents.html",
        documents=found["items"],
        authors=authors,
        first=address(request, {"cursor": None}),
        next=found["next"],
        begun=bool(params.cursor),
        previous=found["prev"],
    )


async def document_page(request: ApiRequest, document_id: str, params: Nothing) -> Representation:
    """A document with its first sentences; their page goes on at its coverage."""
    await data(request, catalogue.get_document, params, document_id=document_id)
    return await _sentences(request, document_id, Paged(), f"/documents/{document_id}/coverage")


async def coverage_page(request: ApiRequest, document_id: str, params: Paged) -> Representation:
    """The sentences of a document, page by page."""
    return await _sentences(request, document_id, params, request.path)


async def _sentences(request: ApiRequest, document_id: str, params: Paged, path: str) -> Representation:
    """Each sentence with the claims that rest on it, or the reason why there are none."""
    found = await data(request, catalogue.get_coverage, params, document_id=document_id)
    document = request.edition.header.document_by_id[document_id]
    known: dict[str, Shown] = {}
    rows = [await _row(request, document_id, each, known) for each in found["items"]]
    following = found["next"] and found["next"].replace(request.path, path, 1)
    return page(
        request,
        "document.html",
        document=document,
        author=request.edition.header.source_by_id[document.author],
        parts=[{"name": name, "rows": list(group)} for name, group in groupby(rows, key=lambda row: row["section"])],
        total=found["total"],
        sections=list(dict.fromkeys(section for section, _ in document.sections))[:50],
        first=f"/documents/{document_id}",
        next=following,
        begun=bool(params.cursor),
        previous=found["prev"],
    )


async def _row(
    request: ApiRequest, document_id: str, covered: dict[str, Any], known: dict[str, Shown]
) -> dict[str, Any]:
    ids: Sequence[str] = covered["claims"]
    for id_ in ids[:MOST_CLAIMS]:
        if id_ not in known:
            body = await request.edition.claim(id_)
            if body:
                known[id_] = shown(request.edition.header, from_json(body))
    return {
        "ref": covered["ref"],
        "section": covered["section"],
        "place": place(covered["ref"]),
        "omitted": covered.get("omitted"),
        "claims": [known[id_] for id_ in ids[:MOST_CLAIMS] if id_ in known],
        "more": max(0, len(ids) - MOST_CLAIMS),
        "everything": to("/claims", {"document": document_id, "section": covered["section"]}),
    }

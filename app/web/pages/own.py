"""``/verify`` for people: a form for the reader's own copy, the copy annotated, and its Web Annotations.

The copy comes in a request, is compared and shown, and is gone with the response, which nobody may store.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from pydantic_core import to_json

from app.core.documents import DocumentInfo
from app.web import verify
from app.web.pages import POLICY, claims_shown, page
from app.web.pages.annotated import Segment, annotated
from app.web.pages.map import MOST_CHOICES
from app.web.params import Dated, VerifyParams
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import HTML, ApiRoute, offers

router = APIRouter(route_class=ApiRoute, include_in_schema=False)

LONGEST_REPEATED = 200_000
"""Characters of a copy up to which its page has it once more in the form, to be mended or taken as annotations."""
CONTEXT = 32
"""Characters around a quotation that a text quote selector has; as many as Hypothesis takes."""


@router.get("/verify", response_model=None)
@offers(HTML)
async def verify_page(request: ApiRequest, params: Annotated[VerifyParams, Query()]) -> Representation:
    """The form."""
    if params.document:
        verify.document_of(request, params)
    return _page(request, params, text="", paragraphs=[])


async def annotated_page(request: ApiRequest, params: VerifyParams) -> Representation:
    """The copy that a form or a program sends, annotated."""
    text, document, paragraphs = await _annotated(request, params)
    return _page(request, params, text=text, paragraphs=paragraphs, **_told(paragraphs), document=document)


@router.post("/verify/annotations", response_model=None)
@offers()
async def verify_annotations(request: ApiRequest, params: Annotated[VerifyParams, Query()]) -> Representation:
    """A Web Annotation for each claim at each sentence of the copy, in the file that Hypothesis exports and imports."""
    _, document, paragraphs = await _annotated(request, params)
    base, header = request.base, request.edition.header
    uri = document.url or f"{base}/documents/{document.id}"
    file = {
        "export_date": document.published,
        "export_userid": "acct:claims@localhost",
        "client_version": "claims",
        "annotations": list(_annotations(paragraphs, uri, document.title, base, header.dataset.title)),
    }
    headers = {"content-disposition": f'attachment; filename="{document.id}.json"'}
    return Representation(to_json(file), "application/json", headers=headers)


async def _annotated(request: ApiRequest, params: VerifyParams) -> tuple[str, DocumentInfo, list[list[Segment]]]:
    document = verify.document_of(request, params)
    text = await verify.plain_text(request, form=True)
    located = await verify.locating(request, document, text)
    passages, resting = await request.edition.passages(document.id), await request.edition.coverage(document.id)
    known = await claims_shown(request, (id_ for ids in resting.values() for id_ in ids), Dated())
    claims = {ref: [known[id_] for id_ in ids if id_ in known] for ref, ids in resting.items()}
    made = await run_sync(annotated, text, document, passages, located, claims, limiter=verify.threads())
    return text, document, made


def _page(request: ApiRequest, params: VerifyParams, **more: Any) -> Representation:
    repeated = more["text"] if len(more["text"]) <= LONGEST_REPEATED else ""
    documents = request.edition.header.documents[:MOST_CHOICES]
    made = page(request, "verify.html", params, documents=documents, as_json="", repeated=repeated, **more)
    made.headers = {"content-security-policy": f"{POLICY}; script-src 'self'"}
    return made


def _told(paragraphs: Sequence[Sequence[Segment]]) -> dict[str, Any]:
    """How many passages the copy has word for word, has moved, has in other words, lacks, and has more than once."""
    notes: dict[str, list[Any]] = {kind: [] for kind in ("passage", "moved", "changed", "lost", "ambiguous")}
    for segment in (each for paragraph in paragraphs for each in paragraph if each.notes):
        notes[segment.kind] += segment.notes
    return {"found": notes, "total": sum(map(len, notes.values()))}


def _annotations(paragraphs: Sequence[Sequence[Segment]], uri: str, title: str, base: str, record: str) -> Any:
    text = " ".join(each.text for paragraph in paragraphs for each in paragraph if each.text)
    at = 0
    for segment in (each for paragraph in paragraphs for each in paragraph if each.text):
        at = text.index(segment.text, at)
        end = at + len(segment.text)
        quote = {
            "type": "TextQuoteSelector",
            "exact": segment.text,
            "prefix": text[max(0, at - CONTEXT) : at],
            "suffix": text[end : end + CONTEXT],
        }
        at = end
        for claim in (claim for note in segment.notes for claim in note.claims if segment.kind in ("passage", "moved")):
            status = claim.status.replace("_", " ").capitalize()
            words = f"**{status}.** {claim.attribution}\n\n{base}/claims/{claim.id}"
            yield {
                "@context": "http://www.w3.org/ns/anno.jsonld",
                "type": "Annotation",
                "motivation": "commenting",
                "body": [{"type": "TextualBody", "value": words, "format": "text/markdown"}],
                "target": [{"source": uri, "selector": [quote]}],
                "user": "acct:claims@localhost",
                "user_info": {"display_name": record},
                "uri": uri,
                "document": {"title": [title]},
                "text": words,
                "tags": ["claims", claim.status],
            }

"""``/verify`` for people: a form for the reader's own copy, the copy annotated, and its Web Annotations.

The copy comes in a request, is compared and shown, and is gone with the response, which nobody may store.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from pydantic_core import from_json, to_json

from app.core.documents import DocumentInfo
from app.web import verify
from app.web.pages import POLICY, page
from app.web.pages.map import MOST_CHOICES
from app.web.pages.shown import Shown, shown
from app.web.params import VerifyParams
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import HTML, ApiRoute, offers

if TYPE_CHECKING:
    from app.web.pages.annotated import Segment

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
    made = _page(request, params, text=text, paragraphs=paragraphs, **_told(paragraphs), document=document)
    made.cache_control = "no-store"
    return made


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
    name = f'attachment; filename="{document.id}.json"'
    headers = {"content-disposition": name}
    return Representation(to_json(file), "application/json", headers=headers, cache_control="no-store")


async def _annotated(request: ApiRequest, params: VerifyParams) -> "tuple[str, DocumentInfo, list[list[Segment]]]":
    from app.web.pages.annotated import annotated  # brings numpy

    document = verify.document_of(request, params)
    text = await verify.plain_text(request, form=True)
    located = await verify.locating(request, document, text)
    passages, claims = await request.edition.passages(document.id), await claims_by_ref(request, document)
    made = await run_sync(annotated, text, document, passages, located, claims, limiter=verify.threads())
    return text, document, made


async def claims_by_ref(request: ApiRequest, document: DocumentInfo) -> Mapping[str, Sequence[Shown]]:
    """For each passage the claims that rest on it."""
    resting, known = await request.edition.coverage(document.id), dict[str, Shown]()
    for id_ in {id_ for ids in resting.values() for id_ in ids}:
        if body := await request.edition.claim(id_):
            known[id_] = shown(request.edition.header, from_json(body))
    return {ref: [known[id_] for id_ in ids if id_ in known] for ref, ids in resting.items()}


def _page(request: ApiRequest, params: VerifyParams, **more: Any) -> Representation:
    made = page(
        request,
        "verify.html",
        documents=request.edition.header.documents[:MOST_CHOICES],
        chosen=params.document,
        as_json="",
        repeated=more["text"] if len(more["text"]) <= LONGEST_REPEATED else "",
        **more,
    )
    made.headers = {"content-security-policy": f"{POLICY}; script-src 'self'"}
    return made


def _told(paragraphs: "Sequence[Sequence[Segment]]") -> dict[str, Any]:
    """How many passages the copy has word for word, has moved, has in other words, lacks, and has more than once."""
    notes: dict[str, list[Any]] = {kind: [] for kind in ("passage", "moved", "changed", "lost", "ambiguous")}
    for segment in (each for paragraph in paragraphs for each in paragraph if each.notes):
        notes[segment.kind] += segment.notes
    return {"found": notes, "total": sum(map(len, notes.values()))}


def _annotations(paragraphs: "Sequence[Sequence[Segment]]", uri: str, title: str, base: str, record: str) -> Any:
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
            words = (
                f"**{claim.status.replace('_', ' ').capitalize()}.** {claim.attribution}\n\n{base}/claims/{claim.id}"
            )
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

"""The reader's own copy of a text, checked against the record; nothing of it is kept or logged."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query

from app.core.documents import DocumentInfo
from app.core.errors import ParametersInvalid, QueryInvalid, TextUnreadable, ValueUnknown
from app.core.query import nearest
from app.record.anchors import Verified, VerifiedList, locate
from app.web.paging import listed
from app.web.params import VerifyParams
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import HTML, ApiRoute, offers

router = APIRouter(route_class=ApiRoute, tags=["documents"])


_PLAIN = re.compile(
    r"(?:(?:text/plain|application/octet-stream)\s*(?:;\s*charset\s*=\s*\"?(?:utf-?8|us-ascii)\"?\s*)?;?)?",
    re.IGNORECASE,
)
_FORM = re.compile(r"multipart/form-data\s*;\s*boundary=\"?([^\s\";]{1,70})\"?", re.IGNORECASE)
_FIELD = re.compile(rb'content-disposition:[^\r\n]*;\s*name="(text|file)"', re.IGNORECASE)
TEXT_BODY = {
    "requestBody": {
        "required": True,
        "description": "A text, in UTF-8. It is compared and forgotten.",
        "content": {
            "text/plain": {"schema": {"type": "string", "minLength": 1}, "example": "Paste the text here."},
            # For generators of clients that know no text as a body.
            "application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}},
        },
    }
}


@router.post("/verify", openapi_extra=TEXT_BODY, response_model=VerifiedList, summary="Check your own copy of the text")
@offers("json", HTML)
async def verify_text(request: ApiRequest, params: Annotated[VerifyParams, Query()]) -> Representation:
    """For each passage whether your copy has it: `verified` at its place, `moved`, `ambiguous` or `missing`."""
    document = document_of(request, params)
    return listed(request, VerifiedList, await locating(request, document, await plain_text(request)))


def document_of(request: ApiRequest, params: VerifyParams) -> DocumentInfo:
    """The document of which the text is a copy; the only one where none is named."""
    documents = request.edition.header.document_by_id
    name = params.document or next(iter(documents))
    if name not in documents:
        raise ValueUnknown("document", f"There is no document {name!r}.", nearest(name, documents))
    if not params.document and len(documents) > 1:
        several = "This record has several documents; say which the text is of."
        raise ParametersInvalid([QueryInvalid("document", several, list(documents)[:3])])
    return documents[name]


async def plain_text(request: ApiRequest, form: bool = False) -> str:
    """The body of a request as a text, with ``form`` also that of the pages' form; raises what says that it is none."""
    content_type = request.headers.get("content-type", "")
    boundary = _FORM.fullmatch(content_type) if form else None
    if not boundary and not _PLAIN.fullmatch(content_type):
        raise TextUnreadable(f"The body is {content_type[:100]!r}; send the text itself as text/plain, in UTF-8.")
    body = await request.limited_body(request.settings.verify_bytes, "Send the text of one document alone.")
    return _text(_chosen(body, boundary[1].encode()) if boundary else body)


async def locating(request: ApiRequest, document: DocumentInfo, text: str) -> Sequence[Verified]:
    """Where each passage of a document is in ``text``; looked for beside the event loop."""
    return await run_sync(locate, text, await request.edition.passages(document.id), limiter=threads())


@cache
def threads() -> CapacityLimiter:
    """Texts that are looked through at one time; others wait, and the event loop serves everybody else."""
    return CapacityLimiter(2)


def _chosen(body: bytes, boundary: bytes) -> bytes:
    """The file of a form, or what was pasted where none was chosen (RFC 7578).

    Taken apart here, since the form readers at hand write what is longer than a megabyte to a temporary file.
    """
    fields: dict[bytes, bytes] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        if name := _FIELD.search(head):
            fields[name[1].lower()] = content
    return fields.get(b"file") or fields.get(b"text") or b""


def _text(body: bytes) -> str:
    if not body.strip():
        raise ParametersInvalid([QueryInvalid("body", "It is empty; send the text itself as text/plain.")])
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TextUnreadable(
            f"Byte {error.start} is not UTF-8. Save the text as UTF-8 and send it as text/plain."
        ) from None

"""The reader's own copy of a text, checked against the record; nothing of it is kept or logged."""

import re
from functools import cache
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query

from app.core.errors import ParametersInvalid, QueryInvalid, TextUnreadable, ValueUnknown
from app.core.query import nearest
from app.record.lists import Verified, VerifiedList
from app.web.described import described
from app.web.paging import listed
from app.web.params import VerifyParams
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute

router = APIRouter(route_class=ApiRoute, tags=["documents"])


_PLAIN = re.compile(
    r"(?:(?:text/plain|application/octet-stream)\s*(?:;\s*charset\s*=\s*\"?(?:utf-?8|us-ascii)\"?\s*)?;?)?",
    re.IGNORECASE,
)
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
_DESCRIBED = described("verifyText", "Check your own copy of the text", VerifiedList, problems=(413, 415), stored=False)


@router.post("/verify", openapi_extra=TEXT_BODY, **_DESCRIBED)
async def verify_text(request: ApiRequest, params: Annotated[VerifyParams, Query()]) -> Representation:
    """For each passage whether your copy has it: `verified` at its place, `moved`, `ambiguous` or `missing`."""
    documents = request.edition.header.document_by_id
    name = params.document or next(iter(documents))
    if name not in documents:
        raise ValueUnknown("document", f"There is no document {name!r}.", nearest(name, documents))
    if not params.document and len(documents) > 1:
        raise ParametersInvalid(
            [
                QueryInvalid(
                    "document", "This record has several documents; say which the text is of.", list(documents)[:3]
                )
            ]
        )
    text = await plain_text(request)
    # Brings numpy, which nothing else that is served needs at the start.
    from app.record.anchors import locate

    located = await run_sync(locate, text, await request.edition.passages(name), limiter=threads())
    items = tuple(Verified(ref=e.ref, outcome=e.outcome, start=e.start, end=e.end) for e in located)
    made = listed(request, VerifiedList, items)
    made.cache_control = "no-store"
    return made


@cache
def threads() -> CapacityLimiter:
    """Texts that are looked through at one time; others wait, and the event loop serves everybody else."""
    return CapacityLimiter(2)


async def plain_text(request: ApiRequest) -> str:
    """The body of a request as a text; raises what says that it is none, or too large."""
    content_type = request.headers.get("content-type", "")
    if not _PLAIN.fullmatch(content_type):
        raise TextUnreadable(f"The body is {content_type[:100]!r}; send the text itself as text/plain, in UTF-8.")
    body = await request.limited_body(request.settings.verify_bytes, "Send the text of one document alone.")
    if not body:
        raise ParametersInvalid([QueryInvalid("body", "It is empty; send the text itself as text/plain.")])
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TextUnreadable(
            f"Byte {error.start} is not UTF-8. Save the text as UTF-8 and send it as text/plain."
        ) from None

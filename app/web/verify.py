"""The reader's own copy of a text, checked against the record; nothing of it is kept or logged."""

import re
from typing import Annotated

from fastapi import APIRouter, Query

from app.core.errors import ParametersInvalid, QueryInvalid, TextTooLarge, TextUnreadable
from app.record.lists import Verified, VerifiedList
from app.web.described import described
from app.web.finished import Answer
from app.web.paging import listed, unknown
from app.web.params import VerifyParams
from app.web.routing import Asked, OperationRoute

router = APIRouter(route_class=OperationRoute, tags=["documents"])


_PLAIN = re.compile(r"(?:text/plain\s*(?:;\s*charset\s*=\s*\"?(?:utf-?8|us-ascii)\"?\s*)?;?)?", re.IGNORECASE)
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The text of your copy, in UTF-8. It is compared and forgotten.",
        "content": {
            "text/plain": {
                "schema": {
                    "type": "string",
                    "description": "A text.",
                    "minLength": 1,
                    "maxLength": 500_000,
                    "pattern": r"^[\s\S]*$",
                },
                "example": "Paste the text here.",
            }
        },
    }
}
_DESCRIBED = described(
    "verifyText", "Check your own copy of the text", VerifiedList, problems=("404", "413", "415"), stored=False
)


@router.post("/verify", openapi_extra=_BODY, **_DESCRIBED)
async def verify_text(ask: Asked, params: Annotated[VerifyParams, Query()]) -> Answer:
    """For each passage whether your copy has it: `verified` at its place, `moved`, `ambiguous` or `missing`."""
    documents = ask.edition.header.document_by_id
    name = params.document or next(iter(documents))
    if name not in documents:
        raise unknown("document", name, documents)
    if not params.document and len(documents) > 1:
        raise ParametersInvalid(
            [
                QueryInvalid(
                    "document", "This record has several documents; say which the text is of.", list(documents)[:3]
                )
            ]
        )
    if not _PLAIN.fullmatch(ask.content_type):
        raise TextUnreadable(f"The body is {ask.content_type[:100]!r}; send the text itself as text/plain, in UTF-8.")
    # Brings numpy, which nothing else that is served needs at the start.
    from app.record.anchors import locate

    text = _text(await ask.body(), ask.settings.verify_bytes)
    located = locate(text, await ask.edition.passages(name))
    items = tuple(Verified(ref=e.ref, outcome=e.outcome, start=e.start, end=e.end) for e in located)
    answer = listed(ask, VerifiedList(total=len(items), items=items, next=None, revision=ask.edition.revision))
    answer.cache_control = "no-store"
    return answer


def _text(body: bytes, largest: int) -> str:
    if not body:
        raise ParametersInvalid([QueryInvalid("body", "It is empty; send the text itself as text/plain.")])
    if len(body) > largest:
        raise TextTooLarge(
            f"The text has {len(body)} bytes; at most {largest} are taken. Send the text of one document alone."
        )
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TextUnreadable(
            f"Byte {error.start} is not UTF-8. Save the text as UTF-8 and send it as text/plain."
        ) from None

"""Questions that come with a body: what would be if, and which claims a text repeats. Nothing of a body is kept."""

import re
from typing import Annotated

from anyio.lowlevel import checkpoint
from anyio.to_thread import run_sync
from fastapi import APIRouter, Body, Query

from app.core.errors import TextUnreadable
from app.record.matching import CANDIDATES, MatchedSentence, MatchList, matches, sentences, wording
from app.record.supposing import Supposed, WhatIf, read_what_if, suppose
from app.web.claims import ClaimId, claim_body, claim_of
from app.web.paging import listed, served
from app.web.params import Dated
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute
from app.web.verify import TEXT_BODY, plain_text, threads

router = APIRouter(route_class=ApiRoute, tags=["claims"])

LARGEST_QUESTION = 100_000
"""Bytes of a question "what if"."""

_JSON = re.compile(r"(?:application/json\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?)?", re.IGNORECASE)


@router.post(
    "/claims/{claim_id}/what-if",
    openapi_extra={"requestBody": {"required": True}},
    response_model=Supposed,
    summary="Try other statements on a claim",
)
async def ask_what_if(
    request: ApiRequest,
    claim_id: ClaimId,
    params: Annotated[Dated, Query()],
    question: Annotated[WhatIf, Body()] = WhatIf(),  # noqa: B008 - it is documented by this and read below
) -> Representation:
    """How the claim would stand with statements added or removed: verdict, sentence and timeline before and after.

    A new statement needs only a `source` of the record and a `stance`. Nothing is kept.
    """
    content_type = request.headers.get("content-type", "")
    if not _JSON.fullmatch(content_type):
        raise TextUnreadable(f"The body is {content_type[:100]!r}; send the question as application/json.")
    claim = claim_of(await claim_body(request, claim_id))
    question = read_what_if(await request.limited_body(LARGEST_QUESTION, "Ask of fewer statements at once."))
    edition = request.edition
    return served(suppose(claim, edition.header, question, edition.revision, params.as_of))


@router.post("/match", openapi_extra=TEXT_BODY, response_model=MatchList, summary="See which claims a text repeats")
async def match_text(request: ApiRequest, params: Annotated[Dated, Query()]) -> Representation:
    """For each sentence of your text the claims that say the same in words, or contradict it, each with its sources.

    Words alone are compared, so some sentences are missed and few are matched wrongly. Nothing is kept.
    """
    edition, lexicon, items = request.edition, request.edition.lexicon, []
    for start, end, text in await run_sync(sentences, await plain_text(request), limiter=threads()):
        # A long text lets other requests have their turn after each sentence.
        await checkpoint()
        said = wording(text, lexicon)
        found = matches(said, await edition.alike(said.stems, said.least, CANDIDATES, params.day), lexicon)
        items.append(MatchedSentence(text=text, start=start, end=end, matches=found))
    return listed(request, MatchList, items)

"""What changed when, and what would change: transitions, and the impact of a source."""

import json
from typing import Annotated

from fastapi import APIRouter, Query

from app.core.cursor import decode_cursor, encode_cursor
from app.core.errors import CursorInvalid, ValueUnknown
from app.core.model import Header
from app.core.query import MAX_LIMIT, ClaimQuery, Page, check
from app.core.status import NOT_YET_MADE, derive, names, without_source
from app.formats.atom import feed
from app.record.lists import Impact, ImpactList, TransitionList
from app.record.served import Transition
from app.web.catalogue import SourceId, known
from app.web.claims import claim_of
from app.web.paging import around, listed, paged
from app.web.params import ChangesParams, Paged
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import HTML, ApiRoute, offers

router = APIRouter(route_class=ApiRoute)


@router.get("/transitions", tags=["changes"], response_model=TransitionList, summary="See what changed status when")
@offers("json", "atom", HTML, by_revision=("json",))
async def list_transitions(request: ApiRequest, params: Annotated[ChangesParams, Query()]) -> Representation:
    """Each change of a claim's status, by date, with the rule and the statements behind it; also as an Atom feed.

    Subscribe to all of them, or to those of a claim, a source or a topic.
    """
    days, edition = params.days(), request.edition
    query = ClaimQuery(source=params.source, topic=params.topic)
    check(query, edition.known)
    for id_ in params.claim:
        if await edition.claim(id_) is None:
            raise ValueUnknown("claim", f"{id_[:100]!r} is not known here.", await edition.suggest(id_))
    question = f"{request.path}&{days.start}&{days.end}&{query.canonical()}&{sorted(params.claim)}"
    begin = _offset(question, params.cursor)
    changes = await edition.changes(days.start, days.end, begin, params.limit, query, params.claim)
    pages = around(request, begin, params.limit, changes.total, lambda at: encode_cursor(question, str(at)))
    items: tuple[Transition, ...] = tuple(changes.items)
    if request.format == "atom":
        asked = f"?{request.query_string.decode('ascii')}" if request.query_string else ""
        title = f"Changes of status: {told(params, edition.header) or edition.header.dataset.title}"
        body = feed(items, await request.setting(), title, f"{request.base}{request.path}{asked}")
        return Representation(body, "application/atom+xml; charset=utf-8")
    return listed(request, TransitionList, items, changes.total, pages)


@router.get(
    "/sources/{source_id}/impact", tags=["sources"], response_model=ImpactList, summary="See what rests on a source"
)
@offers("json", HTML, by_revision=("json",))
async def get_source_impact(
    request: ApiRequest, source_id: SourceId, params: Annotated[Paged, Query()]
) -> Representation:
    """Claims whose status would change had this source never spoken nor passed anything on, from what to what."""
    known("source", source_id, request.edition.header.source_by_id)
    return paged(request, ImpactList, await impact(request, source_id), params, lambda each: each.claim)


async def impact(request: ApiRequest, source: str) -> list[Impact]:
    """Every claim of a source whose status would change without it, in the order of the record."""
    items: list[Impact] = []
    after: str | None = None
    while True:
        found = await request.edition.find(ClaimQuery(source=(source,)), Page(limit=MAX_LIMIT, after=after))
        items += [each for body in found.bodies if (each := _impact(request, body, source))]
        after = found.last
        if after is None:
            return items


def _impact(request: ApiRequest, body: bytes, source: str) -> Impact | None:
    claim, now = claim_of(body), json.loads(body)["status"]
    left = without_source(claim, source)
    then = derive(left, request.edition.header) if left else NOT_YET_MADE
    if then.status == now:
        return None
    return Impact(
        claim=claim.id,
        text=claim.text,
        before=now,
        after=then.status,
        explanation=then.explanation,
        url=f"/claims/{claim.id}",
    )


def told(params: ChangesParams, header: Header) -> str:
    """Of what the changes are: each thing that was asked for; empty for the whole record."""
    asked = [*params.claim, *(header.source_by_id[each].name for each in params.source)]
    asked += [header.topic_by_id[each].name for each in params.topic]
    return names(asked) if asked else ""


def _offset(question: str, cursor: str) -> int:
    if not cursor:
        return 0
    last = decode_cursor(question, cursor)
    if not last.isdecimal() or len(last) > 9:
        raise CursorInvalid("This is no cursor of ours.")
    return int(last)

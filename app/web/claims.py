"""Claims: one sentence for each operation."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from app.core.attribution import CREDITS
from app.core.cursor import decode_cursor, encode_cursor
from app.core.errors import CursorInvalid, NotFound, ParametersConflict, ValueUnknown
from app.core.model import Claim, Header
from app.core.query import ClaimQuery, Page, check
from app.formats import FORMATS, Facet, Listing
from app.record.lists import ClaimList, MomentList, moments
from app.record.served import ServedClaim
from app.web.paging import listed
from app.web.params import ClaimParams, ClaimsParams, Nothing
from app.web.request import ApiRequest
from app.web.response import Around, Representation
from app.web.routing import HTML, ApiRoute, offers

router = APIRouter(route_class=ApiRoute, tags=["claims"])

ClaimId = Annotated[str, Path(description="Id of the claim.", max_length=100)]

FORMS = tuple(FORMATS)


@router.get("/claims", response_model=ClaimList, summary="Search the claims")
@offers(*FORMS, HTML, by_revision=("json",))
async def list_claims(request: ApiRequest, params: Annotated[ClaimsParams, Query()]) -> Representation:
    """Claims that match every filter given, in the order of the document unless `sort` says otherwise.

    Repeat a filter for OR; different filters must all hold. `as_of` takes every status at the end of that day.
    """
    if params.id:
        return await _read_claims(request, params)
    query = params.question()
    edition = request.edition
    check(query, edition.known)
    question = _question(query, params) if params.cursor else ""
    after, before = _edges(question, params.cursor)
    _refuse_fields(request, params)
    found = await edition.find(query, Page(params.sort, params.limit, after, params.counted, before))
    around = Around()
    if found.last or found.first:
        question = question or _question(query, params)
        ends = ((question, found.last), (question + _BACK, found.first))
        around = Around(*[request.address({"cursor": encode_cursor(each, id_)}) if id_ else None for each, id_ in ends])
    facets = _facets(request, found.facets) if params.facets else None
    listing = Listing(found.total, found.bodies, *around, facets)
    form = FORMATS[request.format]
    body = form.claims(listing, await request.setting(params.as_of, params.kept, found.bodies))
    return Representation(body, form.media_type, link=around.link)


@router.get("/claims/{claim_id}", response_model=ServedClaim, summary="Read one claim")
@offers(*FORMS, HTML)
async def get_claim(request: ApiRequest, claim_id: ClaimId, params: Annotated[ClaimParams, Query()]) -> Representation:
    """A claim with its statements, its status, and the rule and statements that decided it."""
    _refuse_fields(request, params)
    body = await claim_body(request, claim_id, params.day)
    form = FORMATS[request.format]
    setting = await request.setting(params.as_of, params.kept, [body])
    return Representation(form.claim(body, setting), form.media_type)


@router.get("/claims/{claim_id}/timeline", response_model=MomentList, summary="Follow a claim's status through time")
@offers("json", by_revision=("json",))
async def get_claim_timeline(
    request: ApiRequest, claim_id: ClaimId, params: Annotated[Nothing, Query()]
) -> Representation:
    """Every period in which the claim stood in one way, from the first day anything was said of it."""
    claim = claim_of(await claim_body(request, claim_id))
    return listed(request, MomentList, moments(claim, request.edition.header))


async def _read_claims(request: ApiRequest, params: ClaimsParams) -> Representation:
    """The claims asked for by id, in that order; in JSON with the ids that no claim has, else refused for these."""
    others = params.model_fields_set - {"id", *ClaimParams.model_fields}
    if others:
        names = ", ".join(sorted(each.rstrip("_") for each in others))
        raise ParametersConflict(f"id reads claims one by one and takes no filter with it: leave out {names}, or id.")
    _refuse_fields(request, params)
    found = {each: await request.edition.claim(each, params.day) for each in dict.fromkeys(params.id)}
    bodies, missing = [each for each in found.values() if each], [each for each, body in found.items() if not body]
    if missing and request.format != "json":
        near = await request.edition.suggest(missing[0])
        raise ValueUnknown(
            "id", f"There is no claim {', '.join(missing)}; format=json names such and gives the rest.", near
        )
    form = FORMATS[request.format]
    setting = await request.setting(params.as_of, params.kept, bodies)
    return Representation(form.claims(Listing(len(bodies), bodies, None, missing=missing), setting), form.media_type)


async def claim_body(request: ApiRequest, claim_id: str, day: date | None = None) -> bytes:
    """The served bytes of a claim; raises :class:`~app.core.errors.NotFound` with the nearest ids."""
    body = await request.edition.claim(claim_id, day)
    if body is None:
        raise NotFound("claim", claim_id[:100], await request.edition.suggest(claim_id[:100]))
    return body


def claim_of(body: bytes) -> Claim:
    """The record's fields out of a claim's served bytes."""
    fields = json.loads(body)
    return Claim.model_validate({name: value for name, value in fields.items() if name in Claim.model_fields})


def _question(query: ClaimQuery, params: ClaimsParams) -> str:
    """What must stay the same from page to page."""
    return f"{query.canonical()}&sort={params.sort}"


_BACK = "&back"
"""Marks the question of a cursor that names the claim before which a page ends."""


def _edges(question: str, cursor: str) -> tuple[str | None, str | None]:
    """The claim after which the page begins, or that before which it ends."""
    if not cursor:
        return None, None
    try:
        return decode_cursor(question, cursor), None
    except CursorInvalid:
        return None, decode_cursor(question + _BACK, cursor)


def _refuse_fields(request: ApiRequest, params: ClaimParams) -> None:
    if params.fields and request.format not in ("json", "jsonl", "csv"):
        raise ParametersConflict(
            f"fields cannot be chosen in format={request.format}: use json, jsonl or csv, or leave fields out."
        )


def _facets(request: ApiRequest, counts: Mapping[str, Mapping[str, int]]) -> dict[str, Facet]:
    # Where nothing was found there is no address to write, and many a search finds nothing.
    return {
        name: Facet(values, request.narrowed(name) if values else "", names(request.edition.header, name, values))
        for name, values in counts.items()
    }


def names(header: Header, term: str, values: Iterable[str]) -> dict[str, str]:
    """What people call each of ``values`` of a term: sources, entities and the like by their names."""
    known: Mapping[str, Any] = {
        **dict.fromkeys((*CREDITS, "source", "origin", "via"), header.source_by_id),
        "about": header.entity_by_id,
        "topic": header.topic_by_id,
    }.get(term, {})
    if term == "document":
        return {each: header.document_by_id[each].title for each in values}
    return {each: known[each].name if each in known else each.replace("_", " ") for each in values}

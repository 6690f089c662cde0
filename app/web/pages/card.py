"""A card of one claim for other sites to embed, and oEmbed 1.0, by which they find it."""

import re
from html import escape
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from pydantic import Field
from pydantic_core import from_json, to_json

from app.core.errors import NotFound
from app.web.claims import ClaimId, claim_body
from app.web.pages import day_in_words, rendered, to
from app.web.params import ClaimParams, Dated, NoParameters
from app.web.reading import read
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute, offers

router = APIRouter(route_class=ApiRoute, include_in_schema=False)

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""As strict as that of the pages, but for the frames that may hold a card (it overrides X-Frame-Options)."""

WIDTH, HEIGHT = 480, 260
_CLAIM = re.compile(r"/claims/([^/]+)")


class Embedding(NoParameters):
    """Parameters of oEmbed: the address of a claim, and the space that there is."""

    url: Annotated[str, Field(max_length=2000)] = ""
    format: Literal["json"] = "json"
    maxwidth: Annotated[int, Field(ge=1)] = WIDTH
    maxheight: Annotated[int, Field(ge=1)] = HEIGHT


@router.get("/claims/{claim_id}/card", response_model=None)
@offers()
async def card(request: ApiRequest, claim_id: ClaimId, params: Annotated[Dated, Query()]) -> Representation:
    """The sentence that cannot lose its source, how the claim stands, and the way to it."""
    claim = from_json(await claim_body(request, claim_id, params.day))
    made = rendered(
        "card.html",
        request.edition,
        claim=claim,
        base=request.base,
        url=to(claim["url"], {"as_of": params.as_of}),
        as_of_words=day_in_words(params.as_of),
    )
    made.headers = {"content-security-policy": POLICY}
    return made


@router.get("/oembed", response_model=None)
@offers()
async def oembed(request: ApiRequest, params: Annotated[Embedding, Query()]) -> Representation:
    """What another site needs to show a claim (oEmbed 1.0, type ``rich``)."""
    asked = urlsplit(params.url)
    found = _CLAIM.fullmatch(asked.path)
    if not found:
        raise NotFound("claim", asked.path[:100], ())
    dated = read(ClaimParams, asked.query.encode("ascii", "replace"))
    claim = from_json(await claim_body(request, found[1], dated.day))
    width, height = min(params.maxwidth, WIDTH), min(params.maxheight, HEIGHT)
    source = escape(request.base + to(f"{claim['url']}/card", {"as_of": dated.as_of}))
    told = escape(claim["attribution"])
    frame = f'<iframe src="{source}" width="{width}" height="{height}" title="{told}"></iframe>'
    made = {
        "version": "1.0",
        "type": "rich",
        "title": claim["attribution"],
        "provider_name": request.edition.header.dataset.title,
        "provider_url": request.base,
        "html": frame,
        "width": width,
        "height": height,
    }
    return Representation(to_json(made), "application/json")

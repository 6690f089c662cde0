"""``/robots.txt`` and the sitemap that it names (sitemaps.org 0.9)."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic_core import from_json

from app.core.query import ClaimQuery, Page
from app.web.pages import PLACES
from app.web.params import NoParameters
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute, offers

router = APIRouter(route_class=ApiRoute, include_in_schema=False)

MOST_CLAIMS = 20_000
"""Claims that the sitemap names; a larger record is better taken whole than crawled."""

_ROBOTS = """\
# Everything here is public. A search has many addresses, so crawlers do better with /dataset and /llms.txt.
Sitemap: {}/sitemap.xml
User-agent: *
Allow: /
"""


@router.get("/robots.txt", response_model=None)
@offers()
async def robots(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """Lets every crawler in, and says where the sitemap is."""
    body = _ROBOTS.format(request.base).encode()
    return Representation(body, "text/plain; charset=utf-8", cache_control="public, max-age=86400")


@router.get("/sitemap.xml", response_model=None)
@offers()
async def sitemap(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """The pages of the record: lists, documents, sources, claims."""
    header = request.edition.header
    found = await request.edition.find(ClaimQuery(), Page(limit=MOST_CLAIMS))
    paths = [
        *(path for path, _ in PLACES if path != "/docs"),
        *(f"/documents/{each}" for each in header.document_by_id),
        *(f"/sources/{each}" for each in header.source_by_id),
        *(f"/claims/{from_json(body)['id']}" for body in found.bodies),
    ]
    urls = "".join(f"<url><loc>{escape(request.base + path)}</loc></url>\n" for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return Representation(f"{head}{urls}</urlset>\n".encode(), "application/xml")

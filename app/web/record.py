"""The record as a whole: what it is, all of it in every form, its schema and context, and what crawlers ask for.

The last are ``/llms.txt`` (llmstxt.org), ``/robots.txt`` and the sitemap (sitemaps.org 0.9).
"""

from asyncio import sleep
from html import escape
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic_core import from_json, to_json

from app.core.errors import ParametersConflict
from app.core.model import Record, wire
from app.core.query import ClaimQuery, Page
from app.core.vocabulary import Sourcing, Status
from app.formats import FORMATS
from app.formats.shape import WHOLE
from app.formats.terms import context
from app.record.lists import Dataset
from app.web.pages import PLACES
from app.web.paging import served
from app.web.params import Dated, NoParameters, Nothing
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import MEDIA_TYPES, ApiRoute, offers

router = APIRouter(route_class=ApiRoute, tags=["dataset"])

MOST_CLAIMS = 20_000
"""Claims that the sitemap names; a larger record is better taken whole than crawled."""

MOST_PATHS = 50_000
"""Pages that a sitemap may name (sitemaps.org)."""

_TEXT = "text/plain; charset=utf-8"
_MCP = "- [Tools for agents]({}/mcp): the same over MCP, streamable HTTP\n"
_ROBOTS = """\
# Everything here is public. A search has many addresses, so crawlers do better with /dataset and /llms.txt.
Sitemap: {}/sitemap.xml
User-agent: *
Allow: /
"""


@router.get("/dataset", response_model=Dataset, summary="Take the whole record")
@offers(*WHOLE, by_revision=WHOLE)
async def get_dataset(request: ApiRequest, params: Annotated[Dated, Query()]) -> Representation:
    """As JSON what the record is; in the other forms the whole of it. JSON Lines is the form that can be imported."""
    if request.format == "json":
        return served(_dataset(request, params.as_of))
    form, edition = FORMATS[request.format], request.edition
    if request.format == "jsonl" and params.as_of:
        raise ParametersConflict("as_of and format=jsonl cannot hold together: JSON Lines are the record, of no day.")
    lines = request.format == "jsonl"
    claims = edition.lines() if lines else edition.served(params.day)
    stream = form.dataset(claims, await request.setting(params.as_of, bodies=None))
    return Representation(b"", form.media_type, stream=stream, length=edition.lines_size if lines else None)


@router.get("/schema/claims.json", response_model=None, summary="Read the JSON Schema of the record")
@offers("schema", "json")
async def get_schema(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """JSON Schema (2020-12) of `claims.json`, for editors that complete and check it."""
    fields = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Record.model_json_schema(by_alias=True)
    return Representation(to_json(fields), MEDIA_TYPES[request.format])


@router.get("/context.jsonld", response_model=None, summary="Read the JSON-LD context")
@offers("jsonld", "json")
async def get_context(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """The context that every JSON-LD answer has inside, for those who want it by itself."""
    return Representation(context(), MEDIA_TYPES[request.format])


@router.get("/llms.txt", include_in_schema=False, response_model=None)
@offers()
async def get_llms(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """What is here and how to pass it on, for the record that is served."""
    edition = request.edition
    statuses, sourcings = (", ".join(f"`{each}`" for each in words) for words in (Status, Sourcing))
    text = (
        files("app.web.static")
        .joinpath("llms.txt")
        .read_text()
        .format(
            title=edition.header.dataset.title,
            claims=edition.size,
            licence=edition.header.dataset.licence,
            statuses=statuses,
            sourcings=sourcings,
            url=request.base,
        )
    )
    if request.services.mcp:
        text += _MCP.format(request.base)
    return Representation(text.encode(), _TEXT)


@router.get("/robots.txt", include_in_schema=False, response_model=None)
@offers()
async def get_robots(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """Lets every crawler in, and says where the sitemap is."""
    return Representation(_ROBOTS.format(request.base).encode(), _TEXT, cache_control="public, max-age=86400")


@router.get("/sitemap.xml", include_in_schema=False, response_model=None)
@offers()
async def get_sitemap(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """The pages of the record: lists, documents, sources, claims."""
    header = request.edition.header
    claims: list[str] = []
    after: str | None = None
    while len(claims) < MOST_CLAIMS:
        found = await request.edition.find(ClaimQuery(), Page(limit=500, after=after))
        claims += [from_json(body)["id"] for body in found.bodies]
        after = found.last
        if after is None:
            break
        await sleep(0)  # others are served between two pages
    paths = [
        *(path for path, _ in PLACES if path != "/docs"),
        *(f"/documents/{each}" for each in header.document_by_id),
        *(f"/sources/{each}" for each in header.source_by_id),
        *(f"/claims/{each}" for each in claims),
    ][:MOST_PATHS]
    urls = "".join(f"<url><loc>{escape(request.base + path)}</loc></url>\n" for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return Representation(f"{head}{urls}</urlset>\n".encode(), "application/xml")


def _dataset(request: ApiRequest, as_of: str | None) -> Dataset:
    """What the record is and where to take it, of the day asked for in the forms that are of a day."""
    header = request.edition.header
    dated, url = f"&as_of={as_of}" if as_of else "", request.settings.public_url
    return Dataset(
        **wire(header.dataset),
        revision=request.edition.revision,
        claims=request.edition.size,
        documents=len(header.documents),
        sources=len(header.sources),
        entities=len(header.entities),
        topics=len(header.topics),
        downloads={name: f"{url}/dataset?format={name}{'' if name == 'jsonl' else dated}" for name in WHOLE[1:]},
    )

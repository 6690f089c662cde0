"""The record as a whole: what it is, all of it in every form, its schema and its context."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic_core import to_json

from app.core.errors import ParametersConflict
from app.core.model import Record, wire
from app.formats import FORMATS
from app.formats.shape import WHOLE
from app.formats.terms import context
from app.record.lists import Dataset
from app.web.paging import served
from app.web.params import Dated, Nothing
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import MEDIA_TYPES, ApiRoute, offers

router = APIRouter(route_class=ApiRoute, tags=["dataset"])


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

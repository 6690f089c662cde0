"""What the claims refer to: sources, documents, entities, topics, the rule, and where everything is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from app import __version__
from app.core.documents import DocumentInfo
from app.core.errors import NotFound
from app.core.model import Entity, Source, Topic, wire
from app.core.query import CREDITED, ClaimQuery, Page, nearest
from app.core.rules import RULES
from app.core.sourcing import SOURCINGS
from app.core.vocabulary import Status
from app.record import lists
from app.record.lists import Coverage, ServedDocument, ServedEntity, ServedSource, ServedTopic
from app.web.paging import listed, paged, part, served
from app.web.params import Dated, DatedPaged, Nothing, Paged
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import HTML, ApiRoute, offers

router = APIRouter(route_class=ApiRoute)

Thing = TypeVar("Thing", Source, DocumentInfo, Entity, Topic)
SourceId = Annotated[str, Path(description="Id of the source.", max_length=100)]
DocumentId = Annotated[str, Path(description="Id of the document.", max_length=100)]


@router.get("/sources", tags=["sources"], response_model=lists.SourceList, summary="List the sources")
@offers("json", HTML, by_revision=("json",))
async def list_sources(request: ApiRequest, params: Annotated[DatedPaged, Query()]) -> Representation:
    """Everybody who speaks on a claim or passes one on, with what each affirms, denies, answers or only passed on."""
    make = partial(served_source, request, params=params)
    return await _things(request, params, lists.SourceList, request.edition.header.sources, make, f"as_of={params.day}")


@router.get("/sources/{source_id}", tags=["sources"], response_model=ServedSource, summary="Read one source")
@offers("json", HTML)
async def get_source(request: ApiRequest, source_id: SourceId, params: Annotated[Dated, Query()]) -> Representation:
    """A source, for whom it speaks, and how the claims stand that it affirms, denies, answers or only passed on."""
    source = known("source", source_id, request.edition.header.source_by_id)
    return served(await served_source(request, source, params))


@router.get("/documents", tags=["documents"], response_model=lists.DocumentList, summary="List the documents")
@offers("json", HTML, by_revision=("json",))
async def list_documents(request: ApiRequest, params: Annotated[Paged, Query()]) -> Representation:
    """The texts whose claims are served, by fingerprint and passage; the texts themselves stay where they appeared."""
    make = partial(_served_document, request)
    return await _things(request, params, lists.DocumentList, request.edition.header.documents, make)


@router.get("/documents/{document_id}", tags=["documents"], response_model=ServedDocument, summary="Read one document")
@offers("json", HTML)
async def get_document(
    request: ApiRequest, document_id: DocumentId, params: Annotated[Nothing, Query()]
) -> Representation:
    """A document with every passage's place and hash, so that a reader can check their own copy."""
    document = known("document", document_id, request.edition.header.document_by_id)
    return served(await _served_document(request, document))


@router.get(
    "/documents/{document_id}/coverage",
    tags=["documents"],
    response_model=lists.CoverageList,
    summary="See which claims rest on each passage",
)
@offers("json", HTML, by_revision=("json",))
async def get_coverage(
    request: ApiRequest, document_id: DocumentId, params: Annotated[Paged, Query()]
) -> Representation:
    """Every passage with the claims made from it, or with the reason why none is."""
    known("document", document_id, request.edition.header.document_by_id)
    resting = await request.edition.coverage(document_id)
    items = [
        Coverage(ref=each.ref, section=each.section, claims=tuple(resting.get(each.ref, ())), omitted=each.omitted)
        for each in await request.edition.passages(document_id)
    ]
    return paged(request, lists.CoverageList, items, params, lambda each: each.ref)


@router.get("/entities", tags=["entities"], response_model=lists.EntityList, summary="List the entities")
@offers("json", HTML, by_revision=("json",))
async def list_entities(request: ApiRequest, params: Annotated[Paged, Query()]) -> Representation:
    """States, people, weapons, agreements and the rest that claims are about, with their other names."""
    make = partial(_subject, request, ServedEntity, "about")
    return await _things(request, params, lists.EntityList, request.edition.header.entities, make)


@router.get("/topics", tags=["topics"], response_model=lists.TopicList, summary="List the topics")
@offers("json", HTML, by_revision=("json",))
async def list_topics(request: ApiRequest, params: Annotated[Paged, Query()]) -> Representation:
    """Subjects under which claims are filed."""
    make = partial(_subject, request, ServedTopic, "topic")
    return await _things(request, params, lists.TopicList, request.edition.header.topics, make)


@router.get("/statuses", tags=["statuses"], response_model=lists.StatusList, summary="Read the rule")
@offers("json", HTML, by_revision=("json",))
async def list_statuses(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """The rule by which every status is derived, in order: the first row whose condition holds decides."""
    rows = [
        lists.StatusRow(position=at, rule=row.id, status=row.status, condition=row.condition)
        for at, row in enumerate(RULES, 1)
    ]
    return listed(request, lists.StatusList, rows)


@router.get("/sourcings", tags=["statuses"], response_model=lists.SourcingList, summary="Read the kinds of word")
@offers("json", HTML, by_revision=("json",))
async def list_sourcings(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """The kinds of word on which a claim can stand, in order: the first row whose condition holds decides."""
    rows = [
        lists.SourcingKind(position=at, sourcing=row.sourcing, condition=row.condition)
        for at, row in enumerate(SOURCINGS, 1)
    ]
    return listed(request, lists.SourcingList, rows)


@router.get("/", tags=["start"], response_model=lists.Landing, summary="Find your way")
@offers("json", HTML, by_revision=("json",))
async def get_landing(request: ApiRequest, params: Annotated[Dated, Query()]) -> Representation:
    """Where everything is; with `as_of`, as it stood on that day."""
    dated = f"?as_of={params.as_of}" if params.as_of else ""
    links = {
        "self": f"/{dated}",
        "claims": f"/claims{dated}",
        "sources": f"/sources{dated}",
        "documents": "/documents",
        "entities": "/entities",
        "topics": "/topics",
        "statuses": "/statuses",
        "sourcings": "/sourcings",
        "transitions": "/transitions",
        "dataset": f"/dataset{dated}",
        "schema": "/schema/claims.json",
        "context": "/context.jsonld",
        "service-desc": "/openapi.json",
        "service-doc": "/docs",
        "health": "/health/ready",
    }
    links = {name: request.settings.public_url + path for name, path in links.items()}
    title = request.edition.header.dataset.title
    return served(lists.Landing(title=title, version=__version__, revision=request.edition.revision, links=links))


async def _things(
    request: ApiRequest,
    params: Paged,
    shape: type[lists.Listing[Any]],
    things: Sequence[Thing],
    make: Callable[[Thing], Awaitable[BaseModel]],
    question: str = "",
) -> Representation:
    """A page of what the header lists, each thing as ``make`` serves it."""
    shown, around = part(request, things, params, lambda each: each.id, question)
    return listed(request, shape, [await make(each) for each in shown], len(things), around)


def known(kind: str, id_: str, things: Mapping[str, Thing]) -> Thing:
    """One of the things of a header; raises :class:`~app.core.errors.NotFound` with the nearest ids."""
    if id_ not in things:
        raise NotFound(kind, id_[:100], nearest(id_, things))
    return things[id_]


async def served_source(request: ApiRequest, source: Source, params: Dated) -> ServedSource:
    """A source with what it does to claims at the day asked for, and how these stand."""
    standing = {}
    for credit, term in CREDITED.items():
        query = ClaimQuery(as_of=params.day, **{term: (source.id,)})  # type: ignore[arg-type]
        found = await request.edition.find(query, Page(limit=1, facets=("status",)))
        if found.total:
            standing[credit] = {Status(name): count for name, count in found.facets["status"].items()}
    claims = await _count(request, "source", source.id)
    return ServedSource(**wire(source), claims=claims, standing=standing, url=f"/sources/{source.id}")


async def _served_document(request: ApiRequest, document: DocumentInfo) -> ServedDocument:
    fields = wire(document) | {
        "claims": await _count(request, "document", document.id),
        "url": f"/documents/{document.id}",
        "passages": tuple(await request.edition.passages(document.id)),
    }
    del fields["sections"]
    return ServedDocument(**fields)


async def _subject(request: ApiRequest, shape: Callable[..., BaseModel], term: str, thing: Entity | Topic) -> BaseModel:
    """An entity or a topic with the count of its claims and the way to them."""
    claims = await _count(request, term, thing.id)
    return shape(**wire(thing), claims=claims, url=f"/claims?{term}={thing.id}")


async def _count(request: ApiRequest, term: str, value: str) -> int:
    """How many claims have a value of a term."""
    query = ClaimQuery(**{term: (value,)})  # type: ignore[arg-type]
    return (await request.edition.find(query, Page(limit=1))).total

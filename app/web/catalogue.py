"""What the claims refer to: sources, documents, entities, topics, the rule, and where everything is."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query

from app import __version__
from app.core.documents import DocumentInfo
from app.core.model import Entity, Source, Topic, wire
from app.core.query import CREDITED, ClaimQuery, Page
from app.core.rules import RULES
from app.core.sourcing import SOURCINGS
from app.core.vocabulary import Status
from app.record.lists import (
    Coverage,
    CoverageList,
    DocumentList,
    EntityList,
    Landing,
    ServedDocument,
    ServedEntity,
    ServedSource,
    ServedTopic,
    SourceList,
    SourcingKind,
    SourcingList,
    StatusList,
    StatusRow,
    TopicList,
)
from app.web.described import described, link
from app.web.paging import listed, paged, part, served, unknown
from app.web.params import Dated, DatedPaged, Nothing, Paged
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import HTML, ApiRoute, offers

router = APIRouter(route_class=ApiRoute)

SourceId = Annotated[str, Path(description="Id of the source.", max_length=100)]
DocumentId = Annotated[str, Path(description="Id of the document.", max_length=100)]


@router.get(
    "/sources",
    tags=["sources"],
    **described(
        "listSources",
        "List the sources",
        SourceList,
        links={
            "firstSource": link(
                "getSource", "source_id", "$response.body#/items/0/id", "The first source of the page."
            ),
            "firstImpact": link("getSourceImpact", "source_id", "$response.body#/items/0/id", "What rests on it."),
        },
    ),
)
@offers("json", HTML, by_revision=("json",))
async def list_sources(request: ApiRequest, params: Annotated[DatedPaged, Query()]) -> Representation:
    """Everybody who speaks on a claim or passes one on, with what each affirms, denies, answers or only passed on."""
    sources = request.edition.header.sources
    shown, around = part(request, sources, params, lambda each: each.id, f"as_of={params.day}")
    items = tuple([await served_source(request, each, params) for each in shown])
    return listed(request, SourceList, items, len(sources), around)


@router.get(
    "/sources/{source_id}",
    tags=["sources"],
    **described("getSource", "Read one source", ServedSource, problems=(404,)),
)
@offers("json", HTML)
async def get_source(request: ApiRequest, source_id: SourceId, params: Annotated[Dated, Query()]) -> Representation:
    """A source, for whom it speaks, and how the claims stand that it affirms, denies, answers or only passed on."""
    return served(await served_source(request, source_of(request, source_id), params))


@router.get(
    "/documents",
    tags=["documents"],
    **described(
        "listDocuments",
        "List the documents",
        DocumentList,
        links={
            "firstDocument": link(
                "getDocument", "document_id", "$response.body#/items/0/id", "The first document of the page."
            ),
            "firstCoverage": link(
                "getCoverage", "document_id", "$response.body#/items/0/id", "Its passages, with their claims."
            ),
        },
    ),
)
@offers("json", HTML, by_revision=("json",))
async def list_documents(request: ApiRequest, params: Annotated[Paged, Query()]) -> Representation:
    """The texts whose claims are served, by fingerprint and passage; the texts themselves stay where they appeared."""
    documents = request.edition.header.documents
    shown, around = part(request, documents, params, lambda each: each.id)
    counts = await counted(request, "document", [each.id for each in shown])
    items = tuple([await served_document(request, each, counts) for each in shown])
    return listed(request, DocumentList, items, len(documents), around)


@router.get(
    "/documents/{document_id}",
    tags=["documents"],
    **described("getDocument", "Read one document", ServedDocument, problems=(404,)),
)
@offers("json", HTML)
async def get_document(
    request: ApiRequest, document_id: DocumentId, params: Annotated[Nothing, Query()]
) -> Representation:
    """A document with every passage's place and hash, so that a reader can check their own copy."""
    document = request.edition.header.document_by_id.get(document_id)
    if document is None:
        raise unknown("document", document_id, request.edition.header.document_by_id)
    counts = await counted(request, "document", [document_id])
    return served(await served_document(request, document, counts))


@router.get(
    "/documents/{document_id}/coverage",
    tags=["documents"],
    **described("getCoverage", "See which claims rest on each passage", CoverageList, problems=(404,)),
)
@offers("json", HTML, by_revision=("json",))
async def get_coverage(
    request: ApiRequest, document_id: DocumentId, params: Annotated[Paged, Query()]
) -> Representation:
    """Every passage with the claims made from it, or with the reason why none is."""
    if document_id not in request.edition.header.document_by_id:
        raise unknown("document", document_id, request.edition.header.document_by_id)
    resting = await request.edition.coverage(document_id)
    items = [
        Coverage(ref=each.ref, section=each.section, claims=tuple(resting.get(each.ref, ())), omitted=each.omitted)
        for each in await request.edition.passages(document_id)
    ]
    return paged(request, CoverageList, items, params, lambda each: each.ref)


@router.get(
    "/entities",
    tags=["entities"],
    **described(
        "listEntities",
        "List the entities",
        EntityList,
    ),
)
@offers("json", HTML, by_revision=("json",))
async def list_entities(request: ApiRequest, params: Annotated[Paged, Query()]) -> Representation:
    """States, people, weapons, agreements and the rest that claims are about, with their other names."""
    entities = request.edition.header.entities
    shown, around = part(request, entities, params, lambda each: each.id)
    counts = await counted(request, "about", [each.id for each in shown])
    items = tuple(served_entity(each, counts) for each in shown)
    return listed(request, EntityList, items, len(entities), around)


@router.get("/topics", tags=["topics"], **described("listTopics", "List the topics", TopicList))
@offers("json", HTML, by_revision=("json",))
async def list_topics(request: ApiRequest, params: Annotated[Paged, Query()]) -> Representation:
    """Subjects under which claims are filed."""
    topics = request.edition.header.topics
    shown, around = part(request, topics, params, lambda each: each.id)
    counts = await counted(request, "topic", [each.id for each in shown])
    items = tuple(served_topic(each, counts) for each in shown)
    return listed(request, TopicList, items, len(topics), around)


@router.get("/statuses", tags=["statuses"], **described("listStatuses", "Read the rule", StatusList))
@offers("json", HTML, by_revision=("json",))
async def list_statuses(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """The rule by which every status is derived, in order: the first row whose condition holds decides."""
    rows = tuple(
        StatusRow(position=at, rule=rule.id, status=rule.status, condition=rule.condition)
        for at, rule in enumerate(RULES, 1)
    )
    return listed(request, StatusList, rows)


@router.get("/sourcings", tags=["statuses"], **described("listSourcings", "Read the kinds of word", SourcingList))
@offers("json", HTML, by_revision=("json",))
async def list_sourcings(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """The kinds of word on which a claim can stand, in order: the first row whose condition holds decides."""
    rows = tuple(
        SourcingKind(position=at, sourcing=row.sourcing, condition=row.condition) for at, row in enumerate(SOURCINGS, 1)
    )
    return listed(request, SourcingList, rows)


@router.get("/", tags=["start"], **described("getLanding", "Find your way", Landing))
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
    return served(Landing(title=title, version=__version__, revision=request.edition.revision, links=links))


def source_of(request: ApiRequest, source_id: str) -> Source:
    """A source by id; raises :class:`~app.core.errors.NotFound` with the nearest."""
    source = request.edition.header.source_by_id.get(source_id)
    if source is None:
        raise unknown("source", source_id, request.edition.header.source_by_id)
    return source


async def served_source(request: ApiRequest, source: Source, params: Dated) -> ServedSource:
    """A source with what it does to claims at the day asked for, and how these stand."""
    spoken = await request.edition.find(ClaimQuery(source=(source.id,)), Page(limit=1))
    standing = {}
    for credit, term in CREDITED.items():
        query = ClaimQuery(as_of=params.day, **{term: (source.id,)})  # type: ignore[arg-type]
        found = await request.edition.find(query, Page(limit=1, facets=("status",)))
        if found.total:
            standing[credit] = {Status(name): count for name, count in found.facets["status"].items()}
    return ServedSource(
        **wire(source),
        claims=spoken.total,
        standing=standing,
        url=f"/sources/{source.id}",
    )


async def counted(request: ApiRequest, term: str, values: list[str]) -> Mapping[str, int]:
    """For each value of a term, how many claims have it."""
    edition, one = request.edition, Page(limit=1)
    return {value: (await edition.find(ClaimQuery(**{term: (value,)}), one)).total for value in values}  # type: ignore[arg-type]


async def served_document(request: ApiRequest, document: DocumentInfo, counts: Mapping[str, int]) -> ServedDocument:
    """A document with its passages, its count and where it is."""
    fields = wire(document) | {"claims": counts[document.id], "url": f"/documents/{document.id}"}
    del fields["sections"]
    return ServedDocument(**fields, passages=tuple(await request.edition.passages(document.id)))


def served_entity(entity: Entity, counts: Mapping[str, int]) -> ServedEntity:
    """An entity with its count and the way to its claims."""
    return ServedEntity(**wire(entity), claims=counts[entity.id], url=f"/claims?about={entity.id}")


def served_topic(topic: Topic, counts: Mapping[str, int]) -> ServedTopic:
    """A topic with its count and the way to its claims."""
    return ServedTopic(**wire(topic), claims=counts[topic.id], url=f"/claims?topic={topic.id}")

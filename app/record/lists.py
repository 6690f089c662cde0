"""Shapes of answers, as the OpenAPI document describes them; the client has its own models of them.

Every list has one envelope: ``total``, ``items``, ``next``, ``prev``, ``revision``.
"""

from datetime import date, timedelta
from itertools import zip_longest
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field, create_model

from app.core.attribution import attribution
from app.core.documents import Document
from app.core.model import Claim, DatasetInfo, Entity, Header, Source, Topic
from app.core.status import timeline
from app.core.vocabulary import Credit, Frozen, Line, Ref, Slug, Sourcing, Status
from app.record.served import ServedClaim, Transition

Item = TypeVar("Item")
Href = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
Count = Annotated[int, Field(ge=0)]
Revision = Annotated[
    str, Field(pattern=r"^[0-9a-f]{16}$", description="Names the record's content: equal for equal records.")
]


# Built when they are first used: a server's start needs none of them.
class Shape(Frozen, defer_build=True):
    """Base of the shapes here."""


# Reading docstrings for each of a dozen lists anew took a tenth of the server's start.
class Listing(Shape, Generic[Item], use_attribute_docstrings=False):
    """One page of a list."""

    total: Annotated[Count, Field(description="Items in the whole list.")]
    items: Annotated[tuple[Item, ...], Field(description="What is on this page, in order.")]
    next: Annotated[
        Href | None, Field(description="Where the next page is, relative to this server; null on the last.")
    ]
    prev: Annotated[Href | None, Field(description="Where the page before is; null on the first.")]
    revision: Revision


class FacetValue(Shape):
    """How often a value occurs in the whole result."""

    value: Line
    """The value, as the filter takes it."""
    name: Line
    """What people call it."""
    count: Count
    """How many claims have it."""
    url: Href
    """The same question narrowed to this value."""


class ClaimList(Listing[ServedClaim], use_attribute_docstrings=True):
    """One page of claims."""

    facets: dict[str, tuple[FacetValue, ...]] | None = None
    """Counts over the whole result, for each facet asked for."""
    missing: tuple[str, ...] | None = None
    """Ids that were asked for and that no claim has; absent where there are none."""
    as_of: str | None = None
    """The day at whose end statuses were taken, where one was asked for."""


class ServedSource(Source):
    """A source with what it does to claims, and how these stand."""

    claims: Count
    """Claims of the whole record on which it speaks, or which it passes on."""
    standing: dict[Credit, dict[Status, Count]]
    """By what it does to a claim on the day, counts of claims by status; what it never does is left out."""
    url: Href
    """Where the source is."""


class ServedDocument(Document):
    """A document with the count of its claims."""

    claims: Count
    """How many claims rest on it."""
    url: Href
    """Where the document is."""


class ServedEntity(Entity):
    """An entity with the count of claims about it."""

    claims: Count
    """How many claims are about it."""
    url: Href
    """The claims about it."""


class ServedTopic(Topic):
    """A topic with the count of its claims."""

    claims: Count
    """How many claims are filed under it."""
    url: Href
    """The claims filed under it."""


class StatusRow(Shape):
    """One row of the rule by which statuses are derived; the first row that holds decides."""

    position: int
    """Which row it is, from 1."""
    rule: Slug
    status: Status
    condition: Line
    """When the row holds."""


class SourcingKind(Shape):
    """One kind of word on which a claim can stand; the first row that holds decides."""

    position: int
    """Which row it is, from 1."""
    sourcing: Sourcing
    condition: Line
    """When the row holds."""


class Coverage(Shape):
    """What the record makes of one passage."""

    ref: Ref
    section: Line
    """Heading of the section in which the passage stands."""
    claims: tuple[Slug, ...]
    """Claims that rest on the passage."""
    omitted: Line | None = None
    """Why there are none, where there are none."""


class Moment(Shape):
    """A stretch of days in which a claim stood in one way."""

    start: date
    """First day."""
    start_edtf: str
    """The first day as precisely as the statement that brought it is dated."""
    end: date | None = None
    """Last day; absent for the period that lasts."""
    status: Status
    sourcing: Sourcing
    rule: Slug
    decided_by: tuple[Slug, ...]
    """Statements that decided the status, by id."""
    contested_by: tuple[Slug, ...]
    """Statements that speak against it, by id."""
    pending: tuple[Slug, ...]
    """Undated statements that did not count yet, by id."""
    live: tuple[Slug, ...]
    """All statements that counted."""
    explanation: str
    """The rule's reason, in words."""
    attribution: str
    """One sentence with the sources, the relays, and every denial or answer of that time."""


class Impact(Shape):
    """What would become of one claim without a source."""

    claim: Slug
    text: Line
    """The claim in our own words."""
    before: Status
    after: Status
    """`not_yet_made` where nothing would be left of it."""
    explanation: str
    """Why it would stand so."""
    url: Href
    """Where the claim is."""


def list_of(item: type[Item], name: str, sentence: str) -> type[Listing[Item]]:
    """The envelope of a list of ``item``, described by ``sentence``."""
    return create_model(name, __base__=Listing[item], __doc__=sentence)  # type: ignore[valid-type]


SourceList = list_of(ServedSource, "SourceList", "One page of sources.")
DocumentList = list_of(ServedDocument, "DocumentList", "One page of documents.")
EntityList = list_of(ServedEntity, "EntityList", "One page of entities.")
TopicList = list_of(ServedTopic, "TopicList", "One page of topics.")
StatusList = list_of(StatusRow, "StatusList", "The rule, row by row.")
SourcingList = list_of(SourcingKind, "SourcingList", "The kinds of word on which a claim can stand, row by row.")
CoverageList = list_of(Coverage, "CoverageList", "One page of passages.")
MomentList = list_of(Moment, "MomentList", "The timeline of a claim.")
TransitionList = list_of(Transition, "TransitionList", "One page of changes of status.")
ImpactList = list_of(Impact, "ImpactList", "Claims whose status would change without a source.")


class Dataset(DatasetInfo):
    """The record as a whole."""

    revision: Revision
    claims: Count
    """How many claims there are."""
    documents: Count
    """How many documents there are."""
    sources: Count
    """How many sources there are."""
    entities: Count
    """How many entities there are."""
    topics: Count
    """How many topics there are."""
    downloads: dict[str, Href]
    """Where to take the whole record, by format."""


class Landing(Shape):
    """Where things are."""

    title: Line
    """Title of the record."""
    version: str
    """Version of this software."""
    revision: Revision
    links: dict[str, Href]
    """Places to go, by relation."""


class Liveness(Shape):
    """That the process answers."""

    status: Literal["live"]
    """Always `live`."""


class Readiness(Shape):
    """Whether the service can answer."""

    status: Literal["ready", "stale"]
    """`stale`: answering, but from the last good record because a newer one was refused or cannot be reached."""
    revision: Revision | None = None
    """Revision that is served."""
    faults: tuple[str, ...] = ()
    """What stands in the way, for an operator."""


def moments(claim: Claim, header: Header) -> list[Moment]:
    """Each period of the claim's timeline, with its last day and its own attribution."""
    found = []
    periods = timeline(claim, header)
    for period, following in zip_longest(periods, periods[1:]):
        verdict = period.verdict
        moment = Moment(
            start=period.start,
            start_edtf=period.start_edtf,
            end=following.start - timedelta(days=1) if following else None,
            status=verdict.status,
            sourcing=period.sourcing,
            rule=verdict.rule,
            decided_by=verdict.decided_by,
            contested_by=verdict.contested_by,
            pending=verdict.pending,
            live=period.live,
            explanation=verdict.explanation,
            attribution=attribution(claim, header, [each for each in claim.statements if each.id in period.live]),
        )
        found.append(moment)
    return found

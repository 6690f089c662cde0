"""The record: what ``claims.json`` holds, as frozen models.

The shapes are section 2 of the design. Words follow the field: *claim*, *source*, *stance* (fact-checking and
schema.org ``Claim``), *passage* (Web Annotation's ``TextPositionSelector``). Unknown fields are refused everywhere.
Rules that need more than one object at once live in :mod:`app.record.dataset`.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema, model_validator

from app.core.dates import Span, edtf_span
from app.core.documents import Document, DocumentInfo, section_by_ref
from app.core.vocabulary import (
    ClaimKind,
    DateBasis,
    Edtf,
    EntityKind,
    Frozen,
    Line,
    Ref,
    RelationKind,
    Slug,
    SourceKind,
    Stance,
    Url,
    one_proposition,
)


class DatasetInfo(Frozen):
    """What the record as a whole is, and on what terms it may be used (DCAT ``Dataset``)."""

    title: Line
    """Name of the record as a whole."""
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    """Semantic version of the record."""
    licence: Line
    """SPDX identifier of the record's licence."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    """BCP 47 tag of the language in which the claims are written."""
    description: Line | None = None
    """What it holds, in a sentence or two."""


class Source(Frozen):
    """Somebody who says, or passes on, what a claim holds."""

    id: Slug
    name: Line
    """Name by which it is told; of an anonymous one, the words of the document."""
    kind: SourceKind
    named: bool
    """False where the document keeps the source anonymous."""
    role: Line | None = None
    """Office or occupation at the time."""
    speaks_for: Slug | None = None
    """Entity in whose name this source speaks."""
    part_of: Slug | None = None
    """Parent source; sources under one parent are not independent of each other."""
    same_as: tuple[Url, ...] = ()
    """Pages that are about the same source, such as its Wikidata item."""


class Entity(Frozen):
    """Something that claims are about."""

    id: Slug
    name: Line
    """Name by which it is told."""
    kind: EntityKind
    aliases: tuple[Line, ...] = ()
    """Other names under which it is found."""
    same_as: tuple[Url, ...] = ()
    """Pages that are about the same thing, such as its Wikidata item."""


class Topic(Frozen):
    """A subject under which claims are filed."""

    id: Slug
    name: Line
    """Name by which it is told."""


class Quantity(Frozen):
    """A figure that a claim states."""

    value: Annotated[float | int, WithJsonSchema({"type": "number", "format": "double"})]
    """The figure."""
    unit: Line
    """`percent`, `USD`, `aircraft` .."""
    of: Line
    """What is counted or measured."""
    approximate: bool = False
    """The document gives it as about so much."""


class Statement(Frozen):
    """One source's dated word on a claim."""

    id: Slug
    source: Slug
    """The origin: whose word it is."""
    via: tuple[Slug, ...] = ()
    """Relays outward from the origin; the document's author is the last hop always and never listed."""
    stance: Stance
    made: Edtf | None = None
    """When it was said; absent where the text does not tell."""
    not_before: Edtf | None = None
    """Earliest date of an undated statement."""
    date_basis: DateBasis
    adjudicates: bool = False
    """The document's author says that the matter was settled."""
    passages: Annotated[tuple[Ref, ...], Field(min_length=1)]
    """Refs of the passages on which it rests."""
    note: Line | None = None
    """A remark for readers."""

    @model_validator(mode="after")
    def _dated_as_it_says(self) -> "Statement":
        if self.date_basis is DateBasis.document and self.made:
            raise ValueError("date_basis 'document' means undated: leave out made, or say 'text' or 'inferred'")
        if self.date_basis is not DateBasis.document and not self.made:
            raise ValueError(f"date_basis {self.date_basis.value!r} needs made; an undated statement says 'document'")
        if self.made and edtf_span(self.made).end == date.max:
            raise ValueError(
                f"made {self.made!r} has no end, so the statement would never have been made; give the end"
            )
        if self.made and self.not_before:
            raise ValueError("not_before bounds an undated statement; this one has made")
        if self.adjudicates and self.stance not in (Stance.affirms, Stance.denies):
            raise ValueError("adjudicates settles a claim for or against: its stance is affirms or denies")
        return self


class Relation(Frozen):
    """A link to another claim."""

    relation: RelationKind
    claim: Slug


class Claim(Frozen):
    """One proposition in our own words, with everybody's word on it."""

    id: Slug
    text: Annotated[Line, AfterValidator(one_proposition)]
    """Self-contained, at most 30 words, never the document's own sentence."""
    kind: ClaimKind
    background: bool = False
    """An editor's word: no party to it would contest it, such as a treaty that was signed."""
    document: Slug
    about: tuple[Slug, ...] = ()
    """Entities that the claim is about."""
    parties: tuple[Slug, ...] = ()
    """Entities whose own conduct the claim describes: they would know, and could deny."""
    topics: tuple[Slug, ...] = ()
    """Topics under which it is filed."""
    period: Edtf | None = None
    """When it was, is or will be so."""
    quantities: tuple[Quantity, ...] = ()
    """Figures that it states."""
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]
    """Everybody's word on it."""
    related: tuple[Relation, ...] = ()
    """How it bears on other claims."""
    note: Line | None = None
    """A remark for readers."""

    @cached_property
    def span(self) -> Span | None:
        """Days of :attr:`period`."""
        return edtf_span(self.period) if self.period else None


class Header(Frozen):
    """A record without its claims and passages: what a claim must be read against, and what every request needs."""

    dataset: DatasetInfo
    documents: tuple[DocumentInfo, ...]
    """Texts whose claims these are."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Everybody who says or passes on a claim."""
    entities: tuple[Entity, ...] = ()
    """What claims are about."""
    topics: tuple[Topic, ...] = ()
    """Subjects under which claims are filed."""

    @cached_property
    def document_by_id(self) -> Mapping[str, DocumentInfo]:
        """Documents by id."""
        return MappingProxyType({each.id: each for each in self.documents})

    @cached_property
    def source_by_id(self) -> Mapping[str, Source]:
        """Sources by id."""
        return MappingProxyType({each.id: each for each in self.sources})

    @cached_property
    def entity_by_id(self) -> Mapping[str, Entity]:
        """Entities by id."""
        return MappingProxyType({each.id: each for each in self.entities})

    @cached_property
    def topic_by_id(self) -> Mapping[str, Topic]:
        """Topics by id."""
        return MappingProxyType({each.id: each for each in self.topics})

    @cached_property
    def sections(self) -> Collection[str]:
        """Headings of all documents, each once."""
        return dict.fromkeys(section for each in self.documents for section, _ in each.sections)

    @cached_property
    def authors(self) -> Collection[str]:
        """Ids of the sources that wrote a document."""
        return dict.fromkeys(each.author for each in self.documents)

    @cached_property
    def parents(self) -> Collection[str]:
        """Ids of the sources of which others are part."""
        return dict.fromkeys(each.part_of for each in self.sources if each.part_of)

    def section_by_ref(self, document: str) -> Mapping[str, str]:
        """The section of each passage of a document, in the order of the text."""
        return section_by_ref(self.document_by_id[document].sections)

    @cached_property
    def root_by_source(self) -> Mapping[str, str]:
        """For each source the topmost of its ``part_of`` chain: two sources of one root are one origin."""
        return _Roots(self.source_by_id)


class _Roots(dict[str, str]):
    """The root of each source that was asked for; of one that is unknown, an empty text."""

    def __init__(self, source_by_id: Mapping[str, Source]) -> None:
        self._source_by_id = source_by_id

    def __missing__(self, id: str) -> str:
        line = dict[str, None]()
        while id not in line and (source := self._source_by_id.get(id)):
            line[id] = None
            id = source.part_of or ""
        self[next(iter(line), "")] = root = next(reversed(line), "")
        return root


class FileHeader(Header):
    """A record without its claims: the first line of the JSON Lines form."""

    # A document with its passages tells all that one without them does.
    documents: Annotated[tuple[Document, ...], Field(min_length=1)]  # type: ignore[assignment]
    """Texts whose claims these are."""

    @cached_property
    def info(self) -> Header:
        """This header without the passages."""
        return Header.model_construct(**dict(self) | {"documents": tuple([each.info for each in self.documents])})


class Record(FileHeader):
    """A whole record: what ``claims.json`` holds."""

    model_config = ConfigDict(title="claims.json")

    schema_: Annotated[str | None, Field(alias="$schema", description="Where the JSON Schema of this file is.")] = None
    claims: Annotated[tuple[Claim, ...], Field(min_length=1)]
    """The claims, in the order in which they are served."""

    @cached_property
    def header(self) -> FileHeader:
        """This record without its claims."""
        return FileHeader.model_construct(**dict(self))


def wire(model: BaseModel) -> dict[str, Any]:
    """The fields of ``model`` as they travel: wire names, every list present, an absent optional field left out."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


_CLAIM = TypeAdapter(Claim)


def claim_json(claim: Claim) -> bytes:
    """A claim of the record as JSON, the same for the same claim."""
    return _CLAIM.dump_json(claim, by_alias=True, exclude_none=True)

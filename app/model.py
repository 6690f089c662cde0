"""The record: what ``claims.json`` holds, as frozen models.

The shapes are section 2 of the design. Words follow the field: *claim*, *source*, *stance* (fact-checking and
schema.org ``Claim``), *passage* (Web Annotation's ``TextPositionSelector``). Unknown fields are refused everywhere.
Rules that need more than one object at once live in :mod:`app.dataset`.
"""

from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, ConfigDict, Field, model_validator

from app.dates import Span, edtf_span
from app.vocabulary import ClaimKind, DateBasis, EntityKind, RelationKind, SourceKind, Stance

MAX_WORDS = 30
"""Longest text of a claim, in words: one proposition hardly needs more."""


def _edtf(text: str) -> str:
    edtf_span(text)
    return text


def _url(text: str) -> str:
    AnyHttpUrl(text)
    return text


def _one_proposition(text: str) -> str:
    words = len(text.split())
    if words > MAX_WORDS:
        raise ValueError(f"a claim is one proposition of at most {MAX_WORDS} words, this one has {words}; split it")
    return text


Slug = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=100,
        description="A stable, readable id: a-z, 0-9, single hyphens.",
    ),
]
Line = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^\S(.*\S)?$")]
Edtf = Annotated[
    str,
    AfterValidator(_edtf),
    Field(
        max_length=40,
        description="A date or interval in EDTF (ISO 8601-2): `2022`, `2022-07`, `1804/1813`, `2023-04/..`.",
    ),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Url = Annotated[str, AfterValidator(_url), Field(max_length=2000, json_schema_extra={"format": "uri"})]
Ref = Annotated[
    str, Field(pattern=r"^p[1-9][0-9]*s[1-9][0-9]*$", max_length=20, description="`p9s3` is paragraph 9, sentence 3.")
]


class Frozen(BaseModel):
    """Base of all models here: immutable, and closed to fields that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class DatasetInfo(Frozen):
    """What the record as a whole is, and on what terms it may be used (DCAT ``Dataset``)."""

    title: Line
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    """Semantic version of the record."""
    licence: Line
    """SPDX identifier of the record's licence."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    """BCP 47 tag of the language in which the claims are written."""
    description: Line | None = None


class TextInfo(Frozen):
    """Fingerprint of a document's text; the text itself stays with its publisher."""

    length: Annotated[int, Field(ge=1)]
    """Code points after normalization."""
    sha256: Sha256
    """Of the normalized text in UTF-8."""
    normalization: Annotated[str, Field(pattern=r"^fold-1$")]
    """`fold-1`: NFKC, curly quotes and dashes to ASCII, white space to single spaces, trimmed."""


class Passage(Frozen):
    """One sentence of a document, by position and hash (Web Annotation ``TextPositionSelector``)."""

    ref: Ref
    section: Line
    start: Annotated[int, Field(ge=0)]
    """First code point, counted over the normalized text."""
    end: Annotated[int, Field(ge=1)]
    """The code point after the last."""
    sha256: Sha256
    """Of the normalized sentence in UTF-8."""
    omitted: Line | None = None
    """Why no claim is made from this passage; absent where one is."""


class Document(Frozen):
    """A text whose claims the record holds."""

    id: Slug
    title: Line
    author: Slug
    """Source id of the author, who is the last hop of every attribution."""
    publisher: Line
    published: Edtf
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    url: Url | None = None
    text: TextInfo
    passages: Annotated[tuple[Passage, ...], Field(min_length=1)]


class Source(Frozen):
    """Somebody who says, or passes on, what a claim holds."""

    id: Slug
    name: Line
    kind: SourceKind
    named: bool
    """False where the document keeps the source anonymous."""
    role: Line | None = None
    speaks_for: Slug | None = None
    """Entity in whose name this source speaks."""
    part_of: Slug | None = None
    """Parent source; sources under one parent are not independent of each other."""
    same_as: tuple[Url, ...] = ()


class Entity(Frozen):
    """Something that claims are about."""

    id: Slug
    name: Line
    kind: EntityKind
    aliases: tuple[Line, ...] = ()
    same_as: tuple[Url, ...] = ()


class Topic(Frozen):
    """A subject under which claims are filed."""

    id: Slug
    name: Line


class Quantity(Frozen):
    """A figure that a claim states."""

    value: (
        Annotated[float, Field(json_schema_extra={"format": "double"})]
        | Annotated[int, Field(json_schema_extra={"format": "int64"})]
    )
    unit: Line
    """`percent`, `USD`, `aircraft` .."""
    of: Line
    """What is counted or measured."""


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
    note: Line | None = None

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
    text: Annotated[Line, AfterValidator(_one_proposition)]
    """Self-contained, at most 30 words, never the document's own sentence."""
    kind: ClaimKind
    document: Slug
    about: tuple[Slug, ...] = ()
    parties: tuple[Slug, ...] = ()
    """Entities whose own conduct the claim describes: they would know, and could deny."""
    topics: tuple[Slug, ...] = ()
    period: Edtf | None = None
    """When it was, is or will be so."""
    quantities: tuple[Quantity, ...] = ()
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]
    related: tuple[Relation, ...] = ()
    note: Line | None = None

    @cached_property
    def span(self) -> Span | None:
        """Days of :attr:`period`."""
        return edtf_span(self.period) if self.period else None


class Header(Frozen):
    """A record without its claims: the first line of the JSON Lines form, and what a claim must be read against."""

    dataset: DatasetInfo
    documents: Annotated[tuple[Document, ...], Field(min_length=1)]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    entities: tuple[Entity, ...] = ()
    topics: tuple[Topic, ...] = ()

    @cached_property
    def document_by_id(self) -> MappingProxyType[str, Document]:
        """Documents by id."""
        return MappingProxyType({each.id: each for each in self.documents})

    @cached_property
    def source_by_id(self) -> MappingProxyType[str, Source]:
        """Sources by id."""
        return MappingProxyType({each.id: each for each in self.sources})

    @cached_property
    def entity_by_id(self) -> MappingProxyType[str, Entity]:
        """Entities by id."""
        return MappingProxyType({each.id: each for each in self.entities})

    @cached_property
    def topic_by_id(self) -> MappingProxyType[str, Topic]:
        """Topics by id."""
        return MappingProxyType({each.id: each for each in self.topics})

    @cached_property
    def section_by_ref(self) -> MappingProxyType[str, dict[str, str]]:
        """For each document, the section of each passage."""
        return MappingProxyType({doc.id: {each.ref: each.section for each in doc.passages} for doc in self.documents})

    @cached_property
    def root_by_source(self) -> MappingProxyType[str, str]:
        """For each source the topmost of its ``part_of`` chain: two sources of one root are one origin."""
        return MappingProxyType({each.id: self._root(each) for each in self.sources})

    def _root(self, source: Source) -> str:
        seen = {source.id}
        while source.part_of and source.part_of not in seen and source.part_of in self.source_by_id:
            source = self.source_by_id[source.part_of]
            seen.add(source.id)
        return source.id


class Record(Header):
    """A whole record: what ``claims.json`` holds."""

    model_config = ConfigDict(title="claims.json")

    schema_: Annotated[str | None, Field(alias="$schema", description="Where the JSON Schema of this file is.")] = None
    claims: Annotated[tuple[Claim, ...], Field(min_length=1)]

    @cached_property
    def header(self) -> Header:
        """This record without its claims."""
        return Header.model_construct(**{name: getattr(self, name) for name in Header.model_fields})


def wire(model: BaseModel) -> dict[str, Any]:
    """The fields of ``model`` as they travel: wire names, every list present, an absent optional field left out."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)

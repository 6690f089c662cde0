"""Models of the API's responses, named as its schemas.

They are open where the API may grow: a field that a newer server adds is kept in ``model_extra``, and every list of
words admits others. A field without a description here has the one of the server's reference.
"""

from datetime import date
from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

from claims_client import words

Item = TypeVar("Item")


class Model(BaseModel, frozen=True, extra="allow", defer_build=True):
    """Base of all models: immutable, open to new fields, built when first used."""


class Page(Model, Generic[Item]):
    """One page of a list."""

    total: int
    items: tuple[Item, ...]
    next: str | None
    prev: str | None
    revision: str

    @property
    def cursor(self) -> str:
        """Start of the next page, empty on the last."""
        return parse_qs(urlsplit(self.next or "").query).get("cursor", [""])[0]


class Quantity(Model):
    """A figure that a claim states; as text ``about 4,000 km (range)``."""

    value: float | int
    unit: str
    of: str
    approximate: bool = False

    def __str__(self) -> str:
        return f"{'about ' if self.approximate else ''}{self.value:,} {self.unit} ({self.of})"


class Statement(Model):
    """One source's dated word on a claim."""

    id: str
    source: str
    via: tuple[str, ...] = ()
    stance: words.Stance
    made: str | None = None
    not_before: str | None = None
    date_basis: words.DateBasis
    adjudicates: bool = False
    passages: tuple[str, ...]
    note: str | None = None


class Relation(Model):
    """A link to another claim."""

    relation: words.RelationKind
    claim: str


class Verdict(Model):
    """A status with the row of the rule and the statements that decided it."""

    status: words.Status
    rule: str
    since: date | None = None
    since_edtf: str | None = None
    decided_by: tuple[str, ...]
    contested_by: tuple[str, ...]
    pending: tuple[str, ...]
    explanation: str


class Claim(Model):
    """A claim with its status on a day. Quote ``attribution``, which names its sources, rather than ``text``."""

    id: str
    text: str
    kind: words.ClaimKind
    background: bool = False
    document: str
    about: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    period: str | None = None
    quantities: tuple[Quantity, ...] = ()
    statements: tuple[Statement, ...]
    related: tuple[Relation, ...] = ()
    note: str | None = None
    status: words.Status
    basis: Verdict
    sourcing: words.Sourcing
    attributed_to: tuple[str, ...]
    denied_by: tuple[str, ...]
    answered_by: tuple[str, ...]
    taken_back_by: tuple[str, ...]
    passed_on_by: tuple[str, ...]
    attribution: str
    url: str


class FacetValue(Model):
    """Count of a value over the whole result."""

    value: str
    name: str
    count: int
    url: str


class ClaimList(Page[Claim]):
    """One page of claims, with the facets that were asked for."""

    facets: dict[str, tuple[FacetValue, ...]] | None = None
    missing: tuple[str, ...] | None = None
    as_of: str | None = None


class Source(Model):
    """A source, with counts of claims by what it does to them and then by status."""

    id: str
    name: str
    kind: words.SourceKind
    named: bool
    role: str | None = None
    speaks_for: str | None = None
    part_of: str | None = None
    same_as: tuple[str, ...] = ()
    claims: int
    standing: dict[words.Credit, dict[words.Status, int]]
    url: str


class TextInfo(Model):
    """Fingerprint of a document's text."""

    length: int
    sha256: str
    normalization: str


class Passage(Model):
    """One sentence of a document, by position and hash."""

    ref: str
    section: str
    start: int
    end: int
    sha256: str
    omitted: str | None = None


class Document(Model):
    """A text whose claims are served."""

    id: str
    title: str
    author: str
    publisher: str
    published: str
    language: str
    url: str
    text: TextInfo
    passages: tuple[Passage, ...]
    claims: int


class Entity(Model):
    """Something that claims are about."""

    id: str
    name: str
    kind: words.EntityKind
    aliases: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    claims: int
    url: str


class Topic(Model):
    """A subject under which claims are filed."""

    id: str
    name: str
    claims: int
    url: str


class StatusRow(Model):
    """One row of the rule by which statuses are derived."""

    position: int
    rule: str
    status: words.Status
    condition: str


class SourcingKind(Model):
    """One kind of word on which a claim can stand."""

    position: int
    sourcing: words.Sourcing
    condition: str


class Coverage(Model):
    """Claims that rest on a passage, or why there are none."""

    ref: str
    section: str
    claims: tuple[str, ...]
    omitted: str | None = None


class Moment(Model):
    """A period in which a claim's verdict is the same; ``end`` is absent for the one that lasts."""

    start: date
    start_edtf: str
    end: date | None = None
    status: words.Status
    sourcing: words.Sourcing
    rule: str
    decided_by: tuple[str, ...]
    contested_by: tuple[str, ...]
    pending: tuple[str, ...]
    live: tuple[str, ...]
    explanation: str
    attribution: str


class Transition(Model):
    """One change of a claim's status, with the statements that began or ceased to count."""

    date: date
    date_edtf: str
    claim: str
    before: words.Status
    after: words.Status
    rule: str
    caused_by: tuple[str, ...]
    explanation: str


class Impact(Model):
    """Status of a claim with a source and without it."""

    claim: str
    text: str
    before: words.Status
    after: words.Status
    explanation: str
    url: str


class Dataset(Model):
    """The record as a whole."""

    title: str
    version: str
    licence: str
    language: str
    description: str | None = None
    revision: str
    claims: int
    documents: int
    sources: int
    entities: int
    topics: int
    downloads: dict[str, str]

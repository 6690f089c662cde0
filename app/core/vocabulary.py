"""What may stand in the fields of a record: ids, lines, dates, hashes, and words of closed lists.

Stances follow fact-checking practice (ClaimReview separates who claims from who rates); relations follow SPAR's CiTO.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, ConfigDict, Field

from app.core.dates import edtf_span

MAX_WORDS = 30
"""Longest text of a claim, in words: one proposition hardly needs more."""


def _edtf(text: str) -> str:
    edtf_span(text)
    return text


def _url(text: str) -> str:
    AnyHttpUrl(text)
    return text


def one_proposition(text: str) -> str:
    """``text``, if it is short enough to be one proposition; raises ``ValueError``."""
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


class _Worded(StrEnum):
    """Words of a list, each with what is told for it in a sentence."""

    told: str

    def __new__(cls, value: str, told: str = "") -> Self:
        word = str.__new__(cls, value)
        word._value_, word.told = value, told
        return word


class SourceKind(StrEnum):
    """What sort of voice a source is."""

    person = "person"
    organization = "organization"
    government = "government"
    outlet = "outlet"
    group = "group"


class EntityKind(StrEnum):
    """What sort of thing a claim is about."""

    state = "state"
    person = "person"
    organization = "organization"
    weapon = "weapon"
    agreement = "agreement"
    place = "place"
    event = "event"


class ClaimKind(StrEnum):
    """What sort of proposition a claim is. A promise or plan is an `event`: that it was made, not that it was kept."""

    event = "event"
    state = "state"
    quantity = "quantity"
    speech = "speech"
    belief = "belief"
    forecast = "forecast"
    judgement = "judgement"


class Stance(_Worded):
    """What a source does to a claim. Having no evidence is not denying."""

    affirms = "affirms", "affirms it"
    denies = "denies", "denies it"
    no_evidence = "no_evidence", "has no evidence of it"
    no_comment = "no_comment", "does not comment on it"
    qualifies = "qualifies", "qualifies it"
    retracts = "retracts", "takes back an earlier word on it"


STANCE_WORDS: Mapping[str, str] = {each: each.told for each in Stance}
"""Each stance as it follows the name of its source; "it" is the claim."""


class Credit(_Worded):
    """What a source does to a claim on a day; `answers` is having no evidence, not commenting, or qualifying."""

    affirms = "affirms", "affirms"
    denies = "denies", "denies"
    answers = "answers", "answers otherwise"
    took_back = "took_back", "took back an earlier word on"
    passed_on = "passed_on", "only passed on"


CREDIT_WORDS: Mapping[str, str] = {each: each.told for each in Credit}
"""What a source does to claims as it stands between its name and their number."""


class Sourcing(_Worded):
    """On what kind of word a claim stands on a day; the first that holds. Computed from the live statements."""

    author_verdict = "author_verdict", "the author's verdict"
    admission = "admission", "a party's own word"
    named_person_or_body = "named_person_or_body", "the word of a named person or body"
    named_outlet = "named_outlet", "the word of a named outlet"
    anonymous = "anonymous", "the word of unnamed sources"
    author_only = "author_only", "the author's word alone"
    none = "none", "nobody's word"


SOURCING_WORDS: Mapping[str, str] = {each: each.told for each in Sourcing}
"""Each kind of word as it follows "stands on"."""


class DateBasis(StrEnum):
    """How the date of a statement is known: given by the text, inferred from it, or only the document's own."""

    text = "text"
    inferred = "inferred"
    document = "document"


class RelationKind(StrEnum):
    """How one claim bears on another. `contradicts` and `in_tension_with` hold both ways and are listed once."""

    supports = "supports"
    contradicts = "contradicts"
    in_tension_with = "in_tension_with"
    elaborates = "elaborates"
    qualifies = "qualifies"
    restates = "restates"


SYMMETRIC = frozenset({RelationKind.contradicts, RelationKind.in_tension_with})
"""Relations that hold both ways, so that either claim may list them, and only one does."""


class Status(StrEnum):
    """Whether a claim stands, in the order in which `sort=status` lists them. Computed by the rule, never typed in."""

    confirmed = "confirmed"
    corroborated = "corroborated"
    unconfirmed = "unconfirmed"
    disputed = "disputed"
    refuted = "refuted"
    retracted = "retracted"
    asserted = "asserted"
    not_checkable = "not_checkable"
    not_yet_made = "not_yet_made"


class Outcome(StrEnum):
    """What became of a passage in a copy of its text."""

    verified = "verified"
    """It stands in its place, word for word."""
    moved = "moved"
    """It stands once in the text, but elsewhere."""
    ambiguous = "ambiguous"
    """It stands more than once, and never in its place."""
    missing = "missing"
    """It was not found: left out, or changed."""

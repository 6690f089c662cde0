"""The closed lists of words that a record may use, each with the meaning that the field gives it.

Stances follow fact-checking practice (ClaimReview separates who claims from who rates); relations follow SPAR's CiTO.
"""

from collections.abc import Mapping
from enum import StrEnum


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


class Stance(StrEnum):
    """What a source does to a claim. Having no evidence is not denying."""

    affirms = "affirms"
    denies = "denies"
    no_evidence = "no_evidence"
    no_comment = "no_comment"
    qualifies = "qualifies"
    retracts = "retracts"


STANCE_WORDS: Mapping[str, str] = {
    Stance.affirms: "affirms it",
    Stance.denies: "denies it",
    Stance.no_evidence: "has no evidence of it",
    Stance.no_comment: "does not comment on it",
    Stance.qualifies: "qualifies it",
    Stance.retracts: "takes back an earlier word on it",
}
"""Each stance as it follows the name of its source; "it" is the claim."""


class Credit(StrEnum):
    """What a source does to a claim on a day; `answers` is having no evidence, not commenting, or qualifying."""

    affirms = "affirms"
    denies = "denies"
    answers = "answers"
    took_back = "took_back"
    passed_on = "passed_on"


CREDIT_WORDS: Mapping[str, str] = {
    Credit.affirms: "affirms",
    Credit.denies: "denies",
    Credit.answers: "answers otherwise",
    Credit.took_back: "took back an earlier word on",
    Credit.passed_on: "only passed on",
}
"""What a source does to claims as it stands between its name and their number."""


class Sourcing(StrEnum):
    """On what kind of word a claim stands on a day; the first that holds. Computed from the live statements."""

    author_verdict = "author_verdict"
    admission = "admission"
    named_person_or_body = "named_person_or_body"
    named_outlet = "named_outlet"
    anonymous = "anonymous"
    author_only = "author_only"
    none = "none"


SOURCING_WORDS: Mapping[str, str] = {
    Sourcing.author_verdict: "the author's verdict",
    Sourcing.admission: "a party's own word",
    Sourcing.named_person_or_body: "the word of a named person or body",
    Sourcing.named_outlet: "the word of a named outlet",
    Sourcing.anonymous: "the word of unnamed sources",
    Sourcing.author_only: "the author's word alone",
    Sourcing.none: "nobody's word",
}
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

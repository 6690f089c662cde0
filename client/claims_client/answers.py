"""Models of the responses to questions that come with a text or statements: verify, match, what if."""

from claims_client import words
from claims_client.models import Model, Moment, Verdict
from claims_client.words import Status


class Verified(Model):
    """Place of a passage in the reader's own copy of the text, in code points of the normalized copy."""

    ref: str
    outcome: words.Outcome
    start: int | None = None
    end: int | None = None


class Standing(Model):
    """How a claim stands on a day, and how it came to."""

    status: words.Status
    sourcing: words.Sourcing
    basis: Verdict
    attribution: str
    timeline: tuple[Moment, ...]


class Supposed(Model):
    """How a claim stands in the record, and how it would stand."""

    claim: str
    as_of: str | None = None
    changed: bool
    before: Standing
    after: Standing
    revision: str


class Match(Model):
    """A claim that says in words what a sentence says, or the contrary. Quote ``attribution``."""

    claim: str
    score: float
    words: tuple[str, ...]
    wording: str
    """``similar`` or ``contradicts``."""
    status: Status
    attribution: str
    url: str


class MatchedSentence(Model):
    """A sentence of a text, with the claims that it repeats, the best first."""

    text: str
    start: int
    end: int
    matches: tuple[Match, ...]

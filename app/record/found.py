"""Shapes of what is found in a reader's text: passages of a document, and claims that it repeats."""

from typing import Annotated

from pydantic import Field

from app.core.fields import Ref, Slug
from app.core.vocabulary import Outcome, Status
from app.record.lists import Count, Href, Listing, Shape


class Verified(Shape):
    """Where a passage is in the reader's own copy of the text."""

    ref: Ref
    outcome: Outcome
    """At its place, elsewhere, more than once, or not at all."""
    start: Count | None = None
    """First code point in the normalized copy, where it was found."""
    end: Count | None = None
    """One past its last code point."""


class Match(Shape):
    """A claim that says in words what a sentence says, or the contrary."""

    claim: Slug
    score: Annotated[float, Field(ge=0, le=1)]
    """Share of the words of both that both have; names count half."""
    words: tuple[str, ...]
    """Words and names that both have, as they stand in the claim."""
    wording: Annotated[str, Field(pattern="^(similar|contradicts)$")]
    """`contradicts` where one of the two has a negation, such as "not" or "never", and the other none."""
    status: Status
    attribution: str
    """The claim in one sentence with its sources; quote this."""
    url: Href
    """Where the claim is served, relative to this server."""


class MatchedSentence(Shape):
    """A sentence of the text, with the claims that it repeats."""

    text: str
    """The sentence, normalized (fold-1)."""
    start: Annotated[int, Field(ge=0, json_schema_extra={"format": "int32"})]
    """First code point in the normalized text (fold-1)."""
    end: Annotated[int, Field(ge=0, json_schema_extra={"format": "int32"})]
    """The code point after the last."""
    matches: tuple[Match, ...]
    """The best first; empty where no claim is near enough."""


class VerifiedList(Listing[Verified]):
    """Every passage of a document, looked for in the reader's copy."""


class MatchList(Listing[MatchedSentence]):
    """The sentences of a text, each with the claims that it repeats."""

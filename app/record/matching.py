"""Which claims a text repeats: sentence by sentence, by :mod:`app.core.likeness`; nothing of the text is kept.

A match says that words are shared, never that the sentence is true: whether the claim stands is its status, and who
says so its attribution.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field
from pydantic_core import from_json

from app.core.errors import TextTooLarge
from app.core.likeness import Lexicon, Wording, likeness
from app.core.vocabulary import Slug, Status
from app.record.anchors import fold, split
from app.record.lists import Href, Shape, list_of

MOST_SENTENCES = 500
"""Sentences of a text: some twenty pages."""

MOST_WORDS = 200
"""Words of a sentence that is compared; a claim has 30 at most, and is not alike a sentence of so many."""

CANDIDATES = 20
"""Claims that are compared with a sentence: those of the store that share the most words with it."""

NEXT_TO_BEST = 0.9
"""Share of the best score that another claim needs, so that a claim which only resembles the one meant is left out."""


CodePoint = Annotated[int, Field(ge=0, json_schema_extra={"format": "int32"})]


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
    start: CodePoint
    """First code point in the normalized text (fold-1)."""
    end: CodePoint
    """The code point after the last."""
    matches: tuple[Match, ...]
    """The best first; empty where no claim is near enough."""


MatchList = list_of(MatchedSentence, "MatchList", "The sentences of a text, each with the claims that it repeats.")


def sentences(text: str) -> list[tuple[int, int, str]]:
    """The sentences of ``text``, headings left out: first code point, the one after the last, and the words.

    Raises ``QueryInvalid`` where there is none, ``TextTooLarge`` where there are more than :data:`MOST_SENTENCES`.
    """
    passages = split(text).passages
    if len(passages) > MOST_SENTENCES:
        raise TextTooLarge(
            f"The text has {len(passages)} sentences; at most {MOST_SENTENCES} are matched at once. Send a part of it."
        )
    folded = fold(text)
    return [(each.start, each.end, folded[each.start : each.end]) for each in passages]


def wording(sentence: str, lexicon: Lexicon) -> Wording:
    """``sentence`` as it is compared; nothing of it where it is too long."""
    return lexicon.wording(sentence if len(sentence.split()) <= MOST_WORDS else "")


def matches(sentence: Wording, candidates: Iterable[bytes], lexicon: Lexicon) -> tuple[Match, ...]:
    """Those of ``candidates``, served claims, that are alike ``sentence``: the best first, equals as they come."""
    found = []
    for body in candidates:
        claim = from_json(body)
        alike = likeness(sentence, lexicon.wording(claim["text"]))
        if alike:
            said = "contradicts" if alike.contradicts else "similar"
            told = {name: claim[name] for name in ("status", "attribution", "url")}
            found.append(Match(claim=claim["id"], score=alike.score, words=alike.words, wording=said, **told))
    found.sort(key=lambda each: -each.score)
    return tuple(each for each in found if each.score >= NEXT_TO_BEST * found[0].score)

"""Ratings of fact-checkers as stances: what schema.org's ``Rating`` says in words or on a scale.

Only an outright true or false settles a matter; "half true", "misleading" and their kin qualify it.
"""

from collections.abc import Mapping
from typing import Any

from app.record.anchors import fold

TRUE = frozenset("true correct accurate confirmed verified real fact yes".split()) | {"mostly true", "legit"}
FALSE = frozenset("false incorrect inaccurate fake wrong no debunked fabricated hoax".split()) | frozenset(
    ("pants on fire", "mostly false", "not true", "four pinocchios")
)
"""Verbal ratings that settle a matter, folded; the International Fact-Checking Network's signatories use many words."""

SETTLED = 0.125
"""Share of the numeric scale at either end within which a rating settles: the outer steps of nine or fewer."""


def rated(rating: Mapping[str, Any]) -> tuple[str, str]:
    """Stance of a rating (``affirms``, ``denies``, ``qualifies`` or empty) and its words."""
    said = fold(str(rating.get("alternateName") or rating.get("name") or ""))
    folded = said.casefold().rstrip(".!")
    if folded in TRUE:
        return "affirms", said
    if folded in FALSE:
        return "denies", said
    try:
        value, worst, best = (float(rating[name]) for name in ("ratingValue", "worstRating", "bestRating"))
        share = (value - worst) / (best - worst)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ("qualifies" if said else ""), said
    if not 0 <= share <= 1:
        return "", said or str(value)
    stance = "affirms" if share >= 1 - SETTLED else "denies" if share <= SETTLED else "qualifies"
    return stance, said or f"{value:g} of {best:g}"

"""Verdicts as schema.org ``ClaimReview``, for fact-checkers and search engines; :mod:`app.record.claimreview` reads it.

A review is somebody's judgement of somebody else's claim. So only those claims have one of which the author of their
document says that they proved true or false, after somebody else had spoken: the author reviews, and the claim is
theirs who affirm it. Whoever denies it, answers otherwise or took a word back is not named as a claimant.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json, to_json

from app.core.errors import ParametersConflict
from app.core.model import Source
from app.core.vocabulary import SourceKind, Stance
from app.formats.shape import Listing, Setting
from app.formats.terms import present

Json = Mapping[str, Any]

RATINGS: Mapping[str, tuple[str, int]] = {"verdict-for": ("True", 5), "verdict-against": ("False", 1)}
"""For each row of the rule that follows a verdict its rating, in words and from 1 to 5."""

_CONTEXT = "https://schema.org"
_RATED = "Rated: "
_KINDS = {
    SourceKind.person: "Person",
    SourceKind.government: "GovernmentOrganization",
    SourceKind.outlet: "NewsMediaOrganization",
}
_CALENDAR = re.compile(r"\d{4}(-(0\d|1[0-2])(-\d{2})?)?", re.ASCII)


def review_claim(body: bytes, setting: Setting) -> bytes:
    """The review of a claim. Raises :class:`~app.core.errors.ParametersConflict` where the record has no verdict."""
    claim = from_json(body)
    review = _review(claim, setting)
    if review is None:
        raise ParametersConflict(
            f"format=claimreview is for claims on which the author of the document gives a verdict; this one is "
            f"{claim['status'].replace('_', ' ')} by the rule {claim['basis']['rule']!r}. Choose another format."
        )
    return to_json({"@context": _CONTEXT} | dict(review))


def review_claims(listing: Listing, setting: Setting) -> bytes:
    """A ``DataFeed`` with the reviews of the page, which says how many claims have none."""
    written = [each for body in listing.bodies if (each := _review(from_json(body), setting))]
    feed = {
        "@context": _CONTEXT,
        "@type": "DataFeed",
        "name": setting.header.dataset.title,
        "version": setting.revision,
        "description": f"{len(written)} of {len(listing.bodies)} claims; on the others the author of their document "
        "gives no verdict.",
        "dataFeedElement": [{"@type": "DataFeedItem", "item": [each]} for each in written],
    }
    return to_json(feed)


def _review(claim: Json, setting: Setting) -> Json | None:
    rated = RATINGS.get(claim["basis"]["rule"])
    if rated is None:
        return None
    header = setting.header
    document = header.document_by_id[claim["document"]]
    decided = [each for each in claim["statements"] if each["id"] in claim["basis"]["decided_by"]]
    verdict = next(each for each in reversed(decided) if each["adjudicates"])
    note = verdict.get("note", "")
    said, value = rated
    return present(
        {
            "@type": "ClaimReview",
            "url": f"{setting.base}{claim['url']}",
            "claimReviewed": claim["text"],
            "author": _agent(header.source_by_id[document.author]),
            "datePublished": _date(verdict.get("made") or document.published),
            "itemReviewed": _claimed(claim, document.author, setting),
            "reviewRating": {
                "@type": "Rating",
                "alternateName": note.removeprefix(_RATED) if note.startswith(_RATED) else said,
                "ratingValue": value,
                "bestRating": 5,
                "worstRating": 1,
            },
            "inLanguage": document.language,
            "keywords": [header.topic_by_id[each].name for each in claim["topics"]],
        }
    )


def _claimed(claim: Json, author: str, setting: Setting) -> Json:
    sources = setting.header.source_by_id
    basis = claim["basis"]
    counting = {*basis["decided_by"], *basis["contested_by"]}
    words = [
        each
        for each in claim["statements"]
        if each["id"] in counting and each["stance"] == Stance.affirms and each["source"] != author
    ]
    claimants = dict.fromkeys(each["source"] for each in words)
    dates = {each.get("made", "") for each in words}
    relays = dict.fromkeys(relay for each in words for relay in each["via"])
    return present(
        {
            "@type": "Claim",
            "author": [_agent(sources[each]) for each in claimants],
            "datePublished": _date(dates.pop()) if len(dates) == 1 else None,
            "appearance": [{"@type": "CreativeWork", "publisher": _agent(sources[each])} for each in relays],
        }
    )


def _agent(source: Source) -> Json:
    kind = _KINDS.get(source.kind, "Organization")
    return present(
        {
            "@type": kind,
            "name": source.name,
            "jobTitle" if kind == "Person" else "description": source.role,
            "sameAs": list(source.same_as),
        }
    )


def _date(edtf: str) -> str | None:
    """A date as schema.org has it; any other stays with the claim."""
    return edtf if _CALENDAR.fullmatch(edtf) else None

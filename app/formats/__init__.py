"""The forms in which claims can be taken away: one row a format, one meaning for all.

A format turns served claims (JSON bytes from the store) into a body. JSON is the product's own form; the others follow
their standards: JSON Lines, CSV (RFC 4180), JSON-LD 1.1, Turtle 1.1, plain text, BibTeX, CSL-JSON, RIS, schema.org's
ClaimReview. Changes of status are also an Atom feed (:mod:`app.formats.atom`). Pages for people are in :mod:`app.web`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.formats import linked, plain, reviews, table
from app.formats.citing import BIBTEX, CSL, RIS
from app.formats.shape import MEDIA_TYPES, Facet, Format, Listing, Setting

__all__ = ["FORMATS", "Facet", "Format", "Listing", "Setting"]

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            Format("json", MEDIA_TYPES["json"], plain.json_claim, plain.json_claims, plain.json_dataset),
            Format("jsonl", MEDIA_TYPES["jsonl"], plain.jsonl_claim, plain.jsonl_claims, plain.jsonl_dataset),
            Format("csv", MEDIA_TYPES["csv"], table.csv_claim, table.csv_claims, table.csv_dataset),
            Format(
                "jsonld",
                MEDIA_TYPES["jsonld"],
                linked.jsonld_claim,
                linked.jsonld_claims,
                linked.jsonld_dataset,
                passages=True,
            ),
            Format(
                "turtle",
                MEDIA_TYPES["turtle"],
                linked.turtle_claim,
                linked.turtle_claims,
                linked.turtle_dataset,
                passages=True,
            ),
            Format("text", MEDIA_TYPES["text"], plain.text_claim, plain.text_claims, plain.text_dataset),
            Format("bibtex", MEDIA_TYPES["bibtex"], BIBTEX.claim, BIBTEX.claims),
            Format("csl", MEDIA_TYPES["csl"], CSL.claim, CSL.claims),
            Format("ris", MEDIA_TYPES["ris"], RIS.claim, RIS.claims),
            Format("claimreview", MEDIA_TYPES["claimreview"], reviews.review_claim, reviews.review_claims),
        )
    }
)
"""Every format by the value of ``format=``, the product's own first: it is the one for ``Accept: */*``."""

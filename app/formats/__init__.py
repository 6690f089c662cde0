"""The forms in which claims can be taken away: one row a format, one meaning for all.

A format turns served claims (JSON bytes from the store) into a body. JSON is the product's own form; the others follow
their standards: JSON Lines, CSV (RFC 4180), JSON-LD 1.1, Turtle 1.1, plain text, BibTeX, CSL-JSON, RIS, schema.org's
ClaimReview. Changes of status are also an Atom feed (:mod:`app.formats.atom`). Pages for people are in :mod:`app.web`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.formats import citing, plain, reviews, table
from app.formats.linked import JSONLD, TURTLE
from app.formats.shape import Facet, Format, Listing, Setting

__all__ = ["FORMATS", "Facet", "Format", "Listing", "Setting"]

_ROWS = (
    Format("json", plain.json_claims, plain.json_parts, alone=plain.json_claim),
    Format("jsonl", plain.jsonl_claims, plain.jsonl_parts),
    Format("csv", table.csv_claims, table.csv_parts),
    Format("jsonld", JSONLD.claims, JSONLD.parts, passages=True),
    Format("turtle", TURTLE.claims, TURTLE.parts, passages=True),
    Format("text", plain.text_claims, plain.text_parts, alone=plain.text_claim),
    Format("bibtex", citing.bibtex_claims),
    Format("csl", citing.csl_claims),
    Format("ris", citing.ris_claims),
    Format("claimreview", reviews.review_claims, alone=reviews.review_claim),
)
FORMATS: Mapping[str, Format] = MappingProxyType({each.name: each for each in _ROWS})
"""Every format by the value of ``format=``, the product's own first: it is the one for ``Accept: */*``."""

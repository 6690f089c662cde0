"""Claims as references: BibTeX, CSL-JSON and RIS, for bibliographies and the programs that make them.

What is cited is the document, at the passages on which the claim rests, in this revision of the record. Its title and
author are the document's: a claim is in nobody's words but the record's, and its author may deny it. So the claim
stands in the abstract, as the sentence that keeps its sources, after its status.
"""

import re
from typing import NamedTuple

from pydantic_core import from_json, to_json

from app.core.dates import edtf_span
from app.core.vocabulary import SourceKind
from app.formats.shape import Listing, Setting

_CALENDAR = re.compile(r"(\d{4})(?:-(0\d|1[0-2])(?:-(\d{2}))?)?", re.ASCII)
_NO_TEXT = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_TEX = {char: f"\\{char}" for char in "&%$#_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_IN_TEX = str.maketrans(_TEX)


class Reference(NamedTuple):
    """What the three forms tell of a claim."""

    id: str
    title: str
    author: str
    person: bool
    publisher: str
    published: str
    """EDTF."""
    language: str
    url: str
    note: str
    """Passages, claim, revision and day."""
    abstract: str
    """Status and attribution."""

    @property
    def date_parts(self) -> list[list[int]]:
        """The date as CSL has it: year, month and day as far as known; the first and the last year of any other."""
        found = _CALENDAR.fullmatch(self.published)
        if found:
            return [[int(part) for part in found.groups() if part]]
        span = edtf_span(self.published)
        return [[year] for year in sorted({span.start.year, span.end.year}) if year > 1]


def reference(body: bytes, setting: Setting) -> Reference:
    """The reference of a served claim."""
    claim = from_json(body)
    document = setting.header.document_by_id[claim["document"]]
    author = setting.header.source_by_id[document.author]
    address = f"{setting.base}{claim['url']}"
    refs = ", ".join(dict.fromkeys(ref for each in claim["statements"] for ref in each["passages"]))
    as_of = f" as of {setting.as_of}" if setting.as_of else ""
    return Reference(
        claim["id"],
        document.title,
        author.name,
        author.kind is SourceKind.person,
        document.publisher,
        document.published,
        document.language,
        document.url or address,
        f"Passages {refs}. Claim {address}, revision {setting.revision}{as_of}.",
        f"[{claim['status'].replace('_', ' ')}{as_of}] {claim['attribution']}",
    )


def bibtex(each: Reference) -> bytes:
    """An entry of BibTeX; ``date`` is EDTF, as biblatex reads it, and ``year`` is for those that know no other."""
    fields = {
        "author": _tex(each.author) if each.person else f"{{{_tex(each.author)}}}",
        "title": f"{{{_tex(each.title)}}}",
        "howpublished": _tex(each.publisher),
        "date": each.published,
        "year": str(each.date_parts[-1][0]),
        "language": each.language,
        "url": each.url.replace("{", "%7B").replace("}", "%7D"),
        "note": _tex(each.note),
        "abstract": _tex(each.abstract),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{each.id},\n{lines}}}\n".encode()


def csl(each: Reference) -> bytes:
    """An item of CSL-JSON. Names are literal: where a family name begins is not known."""
    item = {
        "id": each.id, "type": "article", "title": each.title, "author": [{"literal": each.author}],
        "publisher": each.publisher, "issued": {"date-parts": each.date_parts}, "language": each.language,
        "URL": each.url, "note": each.note, "abstract": each.abstract,
    }  # fmt: skip
    return to_json(item)


def ris(each: Reference) -> bytes:
    """A record of RIS, with the line ends that it wants."""
    date = "/".join(f"{part:02}" for part in each.date_parts[-1])
    lines = {
        "TY": "GEN", "ID": each.id, "TI": each.title, "AU": each.author, "PB": each.publisher, "PY": date[:4],
        "DA": date, "LA": each.language, "UR": each.url, "N1": each.note, "AB": each.abstract, "ER": "",
    }  # fmt: skip
    return "".join(f"{tag}  - {_NO_TEXT.sub(' ', value)}\r\n" for tag, value in lines.items()).encode()


def bibtex_claims(listing: Listing, setting: Setting) -> bytes:
    """An entry for each claim of the page; total and next page are in the response's headers, here as below."""
    return b"\n".join(bibtex(reference(body, setting)) for body in listing.bodies)


def csl_claims(listing: Listing, setting: Setting) -> bytes:
    """An array of items."""
    return b"[%s]" % b",".join(csl(reference(body, setting)) for body in listing.bodies)


def ris_claims(listing: Listing, setting: Setting) -> bytes:
    """A record for each claim."""
    return b"".join(ris(reference(body, setting)) for body in listing.bodies)


def _tex(text: str) -> str:
    return _NO_TEXT.sub(" ", text).translate(_IN_TEX)

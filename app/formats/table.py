"""CSV: a claim a row, for spreadsheets and data frames.

RFC 4180: comma, CRLF, a header row, quotes doubled; UTF-8 without a byte order mark. Ids never hold a blank, so a list
of ids is one cell with blanks between them and splits back without loss. A cell that a spreadsheet would run as a
formula gets an apostrophe there (OWASP, "CSV Injection").
"""

import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from app.formats.shape import Listing, Setting

Served = Mapping[str, Any]

_FORMULA = re.compile(r"""((?:^|[;\t\r\n])[\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])""")
"""Where spreadsheets begin a formula, full-width forms included: at the start of a cell, or of what becomes a cell
where the file is taken apart at semicolons, tabs or line ends; with blanks and quotes between."""

_SEPARATOR = re.compile(r"[;\t\r\n]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the field of a claim that it tells, what a cell means, and how it is made."""

    name: str
    field: str
    meaning: str
    write: Callable[[Served, Setting], str] | None = None

    def cell(self, claim: Served, setting: Setting) -> str:
        """By default the value of that name: ids with blanks between, anything else as text."""
        if self.write:
            return self.write(claim, setting)
        value = (claim["basis"] if self.field == "basis" else claim).get(self.name, "")
        return _unique(value) if isinstance(value, list) else str(value)


def _from_statements(name: str) -> Callable[[Served, Setting], str]:
    return lambda claim, _: _unique(value for each in claim["statements"] for value in each[name])


def _unique(values: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(values))


def _said(statement: Served) -> str:
    made = f"@{statement['made']}" if "made" in statement else ""
    return f"{statement['stance']}:{'>'.join([statement['source'], *statement['via']])}{made}"


def _section(claim: Served, setting: Setting) -> str:
    section_of = setting.header.section_by_ref(claim["document"])
    refs = [ref for each in claim["statements"] for ref in each["passages"]]
    return "; ".join(dict.fromkeys(section_of[ref] for ref in refs))


COLUMNS: tuple[Column, ...] = (
    Column("id", "id", "Id of the claim."),
    Column("text", "text", "The claim in one sentence."),
    Column("kind", "kind", "Sort of proposition."),
    Column("status", "status", "Whether it stands."),
    Column("sourcing", "sourcing", "Kind of word on which it stands."),
    Column("rule", "basis", "Row of the rule that decided."),
    Column("since", "basis", "Day from which the status has been the same; empty if not yet made."),
    Column("since_edtf", "basis", "That day as the statement dates it: 2023-01 for a month."),
    Column("explanation", "basis", "The reason in one sentence."),
    Column("decided_by", "basis", "Ids of the statements that decided."),
    Column("contested_by", "basis", "Ids of the statements that speak against it."),
    Column("pending", "basis", "Ids of the undated statements that may have been made already."),
    Column("attribution", "attribution", "One sentence that keeps the sources; quote this."),
    Column("attributed_to", "attributed_to", "Ids of the origins that affirm it."),
    Column("denied_by", "denied_by", "Ids of the origins that deny it."),
    Column("answered_by", "answered_by", "Ids of the origins with no evidence, no comment or a qualification."),
    Column("taken_back_by", "taken_back_by", "Ids of the origins that took back their word."),
    Column("passed_on_by", "passed_on_by", "Ids of the relays without a word of their own."),
    Column("via", "statements", "Ids of all relays.", _from_statements("via")),
    Column(
        "statements", "statements", "Each statement as stance:source>relay>relay@date, blanks between them.",
        lambda claim, _: " ".join(_said(each) for each in claim["statements"]),
    ),
    Column("passages", "statements", "Refs of the passages on which it rests.", _from_statements("passages")),
    Column("section", "statements", "Sections of those passages, with '; ' between them.", _section),
    Column("parties", "parties", "Ids of the entities whose conduct it describes."),
    Column("about", "about", "Ids of the entities that it is about."),
    Column("topics", "topics", "Ids of its topics."),
    Column("period", "period", "When it was, is or will be so, in EDTF."),
    Column(
        "quantities", "quantities", "Its figures as a JSON array; empty without any.",
        lambda claim, _: to_json(claim["quantities"]).decode() if claim["quantities"] else "",
    ),
    Column(
        "related", "related", "Other claims as relation:id, blanks between them.",
        lambda claim, _: " ".join(f"{each['relation']}:{each['claim']}" for each in claim["related"]),
    ),
    Column(
        "background", "background", "true where no party to it would contest it.",
        lambda claim, _: to_json(claim["background"]).decode(),
    ),
    Column("document", "document", "Id of the document."),
    Column("note", "note", "A remark."),
    Column("url", "url", "Absolute URL of the claim: a table is read far from its server.",
           lambda claim, setting: f"{setting.base}{claim['url']}"),
)  # fmt: skip
"""The table, in its own order. ``fields`` picks columns by the field that they tell, in the order asked for."""


def csv_claims(listing: Listing, setting: Setting) -> bytes:
    """The header row and a row a claim; total and next page are in the response's headers."""
    return _lines(listing.bodies, setting, header=True)


async def csv_parts(claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
    """The header row and a row for every claim of the record."""
    yield _lines([], setting, header=True)
    async for body in claims:
        yield _lines([body], setting, header=False)


def defused(cell: str) -> str:
    """``cell`` with an apostrophe wherever a spreadsheet would begin to run it as a formula."""
    if (not cell or cell[0].isalnum()) and not _SEPARATOR.search(cell):
        return cell  # nearly all, in a tenth of the time
    return _FORMULA.sub(r"\1'", cell)


def _lines(bodies: Sequence[bytes], setting: Setting, *, header: bool) -> bytes:
    fields = setting.fields
    wanted = [each for name in fields for each in COLUMNS if each.field == name] if fields else COLUMNS
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    if header:
        writer.writerow([each.name for each in wanted])
    for body in bodies:
        claim = from_json(body)
        writer.writerow([defused(each.cell(claim, setting)) for each in wanted])
    return out.getvalue().encode()

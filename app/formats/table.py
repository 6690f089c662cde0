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

from app.formats.shape import Listing, Setting, pieces

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
    cell: Callable[[Served, Setting], str]


def _plain(name: str) -> Callable[[Served, Setting], str]:
    return lambda claim, _: str(claim.get(name, ""))


def _ids(name: str) -> Callable[[Served, Setting], str]:
    return lambda claim, _: _unique(claim[name])


def _basis(name: str) -> Callable[[Served, Setting], str]:
    return lambda claim, _: str(claim["basis"].get(name, ""))


def _basis_ids(name: str) -> Callable[[Served, Setting], str]:
    return lambda claim, _: _unique(claim["basis"][name])


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
    Column("id", "id", "Id of the claim.", _plain("id")),
    Column("text", "text", "The claim in one sentence.", _plain("text")),
    Column("kind", "kind", "Sort of proposition.", _plain("kind")),
    Column("status", "status", "Whether it stands.", _plain("status")),
    Column("sourcing", "sourcing", "Kind of word on which it stands.", _plain("sourcing")),
    Column("rule", "basis", "Row of the rule that decided.", _basis("rule")),
    Column("since", "basis", "Day from which the status has been the same; empty if not yet made.", _basis("since")),
    Column("since_edtf", "basis", "That day as the statement dates it: 2023-01 for a month.", _basis("since_edtf")),
    Column("explanation", "basis", "The reason in one sentence.", _basis("explanation")),
    Column("decided_by", "basis", "Ids of the statements that decided.", _basis_ids("decided_by")),
    Column("contested_by", "basis", "Ids of the statements that speak against it.", _basis_ids("contested_by")),
    Column("pending", "basis", "Ids of the undated statements that may have been made already.", _basis_ids("pending")),
    Column("attribution", "attribution", "One sentence that keeps the sources; quote this.", _plain("attribution")),
    Column("attributed_to", "attributed_to", "Ids of the origins that affirm it.", _ids("attributed_to")),
    Column("denied_by", "denied_by", "Ids of the origins that deny it.", _ids("denied_by")),
    Column(
        "answered_by", "answered_by", "Ids of the origins with no evidence, no comment or a qualification.",
        _ids("answered_by"),
    ),
    Column("taken_back_by", "taken_back_by", "Ids of the origins that took back their word.", _ids("taken_back_by")),
    Column("passed_on_by", "passed_on_by", "Ids of the relays without a word of their own.", _ids("passed_on_by")),
    Column("via", "statements", "Ids of all relays.", _from_statements("via")),
    Column(
        "statements", "statements", "Each statement as stance:source>relay>relay@date, blanks between them.",
        lambda claim, _: " ".join(_said(each) for each in claim["statements"]),
    ),
    Column("passages", "statements", "Refs of the passages on which it rests.", _from_statements("passages")),
    Column("section", "statements", "Sections of those passages, with '; ' between them.", _section),
    Column("parties", "parties", "Ids of the entities whose conduct it describes.", _ids("parties")),
    Column("about", "about", "Ids of the entities that it is about.", _ids("about")),
    Column("topics", "topics", "Ids of its topics.", _ids("topics")),
    Column("period", "period", "When it was, is or will be so, in EDTF.", _plain("period")),
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
    Column("document", "document", "Id of the document.", _plain("document")),
    Column("note", "note", "A remark.", _plain("note")),
    Column("url", "url", "Absolute URL of the claim: a table is read far from its server.",
           lambda claim, setting: f"{setting.base}{claim['url']}"),
)  # fmt: skip
"""The table, in its own order. ``fields`` picks columns by the field that they tell, in the order asked for."""


def csv_claim(body: bytes, setting: Setting) -> bytes:
    """The header row and one row."""
    return _lines([body], setting, header=True)


def csv_claims(listing: Listing, setting: Setting) -> bytes:
    """The header row and a row a claim; total and next page are in the response's headers."""
    return _lines(listing.bodies, setting, header=True)


def csv_dataset(claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
    """The header row and a row for every claim of the record."""

    async def parts() -> AsyncIterator[bytes]:
        yield _lines([], setting, header=True)
        async for body in claims:
            yield _lines([body], setting, header=False)

    return pieces(parts())


def columns(fields: Sequence[str]) -> list[Column]:
    """The columns that tell ``fields``, in that order; all where none is asked for."""
    return [each for name in fields for each in COLUMNS if each.field == name] if fields else list(COLUMNS)


def defused(cell: str) -> str:
    """``cell`` with an apostrophe wherever a spreadsheet would begin to run it as a formula."""
    if (not cell or cell[0].isalnum()) and not _SEPARATOR.search(cell):
        return cell  # nearly all, in a tenth of the time
    return _FORMULA.sub(r"\1'", cell)


def _lines(bodies: Sequence[bytes], setting: Setting, *, header: bool) -> bytes:
    wanted = columns(setting.fields)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    if header:
        writer.writerow([each.name for each in wanted])
    for body in bodies:
        claim = from_json(body)
        writer.writerow([defused(each.cell(claim, setting)) for each in wanted])
    return out.getvalue().encode()

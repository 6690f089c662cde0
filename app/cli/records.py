"""Commands on a record's file: ``claims validate`` and ``claims verify``."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.files import shipped_record, text_at
from app.cli.showing import AsCsv, AsJson, Column, counted, show, show_json, tell, waiting
from app.core.documents import Document
from app.core.errors import NotFound, QueryInvalid, RecordInvalid, RecordUnreadable
from app.core.model import Record, claim_json
from app.core.query import nearest
from app.core.vocabulary import Outcome
from app.record.anchors import Verified, locate
from app.record.dataset import canonical_header, load_file, revision


def validate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Records to check (.json, .jsonl).", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """Check records: every fault at once, with its line, its JSON pointer, and what to do.

    Ends with 0 if all are good, with 1 if any has a fault or cannot be read.

    Example: claims validate claims.json
    """
    told: list[dict[str, Any]] = []
    for path in files:
        try:
            with waiting(f"Reading {path}"):
                record = load_file(path)
        except RecordInvalid as error:
            told += [
                {"file": str(path), "line": each.line, "pointer": each.pointer, "message": each.message}
                for each in error.faults
            ]
        except RecordUnreadable as error:
            told.append({"file": str(path), "line": 0, "pointer": "", "message": str(error)})
        else:
            if not as_json:
                tell(f"{path}: good. {_counts(record)}.")
    if as_json:
        show_json(told)
    else:
        for each in told:
            place = f"{each['file']}:{each['line']}" if each["line"] else each["file"]
            pointer = f" {each['pointer']}:" if each["pointer"] else ""
            tell(f"{place}:{pointer} {each['message']}")
    if told:
        if not as_json:
            typer.echo(f"{counted(len(told), 'fault')}.", err=True)
        raise typer.Exit(1)


def verify(
    text: Annotated[
        str, typer.Option(metavar="ESSAY", help="Your copy of the document's text, in UTF-8; - reads standard input.")
    ],
    file: Annotated[str, typer.Argument(metavar="FILE", help="The record; by default as for `claims serve`.")] = "",
    document: Annotated[str, typer.Option(help="Id of the document; needed where the record has several.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only passages that are not in their place.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Check your own copy of a text: is each passage of the record in it? Typography makes no difference.

    A passage is verified (in its place), moved (once, elsewhere), ambiguous (elsewhere, more than once) or missing.
    Ends with 1 if any is missing. Nothing leaves this machine.

    Example: claims verify claims.json --text essay.txt
    """
    wanted = _document(load_file(Path(file or shipped_record()), unfinished=True), document)
    located = locate(text_at(text), wanted.passages)
    count = Counter(each.outcome for each in located)
    shown = [each for each in located if not (quiet and each.outcome == Outcome.verified)]
    section_of = {each.ref: each.section for each in wanted.passages}
    columns: Sequence[Column[Verified]] = (
        Column("passage", lambda each: each.ref),
        Column("outcome"),
        Column("section", lambda each: section_of[each.ref]),
        Column("start", lambda each: "" if each.start is None else str(each.start)),
        Column("end", lambda each: "" if each.end is None else str(each.end)),
    )
    summary = ", ".join(f"{count[outcome]} {outcome}" for outcome in Outcome if count[outcome])
    foot = f"{counted(len(located), 'passage')}: {summary}."
    show(shown, columns, as_json=as_json, as_csv=as_csv, foot=foot)
    if count[Outcome.missing]:
        raise typer.Exit(1)


def _counts(record: Record) -> str:
    rows = (("claim", record.claims), ("source", record.sources), ("document", record.documents))
    named = revision(canonical_header(record.header), map(claim_json, record.claims))
    return f"{', '.join(counted(len(each), noun) for noun, each in rows)}; revision {named}"


def _document(record: Record, wanted: str) -> Document:
    known = {each.id: each for each in record.documents}
    if not wanted and len(known) > 1:
        raise QueryInvalid(
            "--document", "This record has several documents; say which the text is of.", list(known)[:3]
        )
    document = known.get(wanted) if wanted else record.documents[0]
    if document is None:
        raise NotFound("document", wanted, nearest(wanted, known))
    return document

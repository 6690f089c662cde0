"""``claims export`` and ``claims import``: a record out of and into files, servers and databases; ``claims schema``."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import to_json

from app.cli.files import From, write_whole
from app.cli.origin import reading, record_at
from app.cli.showing import console, counted, tell
from app.core.errors import QueryInvalid
from app.core.model import Claim, FileHeader, Record, claim_json
from app.formats.plain import visible
from app.record.claimreview import Unmapped, from_feed, is_feed
from app.record.dataset import canonical_header, dump, dump_lines, load, load_lines, revision
from app.record.files import read, read_lines
from app.record.syntax import parse

To = Annotated[Path | None, typer.Option(metavar="FILE", help="Write here; standard output by default.")]

MOST_TOLD = 20
"""Losses that are told one by one; the rest are counted."""


Form = StrEnum("Form", ["json", "jsonl", "csv", "jsonld", "turtle", "text"])
"""Forms in which a whole record can be taken; the first two can be read again."""


def export(
    from_: From = "",
    form: Annotated[Form, typer.Option("--format", help="json and jsonl are records that can be served.")] = Form.json,
    to: To = None,
) -> None:
    """Take out a whole record, in one of the API's forms.

    Example: claims export --from https://claims.example --format json --to claims.json
    """
    if to is not None:
        write_whole(to, _pieces(from_, form))
        return
    for piece in _pieces(from_, form):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def schema(to: To = None) -> None:
    """Give the JSON Schema of a record, with which editors complete and check it as you type.

    A record that is begun with `claims new-document` names it in "$schema"; for another, put that line at its top.

    Example: claims schema --to claims.schema.json
    """
    if to is None:
        typer.echo(schema_text().decode(), nl=False)
    else:
        write_whole(to, [schema_text()])


def schema_text() -> bytes:
    """JSON Schema (2020-12) of ``claims.json``."""
    fields = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Record.model_json_schema(by_alias=True)
    return to_json(fields, indent=2) + b"\n"


def import_(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A record (.json, .jsonl), or a schema.org ClaimReview or Claim feed (.json)."
        ),
    ],
    into: Annotated[
        str,
        typer.Option(metavar="URL", help="The database, as clickhouse://..; all of the record goes in, or nothing."),
    ] = "",
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="In place of a database: a record's file (.json, .jsonl).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read, check and count everything, and change nothing.")
    ] = False,
    allow_shrink: Annotated[
        bool,
        typer.Option("--allow-shrink", help="Let the database lose more than half of its claims."),
    ] = False,
) -> None:
    """Bring claims into a database, or fact-checks into a record.

    All or nothing: whatever interrupts it, the database keeps the record it had, and the same command starts anew. A
    database that holds the record already is left alone. What a feed has and a record cannot hold is listed.

    Example: claims import claims.json --into clickhouse://localhost/claims
    """
    if not dry_run and bool(into) == (to is not None):
        raise QueryInvalid("import", "Say where to: --into a database's URL, or --to a record's file, or --dry-run.")
    header, claims, total, known = _claims(source)
    if dry_run:
        _told(source, sum(1 for _ in claims), "would be imported")
    elif to is not None:
        everything = list(claims)
        write_whole(to, _written(to, header, everything))
        _told(to, len(everything), "written")
    else:
        from app.store.clickhouse_import import import_claims

        with _progress(total) as progress:
            made = import_claims(into, header, claims, progress, revision=known, allow_shrink=allow_shrink)
        typer.echo(f"The database holds revision {made}.")


def _claims(source: Path) -> tuple[FileHeader, Iterable[Claim], int, str | None]:
    """Header, claims, how many there are and, where the record is in memory anyway, its revision."""
    if source.suffix in (".jsonl", ".ndjson"):
        total = sum(1 for _ in read_lines(source)) - 1
        header, claims = load_lines(read_lines(source), source.name)
        return header, claims, total, None
    record = _record(source)
    lines = map(claim_json, record.claims)
    return record.header, record.claims, len(record.claims), revision(canonical_header(record.header), lines)


def _record(source: Path) -> Record:
    data = read(source)
    raw, _ = parse(data, source.name)
    if not is_feed(raw):
        return load(data, source.name)
    day = datetime.now().astimezone().date()
    mapped = from_feed(raw, day, title=f"Fact-checks of {source.name}")
    _tell_losses(mapped.unmapped)
    if not mapped.record["claims"]:
        raise QueryInvalid("import", f"{source.name} has no claim that a record could hold.")
    return load(json.dumps(mapped.record).encode(), f"the record made from {source.name}")


def _tell_losses(unmapped: list[Unmapped]) -> None:
    if not unmapped:
        return
    typer.echo(f"{counted(len(unmapped), 'thing')} of the feed could not be carried over:", err=True)
    for each in unmapped[:MOST_TOLD]:
        tell(f"{each}", indent=2, err=True)
    if len(unmapped) > MOST_TOLD:
        typer.echo(f"  and {len(unmapped) - MOST_TOLD} more", err=True)


def _written(to: Path, header: FileHeader, claims: list[Claim]) -> Iterator[bytes]:
    if to.suffix in (".jsonl", ".ndjson"):
        yield from dump_lines(header, claims)
        return
    fields = {name: getattr(header, name) for name in FileHeader.model_fields}
    yield dump(Record.model_construct(**fields, claims=tuple(claims)))


def _told(what: Path, count: int, done: str) -> None:
    typer.echo(visible(f"{what.name}: {counted(count, 'claim')} {done}."))


def _pieces(where: str, form: Form) -> Iterator[bytes]:
    if form is Form.json:
        yield dump(record_at(where))
        return
    with reading(where) as client:
        yield from client.export(form)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None] | None]:
    """A bar with count, rate and time left, where somebody watches."""
    shown = console(err=True)
    if not shown.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("Importing", BarColumn(), MofNCompleteColumn(), "{task.fields[rate]}", TimeRemainingColumn())
    with Progress(*columns, console=shown, transient=True) as bar:
        task = bar.add_task("import", total=total, rate="")

        def tell(done: int) -> None:
            speed = bar.tasks[task].speed
            bar.update(task, completed=done, rate=f"{speed:,.0f} claims/s" if speed else "")

        yield tell

"""``claims export``: a record taken out of a file, a server or a database; ``claims schema``: what it is made of."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import to_json

from app.cli.origin import From, reading, record_at
from app.cli.writing import write_whole


class Form(StrEnum):
    """Forms in which a whole record can be taken; the first two can be read again."""

    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    jsonld = "jsonld"
    turtle = "turtle"
    text = "text"


def export(
    from_: From = "",
    form: Annotated[Form, typer.Option("--format", help="json and jsonl are records that can be served.")] = Form.json,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here; standard output by default.")] = None,
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


def schema(
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here; standard output by default.")] = None,
) -> None:
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
    from app.core.model import Record

    fields = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Record.model_json_schema(by_alias=True)
    return to_json(fields, indent=2) + b"\n"


def _pieces(where: str, form: Form) -> Iterator[bytes]:
    from app.record.dataset import dump

    if form is Form.json:
        yield dump(record_at(where))
        return
    with reading(where) as client:
        yield from client.export(form)

"""``claims diff``: what changed between two records, in words."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import typer

from app.cli.origin import day, record_at
from app.cli.showing import AsCsv, AsJson, Column, counted, show, tell, waiting
from app.core.dates import calendar_span
from app.record.comparison import Difference, compare

_COLUMNS: Sequence[Column[Difference]] = (
    Column("sort", lambda each: each.sort),
    Column("kind", lambda each: each.kind),
    Column("id", lambda each: each.id),
    Column("words", lambda each: each.words),
    Column("before", lambda each: each.before),
    Column("after", lambda each: each.after),
)
_SORTS = "A record (.json, .jsonl), or the address of a server."


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_SORTS)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same.")],
    as_of: Annotated[str, typer.Option(metavar="DATE", help="Compare statuses at the end of this.")] = "",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 if there are differences.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say in words what changed between two records: claims, wording, statements, statuses and why.

    Example: claims diff claims.json http://127.0.0.1:8000
    """
    last = calendar_span(as_of).end if day("--as-of", as_of) else None
    with waiting("Comparing"):
        found = compare(record_at(old), record_at(new), last)
    if as_json or as_csv:
        show(found, _COLUMNS, as_json=as_json, as_csv=as_csv)
    else:
        _tell(found)
    if found and exit_code:
        raise typer.Exit(1)


def _tell(found: Sequence[Difference]) -> None:
    for (kind, id_), differences in groupby(found, key=lambda each: (each.kind, each.id)):
        tell(f"{kind} {id_}", style="bold")
        for each in differences:
            tell(each.words, indent=2)
    tell(f"{counted(len(found), 'difference')}." if found else "No difference.", style="dim")

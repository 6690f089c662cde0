"""How a command's answer is shown: as a table for people, as JSON or CSV for programs.

Colours and bars are for terminals (and not where ``NO_COLOR`` is set); what is piped is plain text.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.errors import ParametersConflict

Item = TypeVar("Item")
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer as CSV, a header row first.")]

PIPED_WIDTH = 100
"""Columns of a table where there is no terminal to tell its own."""

STYLES = {
    "confirmed": "green",
    "corroborated": "cyan",
    "unconfirmed": "yellow",
    "disputed": "magenta",
    "refuted": "red",
    "retracted": "red",
    "verified": "green",
    "moved": "cyan",
    "ambiguous": "yellow",
    "missing": "red",
}
"""A colour for some words; they are always written out as well."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """A column: its heading, its cell, and whether the table for people has it or only CSV."""

    name: str
    cell: Callable[[Item], str]
    shown: bool = True


def show(
    items: Sequence[Item], columns: Sequence[Column[Item]], *, as_json: bool, as_csv: bool, foot: str = ""
) -> None:
    """Print ``items``, a row each; ``foot`` follows the table.

    Raises :class:`~app.errors.ParametersConflict` where both JSON and CSV are wanted.
    """
    if as_json and as_csv:
        raise ParametersConflict("--json and --csv: choose one.")
    if as_json:
        show_json(items)
    elif as_csv:
        _show_csv(items, columns)
    else:
        _show_table(items, [each for each in columns if each.shown], foot)


def show_json(data: Any) -> None:
    """Print ``data`` as JSON, absent optional fields left out."""
    typer.echo(to_json(data, indent=2, by_alias=True, exclude_none=True).decode())


def console(*, err: bool = False) -> Console:
    """Where to print; as wide as the terminal, or :data:`PIPED_WIDTH`."""
    shown = Console(stderr=err, highlight=False)
    return shown if shown.is_terminal else Console(stderr=err, highlight=False, width=PIPED_WIDTH)


def styled(text: str) -> Text:
    """``text`` in the colour of its first word, if that has one."""
    return Text(text, style=STYLES.get(text.partition(" ")[0], ""))


def counted(number: int, noun: str) -> str:
    """``1 claim``, ``2 claims``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """A sign of life on standard error while something takes its time; nothing where there is no terminal."""
    shown = console(err=True)
    if shown.is_terminal:
        with shown.status(label):
            yield
    else:
        yield


def progress(items: Iterable[Item], total: int, label: str) -> Iterable[Item]:
    """``items``, with a bar on standard error as they pass; no bar where there is no terminal, or little to do."""
    shown = console(err=True)
    if not shown.is_terminal or total <= 100:
        return items
    from rich.progress import track

    return track(items, label, total, console=shown, transient=True)


def _show_table(items: Sequence[Item], columns: Sequence[Column[Item]], foot: str) -> None:
    shown = console()
    if items:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for at, column in enumerate(columns):
            table.add_column(column.name.capitalize().replace("_", " "), overflow="fold", no_wrap=at == 0)
        for each in items:
            table.add_row(*(styled(column.cell(each)) for column in columns))
        # The last column is filled up with blanks, which no file and no mail wants.
        with shown.capture() as captured:
            shown.print(table)
        shown.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
    if foot:
        shown.print(foot, style="dim", markup=False)


def _show_csv(items: Sequence[Item], columns: Sequence[Column[Item]]) -> None:
    from app.formats.table import defused

    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow([each.name for each in columns])
    for each in items:
        writer.writerow([defused(column.cell(each)) for column in columns])

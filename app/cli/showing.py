"""How a command's answer is shown: as a table for people, as JSON or CSV for programs.

Colours and bars are for terminals (and not where ``NO_COLOR`` is set); what is piped is plain text. Lines wrap at
blanks alone, so that an id can be copied from where it stands.
"""

import csv
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated, Any, Generic, TypeVar

import typer
from pydantic_core import to_json
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from app.core.errors import ParametersConflict
from app.formats.plain import visible

Item = TypeVar("Item")
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer as CSV, a header row first.")]

PIPED_WIDTH = 100
"""Width of a table where there is no terminal to tell its own."""
SOME_WORDS = 28
SENTENCES = 40
"""Least width of a cell of some words, and of one of whole sentences."""
GAP = 2
"""Blanks between cells, and before the lines that continue a row."""

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

_UNSHOWN = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What :func:`~app.formats.plain.visible` shows and JSON may hold as it is."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """A column: its heading, its cell, and whether the table for people has it, and CSV."""

    name: str
    write: Callable[[Item], str] | None = None
    """The cell; by default the attribute of that name, empty where there is none."""
    shown: bool = True
    in_csv: bool = True

    def cell(self, item: Item) -> str:
        value = self.write(item) if self.write else getattr(item, self.name)
        return "" if value is None else str(value)


def attributes(*names: str, shown: bool = True) -> list[Column[Any]]:
    """Columns of attributes as they are."""
    return [Column(name, shown=shown) for name in names]


def show(
    items: Sequence[Item], columns: Sequence[Column[Item]], *, as_json: bool, as_csv: bool, foot: str = ""
) -> None:
    """Print ``items``, a row each; ``foot`` follows the table.

    Raises :class:`~app.core.errors.ParametersConflict` where both JSON and CSV are wanted.
    """
    if as_json and as_csv:
        raise ParametersConflict("--json and --csv: choose one.")
    if as_json:
        show_json(items)
    elif as_csv:
        _show_csv(items, [each for each in columns if each.in_csv])
    else:
        _show_table(items, [each for each in columns if each.shown], foot)


def show_json(data: Any) -> None:
    """Print ``data`` as JSON, absent optional fields left out."""
    text = to_json(data, indent=2, by_alias=True, exclude_none=True).decode()
    typer.echo(_UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def console(*, err: bool = False) -> Console:
    """Where to print; as wide as the terminal, or :data:`PIPED_WIDTH`. Colons are colons: ``:100:`` is no emoji."""
    shown = _Console(stderr=err, highlight=False, emoji=False)
    return shown if shown.is_terminal else _Console(stderr=err, highlight=False, emoji=False, width=PIPED_WIDTH)


class _Console(Console):
    """A console on which no text moves the cursor."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*[Text(_lines(each)) if isinstance(each, str) else each for each in objects], **options)


def tell(text: str, *, indent: int = 0, style: str = "", err: bool = False) -> None:
    """Print ``text``, wrapped at blanks in a terminal; elsewhere on one line, for editors and grep read by line."""
    shown = console(err=err)
    told = Text(_lines(text), style)
    for line in wrapped(told, shown.width - indent) if shown.is_terminal else [told]:
        shown.print(Text(" " * indent) + line, soft_wrap=True)


def wrapped(text: Text, width: int) -> list[Text]:
    """Lines of ``text``, broken at blanks alone: a longer word stands on a line of its own, and runs over."""
    lines: list[Text] = []
    for whole in text.split("\n", allow_blank=True):
        breaks = [0]
        for word in re.finditer(r"\S+", whole.plain):
            if word.start() > breaks[-1] and cell_len(whole.plain[breaks[-1] : word.end()]) > width:
                breaks.append(word.start())
        lines += whole.divide(breaks[1:])
    for line in lines:
        line.rstrip()
    return lines


def styled(text: str) -> Text:
    """``text`` in the colour of its first word, if that has one."""
    return Text(_lines(text), style=STYLES.get(text.partition(" ")[0], ""))


def _lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))


def counted(number: int, noun: str) -> str:
    """``1 claim``, ``2 claims``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def waiting(label: str) -> AbstractContextManager[object]:
    """A sign of life on standard error while something takes its time; nothing where there is no terminal."""
    shown = console(err=True)
    return shown.status(label) if shown.is_terminal else nullcontext()


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
        headings = [Text(each.name.capitalize().replace("_", " "), "bold") for each in columns]
        rows = [headings, *([styled(each.cell(item)) for each in columns] for item in items)]
        bands = _bands(rows, shown.width)
        for row in rows:
            for line in _row(row, bands):
                shown.print(line, soft_wrap=True)
    if foot:
        tell(foot, style="dim")


def _bands(rows: Sequence[Sequence[Text]], width: int) -> list[list[int]]:
    """Widths of the columns, a list for each line of a row: cells that do not fit beside the others stand below them.

    A column is at least as wide as its longest word, and as wide as its prose needs to be read with ease.
    """
    bands: list[list[tuple[int, int]]] = [[]]
    left = width
    for cells in zip(*rows, strict=True):
        longest = max(line.cell_len for each in cells for line in each.split("\n", allow_blank=True))
        word = max((cell_len(word) for each in cells for word in each.plain.split()), default=0)
        prose = min(max(SOME_WORDS, longest // 4), SENTENCES, width - GAP)
        least = min(longest, max(word, prose))
        if bands[-1] and least > left:
            bands.append([])
            left = width - GAP
        bands[-1].append((least, longest))
        left -= least + GAP
    return [_shared(band, width - (GAP if nth else 0)) for nth, band in enumerate(bands)]


def _shared(band: Sequence[tuple[int, int]], width: int) -> list[int]:
    """Widths between the least and the longest of each column, which share ``width`` from the left."""
    spare = width - sum(least + GAP for least, _ in band) + GAP
    widths = []
    for least, longest in band:
        more = max(min(longest - least, spare), 0)
        widths.append(least + more)
        spare -= more
    return widths


def _row(cells: Sequence[Text], bands: Sequence[Sequence[int]]) -> Iterator[Text]:
    """Lines of one row."""
    rest = iter(cells)
    for nth, widths in enumerate(bands):
        columns = [wrapped(next(rest), width) for width in widths]
        for beside in zip_longest(*columns, fillvalue=Text()):
            line = Text(" " * GAP if nth else "")
            for width, cell in zip(widths, beside, strict=True):
                line.append_text(cell)
                line.append(" " * (width - cell.cell_len + GAP))
            line.rstrip()
            if nth == 0 or line:
                yield line


def _show_csv(items: Sequence[Item], columns: Sequence[Column[Item]]) -> None:
    from app.formats.table import defused

    safe: Callable[[str], str] = visible if sys.stdout.isatty() else str
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow([each.name for each in columns])
    for each in items:
        writer.writerow([safe(defused(column.cell(each))) for column in columns])

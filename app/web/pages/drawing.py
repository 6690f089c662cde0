"""Pictures in numbers: a bar of shares, and a claim's timeline as a ribbon.

Positions are percentages, so that a drawing fits any width while its marks and words keep their size. Templates turn
the numbers into SVG and say in words beside it what it shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from app.core.dates import calendar_span, edtf_span, in_words, since_in_words
from app.core.vocabulary import Status
from app.record.lists import Moment

_SMALLEST = 7.0
"""Least width of a period, in percent: one of a day must have space for its mark."""
_APART = 34.0
"""Percent between two dates on one line, so that they do not touch on a narrow screen."""
_LINES = (66, 86)
"""Dates are written on two lines, where they stand closer than that."""
_MOST_COLUMNS = 8
"""Days, months or years on an axis: as many as fit on a narrow screen."""


@dataclass(frozen=True, slots=True)
class Share:
    """One status of many, as a part of a bar."""

    status: str
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Band:
    """One period."""

    status: Status
    x: float
    width: float
    date: str
    """Its first day in words, where there is space for it."""
    level: int
    """Where that is written, in pixels from the top."""
    anchor: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Periods from left to right, without a gap; ``title`` says in words what it shows."""

    title: str
    bands: Sequence[Band]
    height: int
    """In pixels."""


def shares(standing: Mapping[str, int]) -> list[Share]:
    """Counts by status as parts of a bar, in the order of the vocabulary; none too thin to be seen."""
    counts = {status.value: standing[status] for status in Status if standing.get(status)}
    widths = _percent(counts.values(), least=1.2)
    return [
        Share(status, count, round(sum(widths[:at]), 2), round(widths[at], 2))
        for at, (status, count) in enumerate(counts.items())
    ]


def ribbon(moments: Sequence[Moment]) -> Ribbon | None:
    """A timeline from its first day; ``None`` where one status is all there ever was.

    Neighbouring periods of one status are one band, and the last is open: it is drawn a quarter of the rest long.
    """
    runs = [each for at, each in enumerate(moments) if not at or each.status is not moments[at - 1].status]
    if len(runs) < 2 or (len(runs) == 2 and runs[0].status is Status.not_yet_made):
        return None
    lengths = [(after.start - each.start).days for each, after in pairwise(runs)]
    widths = _percent([*lengths, max(30, sum(lengths) // 4)], least=_SMALLEST)
    bands: list[Band] = []
    x, free = 0.0, dict.fromkeys(_LINES, 0.0)
    for each, width in zip(runs, widths, strict=True):
        begin = x - _APART if x + _APART > 100 else x
        level = next((line for line in _LINES if begin >= free[line]), 0)
        if level:
            free[level] = begin + _APART
        told = begun(each) if level and each.status is not Status.not_yet_made else ""
        anchor = "start" if begin == x else "end"
        bands.append(Band(each.status, round(x, 2), round(width, 2), told, level, anchor))
        x += width
    words = "; ".join(map(_run_in_words, runs))
    return Ribbon(f"Status through time: {words}.", bands, 4 + max(each.level for each in bands))


@dataclass(frozen=True, slots=True)
class Mark:
    """Changes of one day, month or year from one status to another."""

    before: str
    after: str
    count: int
    url: str
    told: str
    """What changed, in words."""
    level: int
    """How many marks stand under it."""


@dataclass(frozen=True, slots=True)
class Column:
    """The marks of one day, month or year."""

    x: float
    date: str
    level: int
    """Line of the date, from 0: neighbours that stand close are told on different lines."""
    anchor: str
    marks: Sequence[Mark]


def axis(changes: Sequence[Mapping[str, Any]], kept: Sequence[tuple[str, str]] = ()) -> list[Column]:
    """Changes of status along one axis of time: by day, or by month or year where there are too many days.

    ``kept`` are the parameters that the addresses of marks repeat.
    """
    for length in (10, 7, 4):
        keys = sorted({each["date"][:length] for each in changes})
        if len(keys) <= _MOST_COLUMNS:
            break
    keys = keys[-_MOST_COLUMNS:]
    days = [calendar_span(key).end for key in keys]
    gaps = _percent([max(1, (after - day).days) for day, after in pairwise(days)], least=100 / _MOST_COLUMNS)
    columns, free = [], [0.0] * _MOST_COLUMNS
    for at, key in enumerate(keys):
        within = [each for each in changes if each["date"].startswith(key)]
        dated = {each["date_edtf"] for each in within}
        told = in_words(dated.pop() if length == 10 and len(dated) == 1 else key)
        x = round(sum(gaps[:at]) * 0.86, 2)
        begin, anchor = (x, "start") if x + _APART <= 100 else (x - _APART, "end")
        level = next(line for line, taken in enumerate(free) if begin >= taken)
        free[level] = begin + _APART
        columns.append(Column(x, told, level, anchor, _marks(_shortest(key, within, changes), within, kept)))
    return columns


def _shortest(key: str, within: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]]) -> str:
    """What names these days in an address: their month or year where that has no other change."""
    form = day_form(calendar_span(key).end, within[0]["date_edtf"])
    return form if len([each for each in changes if each["date"].startswith(form)]) == len(within) else key


def _marks(key: str, changes: Sequence[Mapping[str, Any]], kept: Sequence[tuple[str, str]]) -> list[Mark]:
    turns: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in changes:
        turns.setdefault((each["before"], each["after"]), []).append(each)
    url = f"/transitions?{urlencode([*kept, ('from', key), ('to', key)])}"
    marks = []
    for level, ((before, after), some) in enumerate(turns.items()):
        became = f"{before} became {after}".replace("_", " ")
        told = f"{some[0]['text']} {some[0]['explanation']}" if len(some) == 1 else f"{len(some)} claims"
        marks.append(Mark(before, after, len(some), url, f"{became}: {told}", level))
    return marks


def day_form(day: date, edtf: str) -> str:
    """``day`` as ``as_of`` takes it: the month or year of the EDTF string ``edtf``, where ``day`` is its last day."""
    last = edtf.rpartition("/")[2]
    try:
        return last if calendar_span(last).end == day else str(day)
    except ValueError:
        return str(day)


def begun(moment: Moment) -> str:
    """When a period began, as precisely as its statement is dated; `not_before` bounds it by its first day."""
    span = edtf_span(moment.start_edtf)
    words = in_words(moment.start_edtf)
    return f"the beginning of {words}" if span.start == moment.start < span.end else words


def _run_in_words(first: Moment) -> str:
    if first.status is Status.not_yet_made:
        return "not yet made at first"
    return f"{first.status.replace('_', ' ')} since {since_in_words(first.start_edtf)}"


def _percent(parts: Iterable[float], least: float) -> list[float]:
    """``parts`` in percent of their sum, each widened to at least about ``least``."""
    parts = list(parts)
    wide = [max(least, 100 * each / sum(parts)) for each in parts]
    return [100 * each / sum(wide) for each in wide]

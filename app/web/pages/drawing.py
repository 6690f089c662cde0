"""Pictures in numbers: a bar of shares, and a claim's timeline as a ribbon.

Positions are percentages, so that a drawing fits any width while its marks and words keep their size. Templates turn
the numbers into SVG and say in words beside it what it shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, TypeAlias
from urllib.parse import urlencode

from app.core.dates import calendar_span, edtf_span, in_words, since_in_words
from app.core.vocabulary import Status
from app.record.lists import Moment

Change: TypeAlias = Mapping[str, Any]

_SMALLEST = 7.0
"""Least width of a period, in percent: one of a day must have space for its mark."""
_APART = 34.0
"""Percent between two dates on one line, so that they do not touch on a narrow screen."""
_LINES = (66, 86)
"""Dates are written on two lines, where they stand closer than that."""
_MOST_COLUMNS = 8
"""Days, months or years on an axis: as many as fit on a narrow screen."""


def shares(standing: Mapping[str, int]) -> list[dict[str, Any]]:
    """Counts by status as parts of a bar, in the order of the vocabulary; none too thin to be seen."""
    counts = {status.value: standing[status] for status in Status if standing.get(status)}
    widths = _percent(counts.values(), least=1.2)
    return [
        {"status": status, "count": count, "x": round(sum(widths[:at]), 2), "width": round(widths[at], 2)}
        for at, (status, count) in enumerate(counts.items())
    ]


def ribbon(moments: Sequence[Moment]) -> dict[str, Any] | None:
    """A timeline from its first day; ``None`` where one status is all there ever was.

    Neighbouring periods of one status are one band, and the last is open: it is drawn a quarter of the rest long. A
    band has the ``date`` of its first day where there is space for it, ``level`` pixels from the top.
    """
    runs = [each for at, each in enumerate(moments) if not at or each.status is not moments[at - 1].status]
    if len(runs) < 2 or (len(runs) == 2 and runs[0].status is Status.not_yet_made):
        return None
    lengths = [(after.start - each.start).days for each, after in pairwise(runs)]
    widths = _percent([*lengths, max(30, sum(lengths) // 4)], least=_SMALLEST)
    bands: list[dict[str, Any]] = []
    x, free = 0.0, dict.fromkeys(_LINES, 0.0)
    for each, width in zip(runs, widths, strict=True):
        begin = x - _APART if x + _APART > 100 else x
        level = next((line for line in _LINES if begin >= free[line]), 0)
        if level:
            free[level] = begin + _APART
        told = begun(each) if level and each.status is not Status.not_yet_made else ""
        place = {"x": round(x, 2), "width": round(width, 2), "level": level, "anchor": "start" if begin == x else "end"}
        bands.append({"status": each.status, "date": told, **place})
        x += width
    words = "; ".join(map(_run_in_words, runs))
    height = 4 + max(each["level"] for each in bands)
    return {"title": f"Status through time: {words}.", "bands": bands, "height": height}


def axis(changes: Sequence[Change], kept: Sequence[tuple[str, str]] = ()) -> list[dict[str, Any]]:
    """Changes of status along one axis of time: by day, or by month or year where there are too many days.

    A column has its ``marks``, one for each kind of change, and a ``date``; ``level`` is the line on which that is
    written. ``kept`` are the parameters that the addresses of marks repeat.
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
        marks = _marks(_shortest(key, within, changes), within, kept)
        columns.append({"x": x, "date": told, "level": level, "anchor": anchor, "marks": marks})
    return columns


def _shortest(key: str, within: Sequence[Change], changes: Sequence[Change]) -> str:
    """What names these days in an address: their month or year where that has no other change."""
    form = day_form(calendar_span(key).end, within[0]["date_edtf"])
    return form if len([each for each in changes if each["date"].startswith(form)]) == len(within) else key


def _marks(key: str, changes: Sequence[Change], kept: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    url = f"/transitions?{urlencode([*kept, ('from', key), ('to', key)])}"
    marks = []
    for level, ((before, after), some) in enumerate(grouped(changes, "before", "after").items()):
        what = f"{some[0]['text']} {some[0]['explanation']}" if len(some) == 1 else f"{len(some)} claims"
        told = f"{before} became {after}".replace("_", " ") + f": {what}"
        marks.append({"before": before, "after": after, "count": len(some), "url": url, "told": told, "level": level})
    return marks


def grouped(changes: Iterable[Change], *names: str) -> dict[tuple[str, ...], list[Change]]:
    """Changes by the values of some fields, those first that come first."""
    found: dict[tuple[str, ...], list[Change]] = {}
    for each in changes:
        found.setdefault(tuple(each[name] for name in names), []).append(each)
    return found


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

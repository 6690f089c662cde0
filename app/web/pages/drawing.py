"""A claim's timeline as a picture: one band for each period, on an axis of days, described in words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.attribution import spoken_date
from app.vocabulary import Status
from app.lists import Moment

WIDTH = 640
_BAND_TOP = 26
_LEFT = 4
_SMALLEST = 14
"""Least width of a band in units of the drawing: a period of a day must be seen too."""


@dataclass(frozen=True, slots=True)
class Band:
    """One period."""

    status: Status
    x: float
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    """One day named on the axis."""

    x: float
    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing in units of its own; ``title`` says in words what it shows."""

    title: str
    width: int
    height: int
    base: int
    bands: Sequence[Band]
    ticks: Sequence[Tick]


def chart(moments: Sequence[Moment]) -> Chart | None:
    """The timeline drawn from the first statement that counts; ``None`` where one status is all there ever was."""
    runs = [each for at, each in enumerate(moments) if not at or each.status is not moments[at - 1].status]
    runs = runs[1:] if runs and runs[0].status is Status.not_yet_made else runs
    if len(runs) < 2:
        return None
    first, last = runs[0].start, runs[-1].start + timedelta(days=max(30, (runs[-1].start - runs[0].start).days // 4))
    scale = (WIDTH - 2 * _LEFT) / max(1, (last - first).days)

    def at(day: date) -> float:
        return round(_LEFT + (day - first).days * scale, 1)

    ends = [each.start for each in runs[1:]] + [last]
    bands = [
        Band(
            each.status,
            at(each.start),
            _BAND_TOP + (level % 2) * 52,
            max(_SMALLEST, round(at(end) - at(each.start), 1)),
        )
        for level, (each, end) in enumerate(zip(runs, ends, strict=True))
    ]
    base = _BAND_TOP + 52 + 36
    ticks = [Tick(at(each.start), spoken_date(str(each.start)), _anchor(at(each.start))) for each in runs]
    told = "; ".join(f"{each.status.replace('_', ' ')} from {spoken_date(str(each.start))}" for each in runs)
    return Chart(f"Status through time: {told}.", WIDTH, base + 24, base, bands, ticks)


def _anchor(x: float) -> str:
    return "start" if x < WIDTH * 0.2 else "end" if x > WIDTH * 0.8 else "middle"

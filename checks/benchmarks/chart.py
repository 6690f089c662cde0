"""A chart as SVG: cost against size, both on logarithmic scales, a small panel for each workload.

Made by hand because two dozen lines of markup need no plotting library. Colours keep 3:1 against white and black alike,
and every line is named where it ends, so that no colour has to be told from another.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import log10

from checks.benchmarks.figures import WORKLOADS, Figures

SHOWN = ("W1", "W2", "W3", "W5")
COLOURS: Mapping[str, str] = {
    "ceiling": "#808080",
    "constant": "#8c6bb1",
    "hot": "#2b8cbe",
    "uncached": "#1d7a4f",
    "naive": "#c2571a",
    "fts": "#a0761b",
    "datasette": "#c23b6b",
    "json-server": "#6b7a1d",
    "nginx": "#6d6d9c",
}
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 440, 300, 52, 34, 92, 34


def chart(figures: Sequence[Figures]) -> str:
    """The picture."""
    costs = [cost for name in SHOWN for party in COLOURS for _, cost in _line(figures, party, name)]
    low, high = int(log10(min(costs))), int(log10(max(costs))) + 1
    sizes = [each.size for each in figures]
    panels = [
        f'<g transform="translate({nth % 2 * WIDTH} {nth // 2 * HEIGHT})">'
        + "".join(_panel(figures, name, sizes, (low, high)))
        + "</g>"
        for nth, name in enumerate(SHOWN)
    ]
    rows = (len(SHOWN) + 1) // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {rows * HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="11" fill="#777">'
        "<title>Microseconds of server CPU a request, against the number of claims</title>"
        + "".join(panels)
        + "</svg>\n"
    )


def _panel(figures: Sequence[Figures], workload: str, sizes: Sequence[int], powers: tuple[int, int]) -> Iterator[str]:
    low, high = powers
    first, last = log10(sizes[0]), max(log10(sizes[-1]), log10(sizes[0]) + 1)

    def x(size: float) -> float:
        return LEFT + (log10(size) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(cost: float) -> float:
        return TOP + (high - log10(cost)) / (high - low) * (HEIGHT - TOP - BOTTOM)

    yield f'<text x="{LEFT}" y="18" font-size="13">{workload}: {escape(WORKLOADS[workload])}</text>'
    for power in range(low, high + 1):
        at = y(10**power)
        yield f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#777" stroke-opacity=".3"/>'
        yield f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{_short(10**power)}</text>'
    for size in sizes:
        yield f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{size:,}</text>'
    ends = []
    for party, colour in COLOURS.items():
        line = _line(figures, party, workload)
        if line:
            path = "L".join(f"{x(size):.1f} {y(cost):.1f}" for size, cost in line)
            yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            yield from (
                f'<circle cx="{x(size):.1f}" cy="{y(cost):.1f}" r="2.5" fill="{colour}"/>' for size, cost in line
            )
            ends.append((y(line[-1][1]), x(line[-1][0]), party, colour))
    yield from _names(ends)


def _names(ends: Sequence[tuple[float, float, str, str]]) -> Iterator[str]:
    """The parties' names at the ends of their lines, moved apart where they would lie upon each other."""
    before = 0.0
    for at, across, party, colour in sorted(ends):
        before = max(at, before + 12)
        yield f'<text x="{across + 6:.1f}" y="{before + 4:.1f}" fill="{colour}">{party}</text>'


def _line(figures: Sequence[Figures], party: str, workload: str) -> list[tuple[int, float]]:
    return [(each.size, cost) for each in figures if (cost := each.median(party, workload)) is not None]


def _short(microseconds: float) -> str:
    """A time with the unit that suits it."""
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if microseconds >= size:
            return f"{microseconds / size:g} {unit}"
    return f"{microseconds:g} us"

"""The report: docs/benchmarks.md and its chart, from what was measured and nothing else."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from checks.benchmarks.chart import chart
from checks.benchmarks.figures import WORKLOADS, Figures, Wanted, read, wanted
from checks.benchmarks.parties import PARTIES

_HEAD = """# Benchmarks

What an answer costs on the server's core, and what the same answer costs from what one might use instead. Written by
`python -m checks.benchmarks --report docs`; nothing here was typed in.

![CPU a request against the number of claims](benchmarks.svg)

All parties run on one and the same core and are asked by wrk from another, over 16 connections on loopback, in
interleaved rounds ({rounds}), of which these are medians. CPU is what the scheduler accounts to the party's threads,
divided by the answers. Before anything is measured the answers are compared: same ids in the same order, same totals.
Every workload has up to 1,000 different targets, so that nobody answers from the last answer; our
cached answers are those of a server that has been asked each of them once and may keep 512 MB.

Machine: {cpu}, {cores} cores, Python {python}, {day}.

| party | what it is |
|---|---|
{parties}

| workload | what is asked |
|---|---|
{workloads}

The ceiling and the constants send the very bytes of our own answer of middling length, headers included, from the very
server that ours runs on. The words that SQLite and Datasette search were folded and stemmed for them beforehand.
"""


def write_report(paths: Sequence[Path], into: Path | None) -> str:
    """The report as text; written with its chart to the directory ``into`` where one is given."""
    figures = read(paths)
    if not figures:
        return "Nothing has been measured yet."
    text = "\n".join([_head(figures), *_wanted_table(list(wanted(figures))), *(_of_size(each) for each in figures)])
    if into is not None:
        (into / "benchmarks.md").write_text(text + "\n")
        (into / "benchmarks.svg").write_text(chart(figures))
    return text


def _head(figures: Sequence[Figures]) -> str:
    rounds = sorted({len(each.rounds) for each in figures})
    return _HEAD.format(
        rounds=" to ".join(map(str, (rounds[0], rounds[-1])[: len(rounds)])),
        parties="\n".join(f"| {each.name} | {each.label} |" for each in PARTIES),
        workloads="\n".join(f"| {name} | {what} |" for name, what in WORKLOADS.items()),
        **{name: figures[-1].machine[name] for name in ("cpu", "cores", "python", "day")},
    )


def _wanted_table(lines: Sequence[Wanted]) -> Iterator[str]:
    met = sum(each.met is True for each in lines)
    judged = sum(each.met is not None for each in lines)
    yield f"## What it had to show\n\n{met} of {judged} seen.\n"
    yield "| what | target | seen | |\n|---|---:|---:|---|"
    for each in lines:
        sign, verdict = "≥" if each.least else "≤", {True: "yes", False: "**missed**", None: "not measured"}[each.met]
        yield f"| {each.what} | {sign} {each.target:g} | {_number(each.found)} | {verdict} |"
    yield ""


def _of_size(figures: Figures) -> str:
    parties = [each.name for each in PARTIES if each.name in figures.parties]
    measured = [name for name in parties if any(name in found for found in figures.rounds)]
    parts = [
        f"## {figures.size:,} claims\n\nMicroseconds of server CPU a request, median (least to most):\n",
        _table(figures, measured, _cpu),
        "\np50 / p99 at 16 connections, milliseconds:\n",
        _table(figures, measured, _waits),
        "\nThe whole record (W6), claims in a second of CPU, and what a party weighs once started:\n",
        _weights(figures, measured),
    ]
    absent = [
        f"- {name}: {why}" for name in parties if (why := figures.parties[name].get("absent")) and name not in measured
    ]
    failed = [
        f"- {name}, {workload}: {why}"
        for name in measured
        for workload, why in figures.parties[name].get("failed", {}).items()
    ]
    if absent or failed:
        parts.append("\nNot measured:\n\n" + "\n".join([*absent, *failed]))
    return "\n".join(parts) + "\n"


def _table(figures: Figures, parties: Iterable[str], cell: Callable[[Figures, str, str], str]) -> str:
    shown = [name for name in WORKLOADS if name != "W6"]
    rows = [f"| {name} | " + " | ".join(cell(figures, name, each) for each in shown) + " |" for name in parties]
    return "\n".join([f"| party | {' | '.join(shown)} |", "|---|" + "---:|" * len(shown), *rows])


def _cpu(figures: Figures, party: str, workload: str) -> str:
    median, spread = figures.median(party, workload), figures.spread(party, workload)
    return f"{_number(median)} ({_number(spread[0])} to {_number(spread[1])})" if spread else "-"


def _waits(figures: Figures, party: str, workload: str) -> str:
    waits = [figures.median(party, workload, what) for what in ("p50", "p99")]
    return " / ".join(_number(each / 1000) for each in waits if each is not None) or "-"


def _weights(figures: Figures, parties: Iterable[str]) -> str:
    rows = [
        "| party | export | ready after, s | CPU to start, s | RSS, MB | PSS, MB | private, MB |",
        "|---" + "|---:" * 6 + "|",
    ]
    for name in parties:
        known = figures.parties[name]
        memory = known.get("memory", {})
        cells = [figures.median(name, "W6", "rate"), known.get("start"), known.get("start_cpu")]
        cells += [memory.get(each) for each in ("rss", "pss", "private")]
        rows.append(f"| {name} | " + " | ".join(map(_number, cells)) + " |")
    return "\n".join(rows)


def _number(value: float | None) -> str:
    """Three figures are what such a measurement is good for."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"

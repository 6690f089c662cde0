"""Measurements read back: medians over rounds, and what issue 4 wanted to see of them."""

import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORKLOADS = {
    "W1": "one claim by id",
    "W2": "two filters, first page of 20",
    "W3": "words, with total and two facets",
    "W4": "a claim held already (304)",
    "W5": "a page at 90 %",
    "W6": "the whole record",
    "W7": "one status as of a day",
}


class Figures:
    """What was measured of one size."""

    def __init__(self, path: Path) -> None:
        found = json.loads(path.read_text())
        self.size: int = found["size"]
        self.machine: Mapping[str, Any] = found["machine"]
        self.parties: Mapping[str, Mapping[str, Any]] = found["parties"]
        self.rounds: Sequence[Mapping[str, Mapping[str, Mapping[str, float]]]] = found["rounds"]

    def median(self, party: str, workload: str, what: str = "cpu") -> float | None:
        """Median over the rounds; ``None`` where a party was not asked, or could not."""
        each = [found[party][workload][what] for found in self.rounds if workload in found.get(party, {})]
        return statistics.median(each) if each else None

    def spread(self, party: str, workload: str) -> tuple[float, float] | None:
        """Least and most CPU over the rounds."""
        each = [found[party][workload]["cpu"] for found in self.rounds if workload in found.get(party, {})]
        return (min(each), max(each)) if each else None

    def ratio(self, workload: str, over: str, under: str, what: str = "cpu") -> float | None:
        """One party's figure in another's."""
        above, below = self.median(over, workload, what), self.median(under, workload, what)
        return above / below if above and below else None


def read(paths: Sequence[Path]) -> list[Figures]:
    """All sizes that were measured, the smallest first."""
    return sorted((Figures(path) for path in paths if path.exists()), key=lambda each: each.size)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of what was to be seen, beside what was."""

    what: str
    least: bool
    """Whether the target is the least that will do, rather than the most."""
    target: float
    found: float | None

    @property
    def met(self) -> bool | None:
        if self.found is None:
            return None
        return self.found >= self.target if self.least else self.found <= self.target


def wanted(figures: Sequence[Figures]) -> Iterator[Wanted]:
    """Every target of issue 4 that this benchmark can check, in its order."""
    by_size = {each.size: each for each in figures}
    for each in figures:
        yield from _against_ceiling(each)
    for each in figures:
        yield from _uncached(each)
    for size, targets in _PEERS.items():
        if size in by_size:
            for what, workload, over, figure, target in targets:
                found = by_size[size].ratio(workload, over, "uncached", figure)
                if figure == "rate":
                    found = 1 / found if found else None
                yield Wanted(f"{what} at {size:,} claims", True, target, found)
    yield from _growth(by_size)
    yield from _starts(by_size)


def _against_ceiling(each: Figures) -> Iterator[Wanted]:
    for workload, target in {"W1": 0.85, "W2": 0.85, "W3": 0.85, "W5": 0.85, "W4": 0.95}.items():
        found = each.ratio(workload, "ceiling", "hot")
        yield Wanted(f"hot {workload} against the ceiling at {each.size:,}", True, target, found)


def _uncached(each: Figures) -> Iterator[Wanted]:
    if each.size >= 100_000:
        found = each.ratio("W1", "ceiling", "uncached")
        yield Wanted(f"uncached W1 against the ceiling at {each.size:,}", True, 0.6, found)
    for workload, target in {"W2": 0.6, "W3": 0.8, "W5": 0.4}.items():
        found = each.ratio(workload, "uncached", "constant")
        yield Wanted(f"uncached {workload} in FastAPI constants at {each.size:,}", False, target, found)


_PEERS: Mapping[int, Sequence[tuple[str, str, str, str, float]]] = {
    100: [
        ("naive design's W2 in ours", "W2", "naive", "cpu", 3),
        ("naive design's W3 in ours", "W3", "naive", "cpu", 3),
    ],
    100_000: [
        ("naive design's W2 in ours", "W2", "naive", "cpu", 300),
        ("naive design's W3 in ours", "W3", "naive", "cpu", 300),
        ("Datasette's W1 in ours", "W1", "datasette", "cpu", 20),
        ("Datasette's W2 in ours", "W2", "datasette", "cpu", 20),
        ("Datasette's W3 in ours", "W3", "datasette", "cpu", 90),
        ("Datasette's W5 in ours", "W5", "datasette", "cpu", 25),
        ("Datasette's p99 of W1 in ours", "W1", "datasette", "p99", 10),
        ("Datasette's p99 of W2 in ours", "W2", "datasette", "p99", 10),
        ("Datasette's p99 of W3 in ours", "W3", "datasette", "p99", 50),
        ("Datasette's p99 of W5 in ours", "W5", "datasette", "p99", 10),
        ("our export in Datasette's, a CPU second", "W6", "datasette", "rate", 50),
    ],
    1_000_000: [("Datasette's W3 in ours", "W3", "datasette", "cpu", 250)],
}


def _growth(by_size: Mapping[int, Figures]) -> Iterator[Wanted]:
    small, large = by_size.get(10_000), by_size.get(1_000_000)
    if small is None or large is None:
        return
    for workload, target in {"W1": 1.2, "W4": 1.2, "W5": 1.2, "W2": 1.5, "W3": 2.0, "W7": 2.0}.items():
        before, after = small.median("uncached", workload), large.median("uncached", workload)
        found = after / before if before and after else None
        yield Wanted(f"growth of {workload}, uncached, from 10,000 to 1,000,000", False, target, found)


def _starts(by_size: Mapping[int, Figures]) -> Iterator[Wanted]:
    small, large = by_size.get(100), by_size.get(1_000_000)
    if small is None or large is None:
        return
    get: Callable[[Figures, str], float | None] = lambda each, name: each.parties.get("uncached", {}).get(name)  # noqa: E731
    before, after = get(small, "start_cpu"), get(large, "start_cpu")
    yield Wanted("CPU of a warm start, 1,000,000 in 100", False, 1.5, after / before if before and after else None)
    memory = [each.parties.get("uncached", {}).get("memory", {}).get("private") for each in (small, large)]
    found = memory[1] / memory[0] if all(memory) else None
    yield Wanted("private memory of a worker, 1,000,000 in 100", False, 2.0, found)

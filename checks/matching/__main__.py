"""Precision and recall of ``POST /match`` by threshold: ``python -m checks.matching``; ``--mistakes`` lists them.

The sentences of ``sentences.txt`` are matched with the claims of the shipped record, as the service does it. They are
of three groups: some restate a claim in other words, some share names with claims and say something else, some have
nothing to do with any. The method was made with the first part of the file. The second part was written afterwards; it
changed nothing but the threshold, from 0.75 to 0.8. The table shows both.

``--size 100000`` measures instead the CPU of a sentence against a generated record of so many claims: sentences are
made of the words of claims, of which a third are replaced by others, and none is matched twice.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic_core import from_json

from app.core import likeness
from app.record.body import recorded
from app.record.dataset import load_file
from app.record.matching import CANDIDATES, Match, matches, wording
from app.store import Edition
from app.store.memory import MemoryEdition
from checks.benchmarks import records
from checks.benchmarks.store import opened

ROOT = Path(__file__).parents[2]
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
SENTENCES = 500


class Labelled(NamedTuple):
    """A sentence, and the claims that it restates, each with whether it contradicts it."""

    group: str
    claims: dict[str, bool]
    text: str
    held_out: bool


class Outcome(NamedTuple):
    """What was found for a sentence."""

    sentence: Labelled
    found: Sequence[Match]

    @property
    def right(self) -> list[Match]:
        return [each for each in self.found if each.claim in self.sentence.claims]

    @property
    def missigned(self) -> list[Match]:
        signs = self.sentence.claims
        return [each for each in self.right if (each.wording == "contradicts") is not signs[each.claim]]


def labelled() -> list[Labelled]:
    """The labelled sentences, in the order of their file."""
    found, held_out = [], False
    for line in (Path(__file__).parent / "sentences.txt").read_text().splitlines():
        if line.startswith("#"):
            held_out = held_out or line.startswith("# Held out")
        else:
            group, claims, text = (part.strip() for part in line.split("|", 2))
            signs = {each.strip(" !"): "!" in each for each in claims.split(",") if each}
            found.append(Labelled(group, signs, text, held_out))
    return found


async def found(edition: Edition, sentence: str) -> tuple[Match, ...]:
    """The claims that a sentence repeats, as the service finds them."""
    said = wording(sentence, edition.lexicon)
    return matches(said, await edition.alike(said.stems, said.least, CANDIDATES), edition.lexicon)


async def outcomes(sentences: Sequence[Labelled], threshold: float) -> list[Outcome]:
    """What is found at a threshold in the shipped record."""
    edition = MemoryEdition.from_record(load_file(ROOT / "claims.json"), 1)
    before, likeness.THRESHOLD = likeness.THRESHOLD, threshold
    try:
        return [Outcome(each, await found(edition, each.text)) for each in sentences]
    finally:
        likeness.THRESHOLD = before


def precision_and_recall(those: Sequence[Outcome]) -> tuple[float, float]:
    """The share of right claims among those found, and of the sentences whose claim was found among those with one."""
    right, all_found = sum(len(each.right) for each in those), sum(len(each.found) for each in those)
    restating = [each for each in those if each.sentence.claims]
    return right / max(all_found, 1), sum(bool(each.right) for each in restating) / len(restating)


def table() -> None:
    """Print precision and recall by threshold."""
    sentences = labelled()
    groups = {group: sum(each.group == group for each in sentences) for group in ("restates", "names", "unrelated")}
    print(f"{len(sentences)} sentences: {groups}\n")
    print("threshold  found  wrong  wrong sign  precision  recall   made with (P, R)   held out (P, R)")
    for threshold in THRESHOLDS:
        those = asyncio.run(outcomes(sentences, threshold))
        count, right = (sum(len(getattr(each, name)) for each in those) for name in ("found", "right"))
        missigned = sum(len(each.missigned) for each in those)
        parts = (those, *([each for each in those if each.sentence.held_out is part] for part in (False, True)))
        (p, r), (p0, r0), (p1, r1) = map(precision_and_recall, parts)
        print(f"{threshold:9.2f}{count:7}{count - right:7}{missigned:12}{p:11.3f}{r:8.3f}", end="")
        print(f"{p0:12.3f} {r0:.3f}{p1:12.3f} {r1:.3f}")


def mistakes() -> None:
    """Print every sentence of which something else was found, or nothing though it restates a claim."""
    for each in asyncio.run(outcomes(labelled(), likeness.THRESHOLD)):
        wrong = [match for match in each.found if match not in each.right] + each.missigned
        if wrong or (each.sentence.claims and not each.right):
            print(f"{each.sentence.group}: {each.sentence.text}")
            print("".join(f"    {match.score} {match.wording} {match.attribution}\n" for match in wrong), end="")


def measure(size: int) -> None:
    """Print milliseconds of CPU for each sentence."""
    directory = Path(tempfile.gettempdir()) / "claims-matching"
    directory.mkdir(mode=0o700, exist_ok=True)
    if not (directory / f"{size}.jsonl").exists():
        with (directory / f"{size}.jsonl").open("wb") as out:
            records.write_record(size, out)
    edition, chance, times = opened(size, directory), random.Random("matching"), []
    others = records.words(30_000, 0)
    numbers = chance.sample(range(size), min(SENTENCES, size))
    texts = [from_json(recorded(edition.body(number)))["text"].split() for number in numbers]
    mixed = [" ".join(each if chance.random() < 0.7 else chance.choice(others) for each in text) for text in texts]
    edition = opened(size, directory)
    hits = 0
    with asyncio.Runner() as runner:
        for sentence in mixed:
            start = time.process_time_ns()
            hits += bool(runner.run(found(edition, sentence)))
            times.append((time.process_time_ns() - start) / 1e6)
    times.sort()
    print(f"{size} claims, {len(times)} sentences, {hits} matched: median {statistics.median(times):.2f} ms, ", end="")
    print(f"99th percentile {times[len(times) * 99 // 100]:.2f} ms, slowest {times[-1]:.2f} ms of CPU")


def main() -> None:
    """Run what the options say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mistakes", action="store_true")
    parser.add_argument("--size", type=int, default=0)
    options = parser.parse_args()
    if options.size:
        measure(options.size)
    elif options.mistakes:
        mistakes()
    else:
        table()


if __name__ == "__main__":
    main()

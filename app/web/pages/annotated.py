"""The reader's own copy with the claims of each sentence beside it.

The copy is cut into segments at the places of its passages, over the text after fold-1; its paragraphs stay its own.
Nothing here outlives the response, and nothing of the copy goes into a message or a log.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from app.core.documents import DocumentInfo, Passage
from app.core.vocabulary import Outcome, Status
from app.record.anchors import Verified, fold
from app.web.pages import Shown

LONGEST_OTHER = 1500
"""Characters of a stretch between two passages that is shown whole; of a longer one the two ends are."""
_ENDS = 200
_FIRST = (Status.refuted, Status.disputed, Status.retracted, Status.unconfirmed, Status.corroborated, Status.confirmed)
"""What a reader should see first."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Note:
    """A passage with the claims that rest on it."""

    ref: str
    claims: Sequence[Shown]
    omitted: str | None
    """Why there are none, where there are none."""


@dataclass(slots=True)
class Segment:
    """A stretch of the copy.

    ``kind`` is ``passage``, ``moved`` (one out of the order of the document), ``other`` (what is no passage),
    ``changed`` (other words in the place of the passages in ``notes``), ``lost`` (nothing in their place), or
    ``ambiguous`` (they stand more than once in the copy, and not in their place).
    """

    kind: str
    text: str
    notes: list[Note]

    @property
    def statuses(self) -> list[Status]:
        """Statuses of its claims, each once: contested ones first, then those of other people's claims."""
        claims = [claim for note in self.notes for claim in note.claims]
        claims.sort(key=lambda each: (_FIRST.index(each.status) if each.status in _FIRST else 9, not each.by))
        return list(dict.fromkeys(each.status for each in claims))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each after fold-1: parted by blank lines, or by lines where no line is blank.

    Joined by spaces they are the text after fold-1, since no composition reaches over a line break.
    """
    lines = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    parts = _BLANK_LINE.split(lines) if _BLANK_LINE.search(lines) else lines.split("\n")
    return [folded for part in parts if (folded := fold(part))]


def in_order(starts: Sequence[int]) -> set[int]:
    """Indexes of a longest increasing subsequence of ``starts`` (patience sorting)."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, start in enumerate(starts):
        pile = bisect_left(tails, start)
        before.append(last[pile - 1] if pile else -1)
        tails[pile : pile + 1], last[pile : pile + 1] = [start], [at]
    chosen, at = set[int](), last[-1] if last else -1
    while at >= 0:
        chosen.add(at)
        at = before[at]
    return chosen


def annotated(
    text: str,
    document: DocumentInfo,
    passages: Sequence[Passage],
    located: Sequence[Verified],
    claims: Mapping[str, Sequence[Shown]],
) -> list[list[Segment]]:
    """The paragraphs of a copy as segments. ``located`` is what :func:`~app.record.anchors.locate` says of it."""
    parts = paragraphs(text)
    folded, starts = " ".join(parts), {0, *accumulate(len(part) + 1 for part in parts)}
    notes = {each.ref: Note(each.ref, claims.get(each.ref, ()), each.omitted) for each in passages}
    outcomes = {each.ref: each.outcome for each in located}
    there = [at for at, each in enumerate(located) if each.start is not None]
    kept = {there[nth] for nth in in_order([located[at].start or 0 for at in there])}
    segments = _filled(folded, _found(folded, located, kept, notes), starts)
    for begin, end, lost in _gaps(passages, located, kept, len(folded)):
        twice = [each for each in lost if outcomes[each.ref] is Outcome.ambiguous]
        missing = [notes[each.ref] for each in lost if each not in twice]
        if missing:
            space = _space(document, passages, lost) + sum(each.end - each.start for each in twice)
            _mark(segments, begin, end, missing, space)
        if twice:
            _insert(segments, begin, Segment("ambiguous", "", [notes[each.ref] for each in twice]))
    found: list[list[Segment]] = [[]]
    for at, segment in segments:
        if at in starts and segment.text and found[-1]:
            found.append([])
        found[-1].append(segment)
    return found


_Placed = tuple[int, Segment]


def _found(folded: str, located: Sequence[Verified], kept: set[int], notes: Mapping[str, Note]) -> list[_Placed]:
    """The passages that the copy has, where they begin. One that begins within another is told at its place."""
    there = [(at, each) for at, each in enumerate(located) if each.start is not None]
    placed: list[_Placed] = []
    ranges = sorted((each.start or 0, each.end or 0, each.ref, at in kept) for at, each in there)
    for start, end, ref, regular in ranges:
        if placed and start < placed[-1][0] + len(placed[-1][1].text):
            placed[-1][1].notes.append(notes[ref])
        else:
            placed.append((start, Segment("passage" if regular else "moved", folded[start:end], [notes[ref]])))
    return placed


def _filled(folded: str, found: Sequence[_Placed], starts: set[int]) -> list[_Placed]:
    """The whole copy: what stands between the passages, too, by paragraph."""
    segments: list[_Placed] = []
    at = 0
    for start, segment in [*found, (len(folded), Segment("other", "", []))]:
        segments += [(begin, Segment("other", piece, [])) for begin, piece in _between(folded, at, start, starts)]
        if segment.text:
            segments.append((start, segment))
        at = start + len(segment.text)
    return segments


def _between(folded: str, at: int, end: int, starts: set[int]) -> Iterator[tuple[int, str]]:
    at += folded.startswith(" ", at)
    if end - at > LONGEST_OTHER:
        left_out = f"\u2026 [{end - at - 2 * _ENDS:,} characters between the passages] \u2026"
        yield at, f"{folded[at : at + _ENDS]} {left_out} {folded[end - _ENDS : end]}"
        return
    cuts = [at, *(each for each in range(at + 1, end) if each in starts), end]
    yield from ((begin, piece) for begin, stop in pairwise(cuts) if (piece := folded[begin:stop].rstrip()))


def _gaps(
    passages: Sequence[Passage], located: Sequence[Verified], kept: set[int], length: int
) -> Iterator[tuple[int, int, list[Passage]]]:
    """Each run of passages that were not found, with where they would stand in the copy."""
    for before, after in pairwise([-1, *sorted(kept), len(passages)]):
        lost = [passages[at] for at in range(before + 1, after) if located[at].start is None]
        if lost:
            begin = located[before].end or 0 if before >= 0 else 0
            end = located[after].start or 0 if after < len(passages) else length
            yield begin, end, lost


def _space(document: DocumentInfo, passages: Sequence[Passage], lost: Sequence[Passage]) -> int:
    """Characters around a run of passages that are no passage in the document itself: headings, spaces."""
    first, last = passages.index(lost[0]), passages.index(lost[-1])
    begin = passages[first - 1].end if first else 0
    end = passages[last + 1].start if last + 1 < len(passages) else document.text.length
    return end - begin - sum(each.end - each.start for each in passages[first : last + 1])


def _mark(segments: list[_Placed], begin: int, end: int, lost: list[Note], space: int) -> None:
    """Says of a gap that its passages are changed, where more stands in it than in the document, or else lost."""
    within = [(at, each) for at, each in segments if each.kind == "other" and begin <= at < end]
    longest = max((each for _, each in within), key=lambda each: len(each.text), default=None)
    if longest and sum(len(each.text) for _, each in within) > space:
        longest.kind, longest.notes = "changed", lost
        return
    _insert(segments, begin, Segment("lost", "", lost))


def _insert(segments: list[_Placed], begin: int, segment: Segment) -> None:
    nth = next((nth for nth, (at, _) in enumerate(segments) if at >= begin), len(segments))
    segments.insert(nth, (begin, segment))

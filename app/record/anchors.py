"""Passages of a text, located in the reader's own copy of it without the text ever leaving their machine.

The record knows a passage by its position and hash over the text after *fold-1*, so that curly quotes, dashes,
ligatures and line breaks of a copy make no difference. Positions are those of the Web Annotation
``TextPositionSelector``; the normal form is NFKC (Unicode UAX #15).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from app.core.documents import Passage
from app.core.errors import QueryInvalid
from app.core.vocabulary import Outcome

LONGEST_TEXT = 2_000_000
"""Code points of a text that is searched, before and after folding: four long novels."""

MOST_HASHES = 1_000_000
"""Hashes made in the search for passages that are not in their place (a second or so); see :func:`locate`."""

_PIECE = 10**5
_LONGEST_ACCENTS = 100
_ASCII = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff", "")
)
_FOREIGN_RUN = re.compile(rf"[^\x00-\x7f]{{{_LONGEST_ACCENTS},}}")
_START = re.compile(r"(?:^|(?<=[.!?:;)\]\"'] )|(?<= )(?=[^\Wa-z_]|[\"'(\[])|(?<=[.!?\u3002]))(?=\S)")
_STOP = re.compile(r"(?<=[^\w\s])(?= |$)|(?<=[.!?\u3002])")
_WORD_END = re.compile(r"(?<=\S)(?= |$)")


@dataclass(frozen=True, slots=True)
class Located:
    """A passage and where it was found, in code points of the folded copy; no place where ambiguous or missing."""

    ref: str
    outcome: Outcome
    start: int | None = None
    end: int | None = None


def fold(text: str) -> str:
    """fold-1: quotes and dashes to ASCII, NFKC, every run of white space to one space, trimmed.

    Characters that only break lines or mark the order of bytes (U+00AD, U+200B, U+2060, U+FEFF) are dropped.
    """
    return " ".join(_plain(unicodedata.normalize("NFKC", _plain(text))).split())


def digest(folded: str) -> str:
    """SHA-256 of a folded text in UTF-8, in hexadecimal."""
    return sha256(folded.encode(errors="surrogatepass")).hexdigest()


def locate(text: str, passages: Sequence[Passage]) -> list[Located]:
    """Each of a document's ``passages``, in order, looked for in ``text``: a copy of the document in any typography.

    A passage out of its place is looked for wherever a sentence may begin (after a stop, or at a capital, digit,
    quotation mark or bracket) and end (at a stop; where few such places have the right distance, at any word's end).
    The work is bounded by :data:`MOST_HASHES`, shared among the passages: in a long text made of little but capitals
    and stops, a moved passage may be reported as missing; one in its place never is.

    Raises :class:`~app.core.errors.QueryInvalid` for a text that is too long, or that would take hours to normalize.
    """
    folded = _folded(text)
    lost = [each for each in passages if digest(folded[each.start : each.end]) != each.sha256]
    found = _search(folded, lost) if lost else {}
    return [_located(each, found.get(each.ref)) for each in passages]


def _plain(text: str) -> str:
    """Quotes and dashes in ASCII; in pieces of some 4 ms, since each call holds up every other thread."""
    return "".join([text[at : at + _PIECE].translate(_ASCII) for at in range(0, len(text), _PIECE)])


def _located(passage: Passage, starts: Sequence[int] | None) -> Located:
    match starts:
        case None:
            return Located(passage.ref, Outcome.verified, passage.start, passage.end)
        case [start]:
            return Located(passage.ref, Outcome.moved, start, start + passage.end - passage.start)
        case _:
            return Located(passage.ref, Outcome.ambiguous if starts else Outcome.missing)


def _folded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise QueryInvalid("text", f"This text has {len(text):,} characters; {LONGEST_TEXT:,} are the most.")
    # To put accents in order takes time with the square of their number; a megabyte of them would take hours.
    for run in _FOREIGN_RUN.finditer(_plain(text)):
        marks = "".join("1" if unicodedata.combining(each) else "0" for each in run.group())
        if "1" * _LONGEST_ACCENTS in marks:
            raise QueryInvalid("text", f"This text has {_LONGEST_ACCENTS} accents in a row; no writing needs them.")
    folded = fold(text)
    if len(folded) > LONGEST_TEXT:
        raise QueryInvalid("text", f"This text has {len(folded):,} characters; {LONGEST_TEXT:,} are the most.")
    return folded


def _search(folded: str, lost: Sequence[Passage]) -> Mapping[str, list[int]]:
    """For each lost passage, by its ref, where it begins: up to two places."""
    by_length: dict[int, dict[str, list[int]]] = defaultdict(dict)
    for passage in lost:
        by_length[passage.end - passage.start][passage.sha256] = []
    share = MOST_HASHES // len(by_length)
    starts = np.fromiter((each.start() for each in _START.finditer(folded)), np.int64)
    stops, word_ends = _marks(_STOP, folded), _marks(_WORD_END, folded)
    for length, places in by_length.items():
        for start in _candidates(starts, length, stops, word_ends, share):
            at = places.get(digest(folded[start : start + length]))
            if at is not None and len(at) < 2:
                at.append(start)
    return {each.ref: by_length[each.end - each.start][each.sha256] for each in lost}


def _candidates(
    starts: npt.NDArray[np.int64],
    length: int,
    stops: npt.NDArray[np.bool_],
    word_ends: npt.NDArray[np.bool_],
    most: int,
) -> Iterator[int]:
    fitting = starts[starts + length < len(stops)]
    ends = fitting + length
    at_stop = stops[ends]
    yield from fitting[at_stop][:most].tolist()
    yield from fitting[~at_stop & word_ends[ends]][: max(most - int(at_stop.sum()), 0)].tolist()


def _marks(pattern: re.Pattern[str], folded: str) -> npt.NDArray[np.bool_]:
    """For each place between two code points, whether ``pattern`` matches there."""
    marks = np.zeros(len(folded) + 1, dtype=np.bool_)
    marks[np.fromiter((each.start() for each in pattern.finditer(folded)), np.int64)] = True
    return marks

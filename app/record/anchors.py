"""Passages of a text: cut at its sentences, and located in a reader's own copy without the text leaving their machine.

The record knows a passage by its position and hash over the text after *fold-1*, so that curly quotes, dashes,
ligatures and line breaks of a copy make no difference. Positions are those of the Web Annotation
``TextPositionSelector``; the normal form is NFKC (Unicode UAX #15).

Sentences are found by nupunkt, whose model knows the abbreviations of English prose (``Mr.``, ``U.S.``, ``No. 5``); on
texts in other languages its cuts are to be read again. Where a sentence ends is a choice of the record, not a fact of
the text: what matters is that the choice is kept, which positions and hashes do.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from string import capwords
from typing import NamedTuple

from app.core.documents import Passage, TextInfo
from app.core.errors import QueryInvalid
from app.core.vocabulary import Outcome, Ref
from app.record.lists import Count, Shape, list_of

LONGEST_TEXT = 2_000_000
"""Code points of a text that is searched, before and after folding: four long novels."""

MOST_HASHES = 1_000_000
"""Hashes made in the search for passages that are not in their place (a second or so); see :func:`locate`."""

NOT_READ = "Not read yet."
"""Why a passage of a new document is omitted: nobody has decided yet whether it claims anything."""

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

_LONGEST_HEADING = 15
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_ENDED = re.compile(r"[.!?:;,\u2026]['\")\]\u2019\u201d]*$")
_SMALL = frozenset("a an and as at but by for from in nor of on or the to with".split())
_MARK = re.compile(r"^#+\s+")


class Verified(Shape):
    """Where a passage is in the reader's own copy of the text."""

    ref: Ref
    outcome: Outcome
    """At its place, elsewhere, more than once, or not at all."""
    start: Count | None = None
    """First code point in the normalized copy, where it was found."""
    end: Count | None = None
    """One past its last code point."""


VerifiedList = list_of(Verified, "VerifiedList", "Every passage of a document, looked for in the reader's copy.")


class Split(NamedTuple):
    """A text's fingerprint and passages, with the title that its first lines suggest (empty where there is none)."""

    title: str
    text: TextInfo
    passages: tuple[Passage, ...]


def fold(text: str) -> str:
    """fold-1: quotes and dashes to ASCII, NFKC, every run of white space to one space, trimmed.

    Characters that only break lines or mark the order of bytes (U+00AD, U+200B, U+2060, U+FEFF) are dropped.
    """
    return " ".join(_plain(unicodedata.normalize("NFKC", _plain(text))).split())


def digest(folded: str) -> str:
    """SHA-256 of a folded text in UTF-8, in hexadecimal."""
    return sha256(folded.encode(errors="surrogatepass")).hexdigest()


def locate(text: str, passages: Sequence[Passage]) -> list[Verified]:
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


def split(text: str) -> Split:
    """Cut ``text`` at its sentences. Paragraphs end at blank lines, or where a line ends a sentence if there are none.

    A short paragraph that ends without a stop is a heading: of the whole text before the first sentence, of a section
    after it. Raises :class:`~app.core.errors.QueryInvalid` where no sentence is found.
    """
    folded = fold(text)
    title, passages = "", list[Passage]()
    section, number, at = "Introduction", 0, 0
    for paragraph in _paragraphs(text.replace("\r\n", "\n").replace("\r", "\n")):
        line = fold(paragraph)
        start = folded.index(line, at)
        at = start + len(line)
        if not _MARK.match(line) and (len(line.split()) > _LONGEST_HEADING or _ENDED.search(line)):
            number += 1
            passages += _passages(line, start, number, section)
        elif passages:
            section = _heading(line)
        else:
            title = max(title, _heading(line), key=len)
    if not passages:
        raise QueryInvalid("text", "No sentence was found in it; is this the document's text?")
    info = TextInfo(length=len(folded), sha256=digest(folded), normalization="fold-1")
    return Split(title, info, tuple(passages))


def _plain(text: str) -> str:
    """Quotes and dashes in ASCII; in pieces of some 4 ms, since each call holds up every other thread."""
    return "".join([text[at : at + _PIECE].translate(_ASCII) for at in range(0, len(text), _PIECE)])


def _located(passage: Passage, starts: Sequence[int] | None) -> Verified:
    match starts:
        case None:
            return Verified(ref=passage.ref, outcome=Outcome.verified, start=passage.start, end=passage.end)
        case [start]:
            end = start + passage.end - passage.start
            return Verified(ref=passage.ref, outcome=Outcome.moved, start=start, end=end)
        case _:
            return Verified(ref=passage.ref, outcome=Outcome.ambiguous if starts else Outcome.missing)


def _folded(text: str) -> str:
    # To put accents in order takes time with the square of their number; a megabyte of them would take hours.
    for run in _FOREIGN_RUN.finditer(_plain(_of_bounded_length(text))):
        marks = "".join("1" if unicodedata.combining(each) else "0" for each in run.group())
        if "1" * _LONGEST_ACCENTS in marks:
            raise QueryInvalid("text", f"This text has {_LONGEST_ACCENTS} accents in a row; no writing needs them.")
    return _of_bounded_length(fold(text))


def _of_bounded_length(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise QueryInvalid("text", f"This text has {len(text):,} characters; {LONGEST_TEXT:,} are the most.")
    return text


def _search(folded: str, lost: Sequence[Passage]) -> Mapping[str, list[int]]:
    """For each lost passage, by its ref, where it begins: up to two places."""
    import numpy as np  # takes a while to load, which nothing else needs that is served

    by_length: dict[int, dict[str, list[int]]] = defaultdict(dict)
    for passage in lost:
        by_length[passage.end - passage.start][passage.sha256] = []
    share = MOST_HASHES // len(by_length)
    starts, stops, word_ends = (
        np.fromiter((each.start() for each in pattern.finditer(folded)), np.int64)
        for pattern in (_START, _STOP, _WORD_END)
    )
    at_stop, at_word_end = (np.isin(np.arange(len(folded) + 1), ends) for ends in (stops, word_ends))
    for length, places in by_length.items():
        fitting = starts[starts + length <= len(folded)]
        stopped = at_stop[fitting + length]
        likely, others = fitting[stopped], fitting[~stopped & at_word_end[fitting + length]]
        for start in [*likely[:share].tolist(), *others[: max(share - len(likely), 0)].tolist()]:
            at = places.get(digest(folded[start : start + length]))
            if at is not None and len(at) < 2:
                at.append(start)
    return {each.ref: by_length[each.end - each.start][each.sha256] for each in lost}


def _passages(paragraph: str, start: int, number: int, section: str) -> Iterator[Passage]:
    from nupunkt import sent_spans

    sentence = 0
    for first, last in sent_spans(paragraph):
        said = paragraph[first:last].strip()
        if not said:
            continue
        sentence += 1
        begin = start + paragraph.index(said, first)
        yield Passage(
            ref=f"p{number}s{sentence}",
            section=section,
            start=begin,
            end=begin + len(said),
            sha256=digest(said),
            omitted=NOT_READ,
        )


def _paragraphs(text: str) -> Iterator[str]:
    if _BLANK_LINE.search(text.strip()):
        yield from filter(fold, _BLANK_LINE.split(text))
        return
    open_lines: list[str] = []
    for line in filter(fold, text.split("\n")):
        open_lines.append(line)
        if _ENDED.search(fold(line)) or (len(open_lines) == 1 and _MARK.match(line)):
            yield "\n".join(open_lines)
            open_lines = []
    if open_lines:
        yield "\n".join(open_lines)


def _heading(line: str) -> str:
    plain = _MARK.sub("", line).strip("*# ")[:500]
    if not plain.isupper():
        return plain
    first, *words = capwords(plain).split(" ")
    return " ".join([first, *(word.lower() if word.lower() in _SMALL else word for word in words)])

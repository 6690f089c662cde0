"""A text cut into the passages of a document: sentences by their place and hash, under the headings of their sections.

Sentences are found by nupunkt, whose model knows the abbreviations of English prose (``Mr.``, ``U.S.``, ``No. 5``); on
texts in other languages its cuts are to be read again. Where a sentence ends is a choice of the record, not a fact of
the text: what matters is that the choice is kept, which positions and hashes do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import capwords

from app.core.documents import Passage, TextInfo
from app.core.errors import QueryInvalid
from app.record.anchors import digest, fold

NOT_READ = "Not read yet."
"""Why a passage of a new document is omitted: nobody has decided yet whether it claims anything."""
FIRST_SECTION = "Introduction"

_LONGEST_HEADING = 15
_LONGEST_LINE = 500
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_ENDED = re.compile(r"[.!?:;,\u2026]['\")\]\u2019\u201d]*$")
_SMALL = frozenset("a an and as at but by for from in nor of on or the to with".split())
_MARK = re.compile(r"^#+\s+")


@dataclass(frozen=True, slots=True)
class Split:
    """A text's fingerprint and passages, with the title that its first lines suggest (empty where there is none)."""

    title: str
    text: TextInfo
    passages: tuple[Passage, ...]


def split(text: str) -> Split:
    """Cut ``text`` at its sentences. Paragraphs end at blank lines, or where a line ends a sentence if there are none.

    A short paragraph that ends without a stop is a heading: of the whole text before the first sentence, of a section
    after it. Raises :class:`~app.core.errors.QueryInvalid` where no sentence is found.
    """
    folded = fold(text)
    headings: list[str] = []
    passages: list[Passage] = []
    section, number, at = FIRST_SECTION, 0, 0
    for paragraph in _paragraphs(text.replace("\r\n", "\n").replace("\r", "\n")):
        line = fold(paragraph)
        start = folded.index(line, at)
        at = start + len(line)
        if _is_heading(line):
            title = _heading(line)
            section = title if passages else section
            headings += [] if passages else [title]
            continue
        number += 1
        passages += _passages(line, start, number, section)
    if not passages:
        raise QueryInvalid("text", "No sentence was found in it; is this the document's text?")
    info = TextInfo(length=len(folded), sha256=digest(folded), normalization="fold-1")
    return Split(max(headings, key=len, default=""), info, tuple(passages))


def _passages(paragraph: str, start: int, number: int, section: str) -> Iterator[Passage]:
    from nupunkt import sent_spans

    found = [(start + first, paragraph[first:last].rstrip()) for first, last in sent_spans(paragraph)]
    for sentence, (at, spaced) in enumerate(((at, each) for at, each in found if each), 1):
        said = spaced.lstrip()
        begin = at + len(spaced) - len(said)
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


def _is_heading(line: str) -> bool:
    return bool(_MARK.match(line)) or (len(line.split()) <= _LONGEST_HEADING and not _ENDED.search(line))


def _heading(line: str) -> str:
    plain = _MARK.sub("", line).strip("*# ")[:_LONGEST_LINE]
    if not plain.isupper():
        return plain
    first, *words = capwords(plain).split(" ")
    return " ".join([first, *(word.lower() if word.lower() in _SMALL else word for word in words)])

"""EDTF strings (ISO 8601-2:2019) as spans of whole days.

The record keeps dates as their authors could know them: a year, a month, a day, an interval, an open end. Every
comparison in the product is made between the first and the last day that such a string can mean.
"""

import calendar
import re
from datetime import date
from functools import lru_cache
from time import struct_time
from typing import NamedTuple

_MONTHS = "January February March April May June July August September October November December".split()
_DOUBTS = {"?": "perhaps ", "~": "about ", "%": "perhaps about "}
"""Signs that a date is uncertain, approximate or both; the days that it can mean are those without the sign."""
_DOUBT = "".join(_DOUBTS)

_CALENDAR = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Span(NamedTuple):
    """First and last day, both included. Open or unknown ends are ``date.min`` and ``date.max``."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it is long."""
        return self.end.toordinal() - self.start.toordinal() + 1

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share a day."""
        return self.start <= other.end and other.start <= self.end


@lru_cache(maxsize=1024)
def calendar_span(text: str) -> Span:
    """Days of a year, month or day such as ``2022-07`` (EDTF level 0); ``ValueError`` says what would be right."""
    found = _CALENDAR.fullmatch(text)
    if not found:
        raise ValueError(f"{text[:40]!r} is no date; write 2022, 2022-07 or 2022-07-17")
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if day:
            whole = date(year, month, day)
            return Span(whole, whole)
        if found.group(3) or (found.group(2) and not month):
            raise ValueError("month and day count from 1")
        first, last = (month, month) if month else (1, 12)
        return Span(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar ({error})") from None


@lru_cache(maxsize=65536)
def edtf_span(text: str) -> Span:
    """Days of any EDTF string of levels 0 to 2 that the ``edtf`` package reads.

    Calendar forms, with a sign of doubt or without, and intervals of them never reach that package: it takes
    milliseconds for each, and a record of a million claims has many. Raises ``ValueError`` with what would be right.
    """
    ends = text.split("/")
    if len(ends) <= 2 and ends != [".."] and all(end == ".." or _is_calendar(end) for end in ends):
        spans = [Span(date.min, date.max) if end == ".." else calendar_span(end.rstrip(_DOUBT)) for end in ends]
        span = Span(spans[0].start, spans[-1].end)
    else:
        span = _library_span(text)
    if span.start > span.end:
        raise ValueError(f"{text!r} ends before it begins")
    return span


def _is_calendar(text: str) -> bool:
    found = _CALENDAR.fullmatch(text[:-1] if text.endswith(tuple(_DOUBT)) else text)
    # In a month's place 21 to 41 are EDTF's seasons and quarters.
    return found is not None and (found.group(2) or "01") < "20"


def _library_span(text: str) -> Span:
    wrong = f"{text[:40]!r} is no EDTF date; write for example 2022, 2022-07, 2022-07-17, 1804/1813 or 2023-04/.."
    if re.search(r"\s|T|^/|/$", text):  # blanks, times of day, and ends that are unknown rather than open
        raise ValueError(wrong)
    # Takes 80 ms to load and 8 MB; most records never need it.
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed = parse_edtf(text)
        return Span(_day(parsed.lower_strict()), _day(parsed.upper_strict()))
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        # The package lets errors of its parts through on some forms that its grammar accepts (2022-02-30, say).
        raise ValueError(wrong) from None


def _day(moment: struct_time | float) -> date:
    if isinstance(moment, struct_time):
        return date(moment.tm_year, moment.tm_mon, moment.tm_mday)
    return date.min if moment < 0 else date.max


@lru_cache(maxsize=65536)
def in_words(edtf: str) -> str:
    """An EDTF string as English has it, never more precise than it is.

    ``2022-07-17`` gives ``17 July 2022``, ``2022-07`` ``July 2022``, ``1804/1813`` ``1804 to 1813``,
    ``2022-09/2022-11`` ``September to November 2022``, ``2014~`` ``about 2014``, ``2014?`` ``perhaps 2014``,
    ``2023-04/..`` ``April 2023 or later``, ``../2023`` ``2023 or earlier``. What has no English stays as it stands.
    """
    first, separator, last = edtf.partition("/")
    if not separator:
        return _moment_in_words(edtf)
    if last in ("", ".."):
        return f"{_moment_in_words(first)} or later" if first not in ("", "..") else "any time"
    if first in ("", ".."):
        return f"{_moment_in_words(last)} or earlier"
    begins, ends = _moment_in_words(first), _moment_in_words(last)
    # "September to November 2022": a year that both ends share is told once.
    if begins.endswith(ends[-5:]) and ends[-5:-4] == " ":
        begins = begins[:-5]
    return f"{begins} to {ends}"


def since_in_words(edtf: str) -> str:
    """An EDTF string as it follows "since"; of an interval, in which nobody knows the day, its end at the latest."""
    last = edtf.rpartition("/")[2]
    return in_words(edtf) if last in (edtf, "", "..") else f"{_moment_in_words(last)} at the latest"


def _moment_in_words(moment: str) -> str:
    doubt = next((words for sign, words in _DOUBTS.items() if moment.endswith(sign)), "")
    parts = moment.rstrip(_DOUBT).split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3 or (len(parts) > 1 and int(parts[1]) > 12):
        return moment
    month = [_MONTHS[int(parts[1]) - 1]] if len(parts) > 1 else []
    return doubt + " ".join([str(int(part)) for part in parts[2:]] + month + parts[:1])

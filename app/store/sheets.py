"""What an edition needs to know of a run of claims: bytes and numbers, so that one process can make it for another."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from app.model import Claim, Header
from app.query import terms, words
from app.served import Rendering, render
from app.status import timeline
from app.store.crew import RUN, chunks
from app.store.sections import DAY
from app.vocabulary import Status

PLACES = {status: place for place, status in enumerate(Status)}
"""Place of each status in the order in which results are sorted."""

_NOT_YET_MADE = PLACES[Status.not_yet_made]

_Numbers = defaultdict[str, "array[int]"]


@dataclass(slots=True)
class Sheet:
    """A run of claims, in the order of the record; numbers of claims count from the record's first."""

    ids: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    """Blocks of the claims, as :class:`~app.store.bodies.Bodies` reads them."""
    heads: "array[int]" = field(default_factory=lambda: array("I"))
    """Length of each claim's head."""
    rows: "array[int]" = field(default_factory=lambda: array("I"))
    """How many rows each claim has; of a row its first day, status, and where its tail begins and ends in the block."""
    days: "array[int]" = field(default_factory=lambda: array("I"))
    status: "array[int]" = field(default_factory=lambda: array("B"))
    begins: "array[int]" = field(default_factory=lambda: array("I"))
    ends: "array[int]" = field(default_factory=lambda: array("I"))
    terms: "dict[str, array[int]]" = field(default_factory=dict)
    """Claims of each ``name=value`` of :func:`app.query.terms`, and of each ``passage=document#ref``."""
    words: dict[str, int] = field(default_factory=dict)
    """Words of the texts, numbered here."""
    text: "array[int]" = field(default_factory=lambda: array("I"))
    sizes: "array[int]" = field(default_factory=lambda: array("I"))
    """Words of each text."""
    changes: "array[int]" = field(default_factory=lambda: array("Q"))
    """Days of changes with their claims, ``day << DAY | claim``, and by status those at which it comes or goes."""
    turns: "dict[str, array[int]]" = field(default_factory=dict)
    dated: "array[int]" = field(default_factory=lambda: array("I"))
    """Claims that have a period, and its first and last days."""
    first_days: "array[int]" = field(default_factory=lambda: array("I"))
    last_days: "array[int]" = field(default_factory=lambda: array("I"))


def sheet_maker(header: Header) -> Callable[[Iterable[tuple[int, Claim]]], Sheet]:
    """A function that makes the sheet of numbered claims, which must be valid against ``header``."""
    return partial(_sheet, header)


def _sheet(header: Header, claims: Iterable[tuple[int, Claim]]) -> Sheet:
    sheet = Sheet()
    having: defaultdict[str, _Numbers] = defaultdict(lambda: _Numbers(lambda: array("I")))
    turns = _Numbers(lambda: array("Q"))
    for run in chunks(claims, RUN):
        timelines = [timeline(claim, header) for _, claim in run]
        renderings = [render(claim, header, periods) for (_, claim), periods in zip(run, timelines, strict=True)]
        for rendering in renderings:
            _add_body(sheet, rendering)
        for (number, claim), rendering in zip(run, renderings, strict=True):
            _add_days(sheet, turns, number, claim, rendering)
            having["status"][rendering.periods[-1][1]].append(number)
        for number, claim in run:
            _add_terms(having, number, claim, header)
        for _, claim in run:
            sheet.ids.append(claim.id)
            _add_text(sheet, words(claim.text))
    sheet.terms = {f"{name}={value}": each for name, values in having.items() for value, each in values.items()}
    sheet.turns = {str(status): each for status, each in turns.items()}
    return sheet


def _add_terms(having: dict[str, _Numbers], number: int, claim: Claim, header: Header) -> None:
    for name, values in terms(claim, header).items():
        claims_of = having[name]
        for value in values:
            claims_of[value].append(number)
    claims_of = having["passage"]
    for ref in {ref for each in claim.statements for ref in each.passages}:
        claims_of[f"{claim.document}#{ref}"].append(number)


def _add_text(sheet: Sheet, text: Sequence[str]) -> None:
    numbered = sheet.words.setdefault
    sheet.text.extend([numbered(word, len(sheet.words)) for word in text])
    sheet.sizes.append(len(text))


def _add_days(sheet: Sheet, turns: _Numbers, number: int, claim: Claim, rendering: Rendering) -> None:
    status = Status.not_yet_made
    for day, after, _ in rendering.periods:
        if after is not status:
            change = day.toordinal() << DAY | number
            sheet.changes.append(change)
            turns[status].append(change)
            turns[after].append(change)
            status = after
    if claim.span:
        sheet.dated.append(number)
        sheet.first_days.append(claim.span.start.toordinal())
        sheet.last_days.append(claim.span.end.toordinal())


def _add_body(sheet: Sheet, rendering: Rendering) -> None:
    """The head and the last tail, which are asked for most, are one slice; then the tails of other days."""
    head, (last_day, last_status, last) = rendering.head, rendering.periods[-1]
    pieces, place = [head, last], len(head) + len(last)
    rows = [(0, _NOT_YET_MADE, rendering.before)]
    rows += [(day.toordinal(), PLACES[status], tail) for day, status, tail in rendering.periods[:-1]]
    for day, status, tail in rows:
        sheet.days.append(day)
        sheet.status.append(status)
        sheet.begins.append(place)
        place += len(tail)
        sheet.ends.append(place)
        pieces.append(tail)
    sheet.days.append(last_day.toordinal())
    sheet.status.append(PLACES[last_status])
    sheet.begins.append(len(head))
    sheet.ends.append(len(head) + len(last))
    sheet.bodies.append(b"".join(pieces))
    sheet.heads.append(len(head))
    sheet.rows.append(len(rows) + 1)

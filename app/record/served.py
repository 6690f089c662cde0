"""A claim as it is served: the record's fields, and what the rule and the statements make of them on a day.

The bytes are made once, when a record is loaded: the fields of a claim never change with the day, so they are kept as a
*head*, and each period of its timeline adds a *tail* with its status. Every store serves these same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass as schema_dataclass
from pydantic_core import to_json

from app.core.attribution import CREDITS, attribution, credited
from app.core.model import Claim, Header, Statement, claim_json
from app.core.status import NOT_YET_MADE, Period, Verdict, timeline
from app.core.vocabulary import Slug, Sourcing, Status

CREDIT_FIELDS = {credit: "attributed_to" if credit == "affirmed_by" else credit for credit in CREDITS}
"""For each thing that a source does to a claim, the field that tells who does: it is attributed to who affirms it."""


class ServedClaim(Claim):
    """A claim of the record together with its standing; the same shape in a list and alone."""

    status: Status
    basis: Verdict
    sourcing: Sourcing
    """On what kind of word it stands."""
    attributed_to: tuple[Slug, ...]
    """Source ids of the origins that affirm the claim; empty where nobody does."""
    denied_by: tuple[Slug, ...]
    """Source ids of the origins that deny it."""
    answered_by: tuple[Slug, ...]
    """Source ids of the origins that have no evidence of it, do not comment on it or qualify it."""
    taken_back_by: tuple[Slug, ...]
    """Source ids of the origins that took back what they had said of it."""
    passed_on_by: tuple[Slug, ...]
    """Source ids of the relays that have no word of their own on it."""
    attribution: str
    """One sentence with the sources, the relays, and every denial or answer; quote this rather than `text`."""
    url: Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
    """Where this claim is served, relative to this server."""


@schema_dataclass(frozen=True, config=ConfigDict(use_attribute_docstrings=True))
class Transition:
    """One change of a claim's status."""

    date: date
    """The day from which it counts."""
    date_edtf: str
    """That day as precisely as the statement that brought the change is dated."""
    claim: Slug
    before: Status
    after: Status
    rule: str
    """Row of the rule that decided."""
    caused_by: tuple[str, ...]
    """Statements that began or ceased to count that day."""
    explanation: str
    """The rule's reason, in words."""


Tails: TypeAlias = tuple[tuple[date, Status, bytes], ...]
"""From each period's first day on the status, and the bytes that follow the claim's head."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """All bytes of one claim: ``head`` and, from each period's first day on, its ``tail``; joined they are JSON."""

    head: bytes
    before: bytes
    """Tail while the claim is not yet made."""
    periods: Tails

    def at(self, day: date | None) -> bytes:
        """The claim as it stood at the end of ``day``; ``None`` for the last period."""
        tail = self.before
        for start, _, each in self.periods:
            if day is None or start <= day:
                tail = each
        return self.head + tail


_VERDICT = TypeAdapter(Verdict)
_NOT_YET_MADE = _VERDICT.dump_json(NOT_YET_MADE, exclude_none=True)


def render(claim: Claim, header: Header, periods: tuple[Period, ...] | None = None) -> Rendering:
    """The bytes of ``claim``; ``periods`` spares deriving its timeline again."""
    periods = timeline(claim, header) if periods is None else periods
    before = _standing(claim, NOT_YET_MADE.status, _NOT_YET_MADE, Sourcing.none, (), attribution(claim, header, ()))
    return Rendering(head(claim), before, tails(claim, header, periods))


def head(claim: Claim) -> bytes:
    """The part of the claim's bytes that no day changes."""
    return claim_json(claim)[:-1]


def tails(claim: Claim, header: Header, periods: tuple[Period, ...]) -> Tails:
    """What follows the head in each of ``periods``, which are the claim's timeline."""
    return tuple([(each.start, each.verdict.status, _tail(claim, header, each)) for each in periods])


def transitions(claim: Claim, periods: tuple[Period, ...]) -> Iterator[Transition]:
    """Changes of status along ``periods``, which are the claim's timeline."""
    status, live = Status.not_yet_made, frozenset[str]()
    for each in periods:
        if each.verdict.status is not status:
            changed = tuple(s.id for s in claim.statements if (s.id in each.live) != (s.id in live))
            yield Transition(
                date=each.start,
                date_edtf=each.start_edtf,
                claim=claim.id,
                before=status,
                after=each.verdict.status,
                rule=each.verdict.rule,
                caused_by=changed,
                explanation=each.verdict.explanation,
            )
        status, live = each.verdict.status, frozenset(each.live)


def _tail(claim: Claim, header: Header, period: Period) -> bytes:
    live = claim.statements
    if len(period.live) < len(live):
        live = tuple(each for each in live if each.id in period.live)
    basis = _VERDICT.dump_json(period.verdict, exclude_none=True)
    return _standing(claim, period.verdict.status, basis, period.sourcing, live, attribution(claim, header, live))


def _standing(
    claim: Claim, status: Status, basis: bytes, sourcing: Sourcing, live: tuple[Statement, ...], sentence: str
) -> bytes:
    """The fields that :class:`ServedClaim` adds, as JSON; put together here, as a model takes five times as long."""
    by = credited(live)
    told: dict[str, object] = {field: by[credit] for credit, field in CREDIT_FIELDS.items()}
    told["attribution"] = sentence
    return b',"status":"%b","basis":%b,"sourcing":"%b",%b,"url":"/claims/%b"}' % (
        status.encode(),
        basis,
        sourcing.encode(),
        to_json(told)[1:-1],
        claim.id.encode(),
    )

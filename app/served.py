"""A claim as it is served: the record's fields, and what the rule and the statements make of them on a day.

The bytes are made once, when a record is loaded: the fields of a claim never change with the day, so they are kept as a
*head*, and each period of its timeline adds a *tail* with its status. Every store serves these same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass as schema_dataclass
from pydantic_core import to_json

from app.attribution import attributed_to, attribution
from app.fields import Frozen, Slug
from app.model import Claim, Header, claim_json
from app.status import NOT_YET_MADE, Period, Verdict, timeline
from app.vocabulary import Status


class Standing(Frozen):
    """How a claim stands on a day: what :mod:`app.status` derives, and the sentence that says it."""

    status: Status
    basis: Verdict
    attributed_to: tuple[Slug, ...]
    """Source ids of the origins that affirm the claim; empty where nobody does."""
    attribution: Annotated[str, Field(min_length=1)]
    """One sentence with the sources, the relays, and every denial or answer; quote this rather than `text`."""
    url: Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
    """Where this claim is served, relative to this server."""


class ServedClaim(Claim):
    """A claim of the record together with its standing; the same shape in a list and alone."""

    status: Status
    basis: Verdict
    attributed_to: tuple[Slug, ...]
    """Source ids of the origins that affirm the claim; empty where nobody does."""
    attribution: Annotated[str, Field(min_length=1)]
    """One sentence with the sources, the relays, and every denial or answer; quote this rather than `text`."""
    url: Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
    """Where this claim is served, relative to this server."""


@schema_dataclass(frozen=True)
class Transition:
    """One change of a claim's status."""

    date: date
    claim: Slug
    before: Status
    after: Status
    rule: str
    """Row of the rule that decided."""
    caused_by: tuple[str, ...]
    """Statements that began or ceased to count that day."""
    explanation: str


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
    before = _standing(claim, NOT_YET_MADE.status, _NOT_YET_MADE, (), attribution(claim, header, ()))
    return Rendering(head(claim), before, tails(claim, header, periods))


def head(claim: Claim) -> bytes:
    """The part of the claim's bytes that no day changes."""
    return claim_json(claim)[:-1]


def tails(claim: Claim, header: Header, periods: tuple[Period, ...]) -> Tails:
    """What follows the head in each of ``periods``, which are the claim's timeline."""
    return tuple([(each.start, each.verdict.status, _tail(claim, header, each.verdict, each.live)) for each in periods])


def transitions(claim: Claim, periods: tuple[Period, ...]) -> Iterator[Transition]:
    """Changes of status along ``periods``, which are the claim's timeline."""
    status, live = Status.not_yet_made, frozenset[str]()
    for each in periods:
        if each.verdict.status is not status:
            changed = tuple(s.id for s in claim.statements if (s.id in each.live) != (s.id in live))
            yield Transition(
                each.start, claim.id, status, each.verdict.status, each.verdict.rule, changed, each.verdict.explanation
            )
        status, live = each.verdict.status, frozenset(each.live)


def _tail(claim: Claim, header: Header, verdict: Verdict, live_ids: tuple[str, ...]) -> bytes:
    live = claim.statements
    if len(live_ids) < len(live):
        live = tuple(each for each in live if each.id in live_ids)
    basis = _VERDICT.dump_json(verdict, exclude_none=True)
    return _standing(claim, verdict.status, basis, attributed_to(live), attribution(claim, header, live))


def _standing(claim: Claim, status: Status, basis: bytes, sources: tuple[str, ...], sentence: str) -> bytes:
    """The fields of :class:`Standing` as JSON; put together here, as a model for each takes five times as long."""
    return b',"status":"%b","basis":%b,"attributed_to":%b,"attribution":%b,"url":"/claims/%b"}' % (
        status.encode(),
        basis,
        to_json(sources),
        to_json(sentence),
        claim.id.encode(),
    )

"""The status of a claim at any day: the rule of :mod:`app.rules` over its dated statements, and nothing else.

Everything here is pure: the same claim, header and day give the same verdict, in whatever order the statements stand.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.dates import edtf_span
from app.model import Claim, Header, Source
from app.rules import RULES, Case, Said, still_counting
from app.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status with its reasons. Statement ids throughout, by date and then by id."""

    status: Status
    rule: str
    """Id of the row of the rule that decided."""
    since: date | None = field(default=None, kw_only=True)
    """The day from which the status has been the same without a break; absent while the claim is not yet made."""
    decided_by: tuple[str, ...]
    """Statements that made the rule hold."""
    contested_by: tuple[str, ...]
    """Live statements that speak against the status."""
    pending: tuple[str, ...]
    """Undated statements that may have been made already, but count only from the document's publication."""
    explanation: str
    """One sentence with the sources' names."""


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` on, until the next period, the claim's verdict is ``verdict``."""

    start: date
    verdict: Verdict
    live: tuple[str, ...]
    """Ids of the statements that count then."""


def timeline(claim: Claim, header: Header) -> tuple[Period, ...]:
    """All periods of a claim, from the first day anything is said or pending of it; before them it is not yet made."""
    said = _said(claim, header)
    days = sorted({each.counts for each in said} | {day for each in said if (day := _pending_from(each))})
    periods: list[Period] = []
    for day in days:
        verdict, live = _judge(claim, said, day)
        before = periods[-1].verdict if periods else None
        if before and before.status is verdict.status:
            verdict = replace(verdict, since=before.since)
        elif verdict.status is not Status.not_yet_made:
            verdict = replace(verdict, since=day)
        if verdict != before or live != periods[-1].live:
            periods.append(Period(day, verdict, live))
    return tuple(periods)


def derive(claim: Claim, header: Header, as_of: date | None = None) -> Verdict:
    """The verdict on ``claim`` at the end of the day ``as_of``; ``None`` counts everything that the record holds."""
    verdict = NOT_YET_MADE
    for period in timeline(claim, header):
        if as_of is None or period.start <= as_of:
            verdict = period.verdict
    return verdict


NOT_YET_MADE = Verdict(RULES[0].status, RULES[0].id, (), (), (), RULES[0].because)
"""The verdict on every claim before its first period."""


def without_source(claim: Claim, source: str) -> Claim | None:
    """The claim as it would be had ``source`` never spoken nor relayed; ``None`` if nothing is left of it."""
    left = tuple(each for each in claim.statements if each.source != source and source not in each.via)
    return claim.model_copy(update={"statements": left}) if left else None


def _said(claim: Claim, header: Header) -> list[Said]:
    document = header.document_by_id[claim.document]
    published = edtf_span(document.published)
    everything = []
    for statement in sorted(claim.statements, key=lambda each: each.id):
        source = header.source_by_id[statement.source]
        made = edtf_span(statement.made) if statement.made else None
        earliest = edtf_span(statement.not_before).start if statement.not_before else date.min
        everything.append(
            Said(
                statement=statement,
                root=header.root_by_source[source.id],
                relays=frozenset(header.root_by_source[relay] for relay in statement.via),
                start=made.start if made else min(earliest, published.end),
                counts=made.end if made else published.end,
                external=source.id != document.author,
                for_party=source.named and source.speaks_for is not None and source.speaks_for in claim.parties,
                by=named(source, [header.source_by_id[relay] for relay in statement.via]),
            )
        )
    return sorted(everything, key=lambda each: each.counts)


def _pending_from(said: Said) -> date | None:
    bound = said.statement.not_before
    return edtf_span(bound).start if bound and edtf_span(bound).start < said.counts else None


def _judge(claim: Claim, said: Sequence[Said], day: date) -> tuple[Verdict, tuple[str, ...]]:
    spoken = [each for each in said if each.counts <= day]
    live = still_counting(spoken)
    case = Case(claim, live, any(each.external for each in spoken))
    rule = next(row for row in RULES if row.holds(case))
    decided, contested = rule.decided(case), rule.contested(case)
    verdict = Verdict(
        status=rule.status,
        rule=rule.id,
        decided_by=_ids(said, decided),
        contested_by=_ids(said, contested),
        pending=tuple(e.statement.id for e in said if day < e.counts and (p := _pending_from(e)) and p <= day),
        explanation=_explain(rule.because, decided, contested),
    )
    return verdict, _ids(said, live)


def _explain(because: str, decided: Sequence[Said], contested: Sequence[Said]) -> str:
    sentence = _agree(because, decided).format(decided=names(each.by for each in decided))
    if not contested:
        return sentence
    against = _agree("against it [stands|stand] {}.", contested).format(names(each.by for each in contested))
    return f"{sentence[:-1]}; {against}"


def _agree(template: str, voices: Sequence[Said]) -> str:
    form = 1 if len({each.by for each in voices}) == 1 else 2
    return re.sub(r"\[(\w+)\|(\w+)\]", rf"\{form}", template)


def _ids(said: Sequence[Said], chosen: Sequence[Said]) -> tuple[str, ...]:
    wanted = {each.statement.id for each in chosen}
    return tuple(each.statement.id for each in said if each.statement.id in wanted)


def named(source: Source, relays: Sequence[Source]) -> str:
    """The source with the relays through which its word came: ``A (via B)``."""
    return f"{source.name} (via {names(relay.name for relay in relays)})" if relays else source.name


def names(all_names: Iterable[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``: each name once, in the order given."""
    unique = list(dict.fromkeys(all_names))
    return " and ".join(filter(None, [", ".join(unique[:-1]), unique[-1]])) if unique else "nobody"

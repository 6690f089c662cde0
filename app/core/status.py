"""The status of a claim at any day: the rule of :mod:`app.core.rules` over its dated statements, and nothing else.

Everything here is pure: the same claim, header and day give the same verdict, in whatever order the statements stand.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from operator import attrgetter

from app.core.dates import edtf_span
from app.core.model import Claim, Header, Source
from app.core.rules import RULES, Case, Rule, Said, still_counting, taken_back
from app.core.sourcing import sourcing_of
from app.core.vocabulary import SourceKind, Sourcing, Stance, Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status with its reasons. Statement ids throughout, by date and then by id."""

    status: Status
    rule: str
    """Id of the row of the rule that decided."""
    since: date | None = field(default=None, kw_only=True)
    """The day from which the status has been the same without a break; absent while the claim is not yet made."""
    since_edtf: str | None = field(default=None, kw_only=True)
    """That day as precisely as the statement which brought it is dated: `2023-01` where only the month is known."""
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
    start_edtf: str
    """``start`` as precisely as the statement that brought it is dated."""
    verdict: Verdict
    live: tuple[str, ...]
    """Ids of the statements that count then."""
    sourcing: Sourcing


def timeline(claim: Claim, header: Header) -> tuple[Period, ...]:
    """All periods of a claim, from the first day anything is said or pending of it; before them it is not yet made."""
    said = _said(claim, header)
    published = header.document_by_id[claim.document].published
    bounds = [(day, each) for each in said if each.statement.not_before and (day := _pending_from(each))]
    periods: list[Period] = []
    for day in sorted({each.counts for each in said}.union(bound for bound, _ in bounds)):
        pending = [each for bound, each in bounds if bound <= day < each.counts]
        before = periods[-1] if periods else None
        dated = _as_dated(day, said, [each for bound, each in bounds if bound == day], published)
        period = _judge(claim, said, day, dated, pending, before.verdict if before else None)
        if not before or period.verdict != before.verdict or period.live != before.live:
            periods.append(period)
    return tuple(periods)


def period_at(claim: Claim, header: Header, as_of: date | None = None) -> Period | None:
    """The period of ``claim`` that lasts at the end of ``as_of``, or the last one; ``None`` before the first."""
    found = None
    for period in timeline(claim, header):
        if as_of is None or period.start <= as_of:
            found = period
    return found


def derive(claim: Claim, header: Header, as_of: date | None = None) -> Verdict:
    """The verdict on ``claim`` at the end of the day ``as_of``; ``None`` counts everything that the record holds."""
    period = period_at(claim, header, as_of)
    return period.verdict if period else NOT_YET_MADE


def sourcing(claim: Claim, header: Header, as_of: date | None = None) -> Sourcing:
    """The kind of word on which ``claim`` stands at the end of the day ``as_of``."""
    period = period_at(claim, header, as_of)
    return period.sourcing if period else Sourcing.none


NOT_YET_MADE = Verdict(RULES[0].status, RULES[0].id, (), (), (), RULES[0].because)
"""The verdict on every claim before its first period."""


def retractions(claim: Claim, header: Header) -> dict[str, frozenset[Stance]]:
    """For each statement of ``claim`` that takes something back, by its id, the stances that it takes back."""
    if not any(each.stance is Stance.retracts for each in claim.statements):
        return {}
    return {each.statement.id: each.takes_back for each in _said(claim, header) if each.takes_back}


def without_source(claim: Claim, source: str) -> Claim | None:
    """The claim as it would be had ``source`` never spoken nor relayed; ``None`` if nothing is left of it."""
    left = tuple(each for each in claim.statements if each.source != source and source not in each.via)
    return claim.model_copy(update={"statements": left}) if left else None


_NOBODY = frozenset[str]()


def _said(claim: Claim, header: Header) -> list[Said]:
    document = header.document_by_id[claim.document]
    published = edtf_span(document.published)
    sources, roots = header.source_by_id, header.root_by_source
    everything = []
    for statement in sorted(claim.statements, key=attrgetter("id")):
        source, relays = sources[statement.source], [sources[relay] for relay in statement.via]
        made = edtf_span(statement.made) if statement.made else None
        earliest = edtf_span(statement.not_before).start if statement.not_before else date.min
        everything.append(
            Said(
                statement=statement,
                root=roots[source.id],
                relays=frozenset([roots[relay.id] for relay in relays]) if relays else _NOBODY,
                start=made.start if made else min(earliest, published.end),
                counts=made.end if made else published.end,
                external=source.id != document.author,
                for_party=source.named and source.speaks_for is not None and source.speaks_for in claim.parties,
                source=source,
                by=named(source, relays),
            )
        )
    for each in everything:
        if each.statement.stance is Stance.retracts:
            each.takes_back = taken_back(each, everything)
    return sorted(everything, key=attrgetter("counts"))


def _pending_from(said: Said) -> date | None:
    bound = said.statement.not_before
    if not bound:
        return None
    day = edtf_span(bound).start
    return day if day < said.counts else None


def _as_dated(day: date, said: Sequence[Said], bounded: Sequence[Said], published: str) -> str:
    """``day`` as the most precise of the statements gives it that count from it, or may have been made from it on."""
    counting = [each.statement.made or published for each in said if each.counts == day]
    forms = counting or [each.statement.not_before for each in bounded if each.statement.not_before]
    return forms[0] if len(forms) == 1 else min(forms, key=lambda form: (edtf_span(form).days, form))


def _judge(
    claim: Claim, said: Sequence[Said], day: date, dated: str, pending: Sequence[Said], before: Verdict | None
) -> Period:
    """The period that begins with ``day`` and follows the verdict ``before``."""
    spoken = [each for each in said if each.counts <= day]
    live = still_counting(spoken)
    case = Case(claim, live, any(each.external for each in spoken))
    rule = _first_that_holds(case)
    decided, contested = rule.decided(case), rule.contested(case)
    made = rule.status is not Status.not_yet_made
    lasting = before if before and before.status is rule.status else None
    verdict = Verdict(
        status=rule.status,
        rule=rule.id,
        since=lasting.since if lasting else day if made else None,
        since_edtf=lasting.since_edtf if lasting else dated if made else None,
        decided_by=_ids(said, decided),
        contested_by=_ids(said, contested),
        pending=_ids(said, pending),
        explanation=_explain(rule, case, decided, contested),
    )
    return Period(day, dated, verdict, _ids(said, live), sourcing_of(case))


def _first_that_holds(case: Case) -> Rule:
    # A loop, which costs half of what next() over a generator does, a few times for each claim.
    for rule in RULES:
        if rule.holds(case):
            return rule
    raise AssertionError("the last rule always holds")


def _explain(rule: Rule, case: Case, decided: Sequence[Said], contested: Sequence[Said]) -> str:
    voices = decided if rule.voices is None else rule.voices(case)
    template = rule.because if voices or not rule.unaffirmed else rule.unaffirmed
    clauses = [_agree(template, voices).format(voices=names([each.by for each in voices]))]
    if contested:
        against = names([each.by for each in contested])
        clauses.append(_agree("against it [stands|stand] {}.", contested).format(against))
    clauses += [f"{each.by} {undoing(each.source, each.takes_back, 'it')}." for each in case.undone]
    sentence = "; ".join(dict.fromkeys(clause[:-1] for clause in clauses))
    return f"{sentence[0].upper()}{sentence[1:]}."


def _agree(template: str, voices: Sequence[Said]) -> str:
    one = len(voices) == 1 or len({each.by for each in voices}) == 1
    return in_number(template, one and not voices[0].several)


@cache
def in_number(template: str, singular: bool) -> str:
    """``template`` with the first or the second of each ``[denies|deny]``."""
    return re.sub(r"\[(\w+)\|(\w+)\]", r"\1" if singular else r"\2", template)


def _ids(said: Sequence[Said], chosen: Sequence[Said]) -> tuple[str, ...]:
    if not chosen:
        return ()
    if len(chosen) == 1:
        return (chosen[0].statement.id,)
    wanted = {each.statement.id for each in chosen}
    return tuple([id_ for each in said if (id_ := each.statement.id) in wanted])


_UNDONE = {
    Stance.denies: "denial of",
    Stance.no_evidence: "word on the evidence of",
    Stance.qualifies: "qualification of",
}


def undoing(source: Source, stances: frozenset[Stance], what: str) -> str:
    """End of a sentence on a retraction by ``source``; ``what`` stands for the claim, "it" or "this"."""
    if Stance.affirms in stances:
        return f"took back having said {what}"
    noun = next((noun for stance, noun in _UNDONE.items() if stance in stances), "answer to")
    whose = {SourceKind.person: "an earlier", SourceKind.group: "their"}.get(source.kind, "its")
    return f"took back {whose} {noun} {what}"


def named(source: Source, relays: Sequence[Source]) -> str:
    """The source with the relays through which its word came: ``A (via B)``."""
    return f"{source.name} (via {names(relay.name for relay in relays)})" if relays else source.name


def names(all_names: Iterable[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``: each name once, in the order given."""
    unique = list(dict.fromkeys(all_names))
    if len(unique) == 1:
        return unique[0]
    return " and ".join(filter(None, [", ".join(unique[:-1]), unique[-1]])) if unique else "nobody"

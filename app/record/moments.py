"""The timeline of a claim as it is served."""

from datetime import date, timedelta
from itertools import zip_longest

from app.core.attribution import attribution
from app.core.model import Claim, Header
from app.core.status import Period, timeline
from app.record.lists import Moment


def moments(claim: Claim, header: Header) -> list[Moment]:
    """Each period of the claim's timeline, with its last day and its own attribution."""
    periods = timeline(claim, header)
    ends = [following.start - timedelta(days=1) for following in periods[1:]]
    return [_moment(claim, header, each, end) for each, end in zip_longest(periods, ends)]


def _moment(claim: Claim, header: Header, period: Period, end: date | None) -> Moment:
    verdict = period.verdict
    return Moment(
        start=period.start,
        start_edtf=period.start_edtf,
        end=end,
        status=verdict.status,
        sourcing=period.sourcing,
        rule=verdict.rule,
        decided_by=verdict.decided_by,
        contested_by=verdict.contested_by,
        pending=verdict.pending,
        live=period.live,
        explanation=verdict.explanation,
        attribution=attribution(claim, header, [each for each in claim.statements if each.id in period.live]),
    )

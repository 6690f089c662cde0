"""The rule a second time, as plainly as the design states it, and every small claim judged by both.

Nothing here uses :mod:`app.core.rules`: what "live" and each condition mean is written again from the design's section
3.
"""

from datetime import date
from itertools import combinations_with_replacement, product

from hypothesis import given, settings

from app.core.dates import edtf_span
from app.core.model import Claim, Statement
from app.core.status import NOT_YET_MADE, derive, timeline
from app.core.vocabulary import ClaimKind, Stance
from tests.makers import AUTHOR, HEADER, PUBLISHED, claim, claims, days, said


def began(one: Statement) -> date:
    if one.made:
        return edtf_span(one.made).start
    return min(edtf_span(one.not_before).start, PUBLISHED) if one.not_before else date.min


def ended(one: Statement) -> date:
    return edtf_span(one.made).end if one.made else PUBLISHED


def origin(source: str) -> str:
    parent = HEADER.source_by_id[source].part_of
    return origin(parent) if parent else source


def strictly_later(one: Statement, other: Statement) -> bool:
    return began(one) > ended(other)


def counts(one: Statement, spoken: list[Statement]) -> bool:
    for other in spoken:
        if other is one or origin(other.source) != origin(one.source):
            continue
        replaces = strictly_later(other, one) and other.stance in ("affirms", "denies", "no_evidence", "retracts")
        takes_back = other.stance == "retracts" and one.stance != "retracts" and not strictly_later(one, other)
        if (replaces or takes_back) and counts(other, spoken):
            return False
    return True


def taken_back(retraction: Statement, of: Claim) -> set[str]:
    """What its origin held when it was made: what would count then, had the retraction not been made."""
    same_origin = [
        one for one in of.statements if one is not retraction and origin(one.source) == origin(retraction.source)
    ]
    so_far = [
        one
        for one in same_origin
        if (strictly_later(retraction, one) if one.stance == "retracts" else not strictly_later(one, retraction))
    ]
    held = [one for one in so_far if counts(one, so_far)]
    earlier = (taken_back(one, of) for one in held if one.stance == "retracts")
    return {one.stance.value for one in held if one.stance != "retracts"}.union(*earlier)


def independent(affirming: list[Statement]) -> int:
    origins = {origin(one.source) for one in affirming}
    relays = {origin(via) for one in affirming for via in one.via if origin(via) != origin(one.source)}
    return max(len(origins - relays), 1 if origins else 0)


def speaks_for_a_party(one: Statement, of: Claim) -> bool:
    source = HEADER.source_by_id[one.source]
    if not source.named or source.speaks_for is None or source.speaks_for not in of.parties:
        return False
    if of.kind == "forecast":
        return of.period is not None and began(one) >= edtf_span(of.period).start
    return True


def by_the_book(of: Claim, as_of: date) -> tuple[str, set[str]]:
    """The id of the row that decides, and the ids of what is live."""
    spoken = [one for one in of.statements if ended(one) <= as_of]
    live = [one for one in spoken if counts(one, spoken)]
    affirm = [one for one in live if one.stance == "affirms"]
    deny = [one for one in live if one.stance == "denies"]
    withdrew = [one for one in live if one.stance == "retracts" and "affirms" in taken_back(one, of)]
    took_back = {origin(one.source) for one in withdrew}
    outside = [one for one in affirm if one.source != AUTHOR]
    settled_for, settled_against = (any(one.adjudicates for one in side) for side in (affirm, deny))
    conditions = {
        "not-yet-made": not live,
        "judgement": of.kind == "judgement" or (of.kind == "forecast" and bool(affirm) and not outside),
        "withdrawn": bool(withdrew) and all(origin(one.source) in took_back for one in affirm),
        "verdicts-clash": settled_for and settled_against,
        "verdict-against": settled_against and any(one.source != AUTHOR for one in spoken),
        "verdict-for": settled_for and bool(outside),
        "admitted": any(speaks_for_a_party(one, of) for one in affirm) and not deny,
        "denied": bool(deny),
        "independent-origins": independent(outside) >= 2,
        "single-origin": bool(outside),
        "author-alone": bool(affirm),
        "no-affirmation": True,
    }
    return next(rule for rule, holds in conditions.items() if holds), {one.id for one in live}


@settings(max_examples=300)
@given(claims(), days)
def test_any_claim_is_judged_as_by_the_book(one, as_of):
    rule, live = by_the_book(one, as_of)
    assert derive(one, HEADER, as_of).rule == rule
    assert next((set(each.live) for each in reversed(timeline(one, HEADER)) if each.start <= as_of), set()) == live


EARLY, LATE = "2021-01", "2021-07"
LETTERS = [
    *product(["norland", "courier"], ["affirms", "denies", "no_evidence", "retracts"], [None, EARLY, LATE], [False]),
    *product([AUTHOR], ["affirms", "denies"], [None, LATE], [False, True]),
    (AUTHOR, "retracts", None, False),
]
"""Source, stance, made, adjudicates of each statement of the small alphabet: a party's voice, another, the author."""
WHOLE_DAYS = [date(2021, 1, 1), date(2021, 1, 31), date(2021, 7, 31), PUBLISHED]


def test_all_claims_of_up_to_three_statements_are_judged_as_by_the_book():
    written = [
        [said(f"s{place}", who, stance, made, adjudicates=settles) for who, stance, made, settles in LETTERS]
        for place in range(3)
    ]
    some = claim(written[0][0], period="2021-06/2021-12")
    fields = {name: getattr(some, name) for name in Claim.model_fields}
    judged = 0
    for size in (1, 2, 3):
        for chosen in combinations_with_replacement(range(len(LETTERS)), size):
            said_here = tuple(written[place][letter] for place, letter in enumerate(chosen))
            for kind in (ClaimKind.event, ClaimKind.forecast, ClaimKind.judgement):
                one = Claim.model_construct(**(fields | {"kind": kind, "statements": said_here}))
                periods = timeline(one, HEADER)
                for as_of in WHOLE_DAYS:
                    period = next((each for each in reversed(periods) if each.start <= as_of), None)
                    found = (period.verdict.rule, set(period.live)) if period else (NOT_YET_MADE.rule, set())
                    assert found == by_the_book(one, as_of), (kind, said_here, as_of)
                    judged += 1
    assert judged == 12 * (33 + 561 + 6545)


def test_the_small_alphabet_reaches_every_stance_that_replaces_and_every_kind_of_voice():
    assert len(LETTERS) == 33
    assert {stance for _, stance, _, _ in LETTERS} == set(Stance) - {Stance.no_comment, Stance.qualifies}

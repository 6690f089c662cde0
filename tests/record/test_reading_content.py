"""Contents, periods and relations of the shipped record against a reading of the essay that was made apart from it."""

import re
from datetime import date

import pytest

from app.core.dates import edtf_span
from app.core.model import Claim
from app.core.vocabulary import ClaimKind
from tests.record.finding import has, linked, listed, on, shipped, told
from tests.record.reading import PASSAGES
from tests.record.reading_content import (
    CENTURIES,
    FIGURES,
    INVASION,
    PERIODS,
    SUPPORTS,
    TENSIONS,
    WANTED,
    YEARS,
    Dated,
    Figure,
    Support,
    Wanted,
)


@pytest.mark.parametrize("wanted", PERIODS, ids=lambda each: f"{each.ref}-{each.within}")
def test_a_dated_happening_has_the_tightest_period_of_the_text(wanted: Dated):
    def fits(claim: Claim) -> bool:
        inside, span = edtf_span(wanted.within), claim.span
        core = edtf_span(wanted.covers) if wanted.covers else None
        return (
            span is not None
            and inside.start <= span.start
            and span.end <= inside.end
            and (not core or (span.start <= core.start and core.end <= span.end))
        )

    claims = [claim for claim in on(wanted.ref) if claim.kind in wanted.kinds]
    assert any(map(fits, claims)), (
        f"{wanted.ref}: expected {listed(wanted.kinds)} within {wanted.within}, covering {wanted.covers}; "
        f"found\n{told(on(wanted.ref))}"
    )


def test_every_event_has_a_period():
    undated = [claim for claim in shipped().claims if claim.kind is ClaimKind.event and not claim.period]
    assert not undated, f"{len(undated)} events without a period:\n{told(undated)}"


def test_no_event_begins_after_the_essay_appeared():
    events = [claim for claim in shipped().claims if claim.kind is ClaimKind.event and claim.span]
    later = [claim for claim in events if claim.span and claim.span.start > date(2023, 2, 28)]
    assert events
    assert not later, f"only a forecast lies ahead of the essay:\n{told(later)}"


@pytest.mark.parametrize("ref", [row.ref for row in PASSAGES])
def test_no_year_is_given_that_the_essay_does_not_give(ref: str):
    def years(text: str) -> set[int]:
        return {int(year) for year in re.findall(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)", text)}

    for claim in on(ref):
        in_text = years(claim.text) - YEARS
        assert not in_text, f"{ref}: no sentence gives {listed(in_text)}\n{told([claim])}"
        period = claim.period or ""
        unmarked = set() if re.search(r"[?~%X]", period) else years(period) - YEARS - CENTURIES
        assert not unmarked, f"{ref}: no sentence gives {listed(unmarked)}; mark as uncertain\n{told([claim])}"


def test_the_year_of_the_invasion_is_marked_as_inferred_or_left_out():
    stating = [claim for claim in shipped().claims if has(INVASION, claim)]
    assert not stating, f"p8s1: no sentence dates the invasion, but these do:\n{told(stating)}"
    invading = [claim for claim in on("p8s1") if has(r"\binva", claim) and claim.period]
    plain = [
        claim
        for claim in invading
        if claim.span and claim.span.start.year == 2022 and not re.search(r"[?~%]", claim.period or "")
    ]
    assert not plain, f"p8s1: expected a marked or a wider period; found\n{told(plain)}"


def test_no_statement_is_bounded_by_the_year_of_the_invasion():
    bounded = [
        f"{'+'.join(each.passages)} {each.id} not_before {each.not_before}"
        for claim in shipped().claims
        for each in claim.statements
        if each.not_before and re.match(r"2022(-0[1-6].*|[?~%]?)?$", each.not_before)
    ]
    assert not bounded, f"expected no bound that no sentence gives; found {bounded}"


@pytest.mark.parametrize("wanted", WANTED, ids=lambda each: f"{each.ref}-{each.words[:12]}")
def test_a_claim_of_the_passage_says_so(wanted: Wanted):
    found = [
        claim
        for claim in on(wanted.ref)
        if claim.kind in wanted.kinds and set(wanted.about) <= set(claim.about) and has(wanted.words, claim)
    ]
    assert found, (
        f"{wanted.ref}: expected {listed(wanted.kinds)} about {listed(wanted.about)} with {wanted.words}; "
        f"found\n{told(on(wanted.ref))}"
    )


def test_a_wish_is_no_belief():
    for ref in ("p7s5", "p13s4"):
        wrong = [each for each in on(ref) if each.kind is ClaimKind.belief and has(r"\bwant|\bwish|\bdesire", each)]
        assert not wrong, f"{ref}: a wish holds nothing to be so; found as belief\n{told(wrong)}"


@pytest.mark.parametrize("wanted", SUPPORTS, ids=lambda each: f"{'+'.join(each.premise)}-{'+'.join(each.conclusion)}")
def test_a_premise_supports_its_conclusion(wanted: Support):
    conclusions = [claim for claim in on(*wanted.conclusion) if has(wanted.conclusion_words, claim)]
    premises = [claim for claim in on(*wanted.premise) if has(wanted.premise_words, claim)]
    # With words on both sides in one passage a claim may match both; a pair is of two claims.
    supporting = [
        (premise, conclusion)
        for premise in premises
        for conclusion in conclusions
        if "supports" in linked([premise], [conclusion])
    ]
    assert supporting, (
        f"{'+'.join(wanted.premise)} should support {'+'.join(wanted.conclusion)}; no such relation between\n"
        f"{told(premises)}\nand\n{told(conclusions)}"
    )
    for premise, conclusion in supporting:
        back = linked([conclusion], [premise]) & {"supports", "elaborates"}
        assert not back, f"{wanted.conclusion}: {conclusion.id} {listed(back)} its own premise {premise.id}"


@pytest.mark.parametrize(("one", "other"), TENSIONS)
def test_claims_that_speak_against_each_other_are_linked(one: str, other: str):
    against = {"contradicts", "in_tension_with"}
    here, there = on(one), on(other)
    found = linked(here, there) | linked(there, here)
    assert found & against, (
        f"{one} and {other}: expected {listed(against)}, found {listed(found)}\n{told(here + there)}"
    )


@pytest.mark.parametrize("wanted", FIGURES, ids=lambda each: f"{each.ref}-{each.values[0]}")
def test_a_figure_is_told_as_exactly_as_the_text_tells_it(wanted: Figure):
    stated = [each for claim in on(wanted.ref) for each in claim.quantities]
    found = [each for each in stated if each.value in wanted.values]
    assert found, f"{wanted.ref}: expected {wanted.values[0]}, found {listed(each.value for each in stated)}"
    for each in found:
        approximate = getattr(each, "approximate", False)
        assert approximate is wanted.approximate, (
            f"{wanted.ref}: expected {each.value} {each.unit} approximate={wanted.approximate}, found {approximate}"
        )

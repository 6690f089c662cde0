"""Voices, dates and statuses of the shipped record against a reading of the essay that was made apart from it."""

import pytest

from app.core.model import Claim, Statement
from app.core.vocabulary import DateBasis, Stance, Status
from tests.record.finding import linked, listed, on, resting, shipped, status, told
from tests.record.reading import AUTHOR, DAYS, PASSAGES, Row, Voice

BY_REF = [pytest.param(row, id=row.ref) for row in PASSAGES]
VOICES = [pytest.param(row.ref, voice, id=f"{row.ref}-{voice.source}") for row in PASSAGES for voice in row.voices]


def is_of(statement: Statement, voice: Voice) -> bool:
    return (statement.source, statement.stance, statement.via) == (voice.source, voice.stance, voice.via)


def spoken_to(ref: str, voice: Voice) -> list[Claim]:
    return [claim for claim in on(ref) if any(is_of(each, voice) for each in resting(claim, ref))]


def test_the_reading_has_one_row_for_each_of_the_91_passages():
    refs = [passage.ref for passage in shipped().documents[0].passages]
    assert [row.ref for row in PASSAGES] == refs
    assert len(refs) == 91


@pytest.mark.parametrize("row", BY_REF)
def test_a_passage_carries_the_words_of_those_external_voices_that_it_names_and_of_no_other(row: Row):
    found = {
        (each.source, each.via, each.stance.value)
        for claim in on(row.ref)
        for each in resting(claim, row.ref)
        if each.source != AUTHOR
    }
    expected = {(each.source, each.via, each.stance.value) for each in row.voices}
    assert found == expected, f"{row.ref}: expected {listed(expected)}; found {listed(found)}\n{told(on(row.ref))}"


@pytest.mark.parametrize("row", [pytest.param(row, id=row.ref) for row in PASSAGES if row.author])
def test_a_passage_in_which_the_author_speaks_for_herself_carries_her_affirmation(row: Row):
    own = [each for claim in on(row.ref) for each in resting(claim, row.ref) if each.source == AUTHOR]
    found = listed(f"{each.id} {each.stance}" for each in own)
    assert any(each.stance is Stance.affirms for each in own), f"{row.ref}: no affirmation by the author; found {found}"


@pytest.mark.parametrize("row", [row for row in BY_REF if row.id not in ("p1s2", "p10s4")])
def test_the_author_affirms_nothing_that_a_passage_credits_to_somebody_else(row: Row):
    twice = [
        claim
        for claim in on(row.ref)
        if len({each.source for each in resting(claim, row.ref)} & {AUTHOR, *(v.source for v in row.voices)}) > 1
        and any(each.source == AUTHOR for each in resting(claim, row.ref))
    ]
    assert not twice, f"{row.ref}: both the author's and another's word by this passage:\n{told(twice)}"


def test_the_author_settles_the_drones_and_nothing_else():
    verdicts = [(claim, each) for claim in shipped().claims for each in claim.statements if each.adjudicates]
    found = listed(f"{each.id} {each.stance} by {'+'.join(each.passages)}" for _, each in verdicts)
    assert verdicts, "p1s2: the author says that the accusation proved correct; no statement adjudicates"
    for claim, each in verdicts:
        assert "p1s2" in each.passages, f"p1s2: alone settles a matter; found {found}"
        accused = [one for one in claim.statements if one.source == "jake-sullivan" and one.stance is Stance.affirms]
        assert accused or each.stance is Stance.denies, f"p1s2: settles what Sullivan had said; found {found}"


@pytest.mark.parametrize(("ref", "voice"), VOICES)
def test_a_voice_is_dated_as_the_text_dates_it(ref: str, voice: Voice):
    expected = (voice.made, voice.basis.value)
    for claim in spoken_to(ref, voice):
        for each in resting(claim, ref):
            if is_of(each, voice):
                found = (each.made, each.date_basis.value)
                assert found == expected, f"{ref} {each.id}: expected made and basis {expected}, found {found}"
                bound = f"{ref} {each.id}: expected not_before {voice.not_before}, found {each.not_before}"
                assert voice.not_before is None or each.not_before == voice.not_before, bound
    assert spoken_to(ref, voice), f"{ref}: expected {voice.source} {voice.stance} via {voice.via}, found nothing"


def test_the_author_speaks_when_the_essay_appears():
    own = [each for claim in shipped().claims for each in claim.statements if each.source == AUTHOR]
    dated = [f"{'+'.join(each.passages)} {each.id} made {each.made}" for each in own if each.made]
    assert own, "expected statements by the author, found none"
    assert not dated, f"expected the document's date, found {dated}"
    assert {each.date_basis for each in own} == {DateBasis.document}


@pytest.mark.parametrize(("ref", "voice"), VOICES)
def test_what_a_voice_speaks_to_stands_as_it_did_on_each_day(ref: str, voice: Voice):
    claims = spoken_to(ref, voice)
    for as_of, expected in zip((*DAYS, None), voice.at, strict=True):
        found = {status(claim, as_of) for claim in claims}
        said = f"{ref} {voice.source} {voice.stance}, {as_of or 'at the end'}"
        assert found == expected, f"{said}: expected {listed(expected)}; found {listed(found)}\n{told(claims)}"


@pytest.mark.parametrize("row", BY_REF)
def test_the_claims_of_a_passage_end_with_these_statuses(row: Row):
    found = {status(claim) for claim in on(row.ref)}
    allowed = row.ends | row.may
    assert row.ends <= found <= allowed, (
        f"{row.ref}: expected {listed(row.ends)}, besides at most {listed(row.may)}; "
        f"found {listed(found)}\n{told(on(row.ref))}"
    )


@pytest.mark.parametrize("row", BY_REF)
def test_the_claims_of_a_passage_stand_on_this_kind_of_word(row: Row):
    from app.core.status import sourcing  # type: ignore[attr-defined, unused-ignore]

    found = {str(sourcing(claim, shipped().header)) for claim in on(row.ref)}
    allowed = row.sourcing | row.may_sourcing
    assert row.sourcing <= found <= allowed, (
        f"{row.ref}: expected {listed(row.sourcing)}, besides at most {listed(row.may_sourcing)}; "
        f"found {listed(found)}\n{told(on(row.ref))}"
    )


def test_washington_speaks_of_the_transfers_and_the_two_claims_are_linked():
    pledged = [each for each in on("p9s3") if any(said.source == "reuters" for said in resting(each, "p9s3"))]
    transfers = [each for each in on("p9s3") if any(said.source == "us-government" for said in resting(each, "p9s3"))]
    assert pledged, "p9s3: expected the pledge with Reuters, found none"
    assert transfers, "p9s3: expected the transfers with the United States, found none"
    both = [each for each in pledged if each in transfers]
    assert not both, f"p9s3: no evidence of transfers says nothing of the pledge:\n{told(both)}"
    assert linked(pledged, transfers) | linked(transfers, pledged), (
        f"p9s3: expected a relation between pledge and transfers, found none\n{told([*pledged, *transfers])}"
    )


def test_iran_is_a_party_to_the_jets_that_it_confirms():
    for ref in ("p10s3", "p10s4"):
        jets = [each for each in on(ref) if status(each) is Status.confirmed]
        assert jets, f"{ref}: expected a confirmed purchase; found\n{told(on(ref))}"
        for claim in jets:
            assert "iran" in claim.parties, f"{ref}: expected iran as a party, found {listed(claim.parties)}"
            speakers = [each.source for each in resting(claim, "p10s4")]
            assert "iranian-government" in speakers, f"{ref}: expected Iran's word by p10s4\n{told([claim])}"

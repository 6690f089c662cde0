"""What would become of a claim: the rule tried out with statements added and removed, every fault by its pointer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.dates import calendar_span
from app.core.errors import ParametersInvalid
from app.core.model import Record
from app.core.status import derive
from app.record.supposing import WhatIf, read_what_if, suppose
from tests.records import as_json
from tests.records import five_ways as made_five_ways

REVISION = "0" * 16


@pytest.fixture(scope="module")
def five_ways():
    return Record.model_validate_json(as_json(made_five_ways()))


def asked(**question):
    return read_what_if(json.dumps(question).encode())


def tried(record, id_, as_of=None, **question):
    claim = next(each for each in record.claims if each.id == id_)
    return suppose(claim, record.header.info, asked(**question), REVISION, as_of)


def faults(record, id_, **question):
    with pytest.raises(ParametersInvalid) as caught:
        tried(record, id_, **question)
    return {each.parameter: each.message for each in caught.value.errors}


def test_without_the_denial_a_disputed_claim_would_be_unconfirmed(record):
    answer = tried(record, "ferries-promised", remove=["promised-norland"])
    assert (answer.before.status, answer.after.status, answer.changed) == ("disputed", "unconfirmed", True)
    assert "denied" in answer.before.attribution
    assert "denied" not in answer.after.attribution
    assert [each.status for each in answer.before.timeline] == ["unconfirmed", "disputed"]
    assert [each.status for each in answer.after.timeline] == ["unconfirmed"]


def test_a_partys_admission_confirms_a_claim_from_the_day_on_which_it_is_made(record):
    new = {"source": "norland", "stance": "affirms", "made": "2021-08"}
    answer = tried(record, "ferries-promised", add=[new])
    assert (answer.after.status, answer.after.basis.rule) == ("confirmed", "admitted")
    assert answer.after.basis.since_edtf == "2021-08"
    assert answer.after.basis.decided_by == ("what-if-1",)
    assert answer.after.timeline[-1].start_edtf == "2021-08"
    early = tried(record, "ferries-promised", as_of="2021-06", add=[new])
    assert (early.as_of, early.changed, early.after.status) == ("2021-06", False, "disputed")


def test_without_any_statement_nobody_has_made_the_claim(record):
    answer = tried(record, "ferries-of-1974", remove=["ferries-quill"])
    assert (answer.after.status, answer.after.timeline) == ("not_yet_made", ())


def test_a_question_that_changes_nothing_is_answered(record):
    answer = tried(record, "ferries-of-1974")
    assert answer.before == answer.after
    assert not answer.changed


def test_an_added_statement_rests_on_the_claims_passages_unless_it_says_otherwise(record):
    new = {"source": "courier", "stance": "denies"}
    assert tried(record, "ferries-promised", add=[new]).after.status == "disputed"
    assert tried(record, "ferries-promised", add=[new | {"passages": ["p1s2"]}]).after.status == "disputed"
    assert "p9s9" in faults(record, "ferries-promised", add=[new | {"passages": ["p9s9"]}])["/add/0/passages/0"]


def test_the_record_stays_as_it_was(record):
    before = record.model_dump_json()
    tried(record, "ferries-promised", add=[{"source": "norland", "stance": "affirms", "made": "2021-08"}])
    assert record.model_dump_json() == before


def test_every_fault_is_told_at_once_by_its_pointer(record):
    found = faults(
        record,
        "ferries-promised",
        add=[
            {"source": "nordland", "stance": "affirms", "via": ["couriers"]},
            {"source": "norland", "stance": "denies", "adjudicates": True},
            {"source": "courier", "stance": "retracts", "id": "promised-master"},
        ],
        remove=["promised-norlands", "promised-master", "promised-master"],
    )
    assert "Did you mean 'norland'" in found["/add/0/source"]
    assert "Did you mean 'courier'" in found["/add/0/via/0"]
    assert "leave adjudicates out" in found["/add/1/adjudicates"]
    assert "nothing earlier" in found["/add/2/stance"]
    assert "has the id 'promised-master' already" in found["/add/2/id"]
    assert "Did you mean 'promised-norland'" in found["/remove/0"]
    assert "once is enough" in found["/remove/2"]
    assert len(found) == 7


def test_a_statement_whose_own_retraction_would_be_left_cannot_be_removed_alone(five_ways):
    claim = next(each for each in five_ways.claims if any(said.stance == "retracts" for said in each.statements))
    retraction, by = next((said.id, said.source) for said in claim.statements if said.stance == "retracts")
    taken_back = next(said.id for said in claim.statements if said.source == by and said.id != retraction)
    assert f"remove {retraction!r} as well" in faults(five_ways, claim.id, remove=[taken_back])["/remove"]


@pytest.mark.parametrize(("body", "pointer", "said"), [
    (b"", "body", "no JSON text"),
    (b"[1, 2", "body", "no JSON text"),
    (b"[]", "body", "write an object"),
    (b'{"ad": []}', "/ad", "Did you mean 'add'?"),
    (b'{"add": {}}', "/add", "write a list"),
    (b'{"add": ["x"]}', "/add/0", "write an object"),
    (b'{"add": [{"source": "x"}]}', "/add/0", "'stance' is missing"),
    (b'{"add": [{"source": "x", "stance": "denied"}]}', "/add/0/stance", "Did you mean 'denies'?"),
    (b'{"add": [{"source": "x", "stance": "denies", "dated": "2022"}]}', "/add/0/dated", "no field 'dated'"),
    (b'{"add": [{"source": "x", "stance": "denies", "made": "soon"}]}', "/add/0/made", "soon"),
    (b'{"add": [{"source": "x", "stance": "denies", "adjudicates": "yes"}]}', "/add/0/adjudicates", "true or false"),
    (b'{"remove": [""]}', "/remove/0", "an id is made of"),
    (b'{"remove": ' + b"[" * 100_000, "body", "no JSON text"),
])  # fmt: skip
def test_a_body_out_of_shape_is_refused_where_it_is(body, pointer, said):
    with pytest.raises(ParametersInvalid) as caught:
        read_what_if(body)
    (error,) = caught.value.errors
    assert error.parameter == pointer
    assert said in error.message
    assert "?." not in error.message


def test_a_date_and_its_basis_must_fit_each_other(record):
    new = {"source": "courier", "stance": "affirms", "date_basis": "text"}
    assert "needs made" in faults(record, "ferries-promised", add=[new])["/add/0"]


@given(st.sets(st.sampled_from(["promised-master", "promised-norland"])), st.sampled_from(["", "2021-03", "2021-04"]))
def test_what_would_be_is_what_the_rule_says_of_such_a_claim(record, gone, as_of):
    claim = record.claims[0]
    answer = suppose(claim, record.header, WhatIf(remove=tuple(gone)), REVISION, as_of or None)
    left = claim.model_copy(update={"statements": tuple(each for each in claim.statements if each.id not in gone)})
    assert answer.after.basis == derive(left, record.header, calendar_span(as_of).end if as_of else None)

"""Each rule between the objects of a record is kept, in either form of it."""

from typing import Any

import pytest

from app.record.dataset import load
from tests.records import as_json, as_lines, claim, document, entity, many, passages, record, source, statement, topic
from tests.refusals import GONE, faults, faults_of_lines, line_of, only_fault, spoilt

OTHER = document("other", author="ada-quil", passages=[passages()[0] | {"omitted": "For now."}])
TWIN = document(passages=passages()[:1])
NO_SUCH = claim("x", document="the-ferry", statements=[statement("x-1", passages=["p9s9"])])
EARLY = statement("early", source="norland-official", stance="retracts", made="2021-02")
SAME_REF = passages()[7] | {"ref": "p1s3"}
ALONE = statement("alone", source="courier", stance="retracts", made="2022")

SAME = ""

# Where the small record is spoilt, by what; where the fault is found, and words of its message.
INJURIES: dict[str, tuple[str, Any, str, str]] = {
    "source id given twice": ("/sources/-", source("courier"), "/sources/5/id", "'courier' already: /sources/4"),
    "entity id given twice": ("/entities/-", entity("lease"), "/entities/4/id", "'lease' already: /entities/3"),
    "topic id given twice": ("/topics/-", topic("law"), "/topics/2/id", "'law' already: /topics/1"),
    "document id given twice": ("/documents/-", TWIN, "/documents/1/id", "'the-ferries' already: /documents/0"),
    "claim id given twice": ("/claims/5/id", "lease-signed", SAME, "'lease-signed' already: /claims/2"),
    "statement id given twice": ("/claims/5/statements/0/id", "lease-master", SAME, "/claims/2/s"),
    "passage ref given twice": ("/documents/0/passages/7", SAME_REF, "/documents/0/passages/7/ref", "passage 2 of"),
    "author unknown": ("/documents/-", OTHER, "/documents/1/author", "no source 'ada-quil'. Did you mean 'ada-quill'?"),
    "entity spoken for unknown": ("/sources/1/speaks_for", "portval", SAME, "mean 'portvale'?"),
    "parent unknown": ("/sources/3/part_of", "noland", SAME, "no source 'noland'. Did you mean 'norland'"),
    "document unknown": ("/claims/-", NO_SUCH, "/claims/6/document", "Did you mean 'the-ferries'?"),
    "entity unknown": ("/claims/0/about/1", "lasso", SAME, "no entity 'lasso'"),
    "party unknown": ("/claims/0/parties/0", "x", SAME, "no entity 'x'"),
    "topic unknown": ("/claims/0/topics/0", "lwa", SAME, "no topic 'lwa'. Did you mean 'law'?"),
    "topic listed twice": ("/claims/0/topics/-", "transport", "/claims/0/topics/1", "'transport' is listed already"),
    "origin unknown": ("/claims/0/statements/0/source", "harbor", SAME, "mean 'harbour-master'"),
    "relay unknown": ("/claims/0/statements/0/via", ["currier"], "/claims/0/statements/0/via/0", "mean 'courier'?"),
    "passage unknown": ("/claims/0/statements/0/passages/-", "p1s9", "/claims/0/statements/0/passages/1", "'p1s9'"),
    "related claim unknown": ("/claims/1/related/0/claim", "x", SAME, "no claim 'x'"),
    "claim related to itself": ("/claims/1/related/0/claim", "ferries-moored", SAME, "to itself"),
    "source its own parent": ("/sources/4/part_of", "courier", SAME, "circle: courier > courier"),
    "publication without an end": ("/documents/0/published", "2022/..", SAME, "has no end"),
    "passage uncovered": ("/documents/0/passages/7/omitted", GONE, "/documents/0/passages/7", "no claim rests on"),
    "passage covered and omitted": ("/documents/0/passages/0/omitted", "Why?", SAME, "'p1s1'"),
    "passage without length": ("/documents/0/passages/1/end", 86, SAME, "greater than start 86"),
    "passage beyond the text": ("/documents/0/passages/7/end", 9999, SAME, "beyond the text"),
    "passages that overlap": ("/documents/0/passages/1/start", 3, SAME, "start 3 lies before"),
    "verdict by another": ("/claims/0/statements/0/adjudicates", True, SAME, "'ada-quill'"),
    "author as a relay": ("/claims/1/statements/0/via/-", "ada-quill", "/claims/1/statements/0/via/1", "the last hop"),
    "source that relays itself": (
        "/claims/1/statements/0/via/0", "norland-official", SAME, "cannot relay itself",
    ),
    "retraction of nothing": ("/claims/5/statements/-", ALONE, "/claims/5/statements/1/stance", "nothing earlier"),
    "retraction of what came later": ("/claims/0/statements/-", EARLY, "/claims/0/statements/2/stance", "nothing"),
    "figure of 65 bits": ("/claims/0/quantities/0/value", 2**63, SAME, "more than 64 bits"),
}  # fmt: skip


@pytest.mark.parametrize(("where", "value", "pointer", "words"), INJURIES.values(), ids=INJURIES)
def test_one_broken_rule_gives_one_fault_that_names_its_place_and_line(where, value, pointer, words):
    whole, pointer = spoilt(where, value), pointer or where
    fault = only_fault(as_json(whole))
    assert (fault.pointer, fault.line) == (pointer, line_of(whole, pointer))
    assert words in fault.message


@pytest.mark.parametrize(("where", "value", "pointer", "words"), INJURIES.values(), ids=INJURIES)
def test_one_broken_rule_gives_the_same_fault_in_json_lines(where, value, pointer, words):
    (fault,) = faults_of_lines(as_lines(spoilt(where, value)))
    pointer = pointer or where
    kind, number = pointer.split("/")[1:3]
    assert (fault.pointer, fault.line) == (pointer, int(number) + 2 if kind == "claims" else 1)
    assert words in fault.message


def test_all_faults_come_at_once_in_the_order_of_the_file():
    whole = record()
    whole["claims"][4]["kind"] = "judgment"
    whole["claims"][4]["about"] = ["nowhere"]
    whole["claims"][4]["statements"].append(statement("boldest", source="nobody"))
    whole["claims"][1]["statements"][0]["source"] = "somebody"
    whole["documents"][0]["title"] = ""
    whole["sources"][1]["kind"] = "human"
    found = faults(as_json(whole))
    assert [fault.pointer for fault in found] == [
        "/documents/0/title",
        "/sources/1/kind",
        "/claims/1/statements/0/source",
        "/claims/4/kind",
        "/claims/4/statements/1/source",
        "/claims/4/about/0",
    ]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)


def test_an_object_with_a_fault_is_still_known_to_those_that_refer_to_it():
    whole = record()
    whole["sources"][1]["named"] = "yes"
    whole["claims"][0]["kind"] = "evnt"
    assert [fault.pointer for fault in faults(as_json(whole))] == ["/sources/1/named", "/claims/0/kind"]


def test_a_circle_of_sources_is_found_at_each_of_its_members():
    found = faults(as_json(spoilt("/sources/2/part_of", "norland-official")))
    assert [fault.pointer for fault in found] == ["/sources/2/part_of", "/sources/3/part_of"]
    assert "norland > norland-official > norland" in found[0].message


def test_a_passage_left_uncovered_by_a_wrong_ref_is_a_fault_beside_it():
    found = faults(as_json(spoilt("/claims/5/statements/0/passages/0", "p2s9")))
    assert [fault.pointer for fault in found] == ["/documents/0/passages/6", "/claims/5/statements/0/passages/0"]


@pytest.mark.parametrize("relation", ["contradicts", "in_tension_with"])
@pytest.mark.parametrize("second", [0, 2], ids=["on one side", "on both sides"])
def test_a_symmetric_relation_is_listed_once(relation, second):
    whole = spoilt("/claims/0/related", [{"relation": relation, "claim": "lease-signed"}])
    other = {0: "lease-signed", 2: "ferries-promised"}[second]
    whole["claims"][second].setdefault("related", []).append({"relation": relation, "claim": other})
    where, words = (
        f"/claims/{second}/related/{1 - second // 2}",
        f"'{relation}' is symmetric and listed already: /claims/0/related/0",
    )
    fault = only_fault(as_json(whole))
    assert (fault.pointer, fault.line) == (where, line_of(whole, where))
    assert words in fault.message
    (fault,) = faults_of_lines(as_lines(whole))
    assert (fault.pointer, fault.line) == (where, second + 2)
    assert words in fault.message


@pytest.mark.parametrize("relation", ["supports", "elaborates", "qualifies", "restates"])
def test_a_relation_that_has_a_direction_may_be_listed_on_both_sides(relation):
    whole = spoilt("/claims/0/related", [{"relation": relation, "claim": "lease-signed"}])
    whole["claims"][2]["related"] = [{"relation": relation, "claim": "ferries-promised"}]
    assert load(as_json(whole)).claims[2].related[0].relation == relation


def test_one_pair_may_be_related_in_two_symmetric_ways_and_one_claim_to_several():
    whole = spoilt("/claims/0/related", [{"relation": "contradicts", "claim": "lease-signed"}])
    whole["claims"][2]["related"] = [{"relation": "in_tension_with", "claim": "ferries-promised"}]
    whole["claims"][3]["related"] = [{"relation": "contradicts", "claim": "ferries-promised"}]
    assert [len(each.related) for each in load(as_json(whole)).claims] == [1, 1, 1, 1, 0, 0]


def test_a_parent_may_take_back_what_its_member_said():
    back = statement("back", source="norland", stance="retracts", made="2021-07")
    assert load(as_json(spoilt("/claims/1/statements/-", back))).claims[1].statements[1].id == "back"


def test_a_record_without_claims_is_refused_once_and_not_for_each_passage():
    assert only_fault(as_json(record(claims=[]))).message == "this list is empty; it needs at least one entry"


def test_every_unknown_id_is_reported_but_a_likely_one_is_looked_up_for_the_first_hundred_only():
    whole = many(300)
    for each in whole["claims"]:
        each["topics"] = ["trnsport"]
    found = faults(as_json(whole))
    assert [("Did you mean 'transport'?" in fault.message) for fault in found] == [True] * 100 + [False] * 200

"""rdflib, PyLD and pySHACL read what we wrote; none of them had a hand in the writing."""

import json
import subprocess
import sys
from pathlib import Path

import pyld.jsonld
import pyshacl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, PROV, RDF, XSD

from app.core.model import Record
from app.core.vocabulary import RelationKind
from app.formats import FORMATS
from app.formats.terms import CONTEXT, context, dated, iri, language_iri, licence_iri
from app.record.dataset import load
from tests import records
from tests.formats.answers import BASE, dataset, listing, page, served, setting

SCHEMA = rdflib.Namespace("https://schema.org/")
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
CITO = rdflib.Namespace("http://purl.org/spar/cito/")
pytestmark = pytest.mark.filterwarnings(r"ignore:(Dataset|ConjunctiveGraph)\b.* deprecated:DeprecationWarning")
"""rdflib's reader of JSON-LD, and pySHACL, still use names that rdflib is taking leave of."""

SHAPES = Path(__file__).with_name("shapes.ttl")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped() -> Record:
    return load((ROOT / "claims.json").read_bytes())


def turtle(body: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=body, format="turtle")


def jsonld(body: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=body, format="json-ld")


def by_pyld(body: bytes) -> rdflib.Graph:
    def refused(url: str, _: object) -> None:
        raise AssertionError(f"{url} was asked for, but the context is inside")

    nquads = pyld.jsonld.to_rdf(
        json.loads(body), {"format": "application/n-quads", "documentLoader": refused, "produceGeneralizedRdf": False}
    )
    return rdflib.Graph().parse(data=nquads, format="nt")


def varied() -> Record:
    """A record with what is rare: fractions, notes, odd dates, addresses and letters."""
    whole = records.many(30)
    whole["claims"][0] |= {
        "text": 'Quotes " and \\ and é, 渡し and 🛥, kept.',
        "period": "2021-21",
        "quantities": [
            {"value": v, "unit": "t", "of": "freight", "approximate": v == 4000} for v in (0.1, 4000, 2.0, 1e21, -1e-7)
        ],
        "related": [{"relation": each.value, "claim": "claim-1"} for each in RelationKind],
    }
    whole["claims"][1]["statements"] = [
        records.statement("odd-1", source="norland-official", via=["courier", "harbour-master"], not_before="2020",
                          note="Told twice over."),
        records.statement("odd-2", stance="denies", adjudicates=True),
        records.statement("odd-3", source="norland", stance="retracts", made="2021-05/2021-06"),
    ]  # fmt: skip
    whole["sources"][4]["same_as"] = ["https://courier.example/a b?<c>"]
    return Record.model_validate(whole)


@pytest.mark.parametrize("make", [page, dataset], ids=["page", "dataset"])
def test_json_ld_and_turtle_hold_the_same_graph_to_rdflib_and_to_pyld(make):
    record = varied()
    linked = make("jsonld", record)
    graph = turtle(make("turtle", record))
    assert len(graph) > 1000
    assert isomorphic(graph, jsonld(linked))
    assert isomorphic(graph, by_pyld(linked))


def test_json_ld_and_turtle_of_the_shipped_record_hold_the_same_graph(shipped):
    linked = dataset("jsonld", shipped)
    graph = turtle(dataset("turtle", shipped))
    assert set(graph.subjects(RDF.type, SCHEMA.Claim)) == {
        rdflib.URIRef(f"{BASE}/claims/{c.id}") for c in shipped.claims
    }
    assert set(graph) == set(jsonld(linked)) == set(by_pyld(linked))  # no node is blank, so sets compare graphs


def test_one_claim_holds_the_same_graph_in_both_forms_on_any_day(record):
    how = setting(record, as_of="2021-04")
    body = served(record)[0]
    graph = turtle(FORMATS["turtle"].claim(body, how))
    assert isomorphic(graph, jsonld(FORMATS["jsonld"].claim(body, how)))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_text_is_the_same_literal_in_both_forms(letters):
    record = Record.model_validate(records.record(claims=[records.claim("a")]))
    body = served(record)[0].replace(b"Something", to_json(f"Something{letters}")[1:-1], 1)
    claim = rdflib.URIRef(f"{BASE}/claims/a")
    how = setting(record)
    texts = [
        turtle(FORMATS["turtle"].claim(body, how)).value(claim, SCHEMA.text),
        jsonld(FORMATS["jsonld"].claim(body, how)).value(claim, SCHEMA.text),
    ]
    assert [str(each) for each in texts] == [f"Something{letters} called a came to pass."] * 2


@pytest.mark.parametrize("whole", ["varied", "shipped"])
def test_pyshacl_finds_no_violation_of_our_shapes(whole, request):
    record = varied() if whole == "varied" else request.getfixturevalue("shipped")
    conforms, _, report = pyshacl.validate(turtle(dataset("turtle", record)), shacl_graph=str(SHAPES))
    assert conforms, report


@pytest.mark.parametrize(
    "lost",
    [
        SCHEMA.text,
        SCHEMA.appearance,
        PROV.agent,
        PROV.wasAttributedTo,
        OA.hasSelector,
        OA.start,
        DCAT.hadRole,
        DCTERMS.license,
    ],
)
def test_the_shapes_notice_when_a_term_is_lost(record, lost):
    graph = turtle(page("turtle", record))
    graph.remove((None, lost, None))
    conforms, _, _ = pyshacl.validate(graph, shacl_graph=str(SHAPES))
    assert not conforms


def test_no_node_is_blank():
    graph = turtle(dataset("turtle", varied()))
    assert not [term for triple in graph for term in triple if isinstance(term, rdflib.BNode)]


@pytest.mark.parametrize("format_", ["jsonld", "turtle"])
def test_the_same_answer_is_the_same_bytes_in_another_process(format_):
    code = (
        "from tests.formats.answers import page; from tests import records; import sys;"
        "from app.core.model import Record;"
        f"sys.stdout.buffer.write(page({format_!r}, Record.model_validate(records.record())))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=300, cwd=ROOT)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout == page(format_, Record.model_validate(records.record()))


def test_importing_the_formats_loads_no_rdf_library():
    code = "import sys, app.formats; sys.exit('pyoxigraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=300, cwd=ROOT).returncode == 0


def test_a_relay_is_an_attribution_with_its_role_and_a_link_of_the_chain():
    graph = turtle(page("turtle", varied()))
    said = rdflib.URIRef(f"{BASE}/claims/claim-1#statement/odd-1")
    roles = {
        (str(graph.value(each, PROV.agent)).rpartition("/")[2], str(graph.value(each, DCAT.hadRole)).rpartition("/")[2])
        for each in graph.objects(said, PROV.qualifiedAttribution)
    }
    assert roles == {("norland-official", "origin"), ("courier", "relay"), ("harbour-master", "relay")}
    chain = [graph.value(each, PROV.wasAttributedTo) for each in graph.transitive_objects(said, PROV.wasDerivedFrom)][
        1:
    ]
    assert [str(each).rpartition("/")[2] for each in chain] == ["harbour-master", "courier", "norland-official"]
    assert graph.value(graph.value(said, PROV.hadPrimarySource), PROV.wasAttributedTo) == chain[-1]


@pytest.mark.parametrize(
    ("said", "term"),
    [("odd-1", CITO.agreesWith), ("odd-2", CITO.refutes), ("odd-3", CITO.retracts)],
)
def test_a_statement_does_to_its_claim_what_its_stance_says(said, term):
    graph = turtle(page("turtle", varied()))
    claim = rdflib.URIRef(f"{BASE}/claims/claim-1")
    assert (rdflib.URIRef(f"{claim}#statement/{said}"), term, claim) in graph


def spoken_on() -> Record:
    """A claim that one affirms through an outlet, and of which a denial was taken back; and a claim that is denied."""
    return Record.model_validate(
        records.record(
            claims=[
                records.claim("a", background=True, statements=[
                    records.statement("yes", source="harbour-master", via=["courier"], made="2021-03"),
                    records.statement("no", source="norland", stance="denies", made="2021-05"),
                    records.statement("back", source="norland", stance="retracts", made="2021-07"),
                ]),
                records.claim("b", statements=[
                    records.statement("never", source="norland", stance="denies", made="2021-05"),
                    records.statement("unknown", source="courier", stance="no_evidence", made="2021-06"),
                ]),
            ]
        )
    )  # fmt: skip


def test_a_claim_is_attributed_to_and_derived_from_those_alone_who_affirm_it():
    graph = turtle(page("turtle", spoken_on()))
    affirmed, denied = (rdflib.URIRef(f"{BASE}/claims/{each}") for each in "ab")
    assert set(graph.objects(affirmed, PROV.wasAttributedTo)) == {rdflib.URIRef(f"{BASE}/sources/harbour-master")}
    assert set(graph.objects(affirmed, PROV.wasDerivedFrom)) == {rdflib.URIRef(f"{affirmed}#statement/yes")}
    assert (denied, PROV.wasAttributedTo, None) not in graph
    assert (denied, PROV.wasDerivedFrom, None) not in graph
    assert (rdflib.URIRef(f"{denied}#statement/never"), CITO.disagreesWith, denied) in graph
    assert (rdflib.URIRef(f"{denied}#statement/unknown"), CITO.discusses, denied) in graph


def test_taking_back_a_denial_retracts_the_denial_and_not_the_claim():
    graph = turtle(page("turtle", spoken_on()))
    claim = rdflib.URIRef(f"{BASE}/claims/a")
    back = rdflib.URIRef(f"{claim}#statement/back")
    assert set(graph.objects(back, CITO.retracts)) == {rdflib.URIRef(f"{claim}#statement/no")}
    assert (back, CITO.discusses, claim) in graph


def test_a_verdict_tells_its_kind_of_word_and_since_when_as_precisely_as_is_known():
    graph = turtle(page("turtle", spoken_on()))
    verdict = rdflib.URIRef(f"{BASE}/claims/a#verdict")
    assert graph.value(verdict, DCTERMS.type) == rdflib.URIRef(f"{BASE}/sourcings#named_person_or_body")
    assert graph.value(verdict, SCHEMA.validFrom) == rdflib.Literal("2021-07", datatype=XSD.gYearMonth)


def test_background_is_a_sort_of_claim_beside_its_kind():
    graph = turtle(page("turtle", spoken_on()))
    kinds = {
        id_: {
            str(each).rpartition("/")[2] for each in graph.objects(rdflib.URIRef(f"{BASE}/claims/{id_}"), DCTERMS.type)
        }
        for id_ in "ab"
    }
    assert kinds == {"a": {"event", "background"}, "b": {"event"}}


def test_an_undated_statement_with_a_bound_was_made_on_one_of_the_days_from_then_on():
    graph = turtle(page("turtle", varied()))
    made = graph.value(rdflib.URIRef(f"{BASE}/claims/claim-1#statement/odd-1"), SCHEMA.dateCreated)
    assert made == rdflib.Literal("[2020-01-01..]", datatype="http://id.loc.gov/datatypes/edtf/EDTF")


def test_an_annotation_ties_claim_and_statement_to_the_positions_of_a_passage(record):
    graph = turtle(page("turtle", record))
    claim = rdflib.URIRef(f"{BASE}/claims/ferries-moored")
    (note,) = graph.subjects(OA.hasBody, claim)
    selector = graph.value(graph.value(note, OA.hasTarget), OA.hasSelector)
    passage = record.documents[0].passages[2]
    assert set(graph.objects(note, OA.hasBody)) == {claim, rdflib.URIRef(f"{claim}#statement/moored-official")}
    assert graph.value(selector, OA.start) == rdflib.Literal(passage.start, datatype=XSD.nonNegativeInteger)
    assert graph.value(selector, OA.end) == rdflib.Literal(passage.end, datatype=XSD.nonNegativeInteger)


def test_the_status_of_a_day_is_told_of_that_days_verdict_and_not_of_the_claim(record):
    claim = rdflib.URIRef(f"{BASE}/claims/ferries-promised")
    now = turtle(page("turtle", record))
    then = turtle(page("turtle", record, as_of="2021-04"))
    assert now.value(claim, SCHEMA.creativeWorkStatus) == rdflib.URIRef(f"{BASE}/statuses#disputed")
    assert then.value(claim, SCHEMA.creativeWorkStatus) is None
    assert then.value(claim, SCHEMA.subjectOf) == rdflib.URIRef(f"{claim}#verdict/2021-04")


def test_a_page_describes_what_its_claims_refer_to_and_nothing_else(record):
    body = FORMATS["turtle"].claims(listing(served(record)[4:5]), setting(record))
    described = {str(each).removeprefix(BASE) for each in turtle(body).subjects(RDF.type)}
    assert {each for each in described if each.startswith(("/sources", "/entities", "/topics"))} == {
        "/sources/ada-quill",
        "/entities#portvale",
    }


def test_the_dataset_offers_a_distribution_for_every_format_but_json_and_describes_even_what_no_claim_uses(record):
    graph = turtle(dataset("turtle", record))
    me = rdflib.URIRef(f"{BASE}/dataset")
    assert {str(graph.value(each, DCAT.downloadURL)) for each in graph.objects(me, DCAT.distribution)} == {
        f"{BASE}/dataset?format={name}" for name in ("jsonl", "csv", "jsonld", "turtle", "text")
    }
    assert graph.value(me, DCTERMS.license) == rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert {rdflib.URIRef(f"{BASE}/documents/the-ferries#{p.ref}") for p in record.documents[0].passages} <= set(
        graph.subjects(RDF.type, OA.SpecificResource)
    )


def test_the_context_served_alone_is_the_one_inside_every_answer(record):
    assert (
        json.loads(context())
        == {"@context": json.loads(page("jsonld", record))["@context"]}
        == {"@context": dict(CONTEXT)}
    )


@pytest.mark.parametrize(
    ("edtf", "type_"),
    [
        ("2022-07-17", XSD.date),
        ("2022-07", XSD.gYearMonth),
        ("2022", XSD.gYear),
        ("2022-21", rdflib.URIRef("http://id.loc.gov/datatypes/edtf/EDTF")),
        ("1804/1813", rdflib.URIRef("http://id.loc.gov/datatypes/edtf/EDTF")),
    ],
)
def test_a_date_is_one_of_xml_schema_where_it_can_be(edtf, type_):
    prefix, name = dated(edtf)["@type"].split(":")
    assert f"{CONTEXT[prefix]}{name}" == str(type_)


@pytest.mark.parametrize(
    ("spdx", "expected"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC-BY-NC-SA-3.0", "https://creativecommons.org/licenses/by-nc-sa/3.0/"),
        ("CC0-1.0", "https://spdx.org/licenses/CC0-1.0"),
        ("odd one", "https://spdx.org/licenses/odd%20one"),
    ],
)
def test_a_licence_has_an_iri(spdx, expected):
    assert licence_iri(spdx) == expected


def test_a_language_is_that_of_its_first_subtag():
    assert [language_iri(tag) for tag in ("en-GB", "zh-Hans-CN", "fas")] == [
        "http://id.loc.gov/vocabulary/iso639-1/en",
        "http://id.loc.gov/vocabulary/iso639-1/zh",
        "http://id.loc.gov/vocabulary/iso639-2/fas",
    ]


def test_an_address_with_characters_that_no_iri_holds_is_encoded():
    assert iri("https://a.example/é b?<c>|{d}\\") == "https://a.example/é%20b?%3Cc%3E%7C%7Bd%7D%5C"

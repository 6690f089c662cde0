"""Verdicts as ClaimReview: valid by schema.org's own terms, read back by the import, and nobody miscredited."""

import json
from datetime import date

import pyshacl
import pytest
import rdflib

from app.core.errors import ParametersConflict
from app.core.status import derive
from app.formats import FORMATS
from app.record import dataset
from app.record.claimreview import from_feed
from tests.formats.answers import listing, page, served, setting
from tests.formats.rich import rich
from tests.record.test_claimreview import feed, review

pytestmark = pytest.mark.filterwarnings(r"ignore:(Dataset|ConjunctiveGraph)\b.* deprecated:DeprecationWarning")

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix s: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass s:ClaimReview ; sh:closed true ;
  sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ) ;
  sh:property [ sh:path s:claimReviewed ; sh:minCount 1 ; sh:maxCount 1 ; sh:minLength 1 ] ,
    [ sh:path s:url ; sh:minCount 1 ; sh:maxCount 1 ; sh:pattern "^https?://" ] ,
    [ sh:path s:author ; sh:minCount 1 ; sh:node _:agent ] ,
    [ sh:path s:itemReviewed ; sh:minCount 1 ; sh:maxCount 1 ; sh:class s:Claim ] ,
    [ sh:path s:reviewRating ; sh:minCount 1 ; sh:maxCount 1 ; sh:class s:Rating ] ,
    [ sh:path s:datePublished ; sh:maxCount 1 ; sh:pattern "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" ] ,
    [ sh:path s:inLanguage ; sh:maxCount 1 ] , [ sh:path s:keywords ] .
[] a sh:NodeShape ; sh:targetClass s:Claim ;
  sh:property [ sh:path s:author ; sh:node _:agent ] , [ sh:path s:appearance ; sh:class s:CreativeWork ] .
[] a sh:NodeShape ; sh:targetClass s:Rating ;
  sh:property [ sh:path s:alternateName ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path s:ratingValue ; sh:in ( 1 5 ) ] , [ sh:path s:bestRating ; sh:hasValue 5 ] ,
    [ sh:path s:worstRating ; sh:hasValue 1 ] .
_:agent a sh:NodeShape ; sh:property [ sh:path s:name ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:or ( [ sh:class s:Person ] [ sh:class s:Organization ] [ sh:class s:GovernmentOrganization ]
    [ sh:class s:NewsMediaOrganization ] ) .
"""
"""What schema.org defines and Google's fact-check guide requires of a ClaimReview."""


def valid(body):
    """The JSON of ``body``, whose graph conforms to the shapes."""
    raw = json.loads(body)
    assert raw.pop("@context") == "https://schema.org"
    local = json.dumps({"@context": {"@vocab": "https://schema.org/"}} | raw)
    graph = rdflib.Graph().parse(data=local, format="json-ld")
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    conforms, _, why = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, why
    return raw


def reviews(body):
    return [item for element in valid(body)["dataFeedElement"] for item in element["item"]]


def imported(raw):
    return dataset.load(json.dumps(from_feed(raw, date(2022, 1, 1)).record).encode())


def test_only_claims_with_a_verdict_have_a_review_and_the_feed_says_so(record):
    raw = valid(page("claimreview", record))
    (only,) = [item for element in raw["dataFeedElement"] for item in element["item"]]
    assert only["url"].endswith("/claims/lease-signed")
    assert only["reviewRating"]["alternateName"] == "True"
    assert raw["description"].startswith("1 of 6 claims; on the others the author")


def test_a_claim_without_a_verdict_is_refused_in_words(record):
    with pytest.raises(ParametersConflict, match="this one is disputed by the rule 'denied'"):
        FORMATS["claimreview"].claim(served(record)[0], setting(record))


def test_a_claimant_is_who_affirms_and_never_who_denies_answers_or_takes_back():
    everything = rich()
    for each in reviews(page("claimreview", everything)):
        claim = next(c for c in everything.claims if each["url"].endswith(f"/{c.id}"))
        verdict = derive(claim, everything.header)
        author = everything.header.document_by_id[claim.document].author
        counting = {*verdict.decided_by, *verdict.contested_by}
        affirming = {
            everything.header.source_by_id[said.source].name
            for said in claim.statements
            if said.stance == "affirms" and said.id in counting and said.source != author
        }
        assert {who["name"] for who in each["itemReviewed"].get("author", [])} == affirming


def test_one_review_is_valid_by_itself(record):
    assert valid(FORMATS["claimreview"].claim(served(record)[2], setting(record)))["@type"] == "ClaimReview"


def test_a_page_without_any_verdict_is_an_empty_feed(record):
    raw = valid(FORMATS["claimreview"].claims(listing(served(record)[:2]), setting(record)))
    assert raw["dataFeedElement"] == []
    assert raw["description"].startswith("0 of 2 claims")


@pytest.mark.parametrize("changes", [
    {},
    {"reviewRating": {"@type": "Rating", "alternateName": "Pants on Fire"}},
    {"reviewRating": {"@type": "Rating", "alternateName": "Accurate"}},
    {"reviewRating": {"alternateName": "Busted", "ratingValue": 1, "bestRating": 5, "worstRating": 1}},
    {"author": {"@type": "NewsMediaOrganization", "name": "The Tide"}, "keywords": ["ferries", "law, and order"]},
    {"author": {"@type": "GovernmentOrganization", "name": "Harbour Office"}, "datePublished": "2021-03"},
    {"inLanguage": "pt-BR"},
])  # fmt: skip
def test_what_was_imported_comes_out_as_it_came_in(changes):
    came_in = imported(feed(review(**changes)))
    again = imported(json.loads(page("claimreview", came_in)))
    assert again.claims == came_in.claims
    assert again.sources == came_in.sources
    assert again.documents == came_in.documents
    assert again.topics == came_in.topics


def test_a_verdict_for_a_claim_is_rated_true_and_one_against_it_false():
    everything = rich()
    by_url = {each["url"].rsplit("/", 1)[1]: each for each in reviews(page("claimreview", everything))}
    for claim in everything.claims:
        rule = derive(claim, everything.header).rule
        assert (claim.id in by_url) is (rule in ("verdict-for", "verdict-against"))
        if claim.id in by_url:
            expected = 5 if rule == "verdict-for" else 1
            assert by_url[claim.id]["reviewRating"]["ratingValue"] == expected

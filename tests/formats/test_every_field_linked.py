"""JSON-LD tells what the record says, field by field; :mod:`tests.formats.test_linked` finds the same graph in Turtle.

What is expected is made here of the record's models and of :func:`app.core.status.derive`: a field that is lost, halved
or moved to another node shows.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from app.core.attribution import attribution, credited
from app.core.status import retractions
from app.core.vocabulary import RelationKind, SourceKind, Stance
from app.formats import FORMATS
from app.formats.terms import CONTEXT, PREFIXES, iri
from tests.formats.answers import BASE, REVISION, dataset, listing, page, served, setting
from tests.formats.rich import DAYS, rich, standing

pytestmark = pytest.mark.filterwarnings(r"ignore:(Dataset|ConjunctiveGraph)\b.* deprecated:DeprecationWarning")
"""rdflib's reader of JSON-LD still uses names that rdflib is taking leave of."""


def nodes_of(body: bytes) -> dict[str, dict[str, Any]]:
    """Every node by its IRI, nested ones too; a node that is told in two places is told the same terms once."""
    found: dict[str, dict[str, Any]] = {}

    def walk(value: Any) -> Iterator[dict[str, Any]]:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                if "id" in each:
                    yield each
                for inner in each.values():
                    yield from walk(inner)

    for node in walk(json.loads(body)["@graph"]):
        assert not found.get(node["id"], {}).keys() & node.keys() - {"id"}, node
        found.setdefault(node["id"], {}).update(node)
    return found


def ids(value: Any) -> list[str]:
    """The IRIs to which a term leads, in order."""
    some = [] if value is None else value if isinstance(value, list) else [value]
    return [each["id"] if isinstance(each, dict) else each for each in some]


def literal(value: Any) -> str | None:
    return str(value["@value"]) if value else None


STANCES = {
    "affirms": "agreesWith", "denies": "disagreesWith", "no_evidence": "discusses", "no_comment": "discusses",
    "qualifies": "qualifies",
}  # fmt: skip
ACTS = {*STANCES.values(), "confirms", "refutes", "retracts"}
LINKS = {
    "supports": "supports", "contradicts": "disputes", "in_tension_with": "disagreesWith", "elaborates": "extends",
    "qualifies": "qualifies", "restates": "alternateOf",
}  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
def test_a_claim_in_json_ld_has_each_field_of_the_record(day):
    nodes = nodes_of(FORMATS["jsonld"].claims(listing(served(rich(), day)), setting(rich(), as_of=day and str(day))))
    for claim in rich().claims:
        me = f"{BASE}/claims/{claim.id}"
        node = nodes[me]
        period, live = standing(claim, day)
        figures = [f"{me}#quantity/{nth}" for nth, _ in enumerate(claim.quantities, 1)]
        affirming = [each for each in claim.statements if each.stance is Stance.affirms]
        credit = credited(live)["affirmed_by"]
        assert node["type"] == ["schema:Claim", "prov:Entity"]
        assert (node["identifier"], node["url"], node["text"]) == (claim.id, me, claim.text)
        assert node["inLanguage"] == "en"
        words = [f"ClaimKind/{claim.kind}", *["Claim/background"] * claim.background]
        assert node["kind"] == [f"{BASE}/schema/claims.json#{each}" for each in words]
        assert node["appearance"] == f"{BASE}/documents/{claim.document}"
        assert ids(node.get("about")) == [f"{BASE}/entities#{each}" for each in claim.about]
        assert ids(node.get("mentions")) == [f"{BASE}/entities#{each}" for each in claim.parties] + figures
        assert ids(node.get("keywords")) == [f"{BASE}/topics#{each}" for each in claim.topics]
        assert node.get("temporalCoverage") == claim.period
        assert node.get("note") == claim.note
        assert node["isPartOf"] == f"{BASE}/dataset"
        assert ids(node.get("wasAttributedTo")) == [f"{BASE}/sources/{each}" for each in credit]
        assert ids(node.get("wasDerivedFrom")) == [
            f"{me}#statement/{each.id}" for each in affirming if each.source in credit
        ]
        assert node.get("status") == (None if day or not period else f"{BASE}/statuses#{period.verdict.status}")
        for relation in RelationKind:
            wanted = [f"{BASE}/claims/{each.claim}" for each in claim.related if each.relation is relation]
            assert ids(node.get(LINKS[relation])) == wanted
        for figure, each in zip(figures, claim.quantities, strict=True):
            told = nodes[figure]
            assert (float(literal(told["value"]) or ""), told["value"]["@type"]) == (each.value, "xsd:decimal")
            assert (told["unitText"], told["name"]) == (each.unit, each.of)
            assert ("description" in told) is each.approximate


@pytest.mark.parametrize("day", DAYS)
def test_a_verdict_in_json_ld_is_that_of_the_rule_on_the_day(day):
    nodes = nodes_of(FORMATS["jsonld"].claims(listing(served(rich(), day)), setting(rich(), as_of=day and str(day))))
    for claim in rich().claims:
        me, (period, live) = f"{BASE}/claims/{claim.id}", standing(claim, day)
        (link,) = ids(nodes[me]["verdict"])
        assert link == (f"{me}#verdict/{day}" if day else f"{me}#verdict")
        verdict = nodes[link]
        assert verdict["about"] == me
        assert verdict["status"] == f"{BASE}/statuses#{period.verdict.status if period else 'not_yet_made'}"
        assert verdict["kind"] == f"{BASE}/sourcings#{period.sourcing if period else 'none'}"
        assert verdict["conformsTo"] == f"{BASE}/statuses#{period.verdict.rule if period else 'not-yet-made'}"
        assert verdict["text"] == attribution(claim, rich().header, live)
        assert verdict.get("temporalCoverage") == (day and str(day))
        if period:
            assert verdict["description"] == period.verdict.explanation
            assert literal(verdict.get("validFrom")) == period.verdict.since_edtf
            assert ids(verdict.get("wasDerivedFrom")) == [
                f"{me}#statement/{each}" for each in period.verdict.decided_by
            ]


def test_a_statement_in_json_ld_has_each_field_of_the_record():
    nodes = nodes_of(page("jsonld", rich()))
    statements = {
        f"{BASE}/claims/{claim.id}#statement/{each.id}" for claim in rich().claims for each in claim.statements
    }
    assert {id_ for id_, node in nodes.items() if re.search(r"#statement/[^/]+$", id_)} == statements
    for claim in rich().claims:
        taken = retractions(claim, rich().header)
        for said in claim.statements:
            about = f"{BASE}/claims/{claim.id}"
            me = f"{about}#statement/{said.id}"
            node, agents = nodes[me], [f"{BASE}/sources/{each}" for each in (said.source, *said.via)]
            assert node["identifier"] == said.id
            assert node["kind"] == f"{BASE}/schema/claims.json#Stance/{said.stance}"
            assert node["isPartOf"] == f"{BASE}/documents/{claim.document}"
            assert ids(node["wasAttributedTo"]) == agents
            roles = ["origin", *["relay"] * len(said.via)]
            voices = [nodes[each] for each in ids(node["qualifiedAttribution"])]
            assert [each["agent"] for each in voices] == agents
            assert [each["hadRole"].rpartition("/")[2] for each in voices] == roles
            # The telling of the last relay leads back, relay by relay, to the origin's own word.
            chain, following = [], ids(node.get("wasDerivedFrom"))
            while following:
                chain.append(nodes[following[0]]["wasAttributedTo"])
                word, following = following[0], ids(nodes[following[0]].get("wasDerivedFrom"))
                assert following or node["hadPrimarySource"] == word
            assert chain == (agents[::-1] if said.via else [])
            assert ("hadPrimarySource" in node) is bool(said.via)
            bound = f"[{said.not_before}-01..]" if said.not_before else None
            assert literal(node.get("dateCreated")) == (said.made or bound)
            basis, *note = node["note"]
            assert basis[:9] == {"text": "Dated by ", "inferred": "Dated by ", "document": "Undated: "}[said.date_basis]
            assert ("inference" in basis) is (said.date_basis == "inferred")
            assert note == ([said.note] if said.note else [])
            if said.stance is Stance.retracts:
                held = taken[said.id]
                back = [each.id for each in claim.statements if each.source == said.source and each.stance in held]
                wanted = (
                    {"retracts": [about]} if Stance.affirms in held
                    else {"retracts": [f"{about}#statement/{each}" for each in back], "discusses": [about]}
                )  # fmt: skip
            else:
                settles = {"affirms": "confirms", "denies": "refutes"} if said.adjudicates else STANCES
                wanted = {settles[said.stance]: [about]}
            assert {name: ids(node[name]) for name in ACTS if name in node} == wanted
            anchor = nodes[f"{me}/anchor"]
            assert anchor["hasBody"] == [about, me]
            assert anchor["hasTarget"] == [f"{BASE}/documents/{claim.document}#{ref}" for ref in said.passages]


def test_what_a_claim_refers_to_in_json_ld_has_each_field_of_the_record():
    nodes, header = nodes_of(dataset("jsonld", rich())), rich().header
    for document in header.documents:
        node = nodes[f"{BASE}/documents/{document.id}"]
        assert (node["headline"], node["name"], node["inLanguage"]) == (
            document.title,
            document.title,
            document.language,
        )
        assert node["author"] == node["wasAttributedTo"] == f"{BASE}/sources/{document.author}"
        assert nodes[ids(node["publisher"])[0]]["name"] == document.publisher
        assert literal(node["datePublished"]) == document.published
        assert node.get("url") == (document.url and iri(document.url))
        assert f" {document.text.length} " in node["note"]
        assert document.text.sha256 in node["note"]
        for passage in document.passages:
            told = nodes[f"{BASE}/documents/{document.id}#{passage.ref}"]
            selector = nodes[ids(told["hasSelector"])[0]]
            assert (told["identifier"], told["hasSource"]) == (passage.ref, f"{BASE}/documents/{document.id}")
            assert (selector["start"], selector["end"]) == (passage.start, passage.end)
            assert told.get("note") == passage.omitted
    for source in header.sources:
        node = nodes[f"{BASE}/sources/{source.id}"]
        assert (node["identifier"], node["name"]) == (source.id, source.name)
        assert node["kind"] == f"{BASE}/schema/claims.json#SourceKind/{source.kind}"
        assert node.get("role" if source.kind is SourceKind.person else "description") == source.role
        assert ("note" in node) is not source.named
        assert node.get("isPartOf") == (source.part_of and f"{BASE}/sources/{source.part_of}")
        assert node.get("actedOnBehalfOf") == (source.speaks_for and f"{BASE}/entities#{source.speaks_for}")
        assert node.get("sameAs", []) == [iri(each) for each in source.same_as]
    for entity in header.entities:
        node = nodes[f"{BASE}/entities#{entity.id}"]
        assert (node["identifier"], node["name"]) == (entity.id, entity.name)
        assert node["kind"] == f"{BASE}/schema/claims.json#EntityKind/{entity.kind}"
        assert node.get("alternateName", []) == list(entity.aliases)
        assert node.get("sameAs", []) == [iri(each) for each in entity.same_as]
    for topic in header.topics:
        node = nodes[f"{BASE}/topics#{topic.id}"]
        assert (node["prefLabel"], node["inScheme"]) == (topic.name, f"{BASE}/topics")


def test_every_term_of_json_ld_is_one_of_the_context():
    assert {name for node in nodes_of(dataset("jsonld", rich())).values() for name in node} <= set(CONTEXT)


def test_turtle_tells_the_same():
    graph = Graph().parse(data=page("turtle", rich()), format="turtle")
    assert isomorphic(graph, Graph().parse(data=page("jsonld", rich()), format="json-ld"))


def test_turtle_names_its_terms_by_prefixes_that_it_declares():
    told = page("turtle", rich()).decode()
    assert " a schema:Claim" in told or "a prov:Entity" in told
    assert re.findall(r"^@prefix (\w+): <([^>]+)> \.$", told, re.MULTILINE) == list(PREFIXES.items())
    bare = re.sub(r"^@prefix.*$", "", told, flags=re.MULTILINE)
    assert not [iri for iri in PREFIXES.values() if f"<{iri}Claim>" in bare or f"<{iri}Entity>" in bare]


def test_every_node_is_of_the_types_of_its_sort():
    sorts = {
        "/dataset": {"dcat:Dataset", "schema:Dataset"},
        "/dataset#csv": {"dcat:Distribution"},
        "/documents/the-tides": {"schema:Article", "prov:Entity"},
        "/documents/the-tides#publisher": {"schema:Organization"},
        "/documents/the-tides#p1s1": {"oa:SpecificResource"},
        "/documents/the-tides#p1s1/position": {"oa:TextPositionSelector"},
        "/sources/ada-quill": {"prov:Agent", "prov:Person", "schema:Person"},
        "/sources/norland": {"prov:Agent", "prov:Organization", "schema:GovernmentOrganization"},
        "/sources/courier": {"prov:Agent", "prov:Organization", "schema:NewsMediaOrganization"},
        "/entities#portvale": {"schema:Place"},
        "/entities#norland": {"prov:Agent", "schema:Country"},
        "/entities#ferries": {"schema:Product"},
        "/entities#lease": {"schema:Thing"},
        "/topics#law": {"skos:Concept"},
        "/statuses#confirmed": {"skos:Concept"},
        "/claims/several-origins": {"schema:Claim", "prov:Entity"},
        "/claims/several-origins#quantity/1": {"schema:QuantitativeValue"},
        "/claims/several-origins#verdict": {"prov:Entity", "schema:CreativeWork"},
        "/claims/several-origins#statement/by-master": {"prov:Entity"},
        "/claims/several-origins#statement/by-master/origin/harbour-master": {"prov:Attribution"},
        "/claims/several-origins#statement/by-master/relay/courier": {"prov:Attribution"},
        "/claims/several-origins#statement/by-master/word": {"prov:Entity"},
        "/claims/several-origins#statement/by-master/telling/2": {"prov:Entity"},
        "/claims/several-origins#statement/by-master/anchor": {"oa:Annotation"},
    }
    nodes = nodes_of(dataset("jsonld", rich()))
    assert {name: set(nodes[f"{BASE}{name}"]["type"]) for name in sorts} == sorts
    assert {each for node in nodes.values() for each in node["type"]} <= set().union(*sorts.values()) | {
        "prov:Agent", "schema:Organization",
    }  # fmt: skip


def test_the_dataset_in_json_ld_has_each_field_of_the_record():
    nodes, info = nodes_of(dataset("jsonld", rich())), rich().dataset
    node = nodes[f"{BASE}/dataset"]
    assert (node["title"], node["name"], node["version"]) == (info.title, info.title, info.version)
    assert node.get("description") == info.description
    assert (node["identifier"], node["license"]) == (REVISION, "https://creativecommons.org/licenses/by/4.0/")
    assert node["language"] == "http://id.loc.gov/vocabulary/iso639-1/en"
    offered = {nodes[each]["title"]: nodes[each] for each in ids(node["distribution"])}
    assert {title: (each["mediaType"], each["downloadURL"], each["license"]) for title, each in offered.items()} == {
        f"{info.title} ({name})": (
            f"https://www.iana.org/assignments/media-types/{FORMATS[name].media_type.split(';')[0]}",
            f"{BASE}/dataset?format={name}",
            node["license"],
        )
        for name in ("jsonl", "csv", "jsonld", "turtle", "text")
    }

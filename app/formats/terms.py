"""The words of the linked formats: which term of which published vocabulary stands for which word of the record.

Truth comes from the vocabularies' own documents: schema.org (``Claim`` and its neighbours), PROV-O (who said it,
through whom), Web Annotation (where in the document), SKOS (our closed lists), CiTO (what a statement or a claim does
to a claim), DCAT 3 and DCMI Terms (the record as a dataset), and the Library of Congress's datatype for EDTF.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from app.core.vocabulary import EntityKind, RelationKind, SourceKind, Stance

PREFIXES: Mapping[str, str] = {
    "cito": "http://purl.org/spar/cito/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_LITERALS = {
    "alternateName": "schema:alternateName", "dateCreated": "schema:dateCreated",
    "datePublished": "schema:datePublished", "description": "schema:description", "headline": "schema:headline",
    "identifier": "dct:identifier", "inLanguage": "schema:inLanguage", "name": "schema:name", "note": "skos:note",
    "prefLabel": "skos:prefLabel", "role": "schema:jobTitle", "temporalCoverage": "schema:temporalCoverage",
    "text": "schema:text", "title": "dct:title", "unitText": "schema:unitText", "validFrom": "schema:validFrom",
    "value": "schema:value", "version": "dcat:version",
}  # fmt: skip

_LINKS = {
    "about": "schema:about", "actedOnBehalfOf": "prov:actedOnBehalfOf", "agent": "prov:agent",
    "agreesWith": "cito:agreesWith", "alternateOf": "prov:alternateOf",
    "appearance": "schema:appearance", "author": "schema:author",
    "conformsTo": "dct:conformsTo", "confirms": "cito:confirms", "disagreesWith": "cito:disagreesWith",
    "discusses": "cito:discusses", "disputes": "cito:disputes", "distribution": "dcat:distribution",
    "downloadURL": "dcat:downloadURL", "extends": "cito:extends",
    "hadPrimarySource": "prov:hadPrimarySource", "hadRole": "dcat:hadRole", "hasBody": "oa:hasBody",
    "hasSelector": "oa:hasSelector", "hasSource": "oa:hasSource", "hasTarget": "oa:hasTarget",
    "inScheme": "skos:inScheme", "isPartOf": "dct:isPartOf", "keywords": "schema:keywords",
    "kind": "dct:type", "language": "dct:language", "license": "dct:license", "mediaType": "dcat:mediaType",
    "mentions": "schema:mentions", "motivatedBy": "oa:motivatedBy", "publisher": "schema:publisher",
    "qualifiedAttribution": "prov:qualifiedAttribution", "qualifies": "cito:qualifies", "refutes": "cito:refutes",
    "retracts": "cito:retracts", "sameAs": "schema:sameAs", "status": "schema:creativeWorkStatus",
    "supports": "cito:supports", "url": "schema:url", "verdict": "schema:subjectOf",
    "wasAttributedTo": "prov:wasAttributedTo", "wasDerivedFrom": "prov:wasDerivedFrom",
}  # fmt: skip

CONTEXT: Mapping[str, object] = (
    {"@version": 1.1, "id": "@id", "type": "@type"}
    | dict(PREFIXES)
    | _LITERALS
    | {term: {"@id": f"oa:{term}", "@type": "xsd:nonNegativeInteger"} for term in ("start", "end")}
    | {term: {"@id": iri, "@type": "@id"} for term, iri in _LINKS.items()}
)
"""The JSON-LD context: every term is ours to choose, every IRI is a published one."""

STANCES: Mapping[tuple[Stance, bool], str] = {
    (Stance.affirms, False): "agreesWith",
    (Stance.affirms, True): "confirms",
    (Stance.denies, False): "disagreesWith",
    (Stance.denies, True): "refutes",
    (Stance.no_evidence, False): "discusses",
    (Stance.no_comment, False): "discusses",
    (Stance.qualifies, False): "qualifies",
    (Stance.retracts, False): "retracts",
}
"""What a statement does to its claim, by stance and whether it adjudicates; ``dct:type`` has the exact stance.

A retraction does so to the origin's own earlier statement where that did not affirm the claim.
"""

RELATIONS: Mapping[RelationKind, str] = {
    RelationKind.supports: "supports",
    RelationKind.contradicts: "disputes",
    RelationKind.in_tension_with: "disagreesWith",
    RelationKind.elaborates: "extends",
    RelationKind.qualifies: "qualifies",
    RelationKind.restates: "alternateOf",
}

SOURCES: Mapping[SourceKind, tuple[str, ...]] = {
    SourceKind.person: ("prov:Agent", "prov:Person", "schema:Person"),
    SourceKind.organization: ("prov:Agent", "prov:Organization", "schema:Organization"),
    SourceKind.government: ("prov:Agent", "prov:Organization", "schema:GovernmentOrganization"),
    SourceKind.outlet: ("prov:Agent", "prov:Organization", "schema:NewsMediaOrganization"),
    SourceKind.group: ("prov:Agent", "schema:Thing"),
}

ENTITIES: Mapping[EntityKind, tuple[str, ...]] = {
    EntityKind.state: ("prov:Agent", "schema:Country"),
    EntityKind.person: ("prov:Agent", "schema:Person"),
    EntityKind.organization: ("prov:Agent", "schema:Organization"),
    EntityKind.weapon: ("schema:Product",),
    EntityKind.agreement: ("schema:Thing",),
    EntityKind.place: ("schema:Place",),
    EntityKind.event: ("schema:Event",),
}

_DATES = (
    (re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), "xsd:date"),
    (re.compile(r"\d{4}-(0\d|1[0-2])", re.ASCII), "xsd:gYearMonth"),
    (re.compile(r"\d{4}", re.ASCII), "xsd:gYear"),
    (re.compile(r".*", re.DOTALL), "edtf:EDTF"),
)


def context() -> bytes:
    """The context as a document by itself, as ``/context.jsonld`` serves it: what every answer has inside."""
    return json.dumps({"@context": dict(CONTEXT)}, indent=2).encode() + b"\n"


def dated(edtf: str) -> dict[str, str]:
    """An EDTF string as a literal: a calendar date of XML Schema where it is one, else of the EDTF datatype."""
    return {"@type": next(type_ for form, type_ in _DATES if form.fullmatch(edtf)), "@value": edtf}


def licence_iri(spdx: str) -> str:
    """The deed of a Creative Commons licence, and SPDX's page of any other, for an SPDX identifier."""
    found = re.fullmatch(r"CC-(BY(?:-[A-Z]{2})*)-(\d\.\d)", spdx)
    if found:
        return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
    return f"https://spdx.org/licenses/{quote(spdx, safe='')}"


def language_iri(tag: str) -> str:
    """The Library of Congress's IRI of a BCP 47 tag's language, as DCAT recommends."""
    language = tag.split("-", maxsplit=1)[0]
    return f"http://id.loc.gov/vocabulary/iso639-{1 if len(language) == 2 else 2}/{language}"


def iri(url: str) -> str:
    """``url`` with what RFC 3987 keeps out of IRIs (blanks, controls, quotes, braces ..) percent-encoded."""
    return re.sub(r'[\x00-\x20\x7f-\x9f<>"{}|\\^`]', lambda found: quote(found[0]), url)


def present(node: dict[str, Any]) -> dict[str, Any]:
    """``node`` without the terms that have nothing to say."""
    return {term: value for term, value in node.items() if value not in (None, [])}

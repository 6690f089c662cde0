"""JSON-LD and Turtle: a claim, a page or the whole record as one graph, for readers of linked data.

A claim (``schema:Claim``) is attributed to those who affirm it and derived from their statements alone; whoever denies
it, answers otherwise or takes a word back does so in a statement about the claim (CiTO). A statement is attributed to
its origin and its relays, and each relay's telling is derived from the one before (PROV-O); annotations tie both to the
passages of the document (Web Annotation); the verdict is a node of its own, since it depends on the day while a graph
only ever grows. No node is blank: graphs of different answers merge, and the same answer is the same bytes.

:mod:`app.formats.terms` names the words. JSON-LD 1.1 is the nodes with their context inside, so that nobody has to
fetch it; Turtle 1.1 is that very JSON-LD, read and written by pyoxigraph, which is imported where it is used: it takes
14 MB that other formats do not need.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from app.core.dates import edtf_span
from app.core.model import Claim
from app.core.status import retractions
from app.core.vocabulary import RelationKind, Stance
from app.formats.around import Node, Surroundings
from app.formats.shape import Listing, Setting
from app.formats.terms import CONTEXT, PREFIXES, RELATIONS, STANCES, dated, present

Served = Mapping[str, Any]

_BASES = {
    "text": "Dated by the document.",
    "inferred": "Dated by inference from its context.",
    "document": "Undated: it counts from the day the document appeared.",
}
_BATCH = 50
"""Nodes that a stream writes at once: for Turtle the context is read again for each batch."""


class Graph(Surroundings):
    """Makes the nodes of claims; what they refer to gathers in :attr:`nodes`."""

    def claim(self, claim: Served) -> list[Node]:
        """The nodes of one served claim; what they refer to joins :attr:`nodes`."""
        me = self._claim_iri(claim["id"])
        affirming: list[Node] = []
        others: list[Node] = []
        for each in claim["statements"]:
            affirms = each["stance"] == Stance.affirms and each["source"] in claim["attributed_to"]
            (affirming if affirms else others).append(self._statement(me, claim, each))
        kinds = [self.word("ClaimKind", claim["kind"])]
        if claim["background"]:
            kinds.append(self.word("Claim", "background"))
        quantities = [_quantity(f"{me}#quantity/{nth}", each) for nth, each in enumerate(claim["quantities"], 1)]
        node = {
            "id": me,
            "type": ["schema:Claim", "prov:Entity"],
            "identifier": claim["id"],
            "url": me,
            "text": claim["text"],
            "inLanguage": self.header.dataset.language,
            "kind": kinds,
            "appearance": self.document(claim["document"]),
            "about": list(map(self.entity, claim["about"])),
            "mentions": [*map(self.entity, claim["parties"]), *quantities],
            "keywords": list(map(self.topic, claim["topics"])),
            "temporalCoverage": claim.get("period"),
            "wasAttributedTo": list(map(self.source, claim["attributed_to"])),
            "wasDerivedFrom": affirming,
            "verdict": self._verdict(me, claim),
            "isPartOf": f"{self.base}/dataset",
            "note": claim.get("note"),
        }
        if not self.setting.as_of:
            node["status"] = self.concept("statuses", claim["status"])
        for each in claim["related"]:
            node.setdefault(RELATIONS[RelationKind(each["relation"])], []).append(self._claim_iri(each["claim"]))
        return [present(node), *others, *(self._annotation(me, claim, each) for each in claim["statements"])]

    def _statement(self, claim_iri: str, claim: Served, said: Served) -> Node:
        me = f"{claim_iri}#statement/{said['id']}"
        roles = [("origin", said["source"]), *(("relay", each) for each in said["via"])]
        voices = [
            {
                "id": f"{me}/{role}/{source}",
                "type": ["prov:Attribution"],
                "agent": self.source(source),
                "hadRole": self.word("Role", role),
            }
            for role, source in roles
        ]
        agents = [voice["agent"] for voice in voices]
        told: Node = {"id": f"{me}/word", "type": ["prov:Entity"], "wasAttributedTo": agents[0]}
        for nth, relay in enumerate(agents[1:], 1):
            telling = {"id": f"{me}/telling/{nth}", "type": ["prov:Entity"]}
            told = telling | {"wasAttributedTo": relay, "wasDerivedFrom": told}
        return present(
            {
                "id": me,
                "type": ["prov:Entity"],
                "identifier": said["id"],
                "kind": self.word("Stance", said["stance"]),
                **self._act(claim_iri, claim, said),
                "wasAttributedTo": agents,
                "qualifiedAttribution": voices,
                "wasDerivedFrom": told if said["via"] else None,
                "hadPrimarySource": f"{me}/word" if said["via"] else None,
                "dateCreated": _made(said),
                "isPartOf": self.document(claim["document"]),
                "note": [_BASES[said["date_basis"]], *([said["note"]] if "note" in said else [])],
            }
        )

    def _act(self, claim_iri: str, claim: Served, said: Served) -> Node:
        """What a statement does to the claim; a denial that is taken back leaves the claim as it was."""
        stance = Stance(said["stance"])
        if stance is not Stance.retracts:
            return {STANCES[stance, said["adjudicates"]]: claim_iri}
        record = Claim.model_validate({name: claim[name] for name in Claim.model_fields if name in claim})
        taken = retractions(record, self.header).get(said["id"], frozenset())
        if Stance.affirms in taken:
            return {STANCES[stance, False]: claim_iri}
        root_of = self.header.root_by_source
        undone = [
            f"{claim_iri}#statement/{each.id}"
            for each in record.statements
            if each.stance in taken and root_of[each.source] == root_of[said["source"]]
        ]
        return {"discusses": claim_iri, STANCES[stance, False]: undone}

    def _annotation(self, claim_iri: str, claim: Served, said: Served) -> Node:
        statement = f"{claim_iri}#statement/{said['id']}"
        return {
            "id": f"{statement}/anchor",
            "type": ["oa:Annotation"],
            "motivatedBy": "oa:linking",
            "hasBody": [claim_iri, statement],
            "hasTarget": [self.passage(claim["document"], ref) for ref in said["passages"]],
        }

    def _verdict(self, claim_iri: str, claim: Served) -> Node:
        basis, as_of = claim["basis"], self.setting.as_of
        return present(
            {
                "id": f"{claim_iri}#verdict/{as_of}" if as_of else f"{claim_iri}#verdict",
                "type": ["prov:Entity", "schema:CreativeWork"],
                "about": claim_iri,
                "status": self.concept("statuses", claim["status"]),
                "kind": self.concept("sourcings", claim["sourcing"]),
                "conformsTo": self.concept("statuses", basis["rule"]),
                "text": claim["attribution"],
                "description": basis["explanation"],
                "validFrom": dated(basis["since_edtf"]) if "since_edtf" in basis else None,
                "temporalCoverage": as_of,
                "wasDerivedFrom": [f"{claim_iri}#statement/{each}" for each in basis["decided_by"]],
            }
        )

    def _claim_iri(self, id_: str) -> str:
        return f"{self.base}/claims/{id_}"


class Linked(NamedTuple):
    """The writers of one format: batches of nodes, between an opening and a closing."""

    opening: bytes
    separator: bytes
    closing: bytes
    write: Callable[[Iterable[Node]], bytes]

    def claims(self, listing: Listing, setting: Setting) -> bytes:
        """The claims of the page and all that they refer to; total and next page are in the response's headers."""
        graph = Graph(setting)
        claims = [node for body in listing.bodies for node in graph.claim(from_json(body))]
        return self.opening + self.write([*graph.nodes.values(), *claims]) + self.closing

    async def parts(self, claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
        """The whole record: the dataset, everything that claims refer to, then the claims in order."""
        before = self.opening
        async for nodes in _batches(claims, setting):
            yield before + self.write(nodes)
            before = self.separator
        yield self.closing


async def _batches(claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[list[Node]]:
    graph = Graph(setting)
    for _ in graph.everything():
        if len(graph.new) >= _BATCH:
            yield graph.untold()
    batch: list[Node] = []
    async for body in claims:
        batch += graph.claim(from_json(body))
        if len(batch) >= _BATCH:
            yield graph.untold() + batch
            batch = []
    if rest := graph.untold() + batch:
        yield rest


def _json(nodes: Iterable[Node]) -> bytes:
    return b",".join(to_json(node) for node in nodes)


def _turtle(nodes: Iterable[Node]) -> bytes:
    """Triples by subject, else as JSON-LD has them; without the prefixes, which pyoxigraph writes in any order."""
    from pyoxigraph import RdfFormat, parse, serialize

    jsonld = JSONLD.opening + _json(nodes) + JSONLD.closing
    unique = dict.fromkeys(quad.triple for quad in parse(jsonld, format=RdfFormat.JSON_LD))
    triples = sorted(unique, key=lambda triple: triple.subject.value)
    turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""
    return b"".join(line for line in turtle.splitlines(keepends=True) if not line.startswith(b"@prefix "))


def _made(said: Served) -> Node | None:
    """The date of a statement; of an undated one with a bound, EDTF's *one of the days from then on*."""
    if "made" in said:
        return dated(said["made"])
    if "not_before" in said:
        return dated(f"[{edtf_span(said['not_before']).start}..]")
    return None


def _quantity(me: str, quantity: Served) -> Node:
    """A figure; as a decimal of XML Schema, since JSON-LD gives no two readers the same text for a fraction."""
    value = format(Decimal(repr(quantity["value"])), "f")
    return present(
        {
            "id": me,
            "type": ["schema:QuantitativeValue"],
            "name": quantity["of"],
            "value": {"@type": "xsd:decimal", "@value": value},
            "unitText": quantity["unit"],
            "description": "Approximate." if quantity["approximate"] else None,
        }
    )


JSONLD = Linked(b'{"@context":%s,"@graph":[' % to_json(dict(CONTEXT)), b",", b"]}", _json)
TURTLE = Linked("".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()).encode(), b"", b"", _turtle)

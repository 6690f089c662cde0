"""A claim as a graph: nodes of JSON-LD with a name each, from which both linked formats are written.

A claim (``schema:Claim``) is attributed to those who affirm it and derived from their statements alone; whoever denies
it, answers otherwise or takes a word back does so in a statement about the claim (CiTO). A statement is attributed to
its origin and its relays, and each relay's telling is derived from the one before (PROV-O); annotations tie both to the
passages of the document (Web Annotation); the verdict is a node of its own, since it depends on the day while a graph
only ever grows. No node is blank: graphs of different answers merge, and the same answer is the same bytes.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.core.dates import edtf_span
from app.core.model import Claim
from app.core.status import retractions
from app.core.vocabulary import RelationKind, Stance
from app.formats.around import Node, Surroundings, present
from app.formats.shape import Setting
from app.formats.terms import RELATIONS, STANCES, dated

Served = Mapping[str, Any]

_BASES = {
    "text": "Dated by the document.",
    "inferred": "Dated by inference from its context.",
    "document": "Undated: it counts from the day the document appeared.",
}


class Graph:
    """Makes the nodes of claims; what they refer to gathers in :attr:`around`."""

    def __init__(self, setting: Setting) -> None:
        self.around = Surroundings(setting)
        self._setting = setting
        self._header = setting.header
        self._base = setting.base

    def claim(self, claim: Served) -> list[Node]:
        """The nodes of one served claim; what they refer to joins :attr:`around`."""
        me = self._claim_iri(claim["id"])
        affirming: list[Node] = []
        others: list[Node] = []
        for each in claim["statements"]:
            affirms = each["stance"] == Stance.affirms and each["source"] in claim["attributed_to"]
            (affirming if affirms else others).append(self._statement(me, claim, each))
        node = {
            "id": me,
            "type": ["schema:Claim", "prov:Entity"],
            "identifier": claim["id"],
            "url": me,
            "text": claim["text"],
            "inLanguage": self._header.dataset.language,
            "kind": [
                self.around.word("ClaimKind", claim["kind"]),
                *([self.around.word("Claim", "background")] if claim["background"] else []),
            ],
            "appearance": self.around.document(self._header.document_by_id[claim["document"]]),
            "about": [self.around.entity(self._header.entity_by_id[id_]) for id_ in claim["about"]],
            "mentions": [self.around.entity(self._header.entity_by_id[id_]) for id_ in claim["parties"]]
            + [_quantity(f"{me}#quantity/{nth}", each) for nth, each in enumerate(claim["quantities"], 1)],
            "keywords": [self.around.topic(self._header.topic_by_id[id_]) for id_ in claim["topics"]],
            "temporalCoverage": claim.get("period"),
            "wasAttributedTo": [self.around.source(self._header.source_by_id[id_]) for id_ in claim["attributed_to"]],
            "wasDerivedFrom": affirming,
            "verdict": self._verdict(me, claim),
            "isPartOf": f"{self._base}/dataset",
            "note": claim.get("note"),
        }
        if not self._setting.as_of:
            node["status"] = self.around.status(claim["status"])
        for each in claim["related"]:
            node.setdefault(RELATIONS[RelationKind(each["relation"])], []).append(self._claim_iri(each["claim"]))
        return [present(node), *others, *(self._annotation(me, claim, each) for each in claim["statements"])]

    def _statement(self, claim_iri: str, claim: Served, said: Served) -> Node:
        me = f"{claim_iri}#statement/{said['id']}"
        voices = [self._voice(me, "origin", said["source"]), *(self._voice(me, "relay", each) for each in said["via"])]
        told = self._told(me, [voice["agent"] for voice in voices]) if said["via"] else None
        return present(
            {
                "id": me,
                "type": ["prov:Entity"],
                "identifier": said["id"],
                "kind": self.around.word("Stance", said["stance"]),
                **self._act(claim_iri, claim, said),
                "wasAttributedTo": [voice["agent"] for voice in voices],
                "qualifiedAttribution": voices,
                "wasDerivedFrom": told,
                "hadPrimarySource": f"{me}/word" if told else None,
                "dateCreated": _made(said),
                "isPartOf": self.around.document(self._header.document_by_id[claim["document"]]),
                "note": [_BASES[said["date_basis"]], *([said["note"]] if "note" in said else [])],
            }
        )

    def _act(self, claim_iri: str, claim: Served, said: Served) -> Node:
        """What a statement does to the claim; a denial that is taken back leaves the claim as it was."""
        stance = Stance(said["stance"])
        if stance is not Stance.retracts:
            return {STANCES[stance, said["adjudicates"]]: claim_iri}
        record = Claim.model_validate({name: claim[name] for name in Claim.model_fields if name in claim})
        taken = retractions(record, self._header).get(said["id"], frozenset())
        if Stance.affirms in taken:
            return {STANCES[stance, False]: claim_iri}
        root_of = self._header.root_by_source
        undone = [
            f"{claim_iri}#statement/{each.id}"
            for each in record.statements
            if each.stance in taken and root_of[each.source] == root_of[said["source"]]
        ]
        return {"discusses": claim_iri, STANCES[stance, False]: undone}

    def _voice(self, statement: str, role: str, source: str) -> Node:
        return {
            "id": f"{statement}/{role}/{source}",
            "type": ["prov:Attribution"],
            "agent": self.around.source(self._header.source_by_id[source]),
            "hadRole": self.around.word("Role", role),
        }

    @staticmethod
    def _told(statement: str, agents: Sequence[str]) -> Node:
        """The last relay's telling, derived from the one before it, down to the origin's own word."""
        told: Node = {"id": f"{statement}/word", "type": ["prov:Entity"], "wasAttributedTo": agents[0]}
        for nth, relay in enumerate(agents[1:], 1):
            me = f"{statement}/telling/{nth}"
            told = {"id": me, "type": ["prov:Entity"], "wasAttributedTo": relay, "wasDerivedFrom": told}
        return told

    def _annotation(self, claim_iri: str, claim: Served, said: Served) -> Node:
        document = self._header.document_by_id[claim["document"]]
        statement = f"{claim_iri}#statement/{said['id']}"
        return {
            "id": f"{statement}/anchor",
            "type": ["oa:Annotation"],
            "motivatedBy": "oa:linking",
            "hasBody": [claim_iri, statement],
            "hasTarget": [self.around.passage(document, ref) for ref in said["passages"]],
        }

    def _verdict(self, claim_iri: str, claim: Served) -> Node:
        basis, as_of = claim["basis"], self._setting.as_of
        return present(
            {
                "id": f"{claim_iri}#verdict/{as_of}" if as_of else f"{claim_iri}#verdict",
                "type": ["prov:Entity", "schema:CreativeWork"],
                "about": claim_iri,
                "status": self.around.status(claim["status"]),
                "kind": self.around.sourcing(claim["sourcing"]),
                "conformsTo": self.around.rule(basis["rule"]),
                "text": claim["attribution"],
                "description": basis["explanation"],
                "validFrom": dated(basis["since_edtf"]) if "since_edtf" in basis else None,
                "temporalCoverage": as_of,
                "wasDerivedFrom": [f"{claim_iri}#statement/{each}" for each in basis["decided_by"]],
            }
        )

    def _claim_iri(self, id_: str) -> str:
        return f"{self._base}/claims/{id_}"


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

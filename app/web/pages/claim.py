"""A claim: how it stands and why, who says so through whom, how that came about, and what rests on what.

The relations are what the text argues, as the record's editors read it. No status follows from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from app.core.model import Claim, Header, Statement
from app.core.query import ClaimQuery, Page
from app.core.status import retractions, undoing
from app.core.vocabulary import STANCE_WORDS, SYMMETRIC, RelationKind, Stance
from app.record.lists import Moment
from app.record.lists import moments as moments_of
from app.web import claims
from app.web.pages import Shown, claims_shown, page, shown
from app.web.pages.drawing import begun, day_form, ribbon
from app.web.params import ClaimParams
from app.web.request import ApiRequest
from app.web.response import Representation

MOST_CLAIMS = 1000
"""Claims of a document up to which its arguments are followed."""
MOST_ROWS = 60
DEEPEST = 6

_WORDS: Mapping[RelationKind, str] = {
    RelationKind.supports: "supported by",
    RelationKind.contradicts: "contradicted by",
    RelationKind.in_tension_with: "in tension with",
}


_COUNTS = {
    "decided_by": "decides the status",
    "contested_by": "stands against the status",
    "pending": "undated, not counted yet",
}


async def claim_page(request: ApiRequest, claim_id: str, params: ClaimParams) -> Representation:
    """A claim with its reasons, its chain of sources and its timeline."""
    body = await claims.claim_body(request, claim_id, params.day)
    served, claim = from_json(body), claims.claim_of(body)
    header = request.edition.header
    document = header.document_by_id[claim.document]
    section_of = header.section_by_ref(claim.document)
    refs = list(dict.fromkeys(ref for each in claim.statements for ref in each.passages))
    moments, day = moments_of(claim, header), params.day
    known = await claims_shown(request, [each.claim for each in claim.related], params)
    argued = await arguments(request, claim.document, params)
    current = next((each for each in reversed(moments) if day is None or each.start <= day), None)
    return page(
        request,
        "claim.html",
        params,
        claim=served,
        entity={
            "@type": "Claim",
            "@id": request.base + served["url"],
            "text": served["text"],
            "abstract": served["attribution"],
            "creativeWorkStatus": served["status"],
        },
        statements=[_statement(header, claim, each, served["basis"], moments, current) for each in claim.statements],
        moments=moments,
        days=[(day_form(each.start, each.start_edtf), begun(each)) for each in moments],
        current=current.start if current else None,
        ribbon=ribbon(moments),
        premises=argued.tree(claim.id) if argued else [],
        falls=argued.falls(claim.id) if argued else [],
        related=[(each.relation, known[each.claim]) for each in claim.related if each.claim in known],
        about=[header.entity_by_id[id_] for id_ in dict.fromkeys((*claim.about, *claim.parties))],
        topics=[header.topic_by_id[id_] for id_ in claim.topics],
        document=document,
        author=header.source_by_id[document.author],
        sections=list(dict.fromkeys(section_of[ref] for ref in refs)),
        refs=refs,
    )


def _statement(
    header: Header,
    claim: Claim,
    statement: Statement,
    basis: Mapping[str, Any],
    moments: Sequence[Moment],
    current: Moment | None,
) -> dict[str, Any]:
    """A statement with the sources through whom its word came, up to the document's author, and what it does."""
    author = header.document_by_id[claim.document].author
    chain = [statement.source, *statement.via]
    if chain[-1] != author:
        chain.append(author)
    told = next((words for name, words in _COUNTS.items() if statement.id in basis[name]), "")
    return {
        "statement": statement,
        "hops": [header.source_by_id[each] for each in chain],
        "act": act(claim, statement, header),
        "counts": told or _part(statement, moments, current),
    }


def _part(statement: Statement, moments: Sequence[Moment], current: Moment | None) -> str:
    """What a statement has to do with the status that it neither decides nor contests."""
    if current and statement.id in current.live:
        return "counts, and does not decide the status"
    begun = [each for each in moments if current and each.start <= current.start]
    if any(statement.id in each.live for each in begun):
        return "no longer counts"
    return "not counted by then" if any(statement.id in each.live for each in moments) else "does not count"


def act(claim: Claim, statement: Statement, header: Header) -> str:
    """What a statement does to its claim, as it follows the name of its source."""
    if statement.stance is Stance.retracts:
        return undoing(header.source_by_id[statement.source], retractions(claim, header)[statement.id], "it")
    if statement.adjudicates:
        return f"states that it proved {'true' if statement.stance is Stance.affirms else 'false'}"
    return STANCE_WORDS[statement.stance]


async def arguments(request: ApiRequest, document: str, params: ClaimParams) -> "Arguments | None":
    """The arguments of a document, its claims as they stood on a day; ``None`` where there are too many of them."""
    query = ClaimQuery(document=(document,), as_of=params.day)
    found = await request.edition.find(query, Page(limit=MOST_CLAIMS))
    if found.last:
        return None
    served: list[dict[str, Any]] = [from_json(body) for body in found.bodies]
    return Arguments(
        {each["id"]: shown(request.edition.header, each, params.as_of) for each in served},
        {each["id"]: each["related"] for each in served if each["related"]},
    )


@dataclass(frozen=True, slots=True)
class Premise:
    """A claim in the tree under another: ``depth`` 1 stands right under the root."""

    depth: int
    above: int
    """Row of the claim above it, from 1; 0 is the root."""
    relation: RelationKind
    words: str
    """The relation as it stands after the claim above."""
    claim: Shown
    left: int
    """Other supports that the claim above it has."""
    again: bool
    """Whether it stands elsewhere in the tree, too, with what is under it."""


class Arguments:
    """The relations among the claims of a document."""

    def __init__(self, claims: Mapping[str, Shown], related: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
        self.claims = claims
        self.under: dict[str, list[tuple[RelationKind, str]]] = {}
        """For each claim those that bear on it."""
        for id_, relations in related.items():
            for each in relations:
                relation, other = RelationKind(each["relation"]), each["claim"]
                if relation in _WORDS and other in claims:
                    self.under.setdefault(other, []).append((relation, id_))
                    if relation in SYMMETRIC:
                        self.under.setdefault(id_, []).append((relation, other))

    def supports(self, claim: str) -> list[str]:
        """The claims that support one."""
        return [other for relation, other in self.under.get(claim, ()) if relation is RelationKind.supports]

    def tree(self, root: str) -> list[Premise]:
        """What bears on a claim, each premise followed by what bears on it in turn."""
        rows: list[Premise] = []
        seen = {root}

        def visit(claim: str, depth: int, above: int) -> None:
            bearing = sorted(self.under.get(claim, ()), key=lambda each: list(_WORDS).index(each[0]))
            for relation, other in bearing:
                if len(rows) == MOST_ROWS:
                    return
                left = len(self.supports(claim)) - (relation is RelationKind.supports)
                again = other in seen
                rows.append(Premise(depth, above, relation, _WORDS[relation], self.claims[other], left, again))
                if relation is RelationKind.supports and not again and depth < DEEPEST:
                    seen.add(other)
                    visit(other, depth + 1, len(rows))

        visit(root, 1, 0)
        return rows

    def falls(self, premise: str) -> list[tuple[Shown, int]]:
        """What would lose support without a claim, at once or in turn, and how many supports it would have left."""
        fallen, touched = {premise}, dict[str, int]()
        changed = True
        while changed:
            changed = False
            for claim in self.claims:
                supports = self.supports(claim)
                left = len([each for each in supports if each not in fallen])
                if claim not in fallen and left < len(supports):
                    touched[claim] = left
                    if not left:
                        fallen.add(claim)
                        changed = True
        return [(self.claims[claim], left) for claim, left in touched.items()]

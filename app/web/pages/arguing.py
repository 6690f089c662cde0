"""What rests on what: the claims that support a claim, those that speak against it, and what falls without it.

The relations are what the text argues, as the record's editors read it. No status follows from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic_core import from_json

from app.core.query import ClaimQuery, Page
from app.core.vocabulary import SYMMETRIC, RelationKind
from app.store import Edition
from app.web.pages.shown import Shown, shown

MOST_CLAIMS = 1000
"""Claims of a document up to which its arguments are followed."""
MOST_ROWS = 60
DEEPEST = 6

_WORDS: Mapping[RelationKind, str] = {
    RelationKind.supports: "supported by",
    RelationKind.contradicts: "contradicted by",
    RelationKind.in_tension_with: "in tension with",
}


@dataclass(frozen=True, slots=True)
class Premise:
    """A claim in the tree under another: ``depth`` 1 stands right under the root."""

    depth: int
    above: int
    """Row of the claim above it, from 1; 0 is the root."""
    relation: RelationKind
    claim: Shown
    left: int
    """Other supports that the claim above it has."""
    again: bool
    """Whether it stands elsewhere in the tree, too, with what is under it."""

    @property
    def words(self) -> str:
        """Its relation as it stands after the claim above it."""
        return _WORDS[self.relation]


@dataclass(frozen=True, slots=True)
class Fall:
    """A conclusion that would lose support, and how many supports it would have left."""

    claim: Shown
    left: int


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
                rows.append(Premise(depth, above, relation, self.claims[other], left, again))
                if relation is RelationKind.supports and not again and depth < DEEPEST:
                    seen.add(other)
                    visit(other, depth + 1, len(rows))

        visit(root, 1, 0)
        return rows

    def falls(self, premise: str) -> list[Fall]:
        """What would lose support without a claim, at once or in turn: a conclusion falls with its last support."""
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
        return [Fall(self.claims[claim], left) for claim, left in touched.items()]


async def arguments(edition: Edition, document: str, day: date | None, as_of: str | None) -> Arguments | None:
    """The arguments of a document, its claims as they stood on a day; ``None`` where there are too many of them."""
    found = await edition.find(ClaimQuery(document=(document,), as_of=day), Page(limit=MOST_CLAIMS))
    if found.last:
        return None
    claims: list[dict[str, Any]] = [from_json(body) for body in found.bodies]
    return Arguments(
        {each["id"]: shown(edition.header, each, as_of) for each in claims},
        {each["id"]: each["related"] for each in claims if each["related"]},
    )

"""What is asked: seven workloads, each a thousand different questions, the same for every party.

W1 one claim · W2 a filtered first page of 20 · W3 a search with total and facets · W4 a claim that the reader holds
already (304) · W5 a page at 90 % of the list · W6 the whole record · W7 a filter by status as of a day.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.query import ClaimQuery, words
from app.store.edition import IndexedEdition
from checks.benchmarks import records

COUNT = 1000
"""Questions a workload; fewer where a small record has no more."""

KINDS = tuple(each.value for each in records.KINDS[:4])
STATUSES = ("confirmed", "disputed", "corroborated")


@dataclass(frozen=True, slots=True)
class Question:
    """One question, before any party puts it into words of its own."""

    number: int = 0
    """Position in the record of the claim asked for (W1), or of the claim before the page (W5)."""
    id: str = ""
    """Id of that claim."""
    kind: str = ""
    document: str = ""
    q: str = ""
    stems: tuple[str, ...] = ()
    """The words of ``q`` as this product compares them: what a peer's index holds, so that all find the same."""
    status: str = ""
    day: date | None = None

    @property
    def query(self) -> ClaimQuery:
        """The question as the store takes it."""
        chosen: dict[str, Any] = {
            name: (value,) for name in ("kind", "document", "status") if (value := getattr(self, name))
        }
        return ClaimQuery(q=self.q, as_of=self.day)._replace(**chosen)


def questions(edition: IndexedEdition) -> Mapping[str, Sequence[Question]]:
    """The questions of each workload over ``edition``, the same in every run."""
    return {name: _different(make(edition, random.Random(name))) for name, make in _MAKERS.items()}


def _different(made: Iterator[Question]) -> Sequence[Question]:
    found: dict[Question, None] = {}
    for _, question in zip(range(20 * COUNT), made, strict=False):
        found[question] = None
        if len(found) == COUNT:
            break
    return tuple(found)


def _claims(edition: IndexedEdition, chance: random.Random) -> Iterator[Question]:
    while True:
        number = chance.randrange(edition.size)
        yield Question(number=number, id=edition.claim_id(number))


def _filtered(edition: IndexedEdition, chance: random.Random) -> Iterator[Question]:
    documents = [each.id for each in edition.header.documents]
    while True:
        yield Question(kind=chance.choice(KINDS), document=chance.choice(documents))


def _searched(edition: IndexedEdition, chance: random.Random) -> Iterator[Question]:
    """One word of middle frequency, or two of the more frequent ones."""
    known = records.words(400, 0)
    while True:
        asked = [chance.choice(known[20:])] if chance.random() < 0.5 else chance.sample(known[7:60], 2)
        yield Question(q=" ".join(asked), stems=tuple(words(" ".join(asked))))


def _late(edition: IndexedEdition, chance: random.Random) -> Iterator[Question]:
    while True:
        number = edition.size * 9 // 10 + chance.randrange(max(1, edition.size // 50))
        yield Question(number=number, id=edition.claim_id(number))


def _whole(edition: IndexedEdition, chance: random.Random) -> Iterator[Question]:
    yield Question()


def _standing(edition: IndexedEdition, chance: random.Random) -> Iterator[Question]:
    while True:
        day = date(chance.randrange(2000, 2005), chance.randrange(1, 13), chance.randrange(1, 29))
        yield Question(status=chance.choice(STATUSES), day=day)


_MAKERS: Mapping[str, Callable[[IndexedEdition, random.Random], Iterator[Question]]] = {
    "W1": _claims,
    "W2": _filtered,
    "W3": _searched,
    "W4": _claims,
    "W5": _late,
    "W6": _whole,
    "W7": _standing,
}

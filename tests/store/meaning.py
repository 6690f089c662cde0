"""The plain meaning of a question, and questions drawn by chance: what answers of a store are compared with."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import chain

from app.core.dates import Span
from app.core.model import Claim, Header, Record
from app.core.query import (
    BY_DAY,
    FACETS,
    MOST_VALUES,
    SORTS,
    TERMS,
    ClaimQuery,
    Page,
    day_terms,
    matches,
    sort_key,
    terms,
    vocabulary,
)
from app.core.status import Period, period_at, timeline
from app.record.served import render
from app.store import Edition, Found
from checks.benchmarks import records

ORDERS = [*SORTS, *(f"-{each}" for each in SORTS)]
DAYS = [None, *(date(year, month, 15) for year in range(1999, 2006) for month in (1, 6, 12)), date(2024, 12, 31)]


@cache
def generated(count: int, seed: int = 0, speakers: int = 0) -> Record:
    """A record of the benchmarks' making; with so many sources, where they are told."""
    header = records.header(count, seed, speakers)
    fields = {name: getattr(header, name) for name in Header.model_fields}
    return Record.model_construct(**fields, schema_=None, claims=tuple(records.claims(count, seed, speakers)))


class Asker:
    """Draws questions that a record has something to say to."""

    def __init__(self, record: Record, seed: object) -> None:
        self.chance = random.Random(str(seed))
        self.record = record
        self.values = {name: list(values) for name, values in vocabulary(record.header).items()}

    def query(self) -> ClaimQuery:
        chance = self.chance
        chosen = {name: self.some(self.values[name]) for name in chance.sample(TERMS, chance.choice((0, 1, 1, 2)))}
        if chance.random() < 0.1:
            said = chance.choice(chance.choice(self.record.claims).statements)
            chosen |= {"origin": (said.source,), "stance": (said.stance.value, *self.some(self.values["stance"]))}
        during = Span(*sorted((self.day(), self.day()))) if chance.random() < 0.25 else None
        q = self.q() if chance.random() < 0.5 else ""
        return ClaimQuery(q=q, during=during, as_of=chance.choice(DAYS), **chosen)

    def q(self) -> str:
        chance = self.chance
        text = chance.choice(self.record.claims).text.rstrip(".").split()
        names = [*(each.name for each in self.record.sources), *(each.name for each in self.record.entities)]
        at = chance.randrange(len(text))
        alike = (
            text[at],
            f"{text[at]} {chance.choice(text)}",
            f'"{" ".join(text[at : at + chance.choice((2, 3, 4))])}"',
            f'"{" ".join(reversed(text[at : at + 2]))}"',
            chance.choice(names),
            f'"{chance.choice(names)}" {text[at]}',
            text[at].upper() + "s",
            "nosuchword",
            "\u2603",
        )
        return chance.choices(alike, weights=(5, 5, 5, 1, 3, 2, 2, 1, 1))[0]

    def some(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(str(each) for each in self.chance.choices(values, k=self.chance.choice((1, 1, 2, 4))))

    def day(self) -> date:
        return date(self.chance.randrange(1999, 2010), self.chance.randrange(1, 13), self.chance.randrange(1, 29))


_TIMELINES: dict[tuple[int, int], tuple[Claim, Header, tuple[Period, ...]]] = {}
"""Timelines by the identity of a claim and its header, which are kept so that their identities are not given anew."""


def timeline_once(claim: Claim, header: Header) -> tuple[Period, ...]:
    """The timeline of a claim, derived when it is first asked for: it is most of the work of the plain meaning."""
    key = id(claim), id(header)
    if key not in _TIMELINES:
        _TIMELINES[key] = claim, header, timeline(claim, header)
    return _TIMELINES[key][2]


def answer(record: Record, query: ClaimQuery, sort: str = "document") -> list[Claim]:
    """The whole answer by the slow, obvious meaning."""
    header = record.header
    found = [(n, claim) for n, claim in enumerate(record.claims) if matches(claim, query, header)]
    return [claim for _, claim in sorted(found, key=lambda each: sort_key(each[1], each[0], query, header, sort))]


def bodies(record: Record, claims: Sequence[Claim], as_of: date | None) -> list[bytes]:
    return [render(claim, record.header).at(as_of) for claim in claims]


def counts(record: Record, claims: Sequence[Claim], facet: str, as_of: date | None) -> dict[str, int]:
    header = record.header
    if facet in BY_DAY:
        values = [day_terms(claim, period_at(claim, header, as_of))[facet] for claim in claims]
    else:
        values = [terms(claim, header)[facet] for claim in claims]
    found = sorted(Counter(chain.from_iterable(values)).items(), key=lambda each: (-each[1], each[0]))
    return dict(found[:MOST_VALUES])


async def all_pages(edition: Edition, query: ClaimQuery, page: Page) -> list[Found]:
    """Every page, each begun after the last claim of the one before."""
    pages = [await edition.find(query, page)]
    while pages[-1].last is not None:
        following = Page(sort=page.sort, limit=page.limit, after=pages[-1].last, facets=page.facets)
        pages.append(await edition.find(query, following))
        assert len(pages) <= pages[0].total, "the last page never comes"
    return pages


async def assert_answered(edition: Edition, record: Record, query: ClaimQuery, sort: str = "document") -> int:
    """The edition answers ``query`` as it means: total, all pages, and every facet. Gives the total."""
    expected = answer(record, query, sort)
    pages = await all_pages(edition, query, Page(sort=sort, limit=7, facets=FACETS))
    assert list(chain.from_iterable(each.bodies for each in pages)) == bodies(record, expected, query.as_of), query
    for page in pages:
        assert page.total == len(expected), query
        for facet in FACETS:
            wanted = counts(record, expected, facet, query.as_of)
            assert list(page.facets[facet].items()) == list(wanted.items()), (query, facet)
    return len(expected)

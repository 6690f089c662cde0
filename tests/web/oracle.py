"""The oracle: random questions asked of the API, each answer compared with the plain meaning of the question.

``python -m checks.judges.oracle 60`` asks for sixty seconds and prints every difference; :mod:`tests.web.test_oracle`
asks a few. The meaning is :func:`app.core.query.matches` with :func:`~app.core.query.sort_key`, and a claim's bytes are
:func:`app.record.served.render`'s; the oracle uses no index, no store and no code of the web layer.
"""

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.types import ASGIApp

from app.core.dates import Span, calendar_span
from app.core.model import Claim, Record
from app.core.query import FACETS, SORTS, TERMS, ClaimQuery, day_terms, matches, sort_key, terms, vocabulary
from app.core.status import period_at
from app.record.served import ServedClaim, render
from tests.web.asking import ask, run

_CLAIM, _TEXT = NamedNode("https://schema.org/Claim"), NamedNode("https://schema.org/text")

FIELDS = tuple(ServedClaim.model_fields)
ORDERS = (*SORTS, *(f"-{each}" for each in SORTS))


@dataclass(frozen=True)
class Question:
    """What is asked, as pairs of the query string."""

    pairs: tuple[tuple[str, str], ...]

    def given(self, name: str) -> tuple[str, ...]:
        return tuple(value for each, value in self.pairs if each == name)

    def one(self, name: str, otherwise: str = "") -> str:
        return next(iter(self.given(name)), otherwise)

    @property
    def as_of(self) -> date | None:
        return calendar_span(self.one("as_of")).end if self.given("as_of") else None

    @property
    def query(self) -> ClaimQuery:
        first, last = self.one("from"), self.one("to")
        during = Span(calendar_span(first).start if first else date.min, calendar_span(last).end if last else date.max)
        filters = {name: self.given(name) for name in TERMS}
        return ClaimQuery(
            q=self.one("q").strip(), during=during if first or last else None, as_of=self.as_of, **filters
        )

    def target(self, **more: str) -> str:
        return "/claims?" + urlencode([*self.pairs, *more.items()])


class Oracle:
    """Draws questions about a record, and knows the answers."""

    def __init__(self, record: Record, app: ASGIApp, seed: int = 0) -> None:
        self.record, self.app, self.chance = record, app, random.Random(seed)
        self.rendered = {each.id: render(each, record.header) for each in record.claims}
        self.known = {name: [str(each) for each in values] for name, values in vocabulary(record.header).items()}

    def question(self) -> Question:
        chance = self.chance
        pairs = [
            (name, value)
            for name in chance.sample(TERMS, chance.choice((0, 0, 1, 1, 2, 3)))
            for value in chance.choices(self.known[name], k=chance.choice((1, 1, 2, 4)))
        ]
        if chance.random() < 0.6:
            pairs.append(("q", self.words()))
        if chance.random() < 0.4:
            pairs.append(("as_of", self.day()))
        first, last = sorted((self.day(), self.day()), key=lambda text: calendar_span(text).start)
        pairs += [each for each in (("from", first), ("to", last)) if chance.random() < 0.25]
        asks_for_words = any(name == "q" and value.strip() for name, value in pairs)
        if chance.random() < 0.5:
            pairs.append(("sort", chance.choice([each for each in ORDERS if asks_for_words or "rel" not in each])))
        if chance.random() < 0.3:
            pairs.append(("facets", ",".join(chance.sample(FACETS, chance.randint(1, len(FACETS))))))
        if chance.random() < 0.3:
            pairs.append(("fields", ",".join(chance.sample(FIELDS, chance.randint(1, 5)))))
        chance.shuffle(pairs)
        return Question(tuple(pairs))

    def words(self) -> str:
        chance = self.chance
        text = chance.choice(self.record.claims).text.rstrip(".").split()
        names = [each.name for each in self.record.sources]
        names += [each.name for each in self.record.entities]
        names += [alias for each in self.record.entities for alias in each.aliases]
        at = chance.randrange(len(text))
        return chance.choice(
            (text[at], f"{text[at]} {chance.choice(text)}", f'"{" ".join(text[at : at + chance.randint(1, 4)])}"',
             f'"{" ".join(reversed(text[at : at + 2]))}"', chance.choice(names), f'"{chance.choice(names)}"',
             text[at].upper(), "Su-35", "shahed 136", "Tehran", "NEAR(", '"', "\u2603", " ", "nosuchword")
        )  # fmt: skip

    def day(self) -> str:
        day = date(self.chance.randint(2019, 2024), self.chance.randint(1, 12), self.chance.randint(1, 28))
        return day.isoformat()[: self.chance.choice((4, 7, 10))]

    def answer(self, question: Question) -> list[Claim]:
        query, header, sort = question.query, self.record.header, question.one("sort", "document")
        found = [(at, each) for at, each in enumerate(self.record.claims) if matches(each, query, header)]
        return [each for _, each in sorted(found, key=lambda e: sort_key(e[1], e[0], query, header, sort))]

    def items(self, question: Question, answer: list[Claim]) -> list[dict[str, Any]]:
        served = [json.loads(self.rendered[each.id].at(question.as_of)) for each in answer]
        fields = question.one("fields")
        return [{f: each[f] for f in fields.split(",") if f in each} for each in served] if fields else served

    def counts(self, question: Question, answer: list[Claim], facet: str) -> list[tuple[str, int]]:
        header, counted = self.record.header, Counter[str]()
        for each in answer:
            values = terms(each, header) | day_terms(each, period_at(each, header, question.as_of))
            counted.update(values[facet])
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

    def differences(self, question: Question) -> Iterator[str]:
        """Everything in which the API's answers to a question differ from its meaning."""
        answer = self.answer(question)
        items = self.items(question, answer)
        yield from self._pages(question, answer, items)
        yield from self._formats(question, answer, items)

    def _pages(self, question: Question, answer: list[Claim], items: list[dict[str, Any]]) -> Iterator[str]:
        limit = self.chance.choice((100, 100, 40, 20, 7))
        following: str | None = question.target(limit=str(limit))
        given: list[dict[str, Any]] = []
        while following:
            reply = run(ask(self.app, following))
            if reply.status != 200:
                yield f"{following}: {reply.status} {reply.body[:200]!r}"
                return
            page = reply.json
            given += page["items"]
            if page["total"] != len(answer):
                yield f"{following}: total {page['total']}, meant {len(answer)}"
            for facet in filter(None, question.one("facets").split(",")):
                rows = [(row["value"], row["count"]) for row in page["facets"][facet]]
                if rows != self.counts(question, answer, facet):
                    yield f"{following}: facet {facet} is {rows}"
            if page.get("as_of") != (question.one("as_of") or None):
                yield f"{following}: as_of {page.get('as_of')}"
            following = page["next"]
        if given != items:
            yield f"{question.target(limit=str(limit))}: other claims, or in other order or words"

    def _formats(self, question: Question, answer: list[Claim], items: list[dict[str, Any]]) -> Iterator[str]:
        kept = ("jsonl", "csv") if question.given("fields") else ("jsonl", "csv", "jsonld", "turtle", "text")
        name = self.chance.choice(kept)
        target = question.target(limit="100", format=name)
        reply = run(ask(self.app, target))
        if reply.status != 200:
            yield f"{target}: {reply.status}"
            return
        told, meant = reply.plain.decode(), [each.id for each in answer[:100]]
        ids: list[str] | set[str]
        match name:
            case "jsonl":
                if [json.loads(line) for line in told.splitlines()] != items[:100]:
                    yield f"{target}: other lines"
                return
            case "csv":
                rows = list(csv.DictReader(io.StringIO(told)))
                if len(rows) != len(meant) or (rows and "id" in rows[0] and [row["id"] for row in rows] != meant):
                    yield f"{target}: other rows"
                return
            case "text":
                if f"{len(answer)} claim{'' if len(answer) == 1 else 's'} in all." not in told:
                    yield f"{target}: another total"
                ids = [line.rsplit("/", 1)[1] for line in told.splitlines() if line.startswith("http")]
            case "jsonld":
                nodes = [each for each in json.loads(told).get("@graph", []) if "schema:Claim" in each.get("type", ())]
                ids = {each["id"].rsplit("/", 1)[1] for each in nodes if "text" in each}
            case _:
                triples = list(parse(told, RdfFormat.TURTLE))
                claims = {each.subject for each in triples if each.object == _CLAIM}
                ids = {str(each.subject.value).rsplit("/", 1)[1] for each in triples
                       if each.predicate == _TEXT and each.subject in claims}  # fmt: skip
        if set(ids) != set(meant):
            yield f"{target}: {sorted(set(ids) ^ set(meant))[:5]}"

"""What a source does to claims, by group: affirmed, denied, answered, taken back, only passed on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.attribution import CREDITS
from app.core.model import Claim, Header, Statement
from app.core.query import CREDITED, ClaimQuery, Page
from app.core.status import names, period_at
from app.core.vocabulary import STANCE_WORDS, Credit, Stance, Status
from app.web.claims import claim_of
from app.web.pages import day_in_words, to
from app.web.pages.claim import act
from app.web.params import Dated
from app.web.request import ApiRequest

MOST_CLAIMS = 10
"""Claims of a group that a source's page lists; the rest are a link away."""


HEADINGS: Mapping[Credit, str] = {
    Credit.affirms: "What it affirms",
    Credit.denies: "What it denies",
    Credit.answers: "What it answers otherwise",
    Credit.took_back: "Where it took back an earlier word",
    Credit.passed_on: "What it only passed on",
}
"""What a group of claims is called on a source's page."""


@dataclass(frozen=True, slots=True)
class Group:
    """The claims to which a source does one thing."""

    id: str
    heading: str
    total: int
    standing: Mapping[str, int]
    urls: Mapping[str, str]
    """Where its claims of each status are."""
    outcome: Sequence[str]
    """Sentences on what became of them."""
    claims: Sequence[Mapping[str, Any]]
    acts: Sequence[str]
    """For each of the claims what the source did to it; empty where it affirms it, undated and by itself."""
    everything: str
    """Where all of its claims are."""


async def group(request: ApiRequest, source: str, credit: Credit, params: Dated) -> Group:
    """The first claims of a group on the day asked for, with how all of them stand."""
    term = CREDITED[credit]
    query = ClaimQuery(as_of=params.day, **{term: (source,)})  # type: ignore[arg-type]
    found = await request.edition.find(query, Page(limit=MOST_CLAIMS, facets=("status",)))
    narrowed = {term: source, "as_of": params.as_of}
    standing = found.facets["status"]
    return Group(
        id=credit.replace("_", "-"),
        heading=HEADINGS[credit],
        total=found.total,
        standing=standing,
        urls={each: to("/claims", {**narrowed, "status": each}) for each in standing},
        outcome=outcome(request.edition.header, source, credit, standing),
        claims=[json.loads(body) for body in found.bodies],
        acts=[_did(claim_of(body), request.edition.header, source, term, params) for body in found.bodies],
        everything=to("/claims", narrowed),
    )


def outcome(header: Header, source: str, credit: Credit, standing: Mapping[str, int]) -> list[str]:
    """What became of denials. While one stands, only a verdict of the document's author confirms or refutes a claim."""
    if credit is not Credit.denies or source in header.authors:
        return []
    all_of_them = sum(standing.values())
    verdicts = ((Status.confirmed, "confirmed", "wrong"), (Status.refuted, "refuted", "right"))
    return [
        f"{'It' if all_of_them == 1 else f'{count} of them'} {'is' if count == 1 else 'are'} {word} by the verdict "
        f"of the document's author: {'this denial' if count == 1 else 'these denials'} proved {proved}."
        for status, word, proved in verdicts
        if (count := standing.get(status, 0))
    ]


def _did(claim: Claim, header: Header, source: str, term: str, params: Dated) -> str:
    """What ``source`` did to ``claim`` in its statements that count on the day, each with its date and relays."""
    period = period_at(claim, header, params.day)
    live = [each for each in claim.statements if period and each.id in period.live]
    if term == "passed_on_by":
        told = [_passed_on(header, each) for each in live if source in each.via]
    else:
        told = [_own(claim, header, each) for each in live if each.source == source and each.stance in CREDITS[term]]
    return "; ".join(dict.fromkeys(each for each in told if each != STANCE_WORDS[Stance.affirms]))


def _own(claim: Claim, header: Header, statement: Statement) -> str:
    via = f", passed on by {names(header.source_by_id[each].name for each in statement.via)}" if statement.via else ""
    when = f" ({day_in_words(statement.made)})" if statement.made else ""
    return f"{act(claim, statement, header)}{when}{via}"


def _passed_on(header: Header, statement: Statement) -> str:
    when = f" ({day_in_words(statement.made)})" if statement.made else ""
    origin = header.source_by_id[statement.source].name
    return f"passed on the word of {origin}{when}: \u201c{STANCE_WORDS[statement.stance]}\u201d"

"""Who feeds whom: whose word came to the document's author, through whom, on how many claims."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.core.attribution import CREDITS
from app.core.model import Header, Source, Statement
from app.core.query import CREDITED, ClaimQuery, Page
from app.core.status import period_at
from app.core.vocabulary import CREDIT_WORDS, Credit
from app.store import Edition
from app.web.claims import claim_of

MOST_CLAIMS = 1000
"""Claims up to which the sources of a record are drawn."""
MOST_SOURCES = 40
"""Sources up to which they are drawn."""

_CREDIT_BY_STANCE = {stance: credit for credit, term in CREDITED.items() for stance in CREDITS[term]}


@dataclass(slots=True)
class Flow:
    """One way on which word came to the author: from a source, through its relays, to one effect."""

    source: Source
    via: tuple[Source, ...]
    credit: Credit
    claims: dict[str, str] = field(default_factory=dict)
    """Texts of the claims, by id."""

    @property
    def words(self) -> str:
        """What the source does, with the number of its claims."""
        number = len(self.claims)
        does = f"{CREDIT_WORDS[self.credit]}{' on' if self.credit is Credit.answers else ''}"
        return f"{does} {number} claim{'' if number == 1 else 's'}"

    @property
    def unnamed(self) -> bool:
        """Whether the source, or somebody who passed its word on, is kept anonymous."""
        return not all(each.named for each in (self.source, *self.via))


async def flows(edition: Edition, day: date | None) -> list[Flow] | None:
    """All flows that count at the end of a day, by source, the fullest first; ``None`` where they are too many."""
    header = edition.header
    authors = header.authors
    if len(header.source_by_id) - len(authors) > MOST_SOURCES:
        return None
    sources = [each for each in header.source_by_id if each not in authors]
    found = await edition.find(ClaimQuery(origin=tuple(sources)), Page(limit=MOST_CLAIMS)) if sources else None
    if found and found.last:
        return None
    flows: dict[tuple[str, tuple[str, ...], Credit], Flow] = {}
    for body in found.bodies if found else ():
        claim = claim_of(body)
        period = period_at(claim, header, day)
        for each in claim.statements:
            if period and each.id in period.live and each.source not in authors:
                _flow(header, flows, each).claims[claim.id] = claim.text
    totals: dict[str, int] = {}
    for flow in flows.values():
        totals[flow.source.id] = totals.get(flow.source.id, 0) + len(flow.claims)
    return sorted(flows.values(), key=lambda flow: (-totals[flow.source.id], flow.source.id, flow.credit, flow.via))


def _flow(header: Header, flows: dict[tuple[str, tuple[str, ...], Credit], Flow], statement: Statement) -> Flow:
    credit = _CREDIT_BY_STANCE[statement.stance]
    key = statement.source, statement.via, credit
    if key not in flows:
        via = tuple(header.source_by_id[each] for each in statement.via)
        flows[key] = Flow(header.source_by_id[statement.source], via, credit)
    return flows[key]


async def own_voice(edition: Edition, day: date | None) -> Mapping[str, int]:
    """For each author the number of claims that they affirm."""
    one = Page(limit=1)
    return {
        each: (await edition.find(ClaimQuery(as_of=day, affirmed_by=(each,)), one)).total
        for each in list(edition.header.authors)[:MOST_SOURCES]
    }

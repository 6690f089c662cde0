"""A claim: how it stands and why, who says so through whom, and how that came about."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.core.model import Claim, Header, Statement
from app.core.status import retractions, undoing
from app.core.vocabulary import STANCE_WORDS, Stance
from app.record.lists import Moment
from app.record.lists import moments as moments_of
from app.web import claims
from app.web.pages import address, day_in_words, page, place, to
from app.web.pages.arguing import arguments
from app.web.pages.drawing import begun, day_form, ribbon
from app.web.pages.search import other_forms
from app.web.params import ClaimParams
from app.web.request import ApiRequest
from app.web.response import Representation

_COUNTS = {
    "decided_by": "decides the status",
    "contested_by": "stands against the status",
    "pending": "undated, not counted yet",
}


async def claim_page(request: ApiRequest, claim_id: str, params: ClaimParams) -> Representation:
    """A claim with its reasons, its chain of sources and its timeline."""
    body = await claims.claim_body(request, claim_id, params)
    served, claim = json.loads(body), claims.claim_of(body)
    header = request.edition.header
    document = header.document_by_id[claim.document]
    section_of = header.section_by_ref(claim.document)
    refs = list(dict.fromkeys(ref for each in claim.statements for ref in each.passages))
    moments = moments_of(claim, request.edition.header)
    day = params.day
    argued = await arguments(request.edition, claim.document, day, params.as_of)
    current = next((each for each in reversed(moments) if day is None or each.start <= day), None)
    return page(
        request,
        "claim.html",
        claim=served,
        entity={
            "@type": "Claim",
            "@id": request.base + served["url"],
            "text": served["text"],
            "abstract": served["attribution"],
            "creativeWorkStatus": served["status"],
        },
        statements=[_statement(request, claim, each, served["basis"], moments, current) for each in claim.statements],
        moments=moments,
        days=[(day_form(each.start, each.start_edtf), begun(each)) for each in moments],
        current=current.start if current else None,
        ribbon=ribbon(moments),
        premises=argued.tree(claim.id) if argued else [],
        falls=argued.falls(claim.id) if argued else [],
        related=await _related(request, claim, params),
        about=[header.entity_by_id[id_] for id_ in dict.fromkeys((*claim.about, *claim.parties))],
        topics=[header.topic_by_id[id_] for id_ in claim.topics],
        document=document,
        author=header.source_by_id[document.author],
        sections=list(dict.fromkeys(section_of[ref] for ref in refs)),
        refs=[(ref, place(ref)) for ref in refs],
        as_of=params.as_of,
        as_of_words=day_in_words(params.as_of),
        now=address(request, {"as_of": None}),
        other_forms=other_forms(request),
    )


def _statement(
    request: ApiRequest,
    claim: Claim,
    statement: Statement,
    basis: Mapping[str, Any],
    moments: Sequence[Moment],
    current: Moment | None,
) -> dict[str, Any]:
    told = next((words for name, words in _COUNTS.items() if statement.id in basis[name]), "")
    return {
        "hops": _hops(request, claim, statement),
        "act": act(claim, statement, request.edition.header),
        "when": _when(statement),
        "counts": told or _part(statement, moments, current),
        "note": statement.note,
        "passages": [(ref, place(ref)) for ref in statement.passages],
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


def _hops(request: ApiRequest, claim: Claim, statement: Statement) -> list[dict[str, Any]]:
    """Through whom the word came, from its origin to the document's author."""
    header = request.edition.header
    author = header.document_by_id[claim.document].author
    chain = [statement.source, *statement.via]
    if chain[-1] != author:
        chain.append(author)
    hops = []
    for at, id_ in enumerate(chain):
        source = header.source_by_id[id_]
        part = "author" if id_ == author and at == len(chain) - 1 else "passes it on" if at else "origin"
        hops.append({"name": source.name, "named": source.named, "url": f"/sources/{id_}", "part": part})
    return hops


def _when(statement: Statement) -> str:
    if statement.made:
        made = day_in_words(statement.made)
        return f"{made} (inferred)" if statement.date_basis == "inferred" else made
    return f"undated, not before {day_in_words(statement.not_before)}" if statement.not_before else "undated"


async def _related(request: ApiRequest, claim: Claim, params: ClaimParams) -> list[dict[str, Any]]:
    related = []
    for each in claim.related:
        body = await request.edition.claim(each.claim, params.day)
        if body is not None:
            other = json.loads(body)
            other["url"] = to(other["url"], {"as_of": params.as_of})
            related.append({"relation": each.relation, "other": other})
    return related

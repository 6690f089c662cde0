"""A claim: how it stands and why, who says so through whom, and how that came about."""

import json
from collections.abc import Mapping
from typing import Any

from app.model import Claim, Statement
from app.web import claims
from app.web.answers import Ask, page_of
from app.web.finished import Answer
from app.web.pages import address, day_in_words, page, place, to
from app.web.pages.drawing import ribbon
from app.web.pages.search import other_forms
from app.web.params import ClaimParams

_COUNTS = {
    "decided_by": "decides the status",
    "contested_by": "speaks against it",
    "pending": "undated, not counted yet",
}
_STANCES = {
    "affirms": "affirms it",
    "denies": "denies it",
    "no_evidence": "has no evidence of it",
    "no_comment": "does not comment on it",
    "qualifies": "qualifies it",
    "retracts": "takes it back",
}


@page_of(claims.get_claim)
async def claim_page(ask: Ask, claim_id: str, params: ClaimParams) -> Answer:
    """A claim with its reasons, its chain of sources and its timeline."""
    body = await claims.claim_body(ask, claim_id, params)
    served, claim = json.loads(body), claims.claim_of(body)
    header = ask.edition.header
    document = header.document_by_id[claim.document]
    section_of = header.section_by_ref[claim.document]
    refs = list(dict.fromkeys(ref for each in claim.statements for ref in each.passages))
    moments = claims.moments(claim, ask)
    day = params.day
    current = [each for each in moments if day is None or each.start <= day]
    return page(
        ask,
        "claim.html",
        claim=served,
        statements=[_statement(ask, claim, each, served["basis"]) for each in claim.statements],
        moments=moments,
        current=current[-1].start if current else None,
        ribbon=ribbon(moments),
        related=await _related(ask, claim, params),
        about=[header.entity_by_id[id_] for id_ in dict.fromkeys((*claim.about, *claim.parties))],
        topics=[header.topic_by_id[id_] for id_ in claim.topics],
        document=document,
        author=header.source_by_id[document.author],
        sections=list(dict.fromkeys(section_of[ref] for ref in refs)),
        refs=[(ref, place(ref)) for ref in refs],
        as_of_words=day_in_words(params.as_of),
        now=address(ask, {"as_of": None}),
        other_forms=other_forms(ask),
    )


def _statement(ask: Ask, claim: Claim, statement: Statement, basis: Mapping[str, Any]) -> dict[str, Any]:
    told = next((words for name, words in _COUNTS.items() if statement.id in basis[name]), "does not decide the status")
    return {
        "hops": _hops(ask, claim, statement),
        "stance": _STANCES[statement.stance],
        "adjudicates": statement.adjudicates,
        "when": _when(statement),
        "counts": told,
        "note": statement.note,
        "passages": [(ref, place(ref)) for ref in statement.passages],
    }


def _hops(ask: Ask, claim: Claim, statement: Statement) -> list[dict[str, Any]]:
    """Through whom the word came, from its origin to the document's author."""
    header = ask.edition.header
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


async def _related(ask: Ask, claim: Claim, params: ClaimParams) -> list[dict[str, Any]]:
    related = []
    for each in claim.related:
        body = await ask.edition.claim(each.claim, params.day)
        if body is not None:
            other = json.loads(body)
            other["url"] = to(other["url"], {"as_of": params.as_of})
            related.append({"relation": each.relation, "other": other})
    return related

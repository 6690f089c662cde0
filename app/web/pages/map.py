"""The map: what the text claims, in its order, and above it a cell for each claim."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from pydantic_core import from_json

from app.core.query import ClaimQuery, Page
from app.core.vocabulary import Status
from app.web.pages import page, settled, shown, to
from app.web.params import Dated
from app.web.request import ApiRequest
from app.web.response import Representation

MOST_CELLS = 500
"""Claims that the map shows at most; a larger record is searched rather than looked at."""
MOST_STEPS = 12
"""Months offered as steps: the latest in which a status changed."""
MOST_CHOICES = 200
"""Choices that a form offers in one field at most."""


async def map_page(request: ApiRequest, params: Dated) -> Representation:
    """Every claim by its first words, with whoever else has a word on it, and as a cell that says how it stood."""
    found = await request.edition.find(ClaimQuery(as_of=params.day), Page(limit=MOST_CELLS, facets=("status",)))
    counts = found.facets["status"]
    claims = [from_json(body) for body in found.bodies]
    return page(
        request,
        "map.html",
        params,
        documents=request.edition.header.documents,
        parts=_parts(request, claims, params.as_of),
        background=any(map(settled, claims)),
        standing=counts,
        urls={each: to("/claims", {"status": each, "as_of": params.as_of}) for each in counts},
        months=await _months(request),
        shown=len(found.bodies),
        left_out=found.total - len(found.bodies),
        statuses=list(Status),
        most=MOST_CHOICES,
    )


def _parts(request: ApiRequest, claims: Iterable[dict[str, Any]], as_of: str | None) -> list[dict[str, Any]]:
    """Sections with their passages and claims; a section is named with its document where there are several."""
    header = request.edition.header
    placed = []
    books = {id_: at for at, id_ in enumerate(header.document_by_id)}
    for id_, some in groupby(sorted(claims, key=lambda each: books[each["document"]]), key=itemgetter("document")):
        section_of = header.section_by_ref(id_)
        order = {ref: at for at, ref in enumerate(section_of)}
        prefix = f"{header.document_by_id[id_].title}: " if len(books) > 1 else ""
        for each in some:
            refs = {ref for statement in each["statements"] for ref in statement["passages"]}
            ref = min(refs, key=order.__getitem__)
            placed.append((books[id_], order[ref], prefix + section_of[ref], ref, shown(header, each, as_of)))
    placed.sort(key=lambda each: each[:2])
    return [
        {
            "name": name,
            "passages": [
                {"ref": ref, "claims": [each[-1] for each in some]} for ref, some in groupby(part, key=itemgetter(3))
            ],
        }
        for name, part in groupby(placed, key=itemgetter(2))
    ]


async def _months(request: ApiRequest) -> list[str]:
    """The latest months with a change, found from the end: a question for each rather than a walk through all."""
    months: list[str] = []
    until = date.max
    while len(months) < MOST_STEPS:
        total = (await request.edition.changes(date.min, until, 0, 1)).total
        if not total:
            break
        (last,) = (await request.edition.changes(date.min, until, total - 1, 1)).items
        months.insert(0, str(last.date)[:7])
        first = last.date.replace(day=1)
        if first == date.min:
            break
        until = first - timedelta(days=1)
    return months

"""The map: what the text claims, in its order, and above it a cell for each claim."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from app.core.query import ClaimQuery, Page
from app.core.vocabulary import Status
from app.web import catalogue
from app.web.pages import data, day_in_words, month_of, page, place, settled, to
from app.web.pages.shown import shown
from app.web.params import ClaimsParams, Dated
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
    claims = [json.loads(body) for body in found.bodies]
    landing = await data(request, catalogue.get_landing, Dated())
    return page(
        request,
        "map.html",
        title=landing["title"],
        documents=request.edition.header.documents,
        parts=_parts(request, claims, params.as_of),
        background=any(map(settled, claims)),
        standing=counts,
        urls={each: to("/claims", {"status": each, "as_of": params.as_of}) for each in counts},
        steps=await _steps(request, params.as_of),
        as_of=params.as_of,
        as_of_words=day_in_words(params.as_of),
        shown=len(found.bodies),
        left_out=found.total - len(found.bodies),
        statuses=list(Status),
        most=MOST_CHOICES,
        params=ClaimsParams(as_of=params.as_of),
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
                {"ref": ref[1:].replace("s", "."), "place": place(ref), "claims": [each[-1] for each in some]}
                for ref, some in groupby(part, key=itemgetter(3))
            ],
        }
        for name, part in groupby(placed, key=itemgetter(2))
    ]


async def _steps(request: ApiRequest, as_of: str | None) -> list[dict[str, Any]]:
    """The months in which a status changed, as links."""
    months = await _months(request)
    steps = [
        {"name": day_in_words(month), "url": to("/", {"as_of": month}), "current": month == as_of} for month in months
    ]
    if as_of and as_of not in months:
        steps.append({"name": day_in_words(as_of), "url": to("/", {"as_of": as_of}), "current": True})
    return [*steps, {"name": "Everything counted", "url": "/", "current": as_of is None}]


async def _months(request: ApiRequest) -> list[str]:
    """The latest months with a change, found from the end: a question for each rather than a walk through all."""
    months: list[str] = []
    until = date.max
    while len(months) < MOST_STEPS:
        total = (await request.edition.changes(date.min, until, 0, 1)).total
        if not total:
            break
        (last,) = (await request.edition.changes(date.min, until, total - 1, 1)).items
        months.insert(0, month_of(last.date))
        first = last.date.replace(day=1)
        if first == date.min:
            break
        until = first - timedelta(days=1)
    return months

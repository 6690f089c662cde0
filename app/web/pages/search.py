"""A list of claims: what was asked, how it can be narrowed or widened, and what was found."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.web import claims
from app.web.pages import address, asked, data, day_in_words, given, page, to
from app.web.params import ClaimsParams
from app.web.request import ApiRequest
from app.web.response import Representation

MOST_ROWS = 10
"""Values of one facet that are shown; the rest are a search away."""

FORMS = {
    "jsonl": "JSON Lines", "csv": "CSV", "jsonld": "JSON-LD", "turtle": "Turtle", "text": "text", "bibtex": "BibTeX",
    "csl": "CSL-JSON", "ris": "RIS",
}  # fmt: skip
"""Other forms of claims, with their names."""

_SOURCES = ("all sources", "/sources")
_FACETS: Mapping[str, tuple[str, tuple[str, str] | None]] = {
    "affirmed_by": ("Affirmed by", _SOURCES),
    "denied_by": ("Denied by", _SOURCES),
    "answered_by": ("Answered otherwise by", _SOURCES),
    "taken_back_by": ("An earlier word taken back by", _SOURCES),
    "passed_on_by": ("Only passed on by", _SOURCES),
    "sourcing": ("Sourcing", None),
    "background": ("Background", None),
    "about": ("About", ("all entities", "/entities")),
    "topic": ("Topics", ("all topics", "/topics")),
    "kind": ("Kind", None),
    "section": ("Section", None),
}
"""Each facet with its title, and where all of its values are."""
_ORDERS = {"document": "as in the text", "status": "by status", "-period": "latest first", "period": "earliest first"}


async def claims_page(request: ApiRequest, params: ClaimsParams) -> Representation:
    """A search with its results, and the ways to narrow it."""
    names = ("status", *_FACETS)
    counting = {} if params.id else {"facets": ",".join(names)}
    answer = await data(request, claims.list_claims, params.model_copy(update={"fields": "", **counting}))
    counts = answer.get("facets", {})
    found = {name: {each["value"]: each["count"] for each in counts.get(name, ())} for name in names}
    return page(
        request,
        "claims.html",
        heading=asked.heading(request.edition.header, params),
        total=answer["total"],
        standing=found["status"],
        urls={each: address(request, {"status": each, "cursor": None}) for each in found["status"]},
        claims=answer["items"],
        facets=[_facet(request, name, found[name], getattr(params, name)) for name in _FACETS if _tells(name, found)],
        chosen=list(_chosen(request, params)),
        orders=_orders(request, params),
        kept=[pair for pair in given(request) if pair[0] not in ("q", "as_of", "cursor")],
        params=params,
        as_of_words=day_in_words(params.as_of),
        now=address(request, {"as_of": None, "cursor": None}),
        next=answer["next"],
        first=address(request, {"cursor": None}),
        previous=answer["prev"],
        other_forms=other_forms(request),
    )


def other_forms(request: ApiRequest) -> list[tuple[str, str]]:
    """This page's addresses in the other forms of claims."""
    return [(title, address(request, {"format": name})) for name, title in FORMS.items()]


def _facet(request: ApiRequest, name: str, counts: Mapping[str, int], chosen: tuple[str, ...]) -> dict[str, Any]:
    title, everything = _FACETS[name]
    rows: list[dict[str, Any]] = [
        {
            "label": asked.label(request.edition.header, name, value),
            "count": count,
            "url": address(request, {name: value, "cursor": None}),
            "current": value in chosen,
        }
        for value, count in counts.items()
    ]
    rows.sort(key=lambda row: (-row["count"], row["label"].casefold()))
    return {"name": title, "rows": rows[:MOST_ROWS], "more": max(0, len(counts) - MOST_ROWS), "everything": everything}


def _tells(name: str, found: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether a facet has anything to choose: that nothing at all is background tells nobody anything."""
    return bool(found[name]) and (name != "background" or "true" in found[name])


def _chosen(request: ApiRequest, params: ClaimsParams) -> Iterator[dict[str, str]]:
    """Each condition that is set, with the address that takes it off."""
    for each in asked.chosen(request.edition.header, params):
        pairs = [pair for pair in given(request) if pair not in each.parameters and pair[0] != "cursor"]
        yield {"label": each.phrase, "url": to(request.path, pairs)}


def _orders(request: ApiRequest, params: ClaimsParams) -> list[dict[str, Any]]:
    known = {"relevance": "by relevance", **_ORDERS} if params.q.strip() else _ORDERS
    return [
        {"name": title, "url": address(request, {"sort": name, "cursor": None}), "current": name == params.sort}
        for name, title in known.items()
    ]

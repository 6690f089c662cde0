"""A list of claims: what was asked, how it can be narrowed or widened, and what was found."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.query import TERMS
from app.web import claims
from app.web.answers import Ask, page_of
from app.web.finished import Answer
from app.web.pages import address, data, day_in_words, given, page, shortened, to
from app.web.params import ClaimsParams

MOST_ROWS = 10
"""Values of one facet that are shown; the rest are a search away."""

FORMS = {"jsonl": "JSON Lines", "csv": "CSV", "jsonld": "JSON-LD", "turtle": "Turtle", "text": "text"}
"""Other forms of claims, with their names."""

_FACETS = {
    "source": ("Sources", "/sources"),
    "about": ("About", "/entities"),
    "topic": ("Topics", "/topics"),
    "kind": ("Kind", ""),
    "section": ("Section", ""),
}
_ORDERS = {"document": "as in the text", "status": "by status", "-period": "latest first", "period": "earliest first"}
_SAID = {
    "status": "that are {}",
    "kind": "of kind {}",
    "about": "about {}",
    "topic": "on {}",
    "source": "by way of {}",
    "origin": "from {}",
    "via": "through {}",
    "stance": "that somebody {}",
    "document": "of {}",
    "section": "in {}",
}
_STANCES = {
    "affirms": "affirms",
    "denies": "denies",
    "no_evidence": "has no evidence of",
    "no_comment": "does not comment on",
    "qualifies": "qualifies",
    "retracts": "took back",
}


@page_of(claims.list_claims)
async def claims_page(ask: Ask, params: ClaimsParams) -> Answer:
    """A search with its results, and the ways to narrow it."""
    asked = params.model_copy(update={"facets": ",".join(("status", *_FACETS)), "fields": ""})
    answer = await data(ask, claims.list_claims, asked)
    found = {name: {each["value"]: each["count"] for each in rows} for name, rows in answer["facets"].items()}
    return page(
        ask,
        "claims.html",
        heading=_heading(ask, params),
        total=answer["total"],
        standing=found["status"],
        urls={each: address(ask, {"status": each, "cursor": None}) for each in found["status"]},
        claims=answer["items"],
        facets=[_facet(ask, name, found[name], getattr(params, name)) for name in _FACETS if found[name]],
        chosen=list(_chosen(ask, params)),
        orders=_orders(ask, params),
        kept=[pair for pair in given(ask) if pair[0] not in ("q", "as_of", "cursor")],
        params=params,
        as_of_words=day_in_words(params.as_of),
        now=address(ask, {"as_of": None, "cursor": None}),
        next=answer["next"],
        first=address(ask, {"cursor": None}),
        other_forms=other_forms(ask),
    )


def other_forms(ask: Ask) -> list[tuple[str, str]]:
    """This page's addresses in the other forms of claims."""
    return [(title, address(ask, {"format": name})) for name, title in FORMS.items()]


def _facet(ask: Ask, name: str, counts: Mapping[str, int], chosen: tuple[str, ...]) -> dict[str, Any]:
    title, everything = _FACETS[name]
    rows = [
        {
            "label": _label(ask, name, value),
            "count": count,
            "url": address(ask, {name: value, "cursor": None}),
            "current": value in chosen,
        }
        for value, count in list(counts.items())[:MOST_ROWS]
    ]
    return {"name": title, "rows": rows, "more": max(0, len(counts) - MOST_ROWS), "everything": everything}


def _chosen(ask: Ask, params: ClaimsParams) -> Iterator[dict[str, str]]:
    """Each filter that is set, with the address that takes it off."""
    for name, value in _filters(params):
        pairs = [pair for pair in given(ask) if pair not in ((name, value), ("cursor", pair[1]))]
        yield {"label": _phrase(ask, name, [value]), "url": to(ask.path, pairs)}


def _filters(params: ClaimsParams) -> Iterator[tuple[str, str]]:
    for name in TERMS:
        for value in getattr(params, name):
            yield name, str(value)
    for name, day in (("from", params.from_), ("to", params.to)):
        if day:
            yield name, day


def _orders(ask: Ask, params: ClaimsParams) -> list[dict[str, Any]]:
    known = {"relevance": "by relevance", **_ORDERS} if params.q.strip() else _ORDERS
    return [
        {"name": title, "url": address(ask, {"sort": name, "cursor": None}), "current": name == params.sort}
        for name, title in known.items()
    ]


def _heading(ask: Ask, params: ClaimsParams) -> str:
    """What was asked, as a phrase: the same for no two questions that differ in a filter."""
    words = f"with \u201c{shortened(params.q.strip(), 80)}\u201d" if params.q.strip() else ""
    names = dict.fromkeys(name for name, _ in _filters(params))
    phrases = [_phrase(ask, name, [value for each, value in _filters(params) if each == name]) for name in names]
    told = " ".join(filter(None, (words, *phrases)))
    return f"Claims {told}" if told else "All claims"


def _phrase(ask: Ask, name: str, values: list[str]) -> str:
    label = " or ".join(_label(ask, name, value) for value in values[:3])
    if len(values) > 3:
        label += " or others"
    if name in ("from", "to"):
        return f"{'since' if name == 'from' else 'until'} {label}"
    return _SAID[name].format(label)


def _label(ask: Ask, term: str, value: str) -> str:
    """What people call a value of a filter."""
    header = ask.edition.header
    called: dict[str, Callable[[], str]] = {
        **dict.fromkeys(("source", "origin", "via"), lambda: header.source_by_id[value].name),
        "about": lambda: header.entity_by_id[value].name,
        "topic": lambda: header.topic_by_id[value].name,
        "document": lambda: header.document_by_id[value].title,
        "stance": lambda: _STANCES[value],
        **dict.fromkeys(("from", "to"), lambda: day_in_words(value)),
    }
    return called[term]() if term in called else value.replace("_", " ")

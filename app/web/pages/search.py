"""A list of claims: what was asked, how it can be narrowed or widened, and what was found."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from app.core.attribution import CREDITS
from app.core.model import Header
from app.core.query import MOST_VALUES, TERMS
from app.core.status import in_number
from app.core.vocabulary import SOURCING_WORDS, STANCE_WORDS, SourceKind, Sourcing, Stance
from app.web import claims
from app.web.pages import CREDITED_BY, address, data, day_in_words, given, page, shortened, to
from app.web.params import ClaimsParams
from app.web.request import ApiRequest
from app.web.response import Representation

MOST_ROWS = 10
"""Values of one facet that are shown; the rest are a search away."""

_BY_SOURCE = (*CREDITS, "source", "origin", "via")
MOST_NAMED = 3
"""Values of one filter that a phrase names; of the rest it says that there are others."""

_BACKGROUND = {"true": "marked as background", "false": "not marked as background"}
_PHRASES: Mapping[str, str] = {
    "status": "that are {}",
    "sourcing": "that stand on {}",
    **{name: f"{words} {{}}" for name, words in CREDITED_BY.items()},
    "taken_back_by": "on which {} took back an earlier word",
    "source": "on which {} [speaks|speak]",
    "origin": "with {} as an origin",
    "via": "passed on by {}",
    "stance": "on which somebody takes the stance {}",
    "said": "on which {} [takes|take] the stance {}",
    "kind": "of kind {}",
    "background": "{}",
    "about": "about {}",
    "topic": "on {}",
    "document": "of {}",
    "section": "in {}",
    "from": "since {}",
    "to": "until {}",
}

_SOURCES = ("all sources", "/sources")
_FACETS: Mapping[str, tuple[str, tuple[str, str] | None]] = {
    **{name: (words.capitalize(), _SOURCES) for name, words in CREDITED_BY.items()},
    "sourcing": ("Sourcing", None),
    "background": ("Background", None),
    "about": ("About", ("all entities", "/entities")),
    "topic": ("Topics", ("all topics", "/topics")),
    "kind": ("Kind", None),
    "section": ("Section", None),
}
"""Each facet with its title, and where all of its values are."""
_ORDERS = {"document": "as in the text", "status": "by status", "-period": "latest first", "period": "earliest first"}


class Chosen(NamedTuple):
    """A condition that the claims must fulfil: its phrase, and the parameters that ask for it."""

    phrase: str
    parameters: tuple[tuple[str, str], ...]


async def claims_page(request: ApiRequest, params: ClaimsParams) -> Representation:
    """A search with its results, and the ways to narrow it."""
    names = ("status", *_FACETS)
    counting = {} if params.id else {"facets": ",".join(names)}
    answer = await data(request, claims.list_claims, params.model_copy(update={"fields": "", **counting}))
    counts = answer.get("facets", {})
    found = {name: {each["value"]: each["count"] for each in counts.get(name, ())} for name in names}
    header = request.edition.header
    return page(
        request,
        "claims.html",
        params,
        answer,
        heading=heading(header, params),
        standing=found["status"],
        urls={each: address(request, {"status": each, "cursor": None}) for each in found["status"]},
        claims=answer["items"],
        facets=[_facet(header, name, found[name]) for name in _FACETS if _tells(name, found)],
        chosen=[{"label": each.phrase, "url": _without(request, each)} for each in chosen(header, params)],
        orders={"relevance": "by relevance", **_ORDERS} if params.q.strip() else _ORDERS,
        kept=[pair for pair in given(request) if pair[0] not in ("q", "as_of", "cursor")],
    )


def _facet(header: Header, name: str, counts: Mapping[str, int]) -> dict[str, Any]:
    title, everything = _FACETS[name]
    rows = [(value, label(header, name, value), count) for value, count in counts.items()]
    rows.sort(key=lambda row: (-row[2], row[1].casefold()))
    left = max(0, len(rows) - MOST_ROWS)
    # A facet ends with its commonest values, and does not tell how many there are beside.
    more = f"at least {left}" if len(rows) == MOST_VALUES else left
    return {"id": name, "name": title, "rows": rows[:MOST_ROWS], "more": more, "everything": everything}


def _tells(name: str, found: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether a facet has anything to choose: that nothing at all is background tells nobody anything."""
    return bool(found[name]) and (name != "background" or "true" in found[name])


def _without(request: ApiRequest, condition: Chosen) -> str:
    """This page's address on the first page without a condition."""
    pairs = [pair for pair in given(request) if pair not in condition.parameters and pair[0] != "cursor"]
    return to(request.path, pairs)


def heading(header: Header, params: ClaimsParams) -> str:
    """What was asked, as a phrase: the same for no two questions that differ in a filter."""
    if params.id:
        return "Claims by id"
    words = f"with \u201c{shortened(params.q.strip(), 80)}\u201d" if params.q.strip() else ""
    told = ", ".join(filter(None, (words, *(each.phrase for each in _conditions(header, params)))))
    return f"Claims {told}" if told else "All claims"


def chosen(header: Header, params: ClaimsParams) -> Iterator[Chosen]:
    """Each value of each filter by itself; an origin with a stance is one condition on one statement."""
    for each in _conditions(header, params):
        if len({name for name, _ in each.parameters}) > 1:
            yield each
        else:
            for name, value in each.parameters:
                yield Chosen(_phrase(header, name, [value]), ((name, value),))


def label(header: Header, term: str, value: str) -> str:
    """What people call a value of a filter."""
    called: dict[str, Callable[[], str]] = {
        "stance": lambda: f"\u201c{STANCE_WORDS[Stance(value)]}\u201d",
        "sourcing": lambda: SOURCING_WORDS[Sourcing(value)],
        "background": lambda: _BACKGROUND[value],
        **dict.fromkeys(("from", "to"), lambda: day_in_words(value)),
    }
    return called[term]() if term in called else claims.names(header, term, [value])[value]


def _conditions(header: Header, params: ClaimsParams) -> Iterator[Chosen]:
    values = {name: [str(value) for value in getattr(params, name)] for name in TERMS}
    values |= {name: [day] for name, day in (("from", params.from_), ("to", params.to)) if day}
    pair = bool(values["origin"] and values["stance"])
    for name, wanted in values.items():
        if pair and name == "origin":
            stances = values["stance"]
            phrase = _phrase(header, "said", wanted, _either(header, "stance", stances))
            yield Chosen(phrase, tuple([("origin", each) for each in wanted] + [("stance", each) for each in stances]))
        elif wanted and not (pair and name == "stance"):
            yield Chosen(_phrase(header, name, wanted), tuple((name, each) for each in wanted))


def _phrase(header: Header, name: str, values: list[str], *more: str) -> str:
    term = "origin" if name == "said" else name
    several = term in _BY_SOURCE and header.source_by_id[values[-1]].kind is SourceKind.group
    return in_number(_PHRASES[name], singular=not several).format(_either(header, term, values), *more)


def _either(header: Header, term: str, values: list[str]) -> str:
    told = " or ".join(label(header, term, value) for value in values[:MOST_NAMED])
    return f"{told} or others" if len(values) > MOST_NAMED else told

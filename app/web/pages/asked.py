"""What was asked of the claims, in words: each filter as a phrase, and what people call its values."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from app.core.attribution import CREDITS
from app.core.model import Header
from app.core.query import TERMS
from app.core.status import in_number
from app.core.vocabulary import SOURCING_WORDS, STANCE_WORDS, SourceKind, Sourcing, Stance
from app.web.claims import names
from app.web.pages import day_in_words, shortened
from app.web.params import ClaimsParams

_BY_SOURCE = (*CREDITS, "source", "origin", "via")

MOST_NAMED = 3
"""Values of one filter that a phrase names; of the rest it says that there are others."""

_BACKGROUND = {"true": "marked as background", "false": "not marked as background"}
_PHRASES: Mapping[str, str] = {
    "status": "that are {}",
    "sourcing": "that stand on {}",
    "affirmed_by": "affirmed by {}",
    "denied_by": "denied by {}",
    "answered_by": "answered otherwise by {}",
    "taken_back_by": "on which {} took back an earlier word",
    "passed_on_by": "only passed on by {}",
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


class Chosen(NamedTuple):
    """A condition that the claims must fulfil: its phrase, and the parameters that ask for it."""

    phrase: str
    parameters: tuple[tuple[str, str], ...]


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
    return called[term]() if term in called else names(header, term, [value])[value]


def _conditions(header: Header, params: ClaimsParams) -> Iterator[Chosen]:
    values = {name: [str(value) for value in getattr(params, name)] for name in TERMS}
    values |= {name: [day] for name, day in (("from", params.from_), ("to", params.to)) if day}
    pair = bool(values["origin"] and values["stance"])
    for name, given in values.items():
        if pair and name == "origin":
            stances = values["stance"]
            phrase = _phrase(header, "said", given, _either(header, "stance", stances))
            yield Chosen(phrase, tuple([("origin", each) for each in given] + [("stance", each) for each in stances]))
        elif given and not (pair and name == "stance"):
            yield Chosen(_phrase(header, name, given), tuple((name, each) for each in given))


def _phrase(header: Header, name: str, values: list[str], *more: str) -> str:
    term = "origin" if name == "said" else name
    several = term in _BY_SOURCE and header.source_by_id[values[-1]].kind is SourceKind.group
    return in_number(_PHRASES[name], singular=not several).format(_either(header, term, values), *more)


def _either(header: Header, term: str, values: list[str]) -> str:
    told = " or ".join(label(header, term, value) for value in values[:MOST_NAMED])
    return f"{told} or others" if len(values) > MOST_NAMED else told

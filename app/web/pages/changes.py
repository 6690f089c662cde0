"""What changed status when, for people."""

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from app.web import changes
from app.web.answers import Ask, page_of
from app.web.finished import Answer
from app.web.pages import address, data, day_in_words, page
from app.web.params import ChangesParams


@page_of(changes.list_transitions)
async def transitions_page(ask: Ask, params: ChangesParams) -> Answer:
    """Changes of status, day by day."""
    shown = await data(ask, changes.list_transitions, params)
    for each in shown["items"]:
        body = await ask.edition.claim(each["claim"])
        each["text"] = json.loads(body)["text"] if body else each["claim"]
    bounds = (("since", params.from_), ("until", params.to))
    return page(
        ask,
        "transitions.html",
        days=[(day, _turns(group)) for day, group in groupby(shown["items"], key=lambda each: each["date"])],
        total=shown["total"],
        bounds=" ".join(f"{word} {day_in_words(day)}" for word, day in bounds if day),
        feed=address(ask, {"format": "atom"}),
        params=params,
        first=address(ask, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
    )


def _turns(changes: Iterable[dict[str, Any]]) -> list[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """The changes of one day by the statuses between which they are, the first such first."""
    turns: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in changes:
        turns.setdefault((each["before"], each["after"]), []).append(each)
    return list(turns.items())

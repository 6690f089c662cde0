"""What changed status when, for people."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from app.core.query import ClaimQuery
from app.store import Edition
from app.web import changes
from app.web.pages import address, data, day_in_words, page
from app.web.pages.drawing import axis, day_form
from app.web.params import ChangesParams
from app.web.request import ApiRequest
from app.web.response import Representation

MOST_DRAWN = 1000
"""Changes up to which they are drawn along an axis."""


async def transitions_page(request: ApiRequest, params: ChangesParams) -> Representation:
    """Changes of status, day by day."""
    shown = await data(request, changes.list_transitions, params)
    for each in shown["items"]:
        each["text"] = await _text(request.edition, each["claim"])
    bounds = [f"{word} {day_in_words(day)}" for word, day in (("since", params.from_), ("until", params.to)) if day]
    of = changes.told(params, request.edition.header)
    kept = [(name, value) for name in ("claim", "source", "topic") for value in getattr(params, name)]
    return page(
        request,
        "transitions.html",
        days=_days(shown["items"]),
        columns=[] if params.cursor else axis(await _drawn(request.edition, params), kept),
        total=shown["total"],
        bounds=" ".join([f"of {of}", *bounds] if of else bounds),
        kept=kept,
        feed=address(request, {"format": "atom"}),
        params=params,
        first=address(request, {"cursor": None}),
        next=shown["next"],
        begun=bool(params.cursor),
        previous=shown["prev"],
    )


async def _text(edition: Edition, claim: str) -> str:
    body = await edition.claim(claim)
    return json.loads(body)["text"] if body else claim


async def _drawn(edition: Edition, params: ChangesParams) -> list[dict[str, Any]]:
    """Every change that is asked for; none where they are too many for a picture."""
    days, query = params.days(), ClaimQuery(source=params.source, topic=params.topic)
    found = await edition.changes(days.start, days.end, 0, MOST_DRAWN, query, params.claim)
    if found.more:
        return []
    return [
        {
            "date": str(each.date),
            "date_edtf": each.date_edtf,
            "before": each.before,
            "after": each.after,
            "text": await _text(edition, each.claim),
            "explanation": each.explanation,
        }
        for each in found.items
    ]


def _days(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes by the day from which they count and the date that is told of it: a day may end a month, too."""
    days: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in items:
        days.setdefault((each["date"], each["date_edtf"]), []).append(each)
    return [
        {"told": told, "form": day_form(date.fromisoformat(day), told), "turns": _turns(changes)}
        for (day, told), changes in days.items()
    ]


def _turns(changes: Iterable[dict[str, Any]]) -> list[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """The changes of one date by the statuses between which they are, the first such first."""
    turns: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in changes:
        turns.setdefault((each["before"], each["after"]), []).append(each)
    return list(turns.items())

"""What changed status when, for people."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from app.core.query import ClaimQuery
from app.web import changes
from app.web.pages import claims_shown, data, day_in_words, page
from app.web.pages.drawing import axis, day_form, grouped
from app.web.params import ChangesParams, Dated
from app.web.request import ApiRequest
from app.web.response import Representation

MOST_DRAWN = 1000
"""Changes up to which they are drawn along an axis."""


async def transitions_page(request: ApiRequest, params: ChangesParams) -> Representation:
    """Changes of status, day by day."""
    shown = await data(request, changes.list_transitions, params)
    known = await claims_shown(request, [each["claim"] for each in shown["items"]], Dated())
    for each in shown["items"]:
        each["text"] = known[each["claim"]].text
    bounds = [f"{word} {day_in_words(day)}" for word, day in (("since", params.from_), ("until", params.to)) if day]
    of = changes.told(params, request.edition.header)
    kept = [(name, value) for name in ("claim", "source", "topic") for value in getattr(params, name)]
    return page(
        request,
        "transitions.html",
        params,
        shown,
        days=_days(shown["items"]),
        columns=[] if params.cursor else axis(await _drawn(request, params), kept),
        bounds=" ".join([f"of {of}", *bounds] if of else bounds),
        kept=kept,
    )


async def _drawn(request: ApiRequest, params: ChangesParams) -> list[dict[str, Any]]:
    """Every change that is asked for; none where they are too many for a picture."""
    days, query = params.days(), ClaimQuery(source=params.source, topic=params.topic)
    found = await request.edition.changes(days.start, days.end, 0, MOST_DRAWN, query, params.claim)
    items = () if found.more else found.items
    known = await claims_shown(request, [each.claim for each in items], Dated())
    return [asdict(each) | {"date": str(each.date), "text": known[each.claim].text} for each in items]


def _days(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes by the day from which they count and the date that is told of it: a day may end a month, too."""
    return [
        {
            "told": told,
            "form": day_form(date.fromisoformat(day), told),
            "turns": list(grouped(changes, "before", "after").items()),
        }
        for (day, told), changes in grouped(items, "date", "date_edtf").items()
    ]

"""Models and pages of lists as JSON, and the way from a page to the next."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

from app.core.cursor import decode_cursor, encode_cursor
from app.core.errors import CursorInvalid
from app.record.lists import Listing
from app.web.params import Paged
from app.web.request import ApiRequest
from app.web.response import Around, Representation

Page = TypeVar("Page", bound=Listing[Any])
Item = TypeVar("Item")


_ALONE = Around()


def served(model: BaseModel) -> Representation:
    """A model as JSON, absent optional fields left out."""
    return Representation(model.model_dump_json(by_alias=True, exclude_none=True).encode(), "application/json")


def listed(
    request: ApiRequest, shape: type[Page], items: Sequence[Any], total: int | None = None, around: Around = _ALONE
) -> Representation:
    """A page of a list as JSON; ``next`` is null on the last page rather than absent, ``prev`` on the first."""
    listing = shape(
        total=len(items) if total is None else total,
        items=tuple(items),
        next=around.next,
        prev=around.prev,
        revision=request.edition.revision,
    )
    fields = listing.model_dump(mode="json", by_alias=True, exclude_none=True)
    body = {"total": 0, "items": 0, "next": None, "prev": None} | fields
    return Representation(to_json(body), "application/json", link=around.link)


def paged(
    request: ApiRequest,
    shape: type[Page],
    items: Sequence[Any],
    params: Paged,
    key: Callable[[Any], str],
    question: str = "",
) -> Representation:
    """The page of ``items`` that ``params`` ask for, as :func:`part` finds it."""
    shown, around = part(request, items, params, key, question)
    return listed(request, shape, shown, len(items), around)


def part(
    request: ApiRequest, items: Sequence[Item], params: Paged, key: Callable[[Item], str], question: str = ""
) -> tuple[tuple[Item, ...], Around]:
    """Those of ``items`` that ``params`` ask for, and the pages around; a cursor names the last item before a page.

    ``question`` is what must stay the same from page to page. Raises :class:`~app.core.errors.CursorInvalid` where the
    cursor is of another list or question, or its item is gone.
    """
    question = f"{request.path}?{question}"
    begin = 0
    if params.cursor:
        last = decode_cursor(question, params.cursor)
        begin = next((at for at, item in enumerate(items, 1) if key(item) == last), 0)
        if not begin:
            raise CursorInvalid("The item where the last page ended is no longer here.")
    return tuple(items[begin : begin + params.limit]), around(
        request, begin, params.limit, len(items), lambda at: encode_cursor(question, key(items[at - 1]))
    )


def around(request: ApiRequest, begin: int, limit: int, total: int, cursor: Callable[[int], str]) -> Around:
    """The pages around that which begins at item ``begin``; ``cursor`` makes one of where a page begins."""

    def at(start: int) -> str:
        return request.address({"cursor": cursor(start) if start > 0 else None})

    return Around(at(begin + limit) if begin + limit < total else None, at(begin - limit) if begin else None)

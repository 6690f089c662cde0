"""Models and pages of lists as JSON, and the way from a page to the next."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from pydantic import BaseModel
from pydantic_core import to_json

from app.core.cursor import decode_cursor, encode_cursor
from app.core.errors import CursorInvalid
from app.core.query import encoded
from app.record.lists import Listing
from app.web.params import Paged
from app.web.reading import unquoted
from app.web.request import ApiRequest
from app.web.response import Representation

Page = TypeVar("Page", bound=Listing[Any])
Item = TypeVar("Item")


class Around(NamedTuple):
    """URLs of the pages around one, relative to the server; ``None`` where there is none."""

    next: str | None = None
    prev: str | None = None

    @property
    def link(self) -> str | None:
        """The ``Link`` header (RFC 8288)."""
        return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in self._asdict().items() if url) or None


_ALONE = Around()
_SAFE = re.compile(r"[A-Za-z0-9_.~+&=,-]*")
"""A query string that can be handed on as it came, but for its commas: no name in it is written in two ways."""

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""A value that encoding leaves as it is."""

_encoded_path = lru_cache(maxsize=256)(quote)


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
        return url(request, {"cursor": cursor(start) if start > 0 else None})

    return Around(at(begin + limit) if begin + limit < total else None, at(begin - limit) if begin else None)


def url(request: ApiRequest, changed: Mapping[str, str | None]) -> str:
    """This request's URL, relative to the server, with some parameters set anew; ``None`` leaves one out."""
    pairs = [pair for name, pair in written(request) if name not in changed]
    for name, value in changed.items():
        if value is not None:
            # Cursors come once, and would drive out of what is remembered the values that come again.
            pairs.append(f"{name}={value if _PLAIN.fullmatch(value) else encoded(value)}")
    return f"{_encoded_path(request.path)}?{'&'.join(pairs)}" if pairs else _encoded_path(request.path)


def narrowed(request: ApiRequest, name: str) -> str:
    """This request's URL on its first page, as far as a value, yet to be added, of the parameter ``name``."""
    kept = "".join([f"{pair}&" for given, pair in written(request) if given not in (name, "cursor")])
    return f"{_encoded_path(request.path)}?{kept}{name}="


def written(request: ApiRequest) -> Sequence[tuple[str, str]]:
    """The name of each parameter given, and ``name=value`` encoded safely, empty ones left out; made once."""
    if request.written is None:
        text = request.query_string.decode("ascii")
        safe = _SAFE.fullmatch(text)
        if safe:
            text = text.replace(",", "%2C")  # which stands in lists of names, and may not stay as it came
        fields = [each.partition("=") for each in text.split("&") if each and not each.endswith("=")]
        if safe:
            request.written = [(name, f"{name}={value}") for name, _, value in fields]
        else:
            pairs = [(unquoted(name), unquoted(value)) for name, _, value in fields]
            request.written = [(name, f"{encoded(name)}={encoded(value)}") for name, value in pairs]
    return request.written

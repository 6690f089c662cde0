"""Models and pages of lists as JSON, and the way from a page to the next."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel
from pydantic_core import to_json

from app.core.cursor import decode_cursor, encode_cursor
from app.core.errors import CursorInvalid, NotFound
from app.core.query import encoded, nearest
from app.record.lists import Listing
from app.web.answers import Ask
from app.web.finished import Answer
from app.web.params import Paged
from app.web.reading import unquoted

Page = TypeVar("Page", bound=Listing[Any])
Item = TypeVar("Item")

_SAFE = re.compile(r"[A-Za-z0-9_.~+&=,-]*")
"""A query string that can be handed on as it came, but for its commas: no name in it is written in two ways."""

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""A value that encoding leaves as it is."""

_encoded_path = lru_cache(maxsize=256)(quote)


def served(model: BaseModel) -> Answer:
    """A model as JSON, absent optional fields left out."""
    return Answer(model.model_dump_json(by_alias=True, exclude_none=True).encode(), "application/json")


def listed(ask: Ask, listing: Listing[Any]) -> Answer:
    """A page of a list as JSON; ``next`` is null on the last page rather than absent."""
    fields = listing.model_dump(mode="json", by_alias=True, exclude_none=True)
    body = {"total": listing.total, "items": fields["items"], "next": listing.next, "revision": listing.revision}
    return Answer(to_json(body), "application/json", link=next_link(listing.next))


def next_link(following: str | None) -> str | None:
    """The ``Link`` header to the next page, where there is one."""
    return f'<{following}>; rel="next"' if following else None


def paged(
    ask: Ask,
    shape: type[Page],
    items: Sequence[Any],
    params: Paged,
    key: Callable[[Any], str],
    question: str = "",
) -> Answer:
    """The page of ``items`` that ``params`` ask for, as :func:`part` finds it."""
    shown, following = part(ask, items, params, key, question)
    return listed(ask, shape(total=len(items), items=shown, next=following, revision=ask.edition.revision))


def part(
    ask: Ask, items: Sequence[Item], params: Paged, key: Callable[[Item], str], question: str = ""
) -> tuple[tuple[Item, ...], str | None]:
    """Those of ``items`` that ``params`` ask for, and the URL of the next page, whose cursor names the last of them.

    ``question`` is what must stay the same from page to page. Raises :class:`~app.core.errors.CursorInvalid` where the
    cursor is of another list or question, or its item is gone.
    """
    question = f"{ask.path}?{question}"
    begin = 0
    if params.cursor:
        last = decode_cursor(question, params.cursor)
        begin = next((at for at, item in enumerate(items, 1) if key(item) == last), 0)
        if not begin:
            raise CursorInvalid("The item where the last page ended is no longer here.")
    end = begin + params.limit
    following = url(ask, {"cursor": encode_cursor(question, key(items[end - 1]))}) if end < len(items) else None
    return tuple(items[begin:end]), following


def url(ask: Ask, changed: Mapping[str, str | None]) -> str:
    """This request's URL, relative to the server, with some parameters set anew; ``None`` leaves one out."""
    pairs = [pair for name, pair in written(ask) if name not in changed]
    for name, value in changed.items():
        if value is not None:
            # Cursors come once, and would drive out of what is remembered the values that come again.
            pairs.append(f"{name}={value if _PLAIN.fullmatch(value) else encoded(value)}")
    return f"{_encoded_path(ask.path)}?{'&'.join(pairs)}" if pairs else _encoded_path(ask.path)


def narrowed(ask: Ask, name: str) -> str:
    """This request's URL on its first page, as far as a value, yet to be added, of the parameter ``name``."""
    kept = "".join([f"{pair}&" for given, pair in written(ask) if given not in (name, "cursor")])
    return f"{_encoded_path(ask.path)}?{kept}{name}="


def written(ask: Ask) -> Sequence[tuple[str, str]]:
    """The name of each parameter given, and ``name=value`` encoded safely whoever sent it; made once a request."""
    if ask.written is None:
        text = ask.query_string.decode("ascii")
        safe = _SAFE.fullmatch(text)
        if safe:
            text = text.replace(",", "%2C")  # which stands in lists of names, and may not stay as it came
        fields = [each.partition("=") for each in text.split("&") if each]
        if safe:
            ask.written = [(name, f"{name}={value}") for name, _, value in fields]
        else:
            pairs = [(unquoted(name), unquoted(value)) for name, _, value in fields]
            ask.written = [(name, f"{encoded(name)}={encoded(value)}") for name, value in pairs]
    return ask.written


def unknown(kind: str, wanted: str, known: Any) -> NotFound:
    """Not found, with the nearest ids there are."""
    return NotFound(kind, wanted[:100], nearest(wanted, known))

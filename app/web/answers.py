"""One request, in its five rooms: parameters, headers, operation, store, format.

An :class:`Operation` is a documented endpoint that knows nothing of any framework: it takes an :class:`Ask` and its
parameters and gives an :class:`Answer`. :func:`respond` leads a request through it. FastAPI's route and the quick door both
call it, so there is one meaning whichever way a request comes in.
"""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar, get_args, get_origin
from urllib.parse import urlencode

from pydantic import BaseModel
from pydantic_core import to_json

from app import __version__
from app.cursor import decode_cursor, encode_cursor
from app.errors import ClaimsError, CursorInvalid, NotAcceptable, NotFound, StoreUnavailable
from app.formats import FORMATS, Setting
from app.lists import Listing
from app.query import nearest
from app.settings import Settings
from app.store import ClaimStore, Edition
from app.web.headers import (
    CODINGS,
    SMALLEST,
    best_coding,
    best_media_type,
    header_values,
    http_date,
    is_current,
    not_modified_since,
    tagged,
)
from app.web.params import Nothing, Paged
from app.web.problems import MEDIA_TYPE, Problem, problem_of
from app.web.reading import read

Page = TypeVar("Page", bound=Listing[Any])

HTML = "html"
_BARE = {name: each.media_type.split(";")[0] for name, each in FORMATS.items()} | {
    HTML: "text/html",
    "atom": "application/atom+xml",
}


@dataclass(slots=True)
class Answer:
    """What goes back, before content coding. ``stream`` replaces ``body`` where an answer is too large to hold."""

    body: bytes
    media_type: str
    status: int = 200
    tag: str | None = None
    """Entity tag without quotes; made from the body where absent."""
    link: str | None = None
    """Value of the ``Link`` header (RFC 8288)."""
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None
    cache_control: str | None = None
    """In place of the server's own; ``no-store`` also takes the validators away."""


class NotModified(Exception):
    """The reader's copy is current; nothing was searched for (RFC 9110 15.4.5)."""

    def __init__(self, etag: str) -> None:
        self.etag = etag


@dataclass(slots=True)
class Ask:
    """One request as an operation sees it."""

    store: ClaimStore
    settings: Settings
    form: str
    """Name of the negotiated format."""
    path: str
    query_string: bytes
    coding: str | None
    if_none_match: str
    content_type: str
    body: Callable[[], Awaitable[bytes]]
    taken: Edition | None = None

    @property
    def edition(self) -> Edition:
        """The store's edition, taken once: whatever is asked of it afterwards is of one revision."""
        if self.taken is None:
            self.taken = self.store.edition
        return self.taken

    def setting(self, as_of: str | None = None, fields: tuple[str, ...] = ()) -> Setting:
        """What the writers of formats need to know."""
        return Setting(self.edition.header, self.edition.revision, self.settings.public_url, as_of, fields)

    def raise_if_current(self, question: str) -> str:
        """Tag of the answer to ``question`` at this revision; raises :class:`NotModified` if the reader holds it.

        For answers that carry their revision, so that equal tags and equal bytes are the same thing, before any search.
        """
        tag = digest(f"{__version__} {self.edition.revision} {self.form} {question}".encode())
        if self.if_none_match:
            etag = is_current(self.if_none_match, [tagged(tag, self.coding), tagged(tag, None)])
            if etag:
                raise NotModified(etag)
        return tag


def digest(data: bytes) -> str:
    """Short name of some bytes: 80 bits of BLAKE2b."""
    return blake2b(data, digest_size=10).hexdigest()


@dataclass(frozen=True, slots=True)
class Operation:
    """A documented endpoint with what is needed to call it without the framework."""

    endpoint: Callable[..., Awaitable[Answer]]
    params: type[Nothing]
    formats: tuple[str, ...]

    @classmethod
    def of(cls, endpoint: Callable[..., Awaitable[Answer]]) -> "Operation":
        """Read an endpoint's signature: its model of parameters, and the formats that :func:`offers` gave it."""
        annotation = inspect.signature(endpoint).parameters["params"].annotation
        model = get_args(annotation)[0] if get_origin(annotation) else annotation
        return cls(endpoint, model, getattr(endpoint, "formats", ("json",)))

    @staticmethod
    def bare(name: str) -> str:
        """Media type of a format without its parameters."""
        return _BARE[name]

    def negotiate(self, asked: str, accept: str) -> str:
        """Name of the format to answer in; raises :class:`~app.errors.NotAcceptable` with those there are."""
        if asked:
            if asked not in self.formats:
                raise NotAcceptable([f"format={name} ({_BARE[name]})" for name in self.formats])
            return asked
        offered = tuple(_BARE[name] for name in self.formats)
        best = best_media_type(accept, offered)
        if best is None:
            raise NotAcceptable([f"format={name} ({_BARE[name]})" for name in self.formats])
        return self.formats[offered.index(best)]


def offers(*formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark an endpoint with the formats it can answer in, the default first."""

    def mark(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        endpoint.formats = formats  # type: ignore[attr-defined]
        return endpoint

    return mark


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer in its final bytes."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    stream: AsyncIterator[bytes] | None = None


async def no_body() -> bytes:
    """The body of a request that has none."""
    return b""


async def respond(
    operation: Operation,
    store: ClaimStore,
    settings: Settings,
    scope: Mapping[str, Any],
    arguments: Mapping[str, str],
    body: Callable[[], Awaitable[bytes]] = no_body,
) -> Finished:
    """Lead one request through its rooms. Every :class:`~app.errors.ClaimsError` becomes a problem; nothing is raised."""
    accept, accept_encoding, if_none_match, if_modified_since, content_type = header_values(
        scope["headers"], b"accept", b"accept-encoding", b"if-none-match", b"if-modified-since", b"content-type"
    )
    coding = best_coding(accept_encoding)
    ask: Ask | None = None
    try:
        params = read(operation.params, scope["query_string"])
        form = operation.negotiate(params.format, accept)
        ask = Ask(
            store, settings, form, scope["path"], scope["query_string"], coding, if_none_match, content_type, body
        )
        answer = await operation.endpoint(ask, params=params, **arguments)
    except NotModified as current:
        return Finished(304, validators(current.etag, settings, _modified(ask)), b"")
    except StoreUnavailable as error:
        return finish_problem(problem_of(error), coding, {"retry-after": str(error.retry_after)})
    except ClaimsError as error:
        return finish_problem(problem_of(error), coding)
    return finish(answer, settings, coding, _modified(ask), if_none_match, if_modified_since)


def _modified(ask: Ask | None) -> int | None:
    return ask.taken.modified if ask and ask.taken else None


def finish(
    answer: Answer,
    settings: Settings,
    coding: str | None,
    modified: int | None,
    if_none_match: str = "",
    if_modified_since: str = "",
) -> Finished:
    """Code the body, give it its validators, and leave it out where the reader has it already."""
    if answer.cache_control == "no-store" or answer.status >= 400:
        return _plain(answer, coding)
    stream, body = answer.stream, answer.body
    coding = coding if stream is None and len(body) >= SMALLEST else None
    etag = tagged(answer.tag or digest(answer.media_type.encode() + b"\n" + body), coding)
    headers = validators(etag, settings, modified)
    if answer.link:
        headers.append((b"link", answer.link.encode("latin-1", "replace")))
    if if_none_match:
        if is_current(if_none_match, [etag]):
            return Finished(304, headers, b"")
    elif if_modified_since and modified is not None and not_modified_since(if_modified_since, modified):
        return Finished(304, headers, b"")
    if coding:
        body = CODINGS[coding](body)
        headers.append((b"content-encoding", coding.encode()))
    headers.append((b"content-type", answer.media_type.encode()))
    headers += _own(answer)
    if stream is None:
        headers.append((b"content-length", b"%d" % len(body)))
    return Finished(answer.status, headers, body, stream)


def finish_problem(problem: Problem, coding: str | None = None, headers: Mapping[str, str] | None = None) -> Finished:
    """A problem in its final bytes; never stored by a cache, since it may be mended any time."""
    body = problem.model_dump_json().encode()
    return _plain(Answer(body, MEDIA_TYPE, problem.status, headers=headers or {}, cache_control="no-store"), coding)


def _plain(answer: Answer, coding: str | None) -> Finished:
    body, headers = answer.body, [(b"cache-control", (answer.cache_control or "no-store").encode()), (b"vary", VARY)]
    if coding and len(body) >= SMALLEST:
        body = CODINGS[coding](body)
        headers.append((b"content-encoding", coding.encode()))
    headers += [(b"content-type", answer.media_type.encode()), (b"content-length", b"%d" % len(body))]
    return Finished(answer.status, [*headers, *SECURITY, *_own(answer)], body)


def _own(answer: Answer) -> list[tuple[bytes, bytes]]:
    own = [(name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
    return own if "content-security-policy" in answer.headers else [*own, _POLICY]


VARY = b"Accept, Accept-Encoding"

SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Retry-After"),
]
"""On every answer: the content is public and read-only, is what it says it is, and is framed by nobody."""

_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


def validators(etag: str, settings: Settings, modified: int | None) -> list[tuple[bytes, bytes]]:
    """Headers that a 200 and its 304 must share (RFC 9110 15.4.5)."""
    headers = [
        (b"etag", etag.encode()),
        (b"cache-control", f"public, max-age={settings.max_age}, stale-if-error=86400".encode()),
        (b"vary", VARY),
    ]
    if modified is not None:
        headers.append((b"last-modified", http_date(modified).encode()))
    return headers + SECURITY


def served(model: BaseModel) -> Answer:
    """A model as JSON, absent optional fields left out."""
    return Answer(model.model_dump_json(by_alias=True, exclude_none=True).encode(), "application/json")


def listed(ask: Ask, listing: Listing[Any]) -> Answer:
    """A page of a list as JSON; ``next`` is null on the last page rather than absent."""
    fields = listing.model_dump(mode="json", by_alias=True, exclude_none=True)
    body = {"total": listing.total, "items": fields["items"], "next": listing.next, "revision": listing.revision}
    link = f'<{listing.next}>; rel="next"' if listing.next else None
    return Answer(to_json(body), "application/json", link=link)


def paged(ask: Ask, shape: type[Page], items: Sequence[Any], params: Paged, key: Callable[[Any], str]) -> Answer:
    """The page of ``items`` that ``params`` ask for; the cursor names the ``key`` of the last item shown.

    Raises :class:`~app.errors.CursorInvalid` where the cursor is of another list or its item is gone.
    """
    keys = [key(item) for item in items]
    begin = 0
    if params.cursor:
        last = decode_cursor(ask.path, params.cursor)
        if last not in keys:
            raise CursorInvalid("The item where the last page ended is no longer here.")
        begin = keys.index(last) + 1
    shown = tuple(items[begin : begin + params.limit])
    more = begin + params.limit < len(items)
    following = (
        f"{ask.path}?{urlencode({'limit': params.limit, 'cursor': encode_cursor(ask.path, keys[begin + len(shown) - 1])})}"
        if more
        else None
    )
    return listed(ask, shape(total=len(items), items=shown, next=following, revision=ask.edition.revision))


def unknown(kind: str, wanted: str, known: Any) -> NotFound:
    """Not found, with the nearest ids there are."""
    return NotFound(kind, wanted[:100], nearest(wanted, known))

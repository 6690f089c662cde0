"""Responses in their final bytes: coded, with validators, sent over ASGI, and kept until the record changes.

What a 304 must repeat is RFC 9110 15.4.5; what an entity tag promises is 8.8.3: equal tags, equal bytes, so a coding
has a tag of its own. A response depends on the edition, the target, and the ``Accept`` and ``Accept-Encoding`` headers,
and on nothing else; those are the key under which it is kept.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.core.errors import StoreUnavailable
from app.settings import Settings
from app.store import ClaimStore, Edition
from app.web.headers import CODINGS, SMALLEST, coder, http_date
from app.web.problems import MEDIA_TYPE, Problem

Headers = list[tuple[bytes, bytes]]
Key = tuple[bytes, bytes, str, str]

_OVERHEAD = 1500
"""Bytes that an entry costs beside its body: key, headers, and the objects that hold them (measured)."""

VARY = b"Accept, Accept-Encoding"
SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Retry-After"),
]
"""On every response: the content is public and read-only, is what it says it is, and is framed by nobody."""

_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_OF_CONTENT = {b"etag", b"content-type", b"content-length", b"content-encoding", b"content-security-policy", b"link"}


class Around(NamedTuple):
    """URLs of the pages around one, relative to the server; ``None`` where there is none."""

    next: str | None = None
    prev: str | None = None

    @property
    def link(self) -> str | None:
        """The ``Link`` header (RFC 8288)."""
        return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in self._asdict().items() if url) or None


@dataclass(slots=True)
class Representation:
    """What an endpoint returns, before content coding. ``stream`` replaces a ``body`` too large to hold."""

    body: bytes
    media_type: str
    status: int = 200
    tag: str | None = None
    """Entity tag without quotes; made from the body where absent."""
    link: str | None = None
    """Value of the ``Link`` header (RFC 8288)."""
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None
    length: int | None = None
    """Bytes of ``stream``, where they are known before it has run."""
    cache_control: str | None = None
    """In place of the server's own; ``no-store`` also takes the validators away."""


@dataclass(slots=True)
class Response:
    """A response in its final bytes; an ASGI application that sends itself."""

    status: int
    headers: Headers
    body: bytes = b""
    stream: AsyncIterator[bytes] | None = None
    etags: tuple[str, ...] = ()
    """Its entity tag, and that of the same representation without a coding; empty where it may not be stored."""
    modified: int | None = None
    """When its revision of the record was first seen, in seconds since 1970."""

    def not_modified(self, etag: str) -> "Response":
        """Returns the 304 in its place, for a reader who holds ``etag``."""
        kept = [pair for pair in self.headers if pair[0] not in _OF_CONTENT]
        return Response(304, [(b"etag", etag.encode()), *kept], etags=self.etags)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it; to HEAD without its body. A stream ends when its reader leaves."""
        if self.stream is not None and scope["method"] != "HEAD":
            streaming = StreamingResponse(self.stream, self.status)
            streaming.raw_headers = self.headers
            await streaming(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


def digest(data: bytes, more: bytes = b"") -> str:
    """Short name of some bytes, in one piece or two: 80 bits of BLAKE2b."""
    hashed = blake2b(data, digest_size=10)
    if more:
        hashed.update(more)
    return hashed.hexdigest()


def render(made: Representation, settings: Settings, coding: str | None, modified: int | None) -> Response:
    """Returns ``made`` as a response, coded if it is large enough."""
    if made.stream is None and len(made.body) < SMALLEST:
        coding = None
    if made.cache_control == "no-store" or made.status >= 400:
        headers = [(b"cache-control", b"no-store"), (b"vary", VARY), *SECURITY]
        return _coded(made, coding, headers)
    tag = made.tag or digest(made.media_type.encode() + b"\n", made.body)
    etags = entity_tags(tag, coding)
    headers = [(b"etag", etags[0].encode()), *_shared(made.cache_control, settings.max_age, modified)]
    if made.link:
        headers.append((b"link", made.link.encode("latin-1", "replace")))
    response = _coded(made, coding, headers)
    response.etags, response.modified = etags, modified
    return response


def entity_tags(tag: str, coding: str | None) -> tuple[str, ...]:
    """Strong entity tags of a representation: in its coding, and without one."""
    return (f'"{tag}-{coding}"', f'"{tag}"') if coding else (f'"{tag}"',)


def unchanged(etag: str, settings: Settings, modified: int | None) -> Response:
    """Returns the 304 for a reader who holds ``etag`` of a representation that was not made."""
    return Response(304, [(b"etag", etag.encode()), *_shared(None, settings.max_age, modified)], etags=(etag,))


def problem_response(problem: Problem, coding: str | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """Returns a problem; never stored by a cache, since it may be mended any time."""
    body = problem.model_dump_json().encode()
    if len(body) < SMALLEST:
        coding = None
    made = Representation(body, MEDIA_TYPE, problem.status, headers=headers or {})
    return _coded(made, coding, [(b"cache-control", b"no-store"), (b"vary", VARY), *SECURITY])


def _coded(made: Representation, coding: str | None, headers: Headers) -> Response:
    body, stream, length = made.body, made.stream, made.length
    if coding:
        headers.append((b"content-encoding", coding.encode()))
        if stream is None:
            body = CODINGS[coding](body)
        else:
            stream, length = _coded_stream(stream, coding), None
    headers.append((b"content-type", made.media_type.encode()))
    headers += [(name.encode(), value.encode("latin-1", "replace")) for name, value in made.headers.items()]
    if "content-security-policy" not in made.headers:
        headers.append(_POLICY)
    if stream is None:
        length = len(body)
    if length is not None:
        headers.append((b"content-length", b"%d" % length))
    return Response(made.status, headers, body, stream)


async def _coded_stream(stream: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """A stream coded as it goes by; what a coder keeps back for better compression comes with the last piece."""
    compress, flush = coder(coding)
    async for piece in stream:
        if coded := compress(piece):
            yield coded
    yield flush()


@lru_cache(maxsize=64)
def _shared(cache_control: str | None, max_age: int, modified: int | None) -> Headers:
    """Headers that a 200 and its 304 must share, but for the entity tag."""
    control = cache_control or f"max-age={max_age}, stale-if-error=86400"
    dated = [] if modified is None else [(b"last-modified", http_date(modified).encode())]
    return [(b"cache-control", control.encode()), (b"vary", VARY), *dated, *SECURITY]


class ResponseCache:
    """The responses of one edition, at most ``limit`` bytes of them; those not used for longest go first.

    Only whole responses with an entity tag are kept; preconditions are evaluated afterwards.
    """

    def __init__(self, store: ClaimStore, limit: int) -> None:
        self.store, self.limit = store, limit
        self.size = 0
        self.edition: Edition | None = None
        """The edition of which they are, as of the last :meth:`get`."""
        self._kept: OrderedDict[Key, tuple[Response, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Response | None:
        """Returns the response of the edition that is served now, if it is kept."""
        try:
            edition = self.store.edition
        except StoreUnavailable:
            edition = None
        if edition is not self.edition:
            self._kept.clear()
            self.edition, self.size = edition, 0
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        return kept[0]

    def put(self, key: Key, edition: Edition | None, response: Response) -> None:
        """Keeps ``response`` if it is whole, of the edition that is served, and no larger than an eighth of all."""
        size = len(response.body) + sum(map(len, key)) + _OVERHEAD
        whole = response.status == 200 and response.etags and response.stream is None
        if not whole or size > self.limit // 8 or (edition or self.edition) is not self.edition:
            return
        if key in self._kept:
            self.size -= self._kept.pop(key)[1]
        self._kept[key] = response, size
        self.size += size
        while self.size > self.limit:
            self.size -= self._kept.popitem(last=False)[1][1]

"""The end of a request: an answer coded, given its validators, and left out where the reader has it already.

What a 304 must repeat is RFC 9110 15.4.5; what an entity tag promises is 8.8.3: equal tags, equal bytes, so a coding
has a tag of its own.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from app.settings import Settings
from app.web.headers import CODERS, CODINGS, SMALLEST, http_date, is_current, not_modified_since, tagged
from app.web.problems import MEDIA_TYPE, Problem


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
    length: int | None = None
    """Bytes of ``stream``, where they are known before it has run."""
    cache_control: str | None = None
    """In place of the server's own; ``no-store`` also takes the validators away."""


@dataclass(slots=True)
class Finished:
    """An answer in its final bytes."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    stream: AsyncIterator[bytes] | None = None


def digest(data: bytes, more: bytes = b"") -> str:
    """Short name of some bytes, in one piece or two: 80 bits of BLAKE2b."""
    hashed = blake2b(data, digest_size=10)
    if more:
        hashed.update(more)
    return hashed.hexdigest()


def finish(
    answer: Answer,
    settings: Settings,
    coding: str | None,
    modified: int | None,
    if_none_match: str = "",
    if_modified_since: str = "",
) -> Finished:
    """The answer in its final bytes, or the 304 that stands for it."""
    if answer.cache_control == "no-store" or answer.status >= 400:
        return _plain(answer, coding)
    coding = coding if answer.stream is not None or len(answer.body) >= SMALLEST else None
    tag = answer.tag or digest(answer.media_type.encode() + b"\n", answer.body)
    etag = tagged(tag, coding)
    headers = validators(etag, settings, modified, answer.cache_control)
    if if_none_match:
        held = is_current(if_none_match, [etag, tagged(tag, None)])
        if held:
            return Finished(304, [(b"etag", held.encode()), *headers[1:]], b"")
    elif if_modified_since and modified is not None and not_modified_since(if_modified_since, modified):
        return Finished(304, headers, b"")
    if answer.link:
        headers.append((b"link", answer.link.encode("latin-1", "replace")))
    return _coded(answer, coding, headers)


def finish_problem(problem: Problem, coding: str | None = None, headers: Mapping[str, str] | None = None) -> Finished:
    """A problem in its final bytes; never stored by a cache, since it may be mended any time."""
    body = problem.model_dump_json().encode()
    return _plain(Answer(body, MEDIA_TYPE, problem.status, headers=headers or {}, cache_control="no-store"), coding)


def _plain(answer: Answer, coding: str | None) -> Finished:
    headers = [(b"cache-control", (answer.cache_control or "no-store").encode()), (b"vary", VARY), *SECURITY]
    return _coded(answer, coding if len(answer.body) >= SMALLEST else None, headers)


def _coded(answer: Answer, coding: str | None, headers: list[tuple[bytes, bytes]]) -> Finished:
    body, stream, length = answer.body, answer.stream, answer.length
    if coding:
        headers.append((b"content-encoding", coding.encode()))
        if stream is None:
            body = CODINGS[coding](body)
        else:
            stream, length = _pieces(stream, coding), None
    headers.append(_typed(answer.media_type))
    if answer.headers:
        headers += [(name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
    if "content-security-policy" not in answer.headers:
        headers.append(_POLICY)
    if stream is None:
        length = len(body)
    if length is not None:
        headers.append((b"content-length", b"%d" % length))
    return Finished(answer.status, headers, body, stream)


async def _pieces(stream: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """A stream coded as it goes by; what a coder keeps back for better compression comes with the last piece."""
    coder = CODERS[coding]()
    async for piece in stream:
        coded = coder.compress(piece)
        if coded:
            yield coded
    yield coder.flush()


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


@lru_cache(maxsize=64)
def _typed(media_type: str) -> tuple[bytes, bytes]:
    return b"content-type", media_type.encode()


def validators(
    etag: str, settings: Settings, modified: int | None, cache_control: str | None = None
) -> list[tuple[bytes, bytes]]:
    """Headers that a 200 and its 304 must share, the entity tag first."""
    return [(b"etag", etag.encode()), *_shared(cache_control, settings.max_age, modified)]


@lru_cache(maxsize=64)
def _shared(cache_control: str | None, max_age: int, modified: int | None) -> list[tuple[bytes, bytes]]:
    control = cache_control or f"max-age={max_age}, stale-if-error=86400"
    dated = [] if modified is None else [(b"last-modified", http_date(modified).encode())]
    return [(b"cache-control", control.encode()), (b"vary", VARY), *dated, *SECURITY]

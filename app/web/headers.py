"""What request headers ask for: media type, content coding, preconditions.

The rules are RFC 9110's: quality values (12.4.2), ``Accept`` (12.5.1), ``Accept-Encoding`` (12.5.3), and the order of
preconditions (13.2.2). ``If-Match`` and ``If-Unmodified-Since`` guard against an answer from another version (412),
``If-None-Match`` and ``If-Modified-Since`` spare an answer that the reader holds (304). A header that cannot be read
counts as absent.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

import brotli
import zstandard

_TAG = re.compile(r'(W/)?"([^"]*)"')
OK, NOT_MODIFIED, FAILED = 200, 304, 412
_QVALUE = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")

_zstd = zstandard.ZstdCompressor(level=6)

CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": _zstd.compress,
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
"""Content codings in the server's order of preference; ``mtime=0`` keeps equal answers equal to the byte."""


def coder(coding: str) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """The same codings piece by piece: what can be sent after a piece, often nothing yet; and at the end the rest.

    A coder holds a window of some megabytes at most, however long the stream.
    """
    if coding == "br":
        compressor = brotli.Compressor(quality=5)
        return compressor.process, compressor.finish
    made = zlib.compressobj(6, wbits=31) if coding == "gzip" else zstandard.ZstdCompressor(level=6).compressobj()
    return made.compress, made.flush


SMALLEST = 500
"""Bytes below which compressing costs more than it saves."""


def _preferences(header: str) -> list[tuple[str, float]]:
    """Lower-case members of an ``Accept``-like header with their quality, the parameters of media types left out."""
    members = []
    for member in header.split(",")[:50]:
        name, *parameters = (part.strip() for part in member.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = float(value) if _QVALUE.fullmatch(value.strip()) else 0.0
        if name:
            members.append((name.lower(), quality))
    return members


@lru_cache(maxsize=512)
def best_media_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """The one of ``offered`` (bare types, in the server's order) that ``accept`` likes best; ``None`` for none."""
    preferences = _preferences(accept)
    if not preferences:
        return offered[0]

    def quality(media_type: str) -> float:
        ranges = (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*")
        return next((q for each in ranges for name, q in preferences if name == each), 0.0)

    best = max(offered, key=quality)
    return best if quality(best) > 0 else None


@lru_cache(maxsize=512)
def best_coding(accept_encoding: str) -> str | None:
    """The content coding to use, ``None`` for identity. Identity is never refused: some answer is better than none."""
    preferences = dict(_preferences(accept_encoding))
    identity = preferences.get("identity", 0.0)
    quality = {coding: preferences.get(coding, preferences.get("*", 0.0)) for coding in CODINGS}
    best = max(CODINGS, key=lambda coding: quality[coding])
    return best if quality[best] > 0 and quality[best] >= identity else None


@lru_cache(maxsize=64)
def http_date(seconds: int) -> str:
    """Seconds since 1970 as an HTTP date (IMF-fixdate)."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def header_values(headers: Sequence[tuple[bytes, bytes]], *names: bytes) -> list[str]:
    """For each of ``names`` (lower case) its value in an ASGI header list; repeated lines are joined (RFC 9110 5.3)."""
    found = dict.fromkeys(names, "")
    for name, value in headers:
        if name in found:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if found[name] else text
    return list(found.values())


def evaluate(
    etags: Sequence[str],
    modified: int | None,
    if_match: str,
    if_unmodified_since: str,
    if_none_match: str,
    if_modified_since: str,
) -> tuple[int, str]:
    """Returns the status that the preconditions lead to, 200, 304 or 412, and the entity tag that the reader holds."""
    if if_match:
        strong = {f'"{opaque}"' for weak, opaque in _TAG.findall(if_match) if not weak}
        if if_match.strip() != "*" and strong.isdisjoint(etags):
            return FAILED, ""
    elif if_unmodified_since and _later(modified, if_unmodified_since) is True:
        return FAILED, ""
    if if_none_match:
        given = {f'"{opaque}"' for _, opaque in _TAG.findall(if_none_match)}
        etag = etags[0] if if_none_match.strip() == "*" else next((each for each in etags if each in given), "")
        return (NOT_MODIFIED, etag) if etag else (OK, "")
    if if_modified_since and _later(modified, if_modified_since) is False:
        return NOT_MODIFIED, etags[0]
    return OK, ""


def _later(modified: int | None, date: str) -> bool | None:
    """Whether ``modified`` (seconds since 1970) is after an HTTP date; ``None`` where either is not known."""
    try:
        since = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return None if modified is None or since.tzinfo is None else datetime.fromtimestamp(modified, UTC) > since

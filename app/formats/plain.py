"""JSON, JSON Lines and plain text: claims as they are served, in an envelope, line by line, or read aloud.

A served claim is JSON already, so JSON and JSON Lines only join bytes; nothing is parsed unless fields are chosen.

Text of a record is made safe before it is shown: it comes from files and servers that somebody else may have written.
Terminals obey control characters (ECMA-48), and both terminals and browsers order what they show by bidirectional
controls (UAX #9), so that a sentence could show another source than it has.
"""

import re
from collections.abc import AsyncIterator
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any

from pydantic_core import from_json, to_json

from app.core.dates import since_in_words
from app.core.query import encoded
from app.core.vocabulary import SOURCING_WORDS
from app.formats.shape import Facet, Listing, Setting

_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_OPENING, _FIRST_STRONG, _CLOSING = "\u2066\u2067\u2068", "\u2068", "\u2069"


def json_claim(body: bytes, setting: Setting) -> bytes:
    """The claim as it is served; with fields, those that it has of them, in the order asked for."""
    if not setting.fields:
        return body
    claim = from_json(body)
    return to_json({name: claim[name] for name in setting.fields if name in claim})


def json_claims(listing: Listing, setting: Setting) -> bytes:
    """The envelope of every list: ``total``, ``items``, ``next``, ``revision``; ``facets`` and ``as_of`` if asked."""
    bodies = [json_claim(body, setting) for body in listing.bodies] if setting.fields else listing.bodies
    parts = [*bodies] or [b""]
    # The envelope is put to the first and the last, so that a page is copied once and not twice.
    parts[0] = b'{"total":%d,"items":[' % listing.total + parts[0]
    parts[-1] += b"]" + _tail(listing, setting)
    return b",".join(parts)


async def json_parts(claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
    """All claims in the same envelope. ``total`` stands last: it is known when the last claim has gone out."""
    count = 0
    yield b'{"items":['
    async for body in claims:
        yield (b"," if count else b"") + json_claim(body, setting)
        count += 1
    yield b"]" + _tail(Listing(count, (), None), setting)[:-1] + b',"total":%d}' % count


def jsonl_claims(listing: Listing, setting: Setting) -> bytes:
    """A served claim a line; total and next page are in the response's headers."""
    return b"".join(json_claim(body, setting) + b"\n" for body in listing.bodies)


def jsonl_parts(lines: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
    """The record in its JSON Lines form, which can be imported: the header, then a claim of the record a line."""
    return lines


def text_claim(body: bytes, setting: Setting) -> bytes:
    """Four lines: the sentence that keeps the source, the status with its reason, the sourcing, and the claim's URL."""
    return _block(from_json(body), setting).encode()


def text_claims(listing: Listing, setting: Setting) -> bytes:
    """A numbered block of the same four lines a claim, then the total and where the next page is."""
    blocks = [f"{nth}. {_block(from_json(body), setting)}\n" for nth, body in enumerate(listing.bodies, 1)]
    more = f"Next page: {setting.base}{listing.next}\n" if listing.next else ""
    return "".join([*blocks, _count(listing.total), more]).encode()


async def text_parts(claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
    """Every claim as in a list, numbered from the first to the last, then how many there are."""
    count = 0
    async for body in claims:
        count += 1
        yield f"{count}. {_block(from_json(body), setting)}\n".encode()
    yield _count(count).encode()


def visible(text: str) -> str:
    """``text`` with each control character, line ends included, as its number: ``<U+001B>``."""
    return _HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def isolated(text: str) -> str:
    """``text`` whose bidirectional controls order nothing outside of it; unchanged where it has none.

    It stands between FSI and PDI. Isolates that it opens are closed, and a PDI that closes none of them is dropped.
    """
    if not _BIDI.search(text):
        return text
    kept, depth = [], 1
    for each in text:
        depth += (each in _OPENING) - (each == _CLOSING)
        if depth:
            kept.append(each)
        depth = depth or 1
    return f"{_FIRST_STRONG}{''.join(kept)}{_CLOSING * depth}"


def _tail(listing: Listing, setting: Setting) -> bytes:
    following, preceding = (_quoted(url) if url else "null" for url in (listing.next, listing.prev))
    tail = f',"next":{following},"prev":{preceding},"revision":"{setting.revision}"'
    if listing.facets is not None:
        tail += f',"facets":{{{",".join([_facet(name, facet) for name, facet in listing.facets.items()])}}}'
    if listing.missing:
        tail += f',"missing":[{",".join(map(_quoted, listing.missing))}]'
    if setting.as_of:
        tail += f',"as_of":{_quoted(setting.as_of)}'
    return tail.encode() + b"}"


def _facet(name: str, facet: Facet) -> str:
    if not facet.counts:
        return f'"{name}":[]'
    url = _quoted(facet.url)[:-1]
    rows = []
    for value, count in facet.counts.items():
        begin, end = _around(value, facet.names.get(value, value))
        rows.append(f'{begin}{count},"url":{url}{end}')
    return f'"{name}":[{",".join(rows)}]'


@lru_cache(maxsize=4096)
def _around(value: str, name: str) -> tuple[str, str]:
    """What stands in the row of ``value`` before its count, and at the end of its URL; the same values come again."""
    return f'{{"value":{_quoted(value)},"name":{_quoted(name)},"count":', f'{encoded(value)}"}}'


def _block(claim: dict[str, Any], setting: Setting) -> str:
    basis, status, sourcing = claim["basis"], claim["status"].replace("_", " "), SOURCING_WORDS[claim["sourcing"]]
    as_of = f" (as of {setting.as_of})" if setting.as_of else ""
    since = f" since {since_in_words(basis['since_edtf'])}" if "since_edtf" in basis else ""
    background = "; background that no party to it would contest" if claim["background"] else ""
    lines = (
        claim["attribution"],
        f"Status{as_of}: {status}{since}. {basis['explanation']}",
        f"Sourcing: {sourcing}{background}.",
        setting.base + claim["url"],
    )
    return "".join(visible(line) + "\n" for line in lines)


def _count(total: int) -> str:
    return f"{total} claim{'' if total == 1 else 's'} in all.\n"

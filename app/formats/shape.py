"""What every format is made of: the settings of a writer, a page of claims, a row of the table."""

from asyncio import AbstractEventLoop, Lock, get_running_loop, sleep
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from types import MappingProxyType
from typing import NamedTuple
from weakref import WeakKeyDictionary

from app.core.documents import Passage
from app.core.errors import NotAcceptable
from app.core.model import Header

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "json": "application/json",
        "jsonl": "application/jsonl",
        "csv": "text/csv; charset=utf-8; header=present",
        "jsonld": "application/ld+json",
        "turtle": "text/turtle; charset=utf-8",
        "text": "text/plain; charset=utf-8",
        "bibtex": "application/x-bibtex; charset=utf-8",
        "csl": "application/vnd.citationstyles.csl+json",
        "ris": "application/x-research-info-systems; charset=utf-8",
        "claimreview": "application/ld+json",
    }
)
"""For each format its ``Content-Type``. JSON and its relatives are UTF-8 by definition and take no ``charset``."""

WHOLE = ("json", "jsonl", "csv", "jsonld", "turtle", "text")
"""Formats that hold a record whole; the others refer to claims, or have some of them only."""

PIECE = 64 * 1024
"""Bytes that a stream gathers before it hands them on: sending a piece costs the server more than making one."""

SLICE = 0.005
"""Seconds for which a stream makes parts before everything else that waits has its turn."""

_turns: WeakKeyDictionary[AbstractEventLoop, Lock] = WeakKeyDictionary()


class Setting(NamedTuple):
    """What a writer must know besides the claims."""

    header: Header
    revision: str
    base: str
    """Absolute URL of the server without a trailing slash; IRIs of the linked formats begin with it."""
    as_of: str | None = None
    fields: tuple[str, ...] = ()
    """Fields of a claim to keep, in this order; empty for all."""
    passages: Mapping[str, Sequence[Passage]] = MappingProxyType({})
    """For each document that the claims are from its passages; empty for formats that do not name them."""


class Facet(NamedTuple):
    """The counts of one term's values."""

    counts: Mapping[str, int]
    """For each value that occurs how often, in order."""
    url: str
    """The same question's URL relative to the server, as far as the value, encoded, that would narrow it."""
    names: Mapping[str, str] = MappingProxyType({})
    """What people call each value; the value itself where it is not named."""


class Listing(NamedTuple):
    """One page of claims."""

    total: int
    bodies: Sequence[bytes]
    next: str | None
    """URL of the next page, relative to the server."""
    prev: str | None = None
    """URL of the page before."""
    facets: Mapping[str, Facet] | None = None
    missing: Sequence[str] = ()
    """Ids that were asked for and are in no claim."""


@dataclass(frozen=True, slots=True)
class Format:
    """One form: how a claim, a page of claims and the whole record are written in it."""

    name: str
    """Value of ``format=``."""
    claims: Callable[[Listing, Setting], bytes]
    parts: Callable[[AsyncIterator[bytes], Setting], AsyncIterator[bytes]] | None = None
    """The whole record from its served claims (JSON Lines: from the lines of the record), part by part."""
    alone: Callable[[bytes, Setting], bytes] | None = None
    """A claim, where it is written otherwise than a page of one."""
    passages: bool = False
    """Whether its writers need :attr:`Setting.passages`."""

    @property
    def media_type(self) -> str:
        """As it stands in ``Content-Type``, parameters included."""
        return MEDIA_TYPES[self.name]

    def claim(self, body: bytes, setting: Setting) -> bytes:
        """A claim by itself."""
        return self.alone(body, setting) if self.alone else self.claims(Listing(1, [body], None), setting)

    def dataset(self, claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
        """The whole record, in pieces. Raises :class:`~app.core.errors.NotAcceptable` without :attr:`parts`."""
        if not self.parts:
            raise NotAcceptable(WHOLE)
        return pieces(self.parts(claims, setting))


async def pieces(parts: AsyncIterator[bytes], size: int = PIECE) -> AsyncIterator[bytes]:
    """The same bytes as ``parts``, gathered into pieces of at least ``size`` bytes but for the last.

    Parts are made in slices of :data:`SLICE`, since nothing else runs meanwhile. Then everything that waited runs;
    between two rounds of the event loop one stream goes on, not all.
    """
    gathered: list[bytes] = []
    length, until = 0, 0.0
    async for part in parts:
        gathered.append(part)
        length += len(part)
        if length >= size:
            yield b"".join(gathered)
            gathered, length = [], 0
        if perf_counter() > until:
            async with _turns.setdefault(get_running_loop(), Lock()):
                await sleep(0)
            until = perf_counter() + SLICE
    if gathered:
        yield b"".join(gathered)

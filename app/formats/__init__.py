"""The forms in which claims can be taken away: one row a format, one meaning for all.

A format turns served claims (JSON bytes from the store) into a body. JSON is the product's own form; the others follow
their standards: JSON Lines, CSV (RFC 4180), JSON-LD 1.1, Turtle 1.1, plain text. Pages for people are in :mod:`app.web`.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from app.model import Header


@dataclass(frozen=True, slots=True)
class Setting:
    """What a writer must know besides the claims."""

    header: Header
    revision: str
    base: str
    """Absolute URL of the server without a trailing slash; IRIs of the linked formats begin with it."""
    as_of: str | None = None
    fields: tuple[str, ...] = ()
    """Fields of a claim to keep, in this order; empty for all."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of claims."""

    total: int
    bodies: Sequence[bytes]
    next: str | None
    """URL of the next page, relative to the server."""
    facets: Mapping[str, Sequence[Mapping[str, object]]] | None = None
    """For each facet its ``{"value", "count", "url"}`` rows."""


@dataclass(frozen=True, slots=True)
class Format:
    """One form: how a claim, a page of claims and the whole record are written in it."""

    name: str
    """Value of ``format=``."""
    media_type: str
    """As it stands in ``Content-Type``, parameters included."""
    claim: Callable[[bytes, Setting], bytes]
    claims: Callable[[Listing, Setting], bytes]
    dataset: Callable[[AsyncIterator[bytes], Setting], AsyncIterator[bytes]]
    """The whole record from its served claims (JSON Lines: from its record lines), streamed in pieces."""

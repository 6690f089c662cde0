"""JSON-LD and Turtle: the same graph of a claim, a page or the whole record, for readers of linked data.

:mod:`app.formats.graph` makes the nodes and :mod:`app.formats.terms` names their words. JSON-LD 1.1 is those nodes with
their context inside, so that nobody has to fetch it; Turtle 1.1 is that very JSON-LD, read and written by pyoxigraph,
which is imported where it is used: it takes 14 MB that other formats do not need.
"""

from collections.abc import AsyncIterator, Iterable

from pydantic_core import from_json, to_json

from app.formats.around import Node
from app.formats.graph import Graph
from app.formats.shape import Listing, Setting, pieces
from app.formats.terms import CONTEXT, PREFIXES

_OPENING = b'{"@context":%s,"@graph":[' % to_json(dict(CONTEXT))
_CLOSING = b"]}"
_TURTLE_OPENING = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()).encode()
_BATCH = 50
"""Nodes that a stream writes at once: for Turtle the context is read again for each batch."""


def jsonld_claim(body: bytes, setting: Setting) -> bytes:
    """The claim and all that it refers to, as one ``@graph``."""
    return _jsonld(_nodes([body], setting))


def jsonld_claims(listing: Listing, setting: Setting) -> bytes:
    """The claims of the page and all that they refer to; total and next page are in the response's headers."""
    return _jsonld(_nodes(listing.bodies, setting))


def jsonld_dataset(claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
    """The whole record: the dataset, everything that claims refer to, then the claims in order."""

    async def parts() -> AsyncIterator[bytes]:
        separator = _OPENING
        async for nodes in _batches(claims, setting):
            yield separator + b",".join(to_json(node) for node in nodes)
            separator = b","
        yield _CLOSING

    return pieces(parts())


def turtle_claim(body: bytes, setting: Setting) -> bytes:
    """The graph of :func:`jsonld_claim`."""
    return _TURTLE_OPENING + _turtle(_nodes([body], setting))


def turtle_claims(listing: Listing, setting: Setting) -> bytes:
    """The graph of :func:`jsonld_claims`."""
    return _TURTLE_OPENING + _turtle(_nodes(listing.bodies, setting))


def turtle_dataset(claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[bytes]:
    """The graph of :func:`jsonld_dataset`."""

    async def parts() -> AsyncIterator[bytes]:
        yield _TURTLE_OPENING
        async for nodes in _batches(claims, setting):
            yield _turtle(nodes)

    return pieces(parts())


def _nodes(bodies: Iterable[bytes], setting: Setting) -> list[Node]:
    graph = Graph(setting)
    claims = [node for body in bodies for node in graph.claim(from_json(body))]
    return [*graph.around.nodes.values(), *claims]


async def _batches(claims: AsyncIterator[bytes], setting: Setting) -> AsyncIterator[list[Node]]:
    graph = Graph(setting)
    for _ in graph.around.everything():
        if len(graph.around.new) >= _BATCH:
            yield graph.around.untold()
    batch: list[Node] = []
    async for body in claims:
        batch += graph.claim(from_json(body))
        if len(batch) >= _BATCH:
            yield graph.around.untold() + batch
            batch = []
    if rest := graph.around.untold() + batch:
        yield rest


def _jsonld(nodes: Iterable[Node]) -> bytes:
    return _OPENING + b",".join(to_json(node) for node in nodes) + _CLOSING


def _turtle(nodes: Iterable[Node]) -> bytes:
    """Triples by subject, else as JSON-LD has them; without the prefixes, which pyoxigraph writes in any order."""
    from pyoxigraph import RdfFormat, parse, serialize

    unique = dict.fromkeys(quad.triple for quad in parse(_jsonld(nodes), format=RdfFormat.JSON_LD))
    triples = sorted(unique, key=lambda triple: triple.subject.value)
    turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""
    return b"".join(line for line in turtle.splitlines(keepends=True) if not line.startswith(b"@prefix "))

"""Responses by the bytes of the request head that asked for them, sent before anything is parsed.

A head that equals one answered before, to the byte, gets the same response as long as the record is the same. So the
whole request costs one look-up. :class:`~app.server.protocol.Connection` asks here only between two requests; it keeps
only responses that the handler offers, which have an entity tag, to heads that came alone, whole, without a body and on
a connection that stays open. Headers that change by the second, ``date`` alone, are added when a response is sent.
"""

from typing import NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from app.core.errors import StoreUnavailable
from app.store import ClaimStore, Edition
from app.web.response import Response

_OVERHEAD = 600
"""Bytes that an entry costs beside head, header and body (measured)."""


class Kept(NamedTuple):
    """A response as it goes over the wire, around the server's own headers."""

    status_line: bytes
    headers: bytes
    body: bytes
    route: str
    status: int


class HeadCache:
    """The responses of one edition, at most ``limit`` bytes of them; those kept first go first."""

    def __init__(self, store: ClaimStore, limit: int) -> None:
        self._store, self._limit, self._size = store, limit, 0
        self._edition: Edition | None = None
        self._kept: dict[bytes, Kept] = {}

    def get(self, head: bytes) -> Kept | None:
        """Returns the response to ``head`` of the edition that is served now, if it is kept."""
        try:
            edition = self._store.edition
        except StoreUnavailable:
            edition = None
        if edition is not self._edition:
            self._kept.clear()
            self._edition, self._size = edition, 0
        return self._kept.get(head)

    def put(self, head: bytes, edition: Edition | None, response: Response, route: str) -> None:
        """Keeps ``response`` if it is of the edition that is served, and no larger than an eighth of all."""
        headers = b"".join([b"%b: %b\r\n" % pair for pair in response.headers]) + b"\r\n"
        body = b"" if head.startswith(b"HEAD ") else response.body
        size = _cost(head, headers, body)
        if edition is None or edition is not self._edition or size > self._limit // 8 or head in self._kept:
            return
        self._kept[head] = Kept(STATUS_LINE[response.status], headers, body, route, response.status)
        self._size += size
        while self._size > self._limit:
            oldest = next(iter(self._kept))
            dropped = self._kept.pop(oldest)
            self._size -= _cost(oldest, dropped.headers, dropped.body)


def _cost(head: bytes, headers: bytes, body: bytes) -> int:
    return len(head) + len(headers) + len(body) + _OVERHEAD

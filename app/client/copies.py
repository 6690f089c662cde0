"""Answers that the client keeps, so that asking again costs a 304 instead of an answer (RFC 9111).

None is taken for current without asking, since the record may have changed meanwhile.
"""

from collections import OrderedDict
from threading import Lock


class Copies:
    """The latest answers by address, up to ``most`` bytes; the longest unused goes first. Threads may share one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._copies: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, address: str) -> tuple[str, bytes] | None:
        """Entity tag and bytes of the answer kept from ``address``."""
        with self._lock:
            if address in self._copies:
                self._copies.move_to_end(address)
            return self._copies.get(address)

    def keep(self, address: str, etag: str, body: bytes) -> None:
        """Keep an answer; one that is larger than all there is room for is not kept."""
        with self._lock:
            self._held -= len(self._copies.pop(address, ("", b""))[1])
            if len(body) > self._most:
                return
            self._copies[address] = (etag, body)
            self._held += len(body)
            while self._held > self._most:
                self._held -= len(self._copies.popitem(last=False)[1][1])

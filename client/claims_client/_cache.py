"""Responses kept to be asked for again by their entity tag (RFC 9110 13.1.2), so that an unchanged one costs a 304."""

from collections import OrderedDict
from threading import Lock


class Cache:
    """Entity tags and bodies by address, of at most ``size`` bytes; evicts the least recently used. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, address: str) -> tuple[str, bytes] | None:
        """Entity tag and body of the response kept from ``address``."""
        with self._lock:
            if address in self._kept:
                self._kept.move_to_end(address)
            return self._kept.get(address)

    def keep(self, address: str, etag: str, body: bytes) -> None:
        """Keeps a response; one that is larger than the cache is not kept."""
        with self._lock:
            self._held -= len(self._kept.pop(address, ("", b""))[1])
            if len(body) > self._size:
                return
            self._kept[address] = (etag, body)
            self._held += len(body)
            while self._held > self._size:
                self._held -= len(self._kept.popitem(last=False)[1][1])

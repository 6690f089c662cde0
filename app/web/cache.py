"""Responses kept until the record changes.

A response depends on the edition, the target, and the ``Accept`` and ``Accept-Encoding`` headers, and on nothing else;
those are the key. Only whole responses with an entity tag are kept; preconditions are evaluated afterwards.
"""

from collections import OrderedDict

from app.core.errors import StoreUnavailable
from app.store import ClaimStore, Edition
from app.web.response import Response

Key = tuple[bytes, bytes, str, str]

_OVERHEAD = 1500
"""Bytes that an entry costs beside its body: key, headers, and the objects that hold them (measured)."""


class ResponseCache:
    """The responses of one edition, at most ``limit`` bytes of them; those not used for longest go first."""

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

"""Finished answers kept outside the framework: pure ASGI, bounded in bytes, emptied by a new edition.

An answer depends on the edition, the target, and the ``Accept`` and ``Accept-Encoding`` headers, and on nothing else;
those are the key. What is kept is the very messages that were sent, so a kept answer equals a fresh one to the byte.
Only complete 200 answers with an entity tag are kept. A conditional request is answered from a kept answer by RFC 9110
13.2.2.
"""

from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import StoreUnavailable
from app.store import ClaimStore, Edition
from app.web.counting import Row, RowOf, uncounted
from app.web.headers import is_current, not_modified_since, tags
from app.web.routing import READING

Key = tuple[bytes, bytes, bytes, bytes]

_OVERHEAD = 1500
"""Bytes that an entry costs beside its body: key, headers, and the objects that hold them (measured)."""

_ASKING = frozenset({b"accept", b"accept-encoding", b"if-none-match", b"if-modified-since"})

_OF_CONTENT = frozenset({b"content-type", b"content-length", b"content-encoding", b"content-security-policy", b"link"})
_EMPTY: Message = {"type": "http.response.body", "body": b""}


@dataclass(slots=True)
class Kept:
    """One finished answer."""

    start: Message
    body: Message
    etag: bytes
    etags: tuple[str, ...]
    """This answer's entity tag, and that of the same answer without a coding."""
    modified: int | None
    size: int
    row: Row
    """Where its uses are counted: in the first bucket, since none takes as long as that reaches."""
    unchanged_row: Row
    """Where its uses as a 304 are."""
    unchanged: Message | None = None
    """The start of the 304 that this answer's own tag alone asks for, made when it is first asked for."""
    used: bool = False
    """Whether it was asked for again since it came, or since it was last spared."""

    def if_held(self, if_none_match: bytes, if_modified_since: bytes) -> Message | None:
        """The start of a 304 where the reader holds this answer."""
        if if_none_match != self.etag:
            held = self.held(if_none_match, if_modified_since)
            return self.not_modified(held.encode()) if held else None
        # By far the most common condition: the tag alone, as it was given out.
        if self.unchanged is None:
            self.unchanged = self.not_modified(self.etag)
        return self.unchanged

    def held(self, if_none_match: bytes, if_modified_since: bytes) -> str | None:
        """The entity tag of this answer by which the reader holds it, if they do; tags are asked before a date."""
        if if_none_match:
            return is_current(if_none_match.decode("latin-1"), self.etags)
        since = if_modified_since.decode("latin-1")
        return self.etags[0] if self.modified is not None and not_modified_since(since, self.modified) else None

    def not_modified(self, etag: bytes) -> Message:
        """The start of a 304 for it."""
        kept = [pair for pair in self.start["headers"] if pair[0] not in _OF_CONTENT and pair[0] != b"etag"]
        return {"type": "http.response.start", "status": 304, "headers": [(b"etag", etag), *kept]}


class AnswerCache:
    """Middleware: answer from what is kept, or let the application answer and keep that."""

    def __init__(self, app: ASGIApp, store: ClaimStore, limit: int, row_of: RowOf = uncounted) -> None:
        self.app = app
        self.store = store
        self.limit = limit
        self.row_of = row_of
        self.kept: OrderedDict[Key, Kept] = OrderedDict()
        self.size = 0
        self.edition: Edition | None = None
        self.hits = 0
        self.misses = 0

    # One straight way: a call to a function of its own would cost a tenth of a kept answer.
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: C901
        """One request."""
        if scope["type"] != "http" or scope["method"] not in READING:
            await self.app(scope, receive, send)
            return
        try:
            if self.store.edition is not self.edition:
                self._begin(self.store.edition)
        except StoreUnavailable:
            await self.app(scope, receive, send)
            return
        accept = coding = if_none_match = if_modified_since = b""
        for name, value in scope["headers"]:
            if name in _ASKING:
                if name == b"if-none-match":
                    if_none_match = if_none_match + b"," + value if if_none_match else value
                elif name == b"accept":
                    accept = accept + b"," + value if accept else value
                elif name == b"accept-encoding":
                    coding = coding + b"," + value if coding else value
                else:
                    if_modified_since = if_modified_since + b"," + value if if_modified_since else value
        key = (scope["raw_path"], scope["query_string"], accept, coding)
        kept = self.kept.get(key)
        if kept is None:
            self.misses += 1
            whole = scope["method"] == "GET" and not (if_none_match or if_modified_since)
            await self.app(scope, receive, self._keeping(key, scope["path"], send) if whole else send)
            return
        self.hits += 1
        kept.used = True
        if if_none_match or if_modified_since:
            unchanged = kept.if_held(if_none_match, if_modified_since)
            if unchanged:
                kept.unchanged_row[1] += 1
                await send(unchanged)
                await send(_EMPTY)
                return
        kept.row[1] += 1
        await send(kept.start)
        await send(kept.body if scope["method"] == "GET" else _EMPTY)

    def _begin(self, edition: Edition) -> None:
        """Forget what an edition before has answered."""
        self.kept.clear()
        self.size, self.edition = 0, edition

    def _keeping(self, key: Key, path: str, send: Send) -> Send:
        edition, started = self.edition, list[Message]()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            elif message["type"] == "http.response.body" and started and not message.get("more_body"):
                self._keep(key, path, edition, started.pop(), message)
            else:
                started.clear()
            await send(message)

        return sending

    def _keep(self, key: Key, path: str, edition: Edition | None, start: Message, body: Message) -> None:
        headers = dict(start["headers"])
        size = len(body.get("body", b"")) + sum(map(len, key)) + _OVERHEAD
        unfit = start["status"] != 200 or b"etag" not in headers or b"no-store" in headers.get(b"cache-control", b"")
        if (
            unfit
            or size > self.limit // 8
            or edition is None
            or self.store.edition is not edition
            or self.edition is not edition
        ):
            return
        if key in self.kept:
            self.size -= self.kept.pop(key).size
        etag = headers[b"etag"]
        modified = edition.modified if b"last-modified" in headers else None
        rows = self.row_of(path, 200), self.row_of(path, 304)
        self.kept[key] = Kept(start, body, etag, tags(etag.decode()), modified, size, *rows)
        self.size += size
        while self.size > self.limit:
            self._drop()

    def _drop(self) -> None:
        """Drop the oldest answer that was not used; those that were get a second chance (Corbató's clock).

        To note a use is an assignment then, where an order of use would have to be mended at every answer.
        """
        key = next(iter(self.kept))
        while self.kept[key].used:
            self.kept[key].used = False
            self.kept.move_to_end(key)
            key = next(iter(self.kept))
        self.size -= self.kept.pop(key).size

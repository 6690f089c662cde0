"""What a connection may do before it is cut off: uvicorn's HTTP protocol with limits and deadlines.

uvicorn waits for ever for a header and takes one of any size (measured: 200 kB), so that 400 sockets which say nothing
use up a process's descriptors. The subclass here closes that gap and nothing else: it counts bytes as they arrive, and
:class:`~app.server.watch.Watch` looks once a second at how long each connection has been where it is. A request that
arrives in one piece pays for a few assignments. Refusals follow RFC 9112 and RFC 6585.
"""

import asyncio
import sys
from typing import Any, cast

from httptools import HttpParserInvalidMethodError
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.server.refusals import Refusal, overloaded
from app.server.watch import Watch

LINGER = 1.0
"""Seconds for which a refused client is listened to: closing upon bytes unread would reset the answer away."""

LEAVE = 1.0
"""Seconds in which a kept connection may ask once more, after the server was told to end."""


class Guarded(HttpToolsProtocol):
    """A connection that is watched; ``watch`` is given by a subclass for each server."""

    watch: Watch

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.answering: ASGIApp = cast("ASGIApp", self.app)
        self.neighbours = cast("set[Guarded]", server_state.connections)
        self.running: RequestResponseCycle | None = None
        """The request that is being answered, or was answered last; ``cycle`` is the one that was read last."""
        self.heading = True
        """Whether the next thing to arrive is a header, or more of it."""
        self.begun = True
        """Whether its time is running: from the connection's or its own first byte on."""
        self.since = 0.0
        """When that time, or the body's, began."""
        self.seen = 0
        """Bytes that have arrived since, which may be more than the header's own."""
        self.moved = 0.0
        """When the reader was last seen to take something of what is waiting for it; 0 where nothing waits."""
        self.crowded = False
        """Whether there were too many already when it was made."""
        self.leaving = False
        self.refused = False

    @property
    def answered(self) -> bool:
        """Whether no request of this connection is under way."""
        return self.running is None or self.running.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.loop.time()
        self.watch.welcome(self)

    def connection_lost(self, exc: Exception | None) -> None:
        # uvicorn tells only the request that was read last, and one before it would go on writing to nobody.
        self.pipeline.clear()
        self._abandon()
        super().connection_lost(exc)

    def _abandon(self) -> None:
        if self.running is not None and not self.running.response_complete:
            self.running.disconnected = True
            self.running.message_event.set()

    def data_received(self, data: bytes) -> None:
        if self.refused:
            return
        if self.heading and not self.begun:
            self.begun, self.since, self.seen = True, self.loop.time(), 0
        self.seen += len(data)
        super().data_received(data)
        if self.heading and self.begun and self.seen > self.watch.settings.header_bytes:
            self.refuse(Refusal(431))

    def on_headers_complete(self) -> None:
        self._check()
        self.heading, self.since = False, self.loop.time()
        busy = self.crowded or len(self.tasks) >= self.watch.settings.concurrency
        self.app = cast("Any", overloaded if busy and not self.url.startswith(b"/health") else self.answering)
        super().on_headers_complete()
        if self.leaving or self.crowded:
            self.cycle.keep_alive = False

    def _check(self) -> None:
        """Raise the :class:`Refusal` of a header that is too large, or that RFC 9112 (3.2, 6.1) has refused."""
        settings = self.watch.settings
        if len(self.url) > settings.target_bytes:
            raise Refusal(414)
        hosts = size = 0
        for name, value in self.headers:
            size += len(name) + len(value)
            if name == b"host":
                hosts += 1
            elif name == b"transfer-encoding" and value.lower() != b"chunked":
                raise Refusal(501, "No transfer coding is known here but chunked.")
        if size > settings.header_bytes:
            raise Refusal(431)
        version = self.parser.get_http_version()
        if version == "0.9":
            raise Refusal(400)
        if hosts != 1 and (hosts or version == "1.1"):
            raise Refusal(400, "A request must name one Host.")
        if self.url == b"*":
            # OPTIONS of the server as a whole (9112 3.2.4): what its root takes, everything takes.
            self.url = b"/"

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.running = cycle
        super()._start_asgi_task(cycle, app)

    def on_message_complete(self) -> None:
        self.heading, self.begun = True, False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn does with an error of its parser, while that error is being handled."""
        error = sys.exc_info()[1]
        said = error.__context__ if error else None
        if not isinstance(said, Refusal):
            said = Refusal(501 if isinstance(error, HttpParserInvalidMethodError) else 400)
        self.refuse(said)

    def refuse(self, refusal: Refusal) -> None:
        """Say why, and take no more of this connection; after the answer that is under way, where there is one."""
        if self.refused or self.transport.is_closing():
            return
        self.refused = True
        if self.running is None or self.running.response_complete:
            self._end(refusal)
        elif self.pipeline:
            # What was asked after the broken part is not known, and what was asked before it is being answered.
            self.pipeline.clear()
        elif self.heading:
            self.running.on_response = lambda: self._end(refusal)
        elif self.running.response_started:
            self.drop()
        else:
            self.cut_off(refusal)

    def cut_off(self, refusal: Refusal) -> None:
        """Say why, in place of the answer that is under way and has not begun."""
        self.refused = True
        self._abandon()
        self._end(refusal)

    def drop(self) -> None:
        """Close at once, without a word."""
        self.refused = True
        self.pipeline.clear()
        self._abandon()
        self.transport.abort()

    def _end(self, refusal: Refusal) -> None:
        self._unset_keepalive_if_required()
        self.transport.write(refusal.message(self.server_state.default_headers))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.close)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: answering as if nothing had been asked is what RFC 9110 7.8 wants."""

    def pause_writing(self) -> None:
        self.moved = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self.moved = self.loop.time()
        super().resume_writing()

    def shutdown(self) -> None:
        """The server is to end. A request may be on its way already: closing at once would reset it."""
        self.leaving = True
        if self.running is not None and not self.running.response_started:
            self.running.keep_alive = False
        self.loop.call_later(LEAVE, self._leave)

    def _leave(self) -> None:
        if self.transport.is_closing():
            return
        if self.answered and not (self.heading and self.begun and self.seen):
            self.transport.close()
        else:
            self.loop.call_later(LEAVE, self._leave)


def guarded(watch: Watch) -> type[Guarded]:
    """The protocol of one server."""
    return type("GuardedConnection", (Guarded,), {"watch": watch})

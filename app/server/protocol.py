"""One connection: uvicorn's HTTP protocol with limits, deadlines, kept responses, and an end that resets no request.

uvicorn waits for a header forever and accepts one of any size. :meth:`Connection.check`, called twice a second, ends
what takes too long; a request that arrives in one piece pays for a few assignments. Refusals follow RFC 9112 and 6585.
"""

import asyncio
import socket
import struct
import sys
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from httptools import HttpParserInvalidMethodError
from starlette.exceptions import HTTPException
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.server.heads import HeadCache
from app.settings import Settings
from app.web.metrics import Metrics
from app.web.problems import http_problem
from app.web.response import problem_response

HEADER_BYTES, TARGET_BYTES = 16 * 2**10, 8 * 2**10
BODY_RATE, BODY_GRACE = 500, 5.0  # least bytes a second, and after how many seconds they are asked for
LINGER = 0.25  # seconds to hear a refused client out: to close upon unread bytes would reset the response away
SPARE = 32  # connections above the most that are heard out while they are refused
LEAVE = 1.0  # seconds in which a kept connection may ask once more after the server is told to end
REFUSALS = {
    400: "This is no HTTP request that can be understood, with one Host and in HTTP/1.1 (RFC 9112).",
    408: "The request did not arrive in time. Send it in one go.",
    414: "The address is too long. Ask for less, or in several requests.",
    431: "The header fields are too large, all together. Send fewer, or a smaller cookie.",
    501: "This method or transfer coding is known nowhere here. Use GET, HEAD, OPTIONS or POST.",
    503: "No more connections can be held now. Try again in a second.",
}


class State(ServerState):
    """What the connections of a worker share."""

    def __init__(self, settings: Settings, most: int, heads: HeadCache | None, metrics: Metrics) -> None:
        super().__init__()
        self.settings, self.most = settings, most  # connections at one time
        self.heads, self.metrics = heads, metrics


class Connection(HttpToolsProtocol):
    """A connection with limits and deadlines."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.state: State = given["server_state"]
        self.current: RequestResponseCycle | None = None  # being answered; ``cycle`` is the one that was read last
        self.in_header = True  # whether the next byte belongs to a header, not to a body
        self.since = 0.0  # when that header or body began; 0 between two requests
        self.active = 0.0  # when something last arrived or was answered
        self.received = 0  # bytes since the request began
        self.taken, self.moved = 0, 0.0  # bytes that the reader has acknowledged, and when that last changed
        self.refused = self.leaving = False

    @property
    def answered(self) -> bool:
        """Whether every request that was read is answered."""
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.moved = self.active = self.loop.time()
        self.state.metrics.connections.inc()
        above = len(self.connections) - self.state.most
        if above > 0:
            self._end(503, linger=LINGER if above < SPARE else 0)

    def connection_lost(self, exc: Exception | None) -> None:
        self.state.metrics.connections.dec()
        self.pipeline.clear()
        if self.current:  # uvicorn tells only the request that was read last
            self.current.disconnected = True
            self.current.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.refused:
            return
        heads, before = self.state.heads, self.cycle
        between = self.answered and not (self.since and self.received)
        self.active = self.loop.time()
        if heads and between and not (self.leaving or self.flow.write_paused):
            kept = heads.get(data)
            if kept:
                self.since = 0.0
                own = b"".join([b"%b: %b\r\n" % pair for pair in self.state.default_headers])
                self.transport.write(b"".join((kept.status_line, own, kept.headers, kept.body)))
                self.state.metrics.sent_at_once(kept.route, kept.status)
                return
        if not self.since:
            self.since, self.received = self.active, 0
        self.received += len(data)
        super().data_received(data)
        if self.received > HEADER_BYTES and self.in_header and self.since:
            self.refuse(431)
        elif heads and between and self.cycle is not before and self._came_alone():
            self.scope["extensions"] = {"claims.keep": partial(heads.put, data)}  # type: ignore[dict-item]

    def _came_alone(self) -> bool:
        """Whether what was read is the head of one request, whole and without a body, that ends no connection."""
        cycle, whole = self.cycle, not (self.since or self.pipeline or self.cycle.more_body or self.cycle.body)
        return whole and cycle.keep_alive and not (cycle.waiting_for_100_continue or self.refused or self.leaving)

    def on_headers_complete(self) -> None:
        hosts = size = 0
        for name, value in self.headers:
            size += len(name) + len(value)
            hosts += name == b"host"
            if name == b"transfer-encoding" and value.lower() != b"chunked":
                raise HTTPException(501)
        version = self.parser.get_http_version()
        if len(self.url) > TARGET_BYTES or size > HEADER_BYTES:
            raise HTTPException(414 if len(self.url) > TARGET_BYTES else 431)
        if version == "0.9" or hosts > 1 or (version == "1.1" and not hosts):
            raise HTTPException(400)
        if self.url == b"*":
            self.url = b"/"  # OPTIONS of the server as a whole (RFC 9112 3.2.4)
        self.in_header, self.since = False, self.loop.time()
        super().on_headers_complete()
        self.cycle.keep_alive &= not self.leaving

    def on_message_complete(self) -> None:
        self.in_header, self.since = True, 0.0
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.current = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        self.active = self.loop.time()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Does nothing: uvicorn's timer knows nothing of kept responses, :meth:`check` does."""

    def check(self) -> None:
        """Ends the connection if it is idle, its reader takes nothing, or its request does not arrive, in time."""
        settings, now = self.state.settings, self.loop.time()
        if not self.transport.get_write_buffer_size():
            self.moved = now
        elif (taken := _acknowledged(self.transport)) != self.taken:
            self.taken, self.moved = taken, now
        if self.since and self.flow.read_paused:
            self.since = now  # the client waits for the application, and not the other way round
        waited = now - (self.since or now)
        slow = waited > BODY_GRACE and self.received < BODY_RATE * waited
        late = self.answered and waited > settings.header_seconds
        stalled = now - self.moved > settings.stalled_seconds
        if stalled:
            self.state.metrics.cut.inc()
            self.transport.abort()
        elif not self.since and self.answered and now - self.active > settings.idle_seconds:
            self.transport.close()
        elif late if self.in_header else slow or waited > settings.body_seconds:
            self.refuse(408)

    def send_400_response(self, msg: str) -> None:
        """Replaces uvicorn's answer to an error of its parser; called while that error is being handled."""
        error = sys.exc_info()[1]
        cause = error and error.__context__
        unknown = isinstance(error, HttpParserInvalidMethodError)
        self.refuse(cause.status_code if isinstance(cause, HTTPException) else 501 if unknown else 400)

    def refuse(self, status: int) -> None:
        """Refuses what is being read, after the answers to all requests before it, and reads no more."""
        if self.refused or self.transport.is_closing():
            return
        self.refused = True
        self.state.metrics.cut.inc(status == 408)
        if self.answered:
            self._end(status)
        elif self.in_header:
            self.cycle.on_response = partial(self._end, status)
        elif self.pipeline or self.cycle.response_started:
            self.transport.abort()
        else:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self._end(status)

    def _end(self, status: int, linger: float = LINGER) -> None:
        self.refused = True
        self._unset_keepalive_if_required()
        if not self.transport.is_closing():
            line, rest = _refusal(status)
            self.transport.write(b"\r\n".join((line, *map(b": ".join, self.state.default_headers), rest)))
            self.transport.write_eof()
            self.loop.call_later(linger, self.transport.close)

    def shutdown(self) -> None:
        """Called when the server ends. A request may be on its way: to close at once would reset it."""
        self.leaving = True
        if not self.answered and not self.cycle.response_started:
            self.cycle.keep_alive = False
        self.loop.call_later(LEAVE, self._leave)

    def _leave(self) -> None:
        if self.answered and not (self.since and self.received):
            self.transport.close()
        elif not self.transport.is_closing():
            self.loop.call_later(LEAVE, self._leave)


def _acknowledged(transport: asyncio.Transport) -> int:
    """Returns the bytes that the reader has acknowledged: ``tcpi_bytes_acked`` of ``linux/tcp.h``."""
    try:
        info = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 128)
        return int(struct.unpack_from("=Q", info, 120)[0])
    except (OSError, struct.error, AttributeError):
        return -transport.get_write_buffer_size()  # where it is not told, at least what the system has taken


@cache
def _refusal(status: int) -> tuple[bytes, bytes]:
    """Returns the first line of a refusal, and what follows the date."""
    more = {"retry-after": "1"} if status == 503 else {}
    response = problem_response(http_problem(status, REFUSALS[status]), None, more)
    fields = map(b": ".join, (*response.headers, (b"connection", b"close")))
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(), b"\r\n".join((*fields, b"", response.body))

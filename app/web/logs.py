"""A line of the log for each request, where an operator asks for it, with an id that the answer carries too.

An id that a proxy has given (X-Request-ID) is kept, so that one request has one name on its whole way; anything that
is no plain id is replaced, since it will stand in logs and headers.
"""

import logging
import re
import secrets
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("claims.requests")

_ID = re.compile(rb"[A-Za-z0-9._-]{8,128}")


class RequestLog:
    """Middleware: name each request and log it when it has been answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        id_ = given if _ID.fullmatch(given) else secrets.token_hex(8).encode()
        status = size = 0

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", id_)]}
            else:
                size += len(message.get("body", b""))
            await send(message)

        began = perf_counter()
        try:
            await self.app(scope, receive, sending)
        finally:
            took = (perf_counter() - began) * 1000
            said = {
                "request_id": id_.decode(),
                "client": scope["client"][0] if scope.get("client") else "",
                "method": scope["method"],
                # As it came: decoded it could hold line ends, and write lines of its own.
                "path": scope["raw_path"].decode("latin-1"),
                "query": scope["query_string"].decode("latin-1"),
                "status": status or 499,
                "bytes": size,
                "milliseconds": round(took, 3),
            }
            logger.info("%(method)s %(path)s %(status)d", said, extra={"said": said})

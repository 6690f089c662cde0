"""Around FastAPI: HEAD as GET without a body, OPTIONS, CORS preflights, and the last resort when something breaks.

Kept to what must hold for every answer whoever makes it.
"""

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.finished import SECURITY, Finished
from app.web.routing import broken, send_finished

_PREFLIGHT = Finished(
    204,
    [
        *SECURITY,
        (b"access-control-allow-methods", b"GET, HEAD, POST"),
        (b"access-control-allow-headers", b"*"),
        (b"access-control-max-age", b"86400"),
        (b"vary", b"Access-Control-Request-Method"),
    ],
    b"",
)
"""One answer to every preflight (Fetch 4.8): anybody may read, and the browser does the refusing."""


class Front:
    """Middleware around all that the quick door leaves to FastAPI."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection scope."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "GET":
            await self._guarded(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._guarded({**scope, "method": "GET"}, receive, _HeaderOnly(send))
        elif scope["method"] == "OPTIONS" and any(
            name == b"access-control-request-method" for name, _ in scope["headers"]
        ):
            await send_finished(_PREFLIGHT, send)
        else:
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = ended = False

        async def sending(message: Message) -> None:
            nonlocal started, ended
            started = True
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except (ClientDisconnect, _Enough):
            return
        except Exception as error:
            sorry = broken(scope, error)
            if started and not ended:
                # Half an answer cannot be mended; the server closes the connection, so that nobody takes it for whole.
                raise
            if not started:
                await send_finished(sorry, send)


class _Enough(Exception):
    """The header has been sent, which is all that a HEAD asks for; a long download need not be made."""


class _HeaderOnly:
    def __init__(self, send: Send) -> None:
        self.send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self.send(message)
            await self.send({"type": "http.response.body", "body": b""})
        elif message.get("more_body"):
            raise _Enough

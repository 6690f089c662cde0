"""The outermost room: HEAD as GET without a body, CORS preflights, and the last resort when something breaks.

Kept to what must hold for every answer whoever makes it; a GET passes through it at the price of one comparison.
"""

import logging

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.finished import finish_problem
from app.web.problems import http_problem
from app.web.routing import send_finished

logger = logging.getLogger("claims")


class Front:
    """Middleware around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.preflight = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["*"],
            max_age=86400,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection scope."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "GET":
            await self._guarded(self.app, scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._guarded(self.app, {**scope, "method": "GET"}, receive, _without_body(send))
        elif scope["method"] == "OPTIONS":
            await self._guarded(self.preflight, scope, receive, send)
        else:
            await self._guarded(self.app, scope, receive, send)

    async def _guarded(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await app(scope, receive, sending)
        except Exception:
            logger.exception("an answer to %s broke", scope["path"])
            if started:
                raise
            await send_finished(
                finish_problem(http_problem(500, "This is our fault and has been logged; try again.")), send
            )


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sending

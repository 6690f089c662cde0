"""The ways in: FastAPI's documented route, and the quick door before it.

Both lead to :func:`app.web.answers.respond` with the same operation. The documented route is what FastAPI knows and
describes; the door is a table look-up that spares a request FastAPI's own way through the framework, which costs more
than the answer. A test holds the two equal on every example and on generated requests.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from time import perf_counter
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.errors import TextTooLarge
from app.settings import Settings
from app.store import ClaimStore
from app.web.answers import Ask, Operation, respond
from app.web.counting import Counts
from app.web.finished import Finished, finish_problem
from app.web.problems import BROKEN, http_problem

logger = logging.getLogger("claims")

READING = ("GET", "HEAD")


def _asked() -> Ask:
    raise NotImplementedError("an Ask is made by app.web.answers.respond, not by dependency injection")


Asked = Annotated[Ask, Depends(_asked)]
"""How an endpoint declares that it takes the request; FastAPI documents nothing for it."""


class Sent(Response):
    """A finished answer, as Starlette expects one."""

    def __init__(self, finished: Finished) -> None:
        self.finished = finished
        self.status_code = finished.status
        self.background = None
        self.body = finished.body
        self.raw_headers = finished.headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await send_finished(self.finished, send)


class OperationRoute(APIRoute):
    """A FastAPI route that is documented from its endpoint's signature and answered by :func:`respond`."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The handler: FastAPI's parameters are for the document, the parsing is ours, once."""
        operation = Operation.of(self.endpoint)

        async def handle(request: Request) -> Response:
            state = request.app.state
            body = partial(_body, request, state.settings.verify_bytes)
            return Sent(await respond(operation, state.store, state.settings, request.scope, request.path_params, body))

        return handle


def broken(scope: Scope, error: Exception) -> Finished:
    """The last resort: log ``error``, and tell no more than that it is our fault."""
    logger.error("an answer to %s broke", scope["path"], exc_info=error)
    return finish_problem(http_problem(500, BROKEN))


async def _body(request: Request, largest: int) -> bytes:
    """The body of ``request``, refused as soon as it is known to be too large.

    FastAPI's own limit answers in a shape of its own, whatever handler there is, where the length was declared.
    """
    said = request.headers.get("content-length", "")
    body = bytearray()
    if not said.isdecimal() or int(said) <= largest:
        async for piece in request.stream():
            body += piece
            if len(body) > largest:
                break
        else:
            return bytes(body)
    raise TextTooLarge(f"At most {largest} bytes are taken. Send the text of one document alone.")


async def send_finished(finished: Finished, send: Send, *, header_only: bool = False) -> None:
    """Send an answer over ASGI, whole or in pieces, or its header alone."""
    await send({"type": "http.response.start", "status": finished.status, "headers": finished.headers})
    if header_only:
        await send({"type": "http.response.body", "body": b""})
        return
    if finished.stream is not None:
        async for piece in finished.stream:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": finished.body})


class QuickDoor:
    """Answer GET and HEAD requests to documented operations straight away; everything else goes on.

    It is its own last resort: the one that :class:`~app.web.front.Front` is for others costs a tenth of an answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        routes: Iterable[APIRoute],
        store: ClaimStore,
        settings: Settings,
        counts: Counts | None = None,
    ) -> None:
        self.app = app
        self.store = store
        self.settings = settings
        self.counts = counts
        self.fixed: dict[str, Operation] = {}
        self.open: dict[tuple[str, ...], tuple[Operation, str]] = {}
        for route in routes:
            if "GET" not in (route.methods or ()):
                continue
            operation, parts = Operation.of(route.endpoint, route.path), tuple(route.path.split("/")[1:])
            named = [at for at, part in enumerate(parts) if part.startswith("{")]
            if not named:
                self.fixed[route.path] = operation
            elif named == [1]:
                self.open[(parts[0], *parts[2:])] = (operation, parts[1].strip("{}"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the operation by its path, or hand the request on."""
        reading = scope["type"] == "http" and scope["method"] in READING
        found = self._operation(scope["path"]) if reading else None
        if found is None:
            await self.app(scope, receive, send)
            return
        begun, status = False, 500
        since = perf_counter()
        try:
            finished = await respond(found[0], self.store, self.settings, scope, found[1])
            begun, status = True, finished.status
            await send_finished(finished, send, header_only=scope["method"] == "HEAD")
        except Exception as error:
            sorry = broken(scope, error)
            if begun:
                # Half an answer cannot be mended; the server closes the connection, so that nobody takes it for whole.
                raise
            await send_finished(sorry, send)
        finally:
            if self.counts:
                self.counts.add(found[0].route, status, perf_counter() - since)

    def _operation(self, path: str) -> tuple[Operation, Mapping[str, Any]] | None:
        operation = self.fixed.get(path)
        if operation:
            return operation, {}
        first, _, rest = path[1:].partition("/")
        argument, *after = rest.split("/")
        found = self.open.get((first, *after)) if argument else None
        return (found[0], {found[1]: argument}) if found else None

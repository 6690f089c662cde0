"""What a connection is told before it is cut off: the same problems as everywhere, made without the application."""

from functools import cache
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from app.web.finished import Finished, finish_problem
from app.web.problems import http_problem
from app.web.routing import send_finished

_DETAILS = {
    400: "This is no HTTP request that can be understood (RFC 9112).",
    408: "The request did not arrive in time. Send it in one go.",
    414: "The address is too long. Ask for less, or in several requests.",
    431: "The header fields are too large, all together. Send fewer, or a smaller cookie.",
    501: "This method is known nowhere here. Use GET, HEAD, OPTIONS or POST.",
    503: "More is being asked than can be answered now. Try again in a second.",
}


class Refusal(Exception):
    """A request is refused before the application sees it."""

    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.detail = detail or _DETAILS[status]

    def message(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        """The whole answer as it goes over the wire, which is the last on its connection."""
        finished = _finished(self.status, self.detail)
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}".encode()]
        lines += [name + b": " + value for name, value in (*headers, *finished.headers, (b"connection", b"close"))]
        return b"\r\n".join((*lines, b"", finished.body))


async def overloaded(scope: Scope, receive: Receive, send: Send) -> None:
    """The application that stands in while there is too much to do."""
    await send_finished(_finished(503, _DETAILS[503]), send)


@cache
def _finished(status: int, detail: str) -> Finished:
    headers = {"retry-after": "1"} if status == 503 else {}
    return finish_problem(http_problem(status, detail), None, headers)

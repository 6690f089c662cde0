"""A network that answers what a test wants, for the client."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from claims_client import ClaimsClient


class Wire(httpx.BaseTransport):
    """A network that keeps what is sent and answers with what it was given, the last again and again."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


def problem(status: int, name: str, detail: str, **more: object) -> httpx.Response:
    fields = {"type": f"/problems#{name}", "title": "t", "status": status, "detail": detail, **more}
    return httpx.Response(status, json=fields, headers={"content-type": "application/problem+json"})


NO_CLAIM = {"total": 0, "items": [], "next": None, "prev": None, "revision": "0" * 16}


@contextmanager
def once(wire: Wire) -> Iterator[ClaimsClient]:
    """A client on ``wire`` that asks once."""
    with ClaimsClient(transport=wire, retries=0) as client:
        yield client

"""Responses: read as models, or as the errors that they mean."""

from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx

from claims_client._page import Model
from claims_client.errors import (
    ClaimsError,
    NotFound,
    ParametersInvalid,
    Problem,
    ProblemError,
    Unavailable,
    UnreadableResponse,
)

Answer = TypeVar("Answer", bound=Model)

_ERRORS: dict[str, type[ProblemError]] = {
    "not-found": NotFound,
    "parameters-invalid": ParametersInvalid,
    "parameters-conflict": ParametersInvalid,
    "value-unknown": ParametersInvalid,
    "cursor-invalid": ParametersInvalid,
}
"""Error for the end of a problem's ``type``."""


def parsed(shape: type[Answer], response: httpx.Response, body: bytes) -> Answer:
    """``body`` as a model. Raises :class:`UnreadableResponse` where it is none."""
    try:
        return shape.model_validate_json(body)
    except ValueError as error:
        raise _unreadable(response) from error


def refused(response: httpx.Response) -> ClaimsError:
    """Error that a response without the wanted content means."""
    try:
        problem = Problem.model_validate_json(response.content)
    except ValueError:
        problem = None
    if response.status_code == 429 or response.status_code >= 500:
        detail = problem.detail if problem else f"{_host(response.request)} answered {response.status_code}."
        return Unavailable(detail, _retry_after(response))
    if problem:
        return _ERRORS.get(problem.type.rpartition("#")[2], ProblemError)(problem)
    if response.is_redirect:
        moved = f"{_host(response.request)} has moved; use {response.headers.get('location')!r}."
        return UnreadableResponse(moved)
    return _unreadable(response)


def unreachable(error: httpx.RequestError) -> ClaimsError:
    """Error for an exchange that ended without a response, or with one that could not be unpacked."""
    reason = str(error) or type(error).__name__
    if isinstance(error, httpx.NetworkError | httpx.TimeoutException | httpx.RemoteProtocolError | httpx.ProxyError):
        return Unavailable(f"No answer from {_host(error.request)}: {reason}. Is a server running at that address?")
    return UnreadableResponse(f"The exchange with {_host(error.request)} failed: {reason}.")


def _retry_after(response: httpx.Response) -> int | None:
    """Seconds that the server asks to wait, given as a number or a date (RFC 9110 10.2.3)."""
    given = response.headers.get("retry-after", "").strip()
    if given.isdecimal():
        return int(given[:9])
    try:
        now = parsedate_to_datetime(response.headers["date"])
        return max(0, int((parsedate_to_datetime(given) - now).total_seconds()))
    except (KeyError, ValueError, TypeError):
        return None


def _unreadable(response: httpx.Response) -> UnreadableResponse:
    kind = response.headers.get("content-type", "nothing")
    return UnreadableResponse(
        f"{_host(response.request)} answered {response.status_code} with {kind}, which this client cannot read. "
        "Is it a Claims API server?"
    )


def _host(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"

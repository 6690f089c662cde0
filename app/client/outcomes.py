"""What came back: an answer to read, or the error of :mod:`app.core.errors` that the server meant.

The server tells every problem as RFC 9457 ``application/problem+json``; the end of its ``type`` says which error it is.
"""

import json
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from app.client.calls import Answer, Call
from app.core.errors import (
    ClaimsError,
    CursorInvalid,
    NotAcceptable,
    NotFound,
    ParametersConflict,
    ParametersInvalid,
    QueryInvalid,
    StoreUnavailable,
    TextTooLarge,
    TextUnreadable,
    ValueUnknown,
)

Outcome = httpx.Response | httpx.RequestError


class AnswerUnreadable(ClaimsError):
    """What answered is no Claims API, or one that this client cannot read."""


def read(call: Call[Answer], outcome: Outcome, kept: bytes | None) -> tuple[Answer, bytes]:
    """The answer with its bytes; ``kept`` are those of the client's own copy, for a 304.

    Raises the error that the server meant, :class:`~app.core.errors.StoreUnavailable` where it did not answer, and
    :class:`AnswerUnreadable` where the answer makes no sense.
    """
    if isinstance(outcome, httpx.RequestError):
        raise unreachable(outcome) from outcome
    body = kept if outcome.status_code == 304 and kept is not None else outcome.content
    if outcome.status_code not in (200, 304):
        raise error_of(outcome, call.kind, call.wanted)
    try:
        return call.read(body), body
    except ValueError:
        raise _unreadable(outcome) from None


def unreachable(error: httpx.RequestError) -> ClaimsError:
    """No answer came, or one that could not be unpacked."""
    reason = str(error) or type(error).__name__
    if not isinstance(error, httpx.TransportError):
        return AnswerUnreadable(f"The answer of {_host(error.request)} cannot be read: {reason}.")
    return StoreUnavailable(f"No answer from {_host(error.request)}: {reason}. Is a server running at that address?")


def error_of(response: httpx.Response, kind: str = "", wanted: str = "") -> ClaimsError:
    """The error that a response other than 200 means."""
    problem = _problem(response)
    detail = str(problem.get("detail", ""))
    make = _ERRORS.get(str(problem.get("type", "")).rpartition("#")[2])
    if make and detail:
        return make(problem, kind, wanted)
    said = detail or f"{_host(response.request)} answered {response.status_code}."
    if response.status_code == 429 or response.status_code >= 500:
        return StoreUnavailable(said, retry_after(response) or 1)
    if response.status_code == 413:  # a server in front may have its own limit
        return TextTooLarge(said)
    if response.is_redirect:
        return AnswerUnreadable(f"{_host(response.request)} has moved; use {response.headers.get('location')!r}.")
    return ClaimsError(detail) if detail else _unreadable(response)


def retry_after(response: httpx.Response) -> int | None:
    """Seconds that the server asks to wait, as a number or a date (RFC 9110 10.2.3); ``None`` where it does not."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return int(said[:9])
    try:
        now = parsedate_to_datetime(response.headers["date"])
        return max(0, int((parsedate_to_datetime(said) - now).total_seconds()))
    except (KeyError, ValueError, TypeError):
        return None


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        problem = json.loads(response.content)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _near(problem: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, problem.get("did_you_mean") or ()))


def _parameters(problem: Mapping[str, Any]) -> list[QueryInvalid]:
    return [
        QueryInvalid(str(each.get("parameter", "")), str(each.get("message", "")), _near(each))
        for each in problem.get("errors") or ()
    ]


def _parameters_invalid(problem: Mapping[str, Any], kind: str, wanted: str) -> ClaimsError:
    errors = _parameters(problem)
    return ParametersInvalid(errors) if errors else ClaimsError(str(problem["detail"]))


def _value_unknown(problem: Mapping[str, Any], kind: str, wanted: str) -> ClaimsError:
    return next(
        (ValueUnknown(each.parameter, each.message, each.did_you_mean) for each in _parameters(problem)),
        ClaimsError(str(problem["detail"])),
    )


def _cursor_invalid(problem: Mapping[str, Any], kind: str, wanted: str) -> ClaimsError:
    said = next((each.message for each in _parameters(problem)), str(problem["detail"]))
    return CursorInvalid(said.removesuffix(" Leave the cursor out to start from the first page."))


def _not_found(problem: Mapping[str, Any], kind: str, wanted: str) -> ClaimsError:
    # The client's own address cannot be wrong, unless what answers is something else.
    return NotFound(kind, wanted, _near(problem)) if kind else AnswerUnreadable(str(problem["detail"]))


_ERRORS: Mapping[str, Callable[[Mapping[str, Any], str, str], ClaimsError]] = {
    "value-unknown": _value_unknown,
    "cursor-invalid": _cursor_invalid,
    "parameters-invalid": _parameters_invalid,
    "parameters-conflict": lambda problem, *_: ParametersConflict(str(problem["detail"])),
    "not-found": _not_found,
    "not-acceptable": lambda problem, *_: NotAcceptable([str(problem["detail"])]),
    "content-too-large": lambda problem, *_: TextTooLarge(str(problem["detail"])),
    "unsupported-media-type": lambda problem, *_: TextUnreadable(str(problem["detail"])),
}
"""The error for the end of each problem's ``type``; those of the server's own state are told by their status code."""


def _unreadable(response: httpx.Response) -> AnswerUnreadable:
    sort = response.headers.get("content-type", "nothing")
    return AnswerUnreadable(
        f"{_host(response.request)} answered {response.status_code} with {sort}, which this client cannot read. "
        "Is it a Claims API server?"
    )


def _host(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"

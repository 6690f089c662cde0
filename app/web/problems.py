"""Errors as the reader sees them: one shape from every origin, RFC 9457 ``application/problem+json``.

:data:`PROBLEMS` is the table from what can go wrong to status codes; a test walks the tree of :mod:`app.core.errors` to
see that every leaf has its row. Nothing here tells more of the server than the request did.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.core import errors
from app.core.errors import ClaimsError, ParametersInvalid, QueryInvalid

MEDIA_TYPE = "application/problem+json"

Near = Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=3)]


class ParameterError(BaseModel):
    """What is wrong with one parameter."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    parameter: Annotated[str, Field(max_length=200)]
    """Name of the parameter."""
    message: Annotated[str, Field(max_length=2000)]
    """What is wrong, and what would be right."""
    did_you_mean: Near = ()
    """What was probably meant, the likeliest first."""


class Problem(BaseModel):
    """A problem (RFC 9457): what went wrong and what to do about it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems#parameters-invalid",
                    "title": "Invalid parameters",
                    "status": 400,
                    "detail": "statsu: There is no such parameter. Did you mean 'status'?",
                    "did_you_mean": ["status"],
                    "errors": [
                        {"parameter": "statsu", "message": "There is no such parameter.", "did_you_mean": ["status"]}
                    ],
                }
            ]
        },
    )

    type: Annotated[str, Field(max_length=200, json_schema_extra={"format": "uri-reference"})]
    """Identifies the sort of problem; relative to this server."""
    title: Annotated[str, Field(max_length=200)]
    """The sort of problem in words; the same for every occurrence."""
    status: Annotated[int, Field(ge=400, le=599, json_schema_extra={"format": "int32"})]
    """HTTP status code."""
    detail: Annotated[str, Field(max_length=20000)]
    """This occurrence, and what to do about it."""
    did_you_mean: Near = ()
    """What was probably meant, the likeliest first."""
    errors: Annotated[tuple[ParameterError, ...], Field(max_length=200)] = ()
    """Each wrong parameter, where parameters are at fault."""


PROBLEMS: dict[type[Exception], tuple[int, str, str]] = {
    errors.ValueUnknown: (400, "value-unknown", "Unknown value"),
    errors.CursorInvalid: (400, "cursor-invalid", "Invalid cursor"),
    errors.QueryInvalid: (400, "parameters-invalid", "Invalid parameters"),
    errors.ParametersInvalid: (400, "parameters-invalid", "Invalid parameters"),
    errors.ParametersConflict: (400, "parameters-conflict", "Conflicting parameters"),
    errors.NotFound: (404, "not-found", "Not found"),
    errors.NotAcceptable: (406, "not-acceptable", "Not acceptable"),
    errors.TextTooLarge: (413, "content-too-large", "Content too large"),
    errors.TextUnreadable: (415, "unsupported-media-type", "Unsupported media type"),
    errors.RecordInvalid: (503, "record-invalid", "Invalid record"),
    errors.RecordUnreadable: (503, "record-unreadable", "Unreadable record"),
    errors.StoreUnavailable: (503, "store-unavailable", "Store unavailable"),
}
"""Status code, fragment of the type URI, and title for each error; the most special class that fits decides."""

HTTP_PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("bad-request", "Bad request"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "Method not allowed"),
    408: ("request-timeout", "Request timeout"),
    412: ("precondition-failed", "Precondition failed"),
    413: ("content-too-large", "Content too large"),
    414: ("uri-too-long", "URI too long"),
    415: ("unsupported-media-type", "Unsupported media type"),
    429: ("too-many-requests", "Too many requests"),
    431: ("headers-too-large", "Header fields too large"),
    500: ("internal-error", "Internal error"),
    501: ("method-unknown", "Unknown method"),
    503: ("overloaded", "Server busy"),
}

FAILED_PRECONDITION = "What is here is another version than If-Match or If-Unmodified-Since asks for; read it anew."
BROKEN = "This is our fault and has been logged; try again."
"""What a reader is told where something broke here."""


def problem_of(error: ClaimsError) -> Problem:
    """What the reader is told of ``error``."""
    status, name, title = next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
    faults: Sequence[QueryInvalid] = (
        error.errors if isinstance(error, ParametersInvalid) else (error,) if isinstance(error, QueryInvalid) else ()
    )
    near: Sequence[str] = getattr(faults[0] if faults else error, "did_you_mean", ())
    told = [
        ParameterError(
            parameter=_shortened(each.parameter, 200),
            message=_shortened(each.message, 2000),
            did_you_mean=each.did_you_mean,
        )
        for each in faults
    ]
    return _problem(status, name, title, str(error), near, told)


def http_problem(status: int, detail: str, did_you_mean: Sequence[str] = ()) -> Problem:
    """A problem that no error of ours stands behind: a method, a path, a limit."""
    name, title = HTTP_PROBLEMS.get(status, HTTP_PROBLEMS[400 if status < 500 else 500])
    return _problem(status, name, title, detail, did_you_mean)


def _problem(
    status: int, name: str, title: str, detail: str, near: Sequence[str], faults: Sequence[ParameterError] = ()
) -> Problem:
    return Problem(
        type=f"/problems#{name}",
        title=title,
        status=status,
        detail=_shortened(detail, 20_000),
        did_you_mean=tuple(near),
        errors=tuple(faults),
    )


def _shortened(text: str, most: int) -> str:
    """``text``, cut where it is longer than a problem promises; two hundred wrong parameters make a long sentence."""
    return text if len(text) <= most else text[: most - 4] + " ..."

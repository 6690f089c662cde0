"""Errors as the reader sees them: one shape from every origin, RFC 9457 ``application/problem+json``.

:data:`PROBLEMS` is the table from what can go wrong to status codes; a test walks the tree of :mod:`app.core.errors` to
see that every leaf has its row. Nothing here tells more of the server than the request did.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import (
    ClaimsError,
    CursorInvalid,
    NotAcceptable,
    NotFound,
    ParametersConflict,
    ParametersInvalid,
    QueryInvalid,
    RecordInvalid,
    RecordUnreadable,
    StoreUnavailable,
    TextTooLarge,
    TextUnreadable,
    ValueUnknown,
)

MEDIA_TYPE = "application/problem+json"


class ParameterError(BaseModel):
    """What is wrong with one parameter."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    parameter: Annotated[str, Field(max_length=200)]
    """Name of the parameter."""
    message: Annotated[str, Field(max_length=2000)]
    """What is wrong, and what would be right."""
    did_you_mean: Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=3)] = ()
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
                    "title": "Some parameters are wrong",
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
    did_you_mean: Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=3)] = ()
    """What was probably meant, the likeliest first."""
    errors: Annotated[tuple[ParameterError, ...], Field(max_length=200)] = ()
    """Each wrong parameter, where parameters are at fault."""


PROBLEMS: dict[type[Exception], tuple[int, str, str]] = {
    ValueUnknown: (404, "value-unknown", "A filter names something that this record does not have"),
    CursorInvalid: (409, "cursor-invalid", "The cursor does not belong to this question"),
    QueryInvalid: (400, "parameters-invalid", "Some parameters are wrong"),
    ParametersInvalid: (400, "parameters-invalid", "Some parameters are wrong"),
    ParametersConflict: (409, "parameters-conflict", "Parameters cannot hold together"),
    NotFound: (404, "not-found", "There is no such thing here"),
    NotAcceptable: (406, "not-acceptable", "No accepted form is available"),
    TextTooLarge: (413, "content-too-large", "The body is too large"),
    TextUnreadable: (415, "unsupported-media-type", "The body is in a form that is not read here"),
    RecordInvalid: (503, "record-invalid", "The record cannot be used"),
    RecordUnreadable: (503, "record-unreadable", "The record cannot be read"),
    StoreUnavailable: (503, "store-unavailable", "The store cannot answer now"),
}
"""Status code, fragment of the type URI, and title for each error; the most special class that fits decides."""

HTTP_PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be understood"),
    404: ("not-found", "There is no such thing here"),
    405: ("method-not-allowed", "This method is not for this place"),
    412: ("precondition-failed", "A precondition of the request does not hold"),
    408: ("request-timeout", "The request took too long to arrive"),
    413: ("content-too-large", "The body is too large"),
    414: ("uri-too-long", "The address is too long"),
    415: ("unsupported-media-type", "The body is in a form that is not read here"),
    429: ("too-many-requests", "Too many requests"),
    431: ("headers-too-large", "The header fields are too large"),
    500: ("internal-error", "Something broke here"),
    501: ("method-unknown", "This method is known nowhere here"),
    503: ("overloaded", "The server is busy"),
}


FAILED_PRECONDITION = "What is here is another version than If-Match or If-Unmodified-Since asks for; read it anew."
BROKEN = "This is our fault and has been logged; try again."
"""What a reader is told where something broke here."""


def problem_of(error: ClaimsError) -> Problem:
    """What the reader is told of ``error``."""
    status, name, title = next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
    errors: Sequence[QueryInvalid] = (
        error.errors if isinstance(error, ParametersInvalid) else (error,) if isinstance(error, QueryInvalid) else ()
    )
    near: Sequence[str] = errors[0].did_you_mean if errors else getattr(error, "did_you_mean", ())
    return Problem(
        type=f"/problems#{name}",
        title=title,
        status=status,
        detail=_shortened(str(error), 20_000),
        did_you_mean=tuple(near),
        errors=tuple(
            ParameterError(
                parameter=_shortened(each.parameter, 200),
                message=_shortened(each.message, 2000),
                did_you_mean=each.did_you_mean,
            )
            for each in errors
        ),
    )


def http_problem(status: int, detail: str, did_you_mean: Sequence[str] = ()) -> Problem:
    """A problem that no error of ours stands behind: a method, a path, a limit."""
    name, title = HTTP_PROBLEMS.get(status, HTTP_PROBLEMS[400 if status < 500 else 500])
    return Problem(
        type=f"/problems#{name}",
        title=title,
        status=status,
        detail=_shortened(detail, 20_000),
        did_you_mean=tuple(did_you_mean),
    )


def _shortened(text: str, most: int) -> str:
    """``text``, cut where it is longer than a problem promises; two hundred wrong parameters make a long sentence."""
    return text if len(text) <= most else text[: most - 4] + " ..."

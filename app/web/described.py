"""What the OpenAPI document says of an operation beyond its signature: ids, forms, headers, problems, examples."""

from typing import Any

from pydantic import BaseModel

from app.web.answers import Operation
from app.web.problems import MEDIA_TYPE, Problem

_HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "Strong entity tag of this form in this coding (RFC 9110 8.8.3), for `If-None-Match`.",
        "schema": {"type": "string", "maxLength": 100, "pattern": '^"[0-9a-f-]+[a-z]*"$'},
    },
    "Cache-Control": {
        "description": "How long a cache may serve this without asking again (RFC 9111).",
        "schema": {"type": "string", "maxLength": 200, "pattern": "^[a-z0-9=, -]+$"},
    },
    "Vary": {
        "description": "Request headers on which the answer depends.",
        "schema": {"type": "string", "maxLength": 100, "pattern": "^[A-Za-z, -]+$"},
    },
    "Last-Modified": {
        "description": "When this revision of the record was first seen.",
        "schema": {"type": "string", "maxLength": 40, "pattern": "^[A-Z][a-z]{2}, .+ GMT$"},
    },
}
_LINK: dict[str, Any] = {
    "Link": {
        "description": "`rel=next` leads to the next page (RFC 8288); absent on the last.",
        "schema": {"type": "string", "maxLength": 20_000, "pattern": '^<[^>]*>; rel="next"$'},
    }
}


def problem(description: str) -> dict[str, Any]:
    """A response that carries a problem."""
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


SHAPES: dict[str, type[BaseModel]] = {"Problem": Problem}
"""Models that the document must define; FastAPI sees none of them, since answers are ready bytes."""

PROBLEM_RESPONSES = {
    400: problem("A parameter is unknown, repeated or malformed."),
    404: problem("There is no such thing here."),
    406: problem("No accepted form is available."),
    409: problem("Parameters, or a cursor and the rest of the question, cannot hold together."),
    429: problem("Too many requests from this client; `Retry-After` says when to come back."),
    503: problem("The service cannot answer now; `Retry-After` says when to come back."),
}


def described(
    operation_id: str,
    summary: str,
    shape: type[BaseModel] | None,
    formats: tuple[str, ...] = ("json",),
    missing: bool = False,
) -> dict[str, Any]:
    """Arguments for a route's decorator.

    ``formats`` are those of its answer that are documented (pages for people are not), ``missing`` says that its path
    names something that may not be there.
    """
    listing = bool(shape and "next" in shape.model_fields)
    content: dict[str, Any] = {}
    for name in formats:
        media_type = Operation.bare(name)
        content[media_type] = {"schema": {"type": "string", "maxLength": 50_000_000, "pattern": "^"}}
        if name == "json" and shape is not None:
            content[media_type] = {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}
            SHAPES[shape.__name__] = shape
    responses: dict[int, dict[str, Any]] = {
        200: {"description": summary + ".", "content": content, "headers": _HEADERS | (_LINK if listing else {})},
        304: {"description": "The copy that the reader holds is current.", "headers": _HEADERS},
        **PROBLEM_RESPONSES,
    }
    if not missing and not listing:
        del responses[404]
    return {"operation_id": operation_id, "summary": summary, "response_model": None, "responses": responses}

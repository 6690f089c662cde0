"""What the OpenAPI document says of an operation beyond its signature: formats, headers, problems, links."""

from collections.abc import Mapping
from inspect import getdoc
from typing import Any

from pydantic import BaseModel

from app.web.problems import MEDIA_TYPE
from app.web.routing import MEDIA_TYPES

_HEADERS = {
    "ETag": "Strong entity tag of this format in this coding (RFC 9110 8.8.3), for `If-None-Match`.",
    "Last-Modified": "When this revision of the record was first seen.",
    "Link": "`rel=next` leads to the next page (RFC 8288); absent on the last.",
}

PROBLEMS = {
    400: "A parameter is unknown, repeated, malformed, or conflicts with another.",
    404: "There is no such thing here.",
    413: "The body is larger than this server takes.",
    415: "The body is not in a format that is read here.",
}
"""Problems that operations name one by one."""


def described(
    operation_id: str,
    summary: str,
    shape: type[BaseModel] | None,
    formats: tuple[str, ...] = ("json",),
    problems: tuple[int, ...] = (),
    links: Mapping[str, Any] | None = None,
    stored: bool = True,
) -> dict[str, Any]:
    """Arguments for a route's decorator.

    ``formats`` are those of its response that are documented (pages for people are not), ``problems`` the status codes
    that can meet it besides 400, ``links`` where its response leads (OpenAPI's link objects), ``stored`` whether caches
    may keep its response.
    """
    names = ("ETag", "Last-Modified", *(("Link",) if shape and "next" in shape.model_fields else ())) if stored else ()
    found: dict[str, Any] = {
        "description": getdoc(shape) if shape else f"{summary}.",
        "content": _content(shape, formats),
        "headers": {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names},
    }
    responses: dict[int | str, dict[str, Any]] = {200: found | ({"links": dict(links)} if links else {})}
    if stored:
        responses[304] = {"description": "The copy that the reader holds is current."}
    for code in (400, *problems):
        responses[code] = _problem(PROBLEMS[code])
    responses["default"] = _problem("Any other problem; `status` says which.")
    return {"operation_id": operation_id, "summary": summary, "response_model": shape, "responses": responses}


def _content(shape: type[BaseModel] | None, formats: tuple[str, ...]) -> dict[str, Any]:
    """JSON, of which the schema is known, and the other formats by their names alone.

    A generator of clients that finds one schema gives its reader one type, where several would become a union that has
    to be taken apart at each call.
    """
    content: dict[str, Any] = {} if shape else {"application/json": {"schema": {"type": "object"}}}
    return content | {MEDIA_TYPES[name]: {} for name in formats if name != "json"}


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def link(operation_id: str, parameter: str, expression: str, description: str) -> dict[str, Any]:
    """A link object: what the response's ``expression`` is good for."""
    return {"operationId": operation_id, "parameters": {parameter: expression}, "description": description}

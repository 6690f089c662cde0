"""What the OpenAPI document says of an operation beyond its signature: formats, headers, problems, links."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from app.web.problems import MEDIA_TYPE
from app.web.routing import MEDIA_TYPES

_FORMATS = {
    "jsonl": "One JSON value a line, each line ended by a line feed.",
    "csv": "A header row and a row for each claim (RFC 4180).",
    "turtle": "An RDF graph in Turtle 1.1.",
    "text": "Sentences for people, which keep their sources.",
    "atom": "An Atom feed (RFC 4287).",
    "jsonld": "An RDF graph in JSON-LD 1.1, with its context inside.",
    "schema": "A JSON Schema (2020-12).",
    "bibtex": "An entry of BibTeX for each claim.",
    "csl": "CSL-JSON: a list with an item for each claim.",
    "ris": "A record of RIS for each claim.",
}
"""What the formats are that no model describes."""

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
    content: dict[str, Any] = {}
    for name in formats if shape is None else [each for each in formats if each != "json"]:
        content.setdefault(MEDIA_TYPES[name], {"schema": _schema(name)})
    found: dict[str, Any] = {
        "description": f"{summary}.",
        "content": content,
        "headers": {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names},
    }
    responses: dict[int | str, dict[str, Any]] = {200: found | ({"links": dict(links)} if links else {})}
    if stored:
        responses[304] = {"description": "The copy that the reader holds is current."}
    for code in (400, *problems):
        responses[code] = _problem(PROBLEMS[code])
    responses["default"] = _problem("Any other problem; `status` says which.")
    return {"operation_id": operation_id, "summary": summary, "response_model": shape, "responses": responses}


def _schema(name: str) -> dict[str, Any]:
    kind = {"json": "object", "jsonld": "object", "schema": "object", "csl": "array"}.get(name, "string")
    return {"type": kind, "description": _FORMATS.get(name, "JSON.")}


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def link(operation_id: str, parameter: str, expression: str, description: str) -> dict[str, Any]:
    """A link object: what the response's ``expression`` is good for."""
    return {"operationId": operation_id, "parameters": {parameter: expression}, "description": description}

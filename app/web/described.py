"""What the OpenAPI document says of an operation beyond its signature: ids, forms, headers, problems, links."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from app.web.answers import Operation
from app.web.problems import MEDIA_TYPE, Problem

_ANY = r"^[\s\S]*$"


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description, "pattern": _ANY, "minLength": 0, "maxLength": 2_000_000_000}


FORMS: dict[str, dict[str, Any]] = {
    "JsonLines": _text("One JSON value a line, each line ended by a line feed."),
    "Csv": _text("A header row and a row for each claim (RFC 4180)."),
    "Turtle": _text("An RDF graph in Turtle 1.1."),
    "PlainText": _text("Sentences for people, which keep their sources."),
    "AtomFeed": _text("An Atom feed (RFC 4287)."),
    "JsonLd": {
        "type": "object",
        "description": "An RDF graph in JSON-LD 1.1, with its context inside.",
        "properties": {
            "@context": {
                "type": "object",
                "description": "What the names mean, as at `/context.jsonld`.",
                "properties": {"@version": {"type": "number", "description": "Version of JSON-LD."}},
                "additionalProperties": True,
            },
            "@graph": {
                "type": "array",
                "description": "The nodes of the graph.",
                "minItems": 0,
                "maxItems": 2**31 - 1,
                "items": {
                    "type": "object",
                    "properties": {"id": _text("IRI of the node.")},
                    "additionalProperties": True,
                },
            },
        },
    },
    "JsonSchema": {
        "type": "object",
        "description": "A JSON Schema (2020-12).",
        "properties": {
            "$schema": _text("The dialect."),
            "title": _text("Name of what is described."),
            "type": _text("Sort of value that is described."),
        },
    },
}
"""Schemas of answers that no model here describes."""

_SCHEMA_OF = {
    "jsonl": "JsonLines",
    "csv": "Csv",
    "turtle": "Turtle",
    "text": "PlainText",
    "atom": "AtomFeed",
    "jsonld": "JsonLd",
    "schema": "JsonSchema",
}


def _header(description: str, pattern: str, longest: int) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 0, "maxLength": longest, "pattern": pattern}
    return {"description": description, "schema": schema}


def _counter(description: str) -> dict[str, Any]:
    schema = {"type": "integer", "format": "int32", "minimum": 0, "maximum": 2**31 - 1}
    return {"description": description, "schema": schema}


HEADERS: dict[str, dict[str, Any]] = {
    "ETag": _header(
        "Strong entity tag of this form in this coding (RFC 9110 8.8.3), for `If-None-Match`.",
        '^"[0-9a-f]+(-[a-z]+)?"$',
        100,
    ),
    "Cache-Control": _header(
        "How long a cache may serve this without asking again (RFC 9111).", "^[a-z0-9=, -]+$", 200
    ),
    "Vary": _header("Request headers on which the answer depends.", "^[A-Za-z, -]+$", 100),
    "Last-Modified": _header(
        "When this revision of the record was first seen.", "^[A-Z][a-z]{2}, [0-9A-Za-z: ]+ GMT$", 40
    ),
    "Link": _header(
        "`rel=next` leads to the next page (RFC 8288); absent on the last.", '^<[^>]*>; rel="next"$', 20_000
    ),
    "Access-Control-Allow-Origin": _header("Pages of every origin may read this.", r"^\*$", 1),
    "Retry-After": _counter("Seconds after which asking again is reasonable."),
}
"""Every header of an answer that the document describes."""

_FOR_ALL = ("Access-Control-Allow-Origin",)
_VALIDATORS = ("ETag", "Cache-Control", "Vary", "Last-Modified")


def headers(*names: str) -> dict[str, Any]:
    """References to :data:`HEADERS`."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problem(description: str, *more: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": headers(*_FOR_ALL, *more),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


PROBLEM_RESPONSES: dict[str, tuple[str, dict[str, Any]]] = {
    "400": ("Malformed", _problem("A parameter is unknown, repeated or malformed.")),
    "404": ("NotFound", _problem("There is no such thing here.")),
    "406": ("NotAcceptable", _problem("No accepted form is available.")),
    "409": (
        "Conflict",
        _problem("Parameters, or a cursor and the rest of the question, cannot hold together."),
    ),
    "413": ("TooLarge", _problem("The text is larger than this server takes.")),
    "414": ("AddressTooLong", _problem("The address is longer than this server takes.")),
    "415": ("NotText", _problem("The body is not UTF-8 text.")),
    "429": ("TooManyRequests", _problem("Too many requests from this client.", "Retry-After")),
    "431": ("HeadersTooLarge", _problem("The header fields are larger than this server takes.")),
    "500": ("Broken", _problem("Something broke here, which is never the request's fault.")),
    "503": ("Unavailable", _problem("The service cannot answer now.", "Retry-After")),
}
"""For each status code the name of its response among the components, and the response."""

ALWAYS = ("400", "406", "414", "429", "431", "500", "503")
"""Problems that can meet every operation."""

SHAPES: dict[str, type[BaseModel]] = {"Problem": Problem}
"""Models that the document must define; FastAPI sees none of them, since answers are ready bytes."""


def described(
    operation_id: str,
    summary: str,
    shape: type[BaseModel] | None,
    formats: tuple[str, ...] = ("json",),
    problems: tuple[str, ...] = (),
    links: Mapping[str, Any] | None = None,
    stored: bool = True,
) -> dict[str, Any]:
    """Arguments for a route's decorator.

    ``formats`` are those of its answer that are documented (pages for people are not), ``problems`` the status codes
    that can meet it besides :data:`ALWAYS`, ``links`` where its answer leads (OpenAPI's link objects), ``stored``
    whether caches may keep its answer.
    """
    listing = bool(shape and "next" in shape.model_fields)
    content: dict[str, Any] = {}
    for name in formats:
        # JSON without a model of ours is the form before it, under the name that every reader of JSON knows.
        schema = shape.__name__ if name == "json" and shape else _SCHEMA_OF.get(name, _SCHEMA_OF.get(formats[0], ""))
        if name == "json" and shape:
            SHAPES[schema] = shape
        content[Operation.bare(name)] = {"schema": _reference(schema)}
    shared = (*_VALIDATORS, *_FOR_ALL) if stored else ("Cache-Control", *_FOR_ALL)
    found = {
        "description": f"{summary}.",
        "content": content,
        "headers": headers(*shared, *(("Link",) if listing and stored else ())),
    }
    responses: dict[int | str, dict[str, Any]] = {200: found | ({"links": dict(links)} if links else {})}
    if stored:
        responses[304] = {"description": "The copy that the reader holds is current.", "headers": headers(*shared)}
    for code in sorted({*ALWAYS, *problems}):
        responses[code] = {"description": PROBLEM_RESPONSES[code][1]["description"]}
    return {"operation_id": operation_id, "summary": summary, "response_model": None, "responses": responses}


def _reference(schema: str) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/{schema}"}
    return {"anyOf": [one, {"$ref": "#/components/schemas/ClaimFields"}]} if schema == "ServedClaim" else one


def link(operation_id: str, parameter: str, expression: str, description: str) -> dict[str, Any]:
    """A link object: what the answer's ``expression`` is good for."""
    return {"operationId": operation_id, "parameters": {parameter: expression}, "description": description}

"""The OpenAPI document: FastAPI's own, completed so that generated clients work untouched.

FastAPI sees the signatures; answers are ready bytes, so their shapes are added here. Examples are not typed in: ids are
those of the record that is served, and answers what it answers at the moment the document is made.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from app import __version__
from app.web.answers import HTML, Operation
from app.web.described import FORMS, HEADERS, PROBLEM_RESPONSES, SHAPES
from app.web.schemas import bound, complete, some_fields

DESCRIPTION = """\
Of every statement in an essay: **who says so, through whom, and does it stand?**

Each claim carries its *attribution* (who says it, and through whom it reached the author) and a *status* that is
computed from dated statements by a published rule (`/statuses`), never typed in. `as_of` shows how it stood on any day.

Parameters that are unknown, repeated or misspelt are refused with what was probably meant. Every list has one envelope;
follow `next` until it is null. Every answer but health has a strong `ETag`; every error is a problem (RFC 9457).
"""

TAGS = [
    {"name": "start", "description": "Where everything is."},
    {"name": "claims", "description": "One proposition each, with everybody's word on it and how it stands."},
    {"name": "sources", "description": "Who says or passes on a claim."},
    {"name": "documents", "description": "The texts, by fingerprint and passage."},
    {"name": "entities", "description": "What claims are about."},
    {"name": "topics", "description": "Subjects under which claims are filed."},
    {"name": "statuses", "description": "The rule by which a claim gets its status."},
    {"name": "changes", "description": "What changed status when, and by which statement."},
    {"name": "dataset", "description": "The record as a whole, its schema and its context."},
    {"name": "health", "description": "For deployments."},
]


def document(app: FastAPI, routes: Iterable[APIRoute], server: str) -> dict[str, Any]:
    """The document without examples of answers. ``server`` is the path below which this service is reached."""
    routes = list(routes)
    made = get_openapi(
        title=app.title,
        version=__version__,
        openapi_version="3.1.0",
        summary="Who says so, through whom, and does it stand?",
        description=DESCRIPTION,
        routes=routes,
        tags=TAGS,
        servers=[{"url": server, "description": "This server, in production or local.", "x-internal": False}],
        license_info={"name": "MIT", "identifier": "MIT"},
        contact={"name": "Claims API contributors"},
    )
    made["security"] = [{}]
    made["components"] = {
        "schemas": _schemas(),
        "responses": dict(PROBLEM_RESPONSES.values()),
        "headers": HEADERS,
    }
    formats = {route.operation_id: Operation.of(route.endpoint).formats for route in routes}
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            for code in operation["responses"].keys() & PROBLEM_RESPONSES.keys():
                name, _ = PROBLEM_RESPONSES[code]
                operation["responses"][code] = {"$ref": f"#/components/responses/{name}"}
            operation.get("parameters", []).sort(key=lambda each: each["in"] != "path")
            for parameter in operation.get("parameters", []):
                _plain_schema(parameter)
                if parameter["name"] == "format":
                    names = [name for name in formats[operation["operationId"]] if name != HTML]
                    parameter["schema"] = {"type": "string", "enum": names}
    return made


def _schemas() -> dict[str, Any]:
    """Every schema by name, complete and bounded."""
    _, definitions = models_json_schema(
        [(shape, "serialization") for shape in SHAPES.values()], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = definitions["$defs"]
    for each in schemas.values():
        complete(each)
    schemas["ClaimFields"] = some_fields(schemas["ServedClaim"])
    schemas["ClaimList"]["properties"]["items"]["items"] = {
        "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("ServedClaim", "ClaimFields")]
    }
    return dict(sorted((schemas | FORMS).items()))


def _plain_schema(parameter: dict[str, Any]) -> None:
    """A parameter is absent or has a value; ``null`` cannot be written in a query string."""
    schema = parameter["schema"]
    for choice in schema.pop("anyOf", []):
        if choice.get("type") != "null":
            schema |= choice
    if schema.get("default") in (None, "", []):
        schema.pop("default", None)
    schema.pop("title", None)
    for each in (schema, schema.get("items", {})):
        bound(each)


def with_examples(made: Mapping[str, Any], ids: Mapping[str, str], answers: Mapping[str, Any]) -> bytes:
    """The document with its examples, as JSON.

    These are for parameters of paths the ``ids`` (by parameter), and for operations what each answers (by operation id
    and media type). Parameters of queries have none: Swagger UI fills them in, and a form of all filters finds nothing.
    """
    whole = json.loads(json.dumps(made))
    for operations in whole["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["example"] = ids[parameter["name"]]
            for media_type, content in operation["responses"]["200"].get("content", {}).items():
                example = answers.get(f"{operation['operationId']} {media_type}")
                if example is not None:
                    content["example"] = example
    return json.dumps(whole, ensure_ascii=False).encode()

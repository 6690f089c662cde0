"""``/openapi.json``: FastAPI's own document, with what this server really answers as its examples.

Nothing is typed in: ids are those of the record that is served, and examples what the operations answer when the
document is made, problems included.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Query
from fastapi.openapi.utils import get_openapi
from starlette.types import Message

from app import __version__
from app.core.query import ClaimQuery, Page
from app.store import Edition
from app.web.params import NoParameters
from app.web.problems import MEDIA_TYPE, Problem
from app.web.request import ApiRequest
from app.web.response import Representation, Response
from app.web.routing import HTML, MEDIA_TYPES, ApiRoute, offers

router = APIRouter(route_class=ApiRoute, include_in_schema=False)

DESCRIPTION = """\
Of every statement in an essay: **who says so, through whom, and does it stand?**

Each claim carries its *attribution* (who says it, and through whom it reached the author) and a *status* that is
computed from dated statements by a published rule (`/statuses`), never typed in. `as_of` shows how it stood on any day.

Parameters that are unknown, repeated or misspelt are refused with what was probably meant. Every list has one envelope;
follow `next` until it is null. Every response but health has a strong `ETag`; every error is a problem (RFC 9457).
Responses may get new fields; read those that you know.
"""

TAGS = {
    "start": "Where everything is.",
    "claims": "One proposition each, with everybody's word on it and how it stands.",
    "sources": "Who says or passes on a claim.",
    "documents": "The texts, by fingerprint and passage.",
    "entities": "What claims are about.",
    "topics": "Subjects under which claims are filed.",
    "statuses": "The rule by which a claim gets its status.",
    "changes": "What changed status when, and by which statement.",
    "dataset": "The record as a whole, its schema and its context.",
    "health": "For deployments.",
}

_JSON = ("application/json", "application/ld+json", "application/vnd.citationstyles.csl+json")
_LONGEST = 20_000
"""Characters beyond which an example would hide the document; the schema alone describes those responses."""


@router.get("/openapi.json", response_model=None)
@offers()
async def get_openapi_document(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """The document, made once for each edition."""
    made = request.app.state.document
    if made is None or made[0] is not request.edition:
        made = request.edition, await _with_examples(request, document(request.app, request.settings.public_url))
        request.app.state.document = made
    return Representation(made[1], "application/vnd.oai.openapi+json;version=3.1")


def document(app: FastAPI, public_url: str) -> dict[str, Any]:
    """The document without examples, for a server at ``public_url``; empty where it is not known."""
    made = get_openapi(
        title=app.title,
        version=__version__,
        openapi_version="3.1.0",
        summary="Who says so, through whom, and does it stand?",
        description=DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": description} for name, description in TAGS.items()],
        servers=[{"url": public_url or "/", "description": "This server."}],
        license_info={"name": "MIT", "identifier": "MIT"},
        contact={"name": "Claims API contributors"},
    )
    made["security"] = [{}]
    problem = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas = made["components"]["schemas"] | problem.pop("$defs") | {"Problem": problem}
    asked = _asked(made, schemas)
    for name in schemas.keys() - asked:
        _as_served(schemas[name])
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    for route, operation in _operations(app, made):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            content["schema"].pop("default", None)
        operation.get("parameters", []).sort(key=lambda each: each["in"] != "path")
        for parameter in operation.get("parameters", []):
            _as_given(parameter["schema"])
            if parameter["name"] == "format":
                parameter["schema"] = {"type": "string", "enum": [name for name in route.formats if name != HTML]}
    named: dict[str, Any] = json.loads(json.dumps(made).replace("schemas/Served", "schemas/"))
    named["components"]["schemas"] = {
        name.removeprefix("Served"): schema | {"title": name.removeprefix("Served")}
        for name, schema in named["components"]["schemas"].items()
    }
    return named


def _asked(made: Mapping[str, Any], schemas: Mapping[str, Any]) -> set[str]:
    """Schemas of what requests have as their body: these stay closed, since what a server does not know is refused."""
    operations = [each for path in made["paths"].values() for each in path.values()]
    new = _named([each.get("requestBody") for each in operations])
    found = set[str]()
    while new:
        found |= new
        new = {name for name in _named([schemas[each] for each in new]) if schemas[name]["type"] == "object"} - found
    return found


def _named(within: object) -> set[str]:
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(within)))


def _operations(app: FastAPI, made: Mapping[str, Any]) -> Iterator[tuple[ApiRoute, dict[str, Any]]]:
    for route in app.routes:
        if isinstance(route, ApiRoute) and route.include_in_schema:
            yield route, made["paths"][route.path][next(iter(route.methods or ())).lower()]


def _as_served(schema: dict[str, Any]) -> None:
    """Opens a response's schema to new fields; what a response lacks is absent rather than null."""
    schema.pop("additionalProperties", None)
    required = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        field.pop("title", None)
        if "default" in field and field.pop("default") is None:
            required.discard(name)
            _without_null(field)
        elif field.get("type") != "null" and not any(each.get("type") == "null" for each in field.get("anyOf", ())):
            required.add(name)
    if "properties" in schema:
        schema["required"] = sorted(required)


def _as_given(schema: dict[str, Any]) -> None:
    """A parameter is absent or has a value; ``null`` cannot be written in a query string."""
    _without_null(schema)
    if schema.get("default") in (None, "", []):
        schema.pop("default", None)
    schema.pop("title", None)


def _without_null(schema: dict[str, Any]) -> None:
    choices = [each for each in schema.pop("anyOf", []) if each.get("type") != "null"]
    if len(choices) == 1:
        schema |= choices[0] | schema
    elif choices:
        schema["anyOf"] = choices


async def _with_examples(request: ApiRequest, made: dict[str, Any]) -> bytes:
    ids = await _ids(request.edition)
    for route, operation in _operations(request.app, made):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter["example"] = ids[parameter["name"]]
        arguments = {name: id_ for name, id_ in ids.items() if f"{{{name}}}" in route.path}
        limited = {"limit": "2"} if "limit" in route.params.model_fields else {}
        contents = operation["responses"]["200"]["content"]
        body = _body(operation, ids)
        for name in route.formats if body or "GET" in (route.methods or ()) else ():
            response = await _ask(request, route, arguments, limited | {"format": name}, body)
            content = contents.get(MEDIA_TYPES[name])
            if content and "example" not in content and _is_example(response):
                text = response.body.decode()
                content["example"] = json.loads(text) if MEDIA_TYPES[name] in _JSON else text
        wrong = {
            "400": (arguments, {"formt": "json"}),
            "404": ({name: f"{id_}x" for name, id_ in arguments.items()}, {}),
        }
        for code, (misspelt, query) in wrong.items():
            if code in operation["responses"]:
                response = await _ask(request, route, misspelt, query)
                if response.status == int(code):
                    operation["responses"][code]["content"][MEDIA_TYPE]["example"] = json.loads(response.body)
    return json.dumps(made, ensure_ascii=False).encode()


def _body(operation: dict[str, Any], ids: Mapping[str, str]) -> tuple[str, bytes] | None:
    """A body that the operation takes, with its media type; it becomes the example of the request."""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if media_type == "application/json":
            content["example"] = {"add": [{"source": ids["source_id"], "stance": "denies"}]}
            return media_type, json.dumps(content["example"]).encode()
        content["example"] = ids["text"]
        return media_type, ids["text"].encode()
    return None


async def _ask(
    request: ApiRequest,
    route: ApiRoute,
    arguments: Mapping[str, str],
    query: Mapping[str, str],
    body: tuple[str, bytes] | None = None,
) -> Response:
    """Returns what ``route`` answers, for the same edition as ``request``."""
    media_type, content = body or ("", b"")
    asked = {
        **request.scope,
        "path": route.path.format(**arguments),
        "path_params": arguments,
        "query_string": urlencode(query).encode(),
        "headers": [(b"content-type", media_type.encode())] if body else [],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": content}

    return await route.make(ApiRequest(asked, receive))


async def _ids(edition: Edition) -> dict[str, str]:
    """An id of the record for each parameter of a path, and the text of a claim."""
    first = json.loads((await edition.find(ClaimQuery(), Page(limit=1))).bodies[0])
    return {
        "claim_id": first["id"],
        "source_id": first["statements"][0]["source"],
        "document_id": first["document"],
        "text": first["text"],
    }


def _is_example(response: Response) -> bool:
    """Whether a response can stand in the document: whole, short, and without references."""
    short = response.stream is None and len(response.body) < _LONGEST
    return short and response.status == 200 and b'"$ref"' not in response.body

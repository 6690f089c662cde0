"""``/openapi.json``: FastAPI's own document, with what this server really answers as its examples.

Nothing is typed in: ids are those of the record that is served, and examples what the operations answer when the
document is made, problems included.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
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
from app.web.routing import HTML, ApiRoute, offers

router = APIRouter(route_class=ApiRoute, include_in_schema=False)

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

_JSON = "application/json"
_CHECKS = ("title", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")
"""What a reader of a response has no use for: the server has checked what it sends."""

_LONGEST = 20_000
"""Characters beyond which an example would hide the document; the schema alone describes those responses."""

_SHORT = 60
"""Characters of a value that is told beside its field."""


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
        description=files("app.web.static").joinpath("openapi.md").read_text(),
        routes=app.routes,
        tags=[{"name": name, "description": description} for name, description in TAGS.items()],
        servers=[{"url": public_url or "/", "description": "This server."}],
        license_info={"name": "MIT", "identifier": "MIT"},
        contact={"name": "Claims API contributors"},
    )
    made["security"] = [{}]
    problem = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas = made["components"]["schemas"] | problem.pop("$defs") | {"Problem": problem}
    for name in schemas.keys() - _asked(made, schemas):
        _as_served(schemas[name])
    for route, operation in _operations(app, made):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            content["schema"].pop("default", None)
        operation["parameters"] = sorted(_typed(operation), key=lambda each: each["in"] != "path")
        for parameter in operation["parameters"]:
            (_as_served if parameter["in"] == "path" else _as_given)(parameter["schema"])
            if parameter["name"] == "format":
                parameter["schema"] = {"type": "string", "enum": [name for name in route.formats if name != HTML]}
                parameter["description"] = f"Overrides `Accept`; `{route.formats[0]}` where neither says otherwise."
    # The models of what is served are named apart from those of the record; nobody sees both.
    made["components"]["schemas"] = {name.removeprefix("Served"): schemas[name] for name in sorted(schemas)}
    named: dict[str, Any] = json.loads(json.dumps(made).replace("schemas/Served", "schemas/"))
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


def _typed(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Parameters that leave a response its type; ``fields`` is told in words, since parts of a claim have none."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "fields":
            operation["description"] += f"\n\n`fields`: {parameter['description']}"
        else:
            yield parameter


def _as_served(schema: dict[str, Any]) -> None:
    """Opens a response's schema to new fields and values; what a response lacks is absent rather than null."""
    for check in _CHECKS:
        schema.pop(check, None)
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    fields, required = schema.get("properties", {}), set(schema.get("required", ()))
    for name, field in fields.items():
        if name not in required:
            if field.pop("default", None) is None:
                _without_null(field)
            else:
                required.add(name)
    if required:
        schema["required"] = sorted(required)
    inner = [schema[name] for name in ("items", "additionalProperties") if name in schema]
    for each in (*fields.values(), *schema.get("anyOf", ()), *inner):
        _as_served(each)


def _as_given(schema: dict[str, Any]) -> None:
    """A parameter is absent or has a value: ``null`` cannot be written in a query string."""
    _without_null(schema)
    if schema.get("default") in (None, "", []):
        schema.pop("default", None)
    schema.pop("title", None)
    schema.pop("description", None)


def _without_null(schema: dict[str, Any]) -> None:
    choices = [each for each in schema.pop("anyOf", []) if each.get("type") != "null"]
    if len(choices) == 1:
        schema |= choices[0] | schema
    elif choices:
        schema["anyOf"] = choices


async def _with_examples(request: ApiRequest, made: dict[str, Any]) -> bytes:
    ids = await _ids(request.edition)
    for route, operation in _operations(request.app, made):
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                parameter["example"] = ids[parameter["name"]]
        here = {name: id_ for name, id_ in ids.items() if f"{{{name}}}" in route.path}
        page = [("limit", "1")] if "limit" in route.params.model_fields else []
        asked: dict[str, dict[str, Any]] = {
            "200": {"query": page} | _body(operation, ids),
            "400": {"query": [("formt", "json")]},
            "404": {"arguments": {name: f"{id_}x" for name, id_ in here.items()}},
            "413": {"headers": [("content-length", "999999999999")]},
            "415": {"headers": [("content-type", "image/png")]},
            "default": {"accept": "image/png"},
        }
        for code in filter(asked.__contains__, operation["responses"]):
            response = await _ask(request, route, **{"arguments": here} | asked[code])
            for media_type, content in operation["responses"][code]["content"].items():
                if media_type in (_JSON, MEDIA_TYPE) and _is_example(response, code):
                    content["example"] = json.loads(response.body)
                    _tell(made, content["schema"], content["example"])
    return json.dumps(made, ensure_ascii=False).encode()


def _body(operation: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """A body that the operation takes, with its header; it becomes the example of the request."""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if media_type == "application/json":
            content["example"] = {"add": [{"source": ids["source_id"], "stance": "denies"}]}
            body = json.dumps(content["example"])
        else:
            body = content["example"] = ids["text"]
        return {"body": body.encode(), "headers": [("content-type", media_type)]}
    return {}


async def _ask(
    request: ApiRequest,
    route: ApiRoute,
    arguments: Mapping[str, str],
    query: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    headers: Iterable[tuple[str, str]] = (),
    accept: str = _JSON,
) -> Response:
    """Returns what ``route`` answers, for the same edition as ``request``."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    asked = {
        **request.scope,
        "path": route.path.format(**arguments),
        "path_params": arguments,
        "query_string": urlencode(list(query)).encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    return await route.make(ApiRequest(asked, receive), accept)


async def _ids(edition: Edition) -> dict[str, str]:
    """An id of the record for each parameter of a path, and the text of a claim."""
    # Of a claim that somebody denies there is most to see.
    denied = await edition.find(ClaimQuery(stance=("denies",)), Page(limit=1))
    found = denied if denied.total else await edition.find(ClaimQuery(), Page(limit=1))
    first = json.loads(found.bodies[0])
    return {
        "claim_id": first["id"],
        "source_id": first["statements"][0]["source"],
        "document_id": first["document"],
        "text": first["text"],
    }


def _is_example(response: Response, code: str) -> bool:
    """Whether a response can stand in the document: the one that is documented, short, and without references."""
    fits = response.status == int(code) if code.isdecimal() else response.status >= 400
    return fits and len(response.body) < _LONGEST and b'"$ref"' not in response.body


def _tell(made: Mapping[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Gives every field that is a short plain text the value in an example, once."""
    if reference := schema.get("$ref"):
        schema = made["components"]["schemas"][reference.rpartition("/")[2]]
    if isinstance(value, dict):
        for name, field in schema.get("properties", {}).items():
            if name in value:
                _tell(made, field, value[name])
    elif isinstance(value, list):
        for each in value:
            _tell(made, schema["items"], each)
    elif schema.get("type") == "string" and not schema.keys() & {"enum", "const", "format"} and len(value) <= _SHORT:
        schema.setdefault("examples", [value])

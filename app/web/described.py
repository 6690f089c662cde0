"""What the OpenAPI document says of an operation beyond its signature: formats, headers, problems, links."""

from collections.abc import Collection, Iterator, Sequence
from inspect import getdoc
from typing import Any

from pydantic import BaseModel

from app.web.problems import MEDIA_TYPE

_HEADERS = {
    "ETag": "Strong entity tag of this format in this coding (RFC 9110 8.8.3), for `If-None-Match`.",
    "Last-Modified": "When this revision of the record was first seen.",
    "Link": "`rel=next` leads to the next page (RFC 8288); absent on the last.",
}

_PROBLEMS = {
    400: "A parameter is unknown, repeated, malformed, or conflicts with another.",
    404: "There is no such thing here.",
    413: "The body is larger than this server takes.",
    415: "The body is not in a format that is read here.",
}

_LINKS = {
    ("listClaims", "claim_id"): (
        ("firstClaim", "getClaim", "The first claim of the page."),
        ("firstTimeline", "getClaimTimeline", "How it stood through time."),
    ),
    ("listSources", "source_id"): (
        ("firstSource", "getSource", "The first source of the page."),
        ("firstImpact", "getSourceImpact", "What rests on it."),
    ),
    ("listDocuments", "document_id"): (
        ("firstDocument", "getDocument", "The first document of the page."),
        ("firstCoverage", "getCoverage", "Its passages, with their claims."),
    ),
}
"""For a list and the parameter that an id from it is good for, names of links, operations and what these give."""


def responses(
    path: str,
    media_types: Sequence[str],
    stored: bool,
    response_model: type[BaseModel] | None,
    operation_id: str,
    summary: str,
    methods: Collection[str],
    **_: Any,
) -> dict[int | str, dict[str, Any]]:
    """The responses of the operation that has these arguments; ``stored`` is whether caches may keep them.

    Of formats but JSON the names alone are told. A generator of clients that finds one schema gives its reader one
    type, where several would become a union that has to be taken apart at each call.
    """
    paged = response_model is not None and "next" in response_model.model_fields
    headers = {name: text for name, text in _HEADERS.items() if stored and (paged or name != "Link")}
    content: dict[str, Any] = {} if response_model else {"application/json": {"schema": {"type": "object"}}}
    found: dict[int | str, dict[str, Any]] = {
        200: {
            "description": getdoc(response_model) if response_model else f"{summary}.",
            "content": content | {name: {} for name in media_types if name != "application/json"},
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()},
        }
    }
    if links := dict(_links(operation_id)):
        found[200]["links"] = links
    if stored:
        found[304] = {"description": "The copy that the reader holds is current."}
    codes = (400, *((404,) if "{" in path else ()), *((413, 415) if "POST" in methods else ()))
    found |= {code: _problem(_PROBLEMS[code]) for code in codes}
    return found | {"default": _problem("Any other problem; `status` says which.")}


def _links(operation_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """OpenAPI's link objects of a list."""
    for (listing, parameter), rows in _LINKS.items():
        for name, target, description in rows if listing == operation_id else ():
            parameters = {parameter: "$response.body#/items/0/id"}
            yield name, {"operationId": target, "parameters": parameters, "description": description}


def _problem(description: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}

"""``/openapi.json``: the document, with what the operations answer on the served record as their examples."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.core.query import ClaimQuery, Page
from app.settings import Settings
from app.store import ClaimStore, Edition
from app.web.answers import Operation, respond
from app.web.finished import Answer, Finished, finish
from app.web.headers import best_coding, header_values
from app.web.openapi import document, with_examples
from app.web.routing import Sent

_LONGEST = 20_000
"""Characters beyond which an example would hide the document; the schema alone describes those answers."""


class Reference:
    """The OpenAPI document of an application, made once for each edition of its store."""

    def __init__(self, api: FastAPI, routes: Iterable[APIRoute], store: ClaimStore, settings: Settings) -> None:
        self.api, self.routes, self.store, self.settings = api, list(routes), store, settings
        self.route = Route("/openapi.json", self.answer)
        self.made: tuple[Edition, bytes] | None = None

    async def answer(self, request: Request) -> Response:
        """The document as JSON."""
        edition = self.store.edition
        if self.made is None or self.made[0] is not edition:
            base = document(self.api, self.routes, urlsplit(self.settings.public_url).path or "/")
            ids = await _ids(edition)
            self.made = edition, with_examples(base, ids, await self._answers(ids))
        names = (b"accept-encoding", b"if-none-match", b"if-modified-since")
        coding, if_none_match, since = header_values(request.scope["headers"], *names)
        body = Answer(self.made[1], "application/vnd.oai.openapi+json;version=3.1")
        return Sent(finish(body, self.settings, best_coding(coding), edition.modified, if_none_match, since))

    async def _answers(self, ids: Mapping[str, str]) -> dict[str, Any]:
        examples: dict[str, Any] = {}
        for route in self.routes:
            if "GET" not in (route.methods or ()) or route.operation_id is None:
                continue
            operation = Operation.of(route.endpoint)
            arguments = {name: ids[name] for name in ids if f"{{{name}}}" in route.path}
            limited = {"limit": "2"} if "limit" in operation.params.model_fields else {}
            for name, media_type in self._documented(route, operation):
                query = urlencode(limited | {"format": name})
                path = route.path.format(**arguments)
                scope = {"path": path, "query_string": query.encode(), "headers": []}
                finished = await respond(operation, self.store, self.settings, scope, arguments)
                if _is_example(finished):
                    is_json = media_type in ("application/json", "application/ld+json")
                    text = finished.body.decode()
                    examples[f"{route.operation_id} {media_type}"] = json.loads(text) if is_json else text
        return examples

    def _documented(self, route: APIRoute, operation: Operation) -> list[tuple[str, str]]:
        content = route.responses[200].get("content", {})
        return [(name, bare) for name in operation.formats if (bare := operation.bare(name)) in content]


async def _ids(edition: Edition) -> dict[str, str]:
    """An id of the record for each parameter of a path."""
    first = json.loads((await edition.find(ClaimQuery(), Page(limit=1))).bodies[0])
    return {
        "claim_id": first["id"],
        "source_id": first["statements"][0]["source"],
        "document_id": first["document"],
    }


def _is_example(finished: Finished) -> bool:
    """Whether an answer can stand in the document: whole, short, and without references of its own, as a schema has."""
    short = finished.stream is None and len(finished.body) < _LONGEST
    return short and finished.status == 200 and b'"$ref"' not in finished.body

"""What stands beside us: ``python -m checks.benchmarks.peers NAME DIRECTORY PORT``, on the server that we run on too.

``ceiling`` sends ready bytes from a bare ASGI function: nothing in Python on this server can cost less. ``constant``
sends the same bytes from FastAPI routes with five declared parameters. ``naive`` is what most would write first, and
``fts`` (:mod:`checks.benchmarks.sqlite`) what they would write next. The first two take their bytes from
``constants.json`` and change them when a line with a workload's name comes in on the port above theirs.
"""

import json
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch

from fastapi import FastAPI, HTTPException, Query, Response
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.query import words
from app.record.served import ServedClaim
from app.server import listen, run, server
from app.settings import Settings
from app.store.memory import MemoryStore
from checks.benchmarks.sqlite import fts

Told = Callable[[str], None]


def ceiling(directory: Path) -> tuple[ASGIApp, Told]:
    """Ready bytes."""
    constants = _constants(directory)
    start, body = constants["W1"]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send(body)

    def tell(workload: str) -> None:
        nonlocal start, body
        start, body = constants[workload]

    return _with_lifespan(app), tell


def constant(directory: Path) -> tuple[ASGIApp, Told]:
    """The same bytes through FastAPI."""
    constants = _constants(directory)
    start, body = constants["W1"]
    app = FastAPI(openapi_url=None)

    def answer() -> Response:
        response = Response(body["body"], start["status"])
        response.raw_headers = list(start["headers"])
        return response

    @app.get("/claims/{claim_id}")
    async def one(claim_id: str) -> Response:
        return answer()

    @app.get("/claims")
    async def many(
        q: Annotated[str, Query(max_length=4000)] = "",
        kind: Annotated[list[str] | None, Query(max_length=50)] = None,
        document: Annotated[list[str] | None, Query(max_length=50)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        cursor: Annotated[str, Query(pattern="^[A-Za-z0-9_-]{0,200}$")] = "",
    ) -> Response:
        return answer()

    def tell(workload: str) -> None:
        nonlocal start, body
        start, body = constants[workload]

    return app, tell


class NaivePage(BaseModel):
    """A page as the naive design serves it."""

    total: int
    items: list[ServedClaim]
    facets: dict[str, dict[str, int]] | None = None


def naive(directory: Path) -> tuple[ASGIApp, Told]:
    """All claims as models in a list, searched from end to end; only the words are taken apart beforehand."""
    app = FastAPI()
    claims: list[ServedClaim] = []
    having: list[set[str]] = []
    with (directory / "served.jsonl").open("rb") as lines, (directory / "words.txt").open() as spoken:
        for line, said in zip(lines, spoken, strict=True):
            claims.append(ServedClaim.model_validate_json(line))
            having.append(set(said.split()))

    @app.get("/claims/{claim_id}", response_model_exclude_none=True)
    async def one(claim_id: str) -> ServedClaim:
        for claim in claims:
            if claim.id == claim_id:
                return claim
        raise HTTPException(404)

    @app.get("/claims", response_model_exclude_none=True)
    async def many(
        q: str = "", kind: str | None = None, document: str | None = None, offset: int = 0, facets: bool = False
    ) -> NaivePage:
        asked = set(words(q))
        found = [
            claim
            for claim, said in zip(claims, having, strict=True)
            if asked <= said
            and (kind is None or claim.kind == kind)
            and (document is None or claim.document == document)
        ]
        counts = {name: dict(Counter(str(getattr(claim, name)) for claim in found)) for name in ("kind", "status")}
        return NaivePage(total=len(found), items=found[offset : offset + 20], facets=counts if facets else None)

    return app, _deaf


PEERS: Mapping[str, Callable[[Path], tuple[ASGIApp, Told]]] = {
    "ceiling": ceiling,
    "constant": constant,
    "naive": naive,
    "fts": lambda directory: (fts(directory), _deaf),
}


def _constants(directory: Path) -> Mapping[str, tuple[dict[str, Any], dict[str, Any]]]:
    captured = json.loads((directory / "constants.json").read_text())
    return {
        workload: (
            {
                "type": "http.response.start",
                "status": each["status"],
                "headers": [(name.encode(), value.encode()) for name, value in each["headers"]],
            },
            {"type": "http.response.body", "body": each["body"].encode()},
        )
        for workload, each in captured.items()
    }


def _with_lifespan(app: ASGIApp) -> ASGIApp:
    """The server wants to tell of its start and end; a request pays one comparison for that, as in any application."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await app(scope, receive, send)
            return
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    return both


def _deaf(workload: str) -> None:
    """Answers what it is asked, whatever the workload."""


def _listen_to(port: int, tell: Told) -> None:
    listening = socket.create_server(("127.0.0.1", port))
    while True:
        connection, _ = listening.accept()
        with connection, connection.makefile("rw") as lines:
            tell(lines.readline().strip())
            lines.write("ok\n")


def main() -> None:
    """Serve one of the peers."""
    name, directory, port = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    app, tell = PEERS[name](directory)
    threading.Thread(target=_listen_to, args=(port + 1, tell), daemon=True).start()
    # The one thing in which a peer's server differs from ours.
    with patch.object(server, "create_app", lambda *_, **__: app):
        run(MemoryStore(), Settings(), listen("127.0.0.1", port), address=f"http://127.0.0.1:{port}")


if __name__ == "__main__":
    main()

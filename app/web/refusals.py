"""What FastAPI and Starlette refuse by themselves, said in the one shape that all problems have.

Unknown paths, methods that a path does not have, bodies too large.
"""

import re
from difflib import get_close_matches

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from app.web.answers import refused
from app.web.finished import SECURITY, Finished
from app.web.problems import BROKEN, http_problem
from app.web.routing import Sent


async def refuse(request: Request, error: Exception) -> Response:
    """A problem for an ``HTTPException``."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    near: tuple[str, ...] = ()
    path = request.scope["path"]
    match status:
        case 404:
            near = _near(request.app, path)
            hint = f" Did you mean {' or '.join(near)}?" if near else " The landing page / lists what there is."
            detail = f"Nothing is at {path[:200]!r}.{hint}"
        case 405:
            allowed = _allowed(headers.get("Allow") or headers.get("allow") or "")
            if request.method == "OPTIONS":
                return Sent(Finished(204, [(b"allow", allowed.encode()), *SECURITY], b""))
            headers = {"allow": allowed}
            detail = f"{request.method[:20]} is not for this place; it takes {allowed}."
        case 413:
            most = request.app.state.settings.verify_bytes
            detail = f"At most {most} bytes are taken. Send the text of one document alone."
        case _:
            detail = str(error.detail) if isinstance(error, HTTPException) else BROKEN
    state, lowered = request.app.state, {name.lower(): value for name, value in headers.items()}
    return Sent(refused(http_problem(status, detail, near), request.scope, state.store, state.settings, None, lowered))


def _allowed(methods: str) -> str:
    names = set(re.findall(r"[A-Z]+", methods))
    return ", ".join(sorted(names | ({"HEAD"} if "GET" in names else set()) | {"OPTIONS"}))


def _near(app: FastAPI, path: str) -> tuple[str, ...]:
    known = {route.split("/{")[0] or "/" for route in app.state.paths}
    return tuple(get_close_matches(path.rstrip("/")[:100], sorted(known), n=3, cutoff=0.6))

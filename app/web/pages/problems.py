"""Problems for people: what went wrong, and at ``/problems`` what each sort means (RFC 9457 3.1.1).

Whoever asks for ``text/html`` by name, as browsers do, gets a problem as a page; everybody else gets RFC 9457's
``application/problem+json`` with the same content.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query

from app.core.errors import StoreUnavailable
from app.store import ClaimStore, Edition
from app.web.pages import rendered
from app.web.params import NoParameters
from app.web.problems import HTTP_PROBLEMS, PROBLEMS, Problem
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute, offers

router = APIRouter(route_class=ApiRoute, include_in_schema=False)


@router.get("/problems", response_model=None)
@offers()
async def problems_page(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """The sorts of problems, by the first status. It needs no record: there may be none."""
    rows = [*PROBLEMS.values(), *((status, name, title) for status, (name, title) in HTTP_PROBLEMS.items())]
    kinds: dict[str, tuple[str, set[int]]] = {}
    for status, name, title in sorted(rows):
        kinds.setdefault(name, (title, set()))[1].add(status)
    return rendered("problems.html", _edition(request.services.store), kinds=kinds, here=request.path, as_json="")


def problem_page(problem: Problem, path: str, store: ClaimStore) -> Representation:
    """A problem for people. It needs no record: there may be none."""
    near = [(each, _meant(path, each)) for each in problem.did_you_mean if problem.status == 404]
    made = rendered("problem.html", _edition(store), problem=problem, near=near, here=path, as_json="")
    made.status, made.cache_control = problem.status, "no-store"
    return made


def _edition(store: ClaimStore) -> Edition | None:
    """The edition that is served, if any is."""
    try:
        return store.edition
    except StoreUnavailable:
        return None


def _meant(path: str, near: str) -> str:
    """The address that was probably meant: ``near`` is a path of its own, or an id in the place of this one's."""
    if near.startswith("/"):
        return quote(near)
    parts = path.split("/")
    return quote("/".join([*parts[:2], near, *parts[3:]])) if len(parts) > 2 else ""

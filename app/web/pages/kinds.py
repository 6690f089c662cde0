"""``/problems``: what each sort of problem means. It is where the ``type`` of every problem leads (RFC 9457 3.1.1)."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.web.pages import rendered
from app.web.pages.problem import edition_of
from app.web.params import NoParameters
from app.web.problems import HTTP_PROBLEMS, PROBLEMS
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute, offers

router = APIRouter(route_class=ApiRoute, include_in_schema=False)


def kinds() -> list[tuple[str, str, list[int]]]:
    """Fragment, title and status codes of each sort of problem, by the first status."""
    rows = [*PROBLEMS.values(), *((status, name, title) for status, (name, title) in HTTP_PROBLEMS.items())]
    statuses: dict[str, list[int]] = {}
    titles: dict[str, str] = {}
    for status, name, title in sorted(rows):
        statuses.setdefault(name, []).append(status)
        titles.setdefault(name, title)
    return [(name, titles[name], sorted(set(found))) for name, found in statuses.items()]


@router.get("/problems", response_model=None)
@offers()
async def problems_page(request: ApiRequest, params: Annotated[NoParameters, Query()]) -> Representation:
    """The page. It needs no record: there may be none."""
    return rendered("problems.html", edition_of(request.store), kinds=kinds(), here=request.path, as_json="")

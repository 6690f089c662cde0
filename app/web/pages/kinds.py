"""``/problems``: what each sort of problem means. It is where the ``type`` of every problem leads (RFC 9457 3.1.1)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.core.errors import StoreUnavailable
from app.settings import Settings
from app.store import ClaimStore
from app.web.finished import finish
from app.web.headers import best_coding, header_values
from app.web.pages import rendered
from app.web.problems import HTTP_PROBLEMS, PROBLEMS
from app.web.routing import Sent

PATH = "/problems"


def kinds() -> list[tuple[str, str, list[int]]]:
    """Fragment, title and status codes of each sort of problem, by the first status."""
    rows = [*PROBLEMS.values(), *((status, name, title) for status, (name, title) in HTTP_PROBLEMS.items())]
    statuses: dict[str, list[int]] = {}
    titles: dict[str, str] = {}
    for status, name, title in sorted(rows):
        statuses.setdefault(name, []).append(status)
        titles.setdefault(name, title)
    return [(name, titles[name], sorted(set(found))) for name, found in statuses.items()]


def problems(store: ClaimStore, settings: Settings) -> Route:
    """The route of the page. It needs no record: there may be none."""

    async def answer(request: Request) -> Response:
        accepted, if_none_match = header_values(request.scope["headers"], b"accept-encoding", b"if-none-match")
        try:
            edition = store.edition
        except StoreUnavailable:
            edition = None
        made = rendered("problems.html", edition, kinds=kinds(), here=PATH, as_json="")
        return Sent(finish(made, settings, best_coding(accepted), None, if_none_match))

    return Route(PATH, answer)

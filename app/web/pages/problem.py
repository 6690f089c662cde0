"""What went wrong, as a page: for those who ask for ``text/html`` by name, as browsers do.

Whoever asks for anything, or for nothing, gets RFC 9457's ``application/problem+json`` with the same content.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from app.core.errors import StoreUnavailable
from app.store import ClaimStore
from app.web.finished import Answer
from app.web.headers import best_media_type, header_values
from app.web.pages import rendered
from app.web.problems import MEDIA_TYPE, Problem

_OFFERED = (MEDIA_TYPE, "application/json", "text/html")


def wants_page(scope: Mapping[str, Any]) -> bool:
    """Whether a request asks for HTML: by ``format=html``, or by liking it better than what programs read."""
    if b"format=html" in scope["query_string"].split(b"&"):
        return True
    (accept,) = header_values(scope["headers"], b"accept")
    return best_media_type(accept, _OFFERED) == "text/html"


def problem_page(problem: Problem, path: str, store: ClaimStore) -> Answer:
    """A problem for people. It needs no record: there may be none."""
    try:
        edition = store.edition
    except StoreUnavailable:
        edition = None
    near = [(each, _meant(path, each)) for each in problem.did_you_mean if problem.status == 404]
    answer = rendered("problem.html", edition, problem=problem, near=near, here=path, as_json="")
    answer.status, answer.cache_control = problem.status, "no-store"
    return answer


def _meant(path: str, near: str) -> str:
    """The address that was probably meant: ``near`` is a path of its own, or an id in the place of this one's."""
    if near.startswith("/"):
        return quote(near)
    parts = path.split("/")
    return quote("/".join([*parts[:2], near, *parts[3:]])) if len(parts) > 2 else ""

"""What went wrong, as a page: for those who ask for ``text/html`` by name, as browsers do.

Whoever asks for anything, or for nothing, gets RFC 9457's ``application/problem+json`` with the same content.
"""

from urllib.parse import quote

from app.core.errors import StoreUnavailable
from app.store import ClaimStore, Edition
from app.web.pages import rendered
from app.web.problems import Problem
from app.web.response import Representation


def edition_of(store: ClaimStore) -> Edition | None:
    """The edition that is served, if any is."""
    try:
        return store.edition
    except StoreUnavailable:
        return None


def problem_page(problem: Problem, path: str, store: ClaimStore) -> Representation:
    """A problem for people. It needs no record: there may be none."""
    near = [(each, _meant(path, each)) for each in problem.did_you_mean if problem.status == 404]
    made = rendered("problem.html", edition_of(store), problem=problem, near=near, here=path, as_json="")
    made.status, made.cache_control = problem.status, "no-store"
    return made


def _meant(path: str, near: str) -> str:
    """The address that was probably meant: ``near`` is a path of its own, or an id in the place of this one's."""
    if near.startswith("/"):
        return quote(near)
    parts = path.split("/")
    return quote("/".join([*parts[:2], near, *parts[3:]])) if len(parts) > 2 else ""

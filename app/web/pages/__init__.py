"""Pages for people, at the same URLs as the data: rendered here, without JavaScript, under a strict policy.

Each page is made from the very answers that programs get; a page adds words, shapes and links, and no facts. The rooms:
``drawing`` turns a timeline into a picture, ``claims`` and ``sources`` gather what their templates show.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.attribution import spoken_date
from app.web.answers import Ask
from app.web.finished import SECURITY, Answer, digest
from app.web.params import Nothing

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, no inline style, nothing foreign."""

_MEDIA_TYPES = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}


@cache
def asset_bytes(name: str) -> bytes:
    """A static file of the pages."""
    return files("app.web").joinpath("static", name).read_bytes()


@cache
def asset(name: str) -> str:
    """Address of a static file, with a name for its content so that it may be kept for ever."""
    return f"/assets/{name}?v={digest(asset_bytes(name))}"


@cache
def environment() -> "Environment":
    """Templates, escaped always; a name that is not given is an error rather than an empty place."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # not needed before somebody looks at a page

    made = Environment(
        loader=PackageLoader("app.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["words"] = lambda status: str(status).replace("_", " ")
    made.filters["day"] = lambda value: spoken_date(str(value))
    made.globals["asset"] = asset
    return made


def page(ask: Ask, template: str, **shown: Any) -> Answer:
    """A page as an answer; its entity tag is that of its bytes."""
    edition = ask.edition
    common = {
        "header": edition.header,
        "revision": edition.revision,
        "path": ask.path,
        "base": ask.settings.public_url,
        "as_json": address(ask, {"format": "json"}),
        "vocabulary": edition.known,
    }
    body = environment().get_template(template).render(**common, **shown)
    return Answer(body.encode(), "text/html; charset=utf-8", headers={"content-security-policy": POLICY})


async def data(ask: Ask, endpoint: Callable[..., Awaitable[Answer]], params: Nothing, **arguments: str) -> Any:
    """What a program gets from an endpoint, as a page shows it: the same answer, read back."""
    asked = replace(ask, form="json", if_none_match="", taken=ask.edition)
    return json.loads((await endpoint(asked, params=params, **arguments)).body)


def address(ask: Ask, changed: Mapping[str, str | None]) -> str:
    """This page's address with some parameters set anew; ``None`` leaves one out, and empty ones are never kept."""
    kept = [(name, value) for name, value in parse_qsl(ask.query_string.decode("ascii")) if name not in changed]
    pairs = [pair for pair in kept if pair != ("format", "html")]
    pairs += [(name, value) for name, value in changed.items() if value is not None]
    return f"{ask.path}?{urlencode(pairs)}" if pairs else ask.path


def day_in_words(as_of: str | None) -> str:
    """``2022-07`` as ``July 2022``; empty where no day was asked for."""
    return spoken_date(as_of) if as_of else ""


def month_of(day: date) -> str:
    """A day's month, as ``as_of`` takes it."""
    return f"{day.year:04}-{day.month:02}"


async def _file(request: Request) -> Response:
    name = request.url.path.rsplit("/", 1)[-1]
    headers = {key.decode(): value.decode() for key, value in SECURITY}
    headers |= {"cache-control": "public, max-age=31536000, immutable", "etag": f'"{digest(asset_bytes(name))}"'}
    return Response(asset_bytes(name), media_type=_MEDIA_TYPES[name], headers=headers)


ROUTES = [Route(f"/assets/{name}", _file) for name in _MEDIA_TYPES]
"""The static files of the pages."""

"""Pages for people, at the same URLs as the data: rendered here, without JavaScript, under a strict policy.

Each page is made from the very answers that programs get; a page adds words, shapes and links, and no facts.
``drawing`` turns counts and a timeline into pictures; ``map``, ``search``, ``claim``, ``sources``, ``documents`` and
``changes`` gather what their templates show; ``problem`` says what went wrong. :func:`ready` marks every endpoint.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.core.dates import calendar_span, in_words, since_in_words
from app.core.vocabulary import SOURCING_WORDS, Status
from app.store import Edition
from app.web.answers import Ask
from app.web.finished import Answer, digest, finish
from app.web.headers import best_coding, header_values
from app.web.pages.drawing import shares
from app.web.params import Nothing
from app.web.routing import Sent

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""No script at all, no inline style, nothing foreign. Nothing here connects to anything; it is allowed for the sake of
tools in browsers, which look at ``/robots.txt`` under the policy of the page."""

PLACES = (
    ("/", "Map"),
    ("/claims", "Claims"),
    ("/sources", "Sources"),
    ("/topics", "Topics"),
    ("/entities", "Entities"),
    ("/transitions", "Changes"),
    ("/statuses", "The rule"),
    ("/docs", "API"),
)
"""Where every page leads."""

_MODULES = ("map", "search", "claim", "sources", "documents", "changes")
_FILES = {
    "/assets/style.css": "text/css; charset=utf-8",
    "/assets/icon.svg": "image/svg+xml",
    "/robots.txt": "text/plain; charset=utf-8",
}


def ready() -> None:
    """Mark every endpoint that has a page with it."""
    for module in _MODULES:
        import_module(f"app.web.pages.{module}")


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
    made.filters["day"] = lambda value: in_words(str(value))
    made.filters["since"] = lambda value: since_in_words(str(value))
    made.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    made.filters["shares"] = shares
    made.filters["cut"] = shortened
    made.filters["sourcing"] = SOURCING_WORDS.__getitem__
    made.filters["settled"] = settled
    made.globals["asset"] = asset
    made.globals["places"] = PLACES
    return made


def page(ask: Ask, template: str, **shown: Any) -> Answer:
    """A page as an answer; its entity tag is that of its bytes."""
    common = {"base": ask.settings.public_url, "as_json": address(ask, {"format": "json"}), "here": ask.path}
    return rendered(template, ask.edition, **common, **shown)


def rendered(template: str, edition: Edition | None, **shown: Any) -> Answer:
    """A template as an answer; without an edition only what needs no record can be shown."""
    header, revision = (edition.header, edition.revision) if edition else (None, "")
    body = environment().get_template(template).render(header=header, revision=revision, **shown)
    return Answer(body.encode(), "text/html; charset=utf-8", headers={"content-security-policy": POLICY})


async def data(ask: Ask, endpoint: Callable[..., Awaitable[Answer]], params: Nothing, **arguments: str) -> Any:
    """What a program gets from an endpoint, as a page shows it: the same answer, read back."""
    asked = replace(ask, form="json", if_none_match="", taken=ask.edition)
    return json.loads((await endpoint(asked, params=params, **arguments)).body)


def given(ask: Ask) -> list[tuple[str, str]]:
    """The parameters of this address, without those that a form sent empty and without its ``format=html``."""
    pairs = parse_qsl(ask.query_string.decode("ascii"))
    return [pair for pair in pairs if pair != ("format", "html")]


def address(ask: Ask, changed: Mapping[str, str | None]) -> str:
    """This page's address with some parameters set anew; ``None`` leaves one out, and empty ones are never kept."""
    pairs = [pair for pair in given(ask) if pair[0] not in changed]
    pairs += [(name, value) for name, value in changed.items() if value is not None]
    return to(ask.path, pairs)


def to(path: str, parameters: list[tuple[str, str]] | Mapping[str, str | None]) -> str:
    """An address on this server; parameters that are empty are left out."""
    pairs = parameters.items() if isinstance(parameters, Mapping) else parameters
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{quote(path)}?{query}" if query else quote(path)


def shortened(text: str, most: int) -> str:
    """``text`` in at most ``most`` characters, cut between words."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return f"{kept.rsplit(' ', 1)[0] if ' ' in kept else kept}\u2026"


def settled(claim: Mapping[str, Any]) -> bool:
    """Whether a served claim is background: marked as such, and in fact said by the author and contested by nobody."""
    return bool(claim.get("background")) and claim["status"] == Status.asserted


def day_in_words(edtf: str | None) -> str:
    """:func:`~app.core.dates.in_words`; empty where there is none."""
    return in_words(edtf) if edtf else ""


def day_form(day: date, edtf: str) -> str:
    """``day`` as ``as_of`` takes it: the month or year of the EDTF string ``edtf``, where ``day`` is its last day."""
    last = edtf.rpartition("/")[2]
    try:
        return last if calendar_span(last).end == day else str(day)
    except ValueError:
        return str(day)


def month_of(day: date) -> str:
    """A day's month, as ``as_of`` takes it."""
    return f"{day.year:04}-{day.month:02}"


def place(ref: str) -> str:
    """``p9s3`` as ``paragraph 9, sentence 3``."""
    paragraph, _, sentence = ref[1:].partition("s")
    return f"paragraph {paragraph}, sentence {sentence}"


async def _file(request: Request) -> Response:
    path = request.scope["path"]
    name = path.rsplit("/", 1)[-1]
    kept = "public, max-age=31536000, immutable" if path != "/robots.txt" else "public, max-age=86400"
    accepted, if_none_match = header_values(request.scope["headers"], b"accept-encoding", b"if-none-match")
    answer = Answer(asset_bytes(name), _FILES[path], cache_control=kept)
    return Sent(finish(answer, request.app.state.settings, best_coding(accepted), None, if_none_match))


ROUTES = [Route(path, _file) for path in _FILES]
"""The static files of the pages."""

"""One request as an endpoint sees it, and what the routes of an application are joined with."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias
from urllib.parse import quote

from pydantic_core import from_json
from starlette.requests import Request
from starlette.types import Receive, Scope

from app.core.documents import Passage
from app.core.errors import TextTooLarge
from app.core.query import encoded
from app.formats import FORMATS, Setting
from app.settings import Settings
from app.store import ClaimStore, Edition
from app.web.headers import best_media_type, header_values
from app.web.metrics import Metrics
from app.web.problems import Problem
from app.web.reading import unquoted
from app.web.response import Representation, Response, ResponseCache, problem_response, render

Page: TypeAlias = Callable[..., Awaitable[Representation]]

_SAFE = re.compile(r"[A-Za-z0-9_.~+&=,-]*")
"""A query string that can be handed on as it came, but for its commas: no name in it is written in two ways."""

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""A value that encoding leaves as it is."""

_encoded_path = lru_cache(maxsize=256)(quote)


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes of one application are joined with."""

    store: ClaimStore
    settings: Settings
    base: str
    """Absolute URL of the server, without a slash at the end."""
    mcp: bool
    pages: Mapping[str, Page]
    """For each operation id the page for people at its address; it is called as the endpoint is."""
    problem_page: Callable[[Problem, str, ClaimStore], Representation]
    cache: ResponseCache
    metrics: Metrics | None


class ApiRequest(Request):
    """One request as an endpoint sees it."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        self.services: Services = scope["app"].state.services
        self.format = ""
        """Name of the negotiated format."""
        self.path: str = scope["path"]
        self.query_string: bytes = scope["query_string"]
        self.taken: Edition | None = None
        """The edition, once it was asked for."""

    @property
    def settings(self) -> Settings:
        """The settings of the server."""
        return self.services.settings

    @property
    def base(self) -> str:
        """Absolute URL of the server, without a slash at the end."""
        return self.services.base

    @property
    def edition(self) -> Edition:
        """The store's edition, taken once: whatever is asked of it afterwards is of one revision."""
        if self.taken is None:
            self.taken = self.services.store.edition
        return self.taken

    @property
    def modified(self) -> int | None:
        """When the edition was first seen, if it was asked for."""
        return self.taken.modified if self.taken else None

    @property
    def preflight(self) -> bool:
        """Whether a browser asks what a page of another origin may do."""
        return bool(self.scope["method"] == "OPTIONS" and "access-control-request-method" in self.headers)

    @cached_property
    def written(self) -> Sequence[tuple[str, str]]:
        """The name of each parameter given, and ``name=value`` encoded safely; empty ones are left out."""
        text = self.query_string.decode("ascii")
        safe = _SAFE.fullmatch(text)
        if safe:
            text = text.replace(",", "%2C")  # which stands in lists of names, and may not stay as it came
        fields = [each.partition("=") for each in text.split("&") if each and not each.endswith("=")]
        if safe:
            return [(name, f"{name}={value}") for name, _, value in fields]
        pairs = [(unquoted(name), unquoted(value)) for name, _, value in fields]
        return [(name, f"{encoded(name)}={encoded(value)}") for name, value in pairs]

    def address(self, changed: Mapping[str, str | None]) -> str:
        """This request's URL, relative to the server, with some parameters set anew; ``None`` leaves one out."""
        pairs = [pair for name, pair in self.written if name not in changed]
        for name, value in changed.items():
            if value is not None:
                # Cursors come once, and would drive out of what is remembered the values that come again.
                pairs.append(f"{name}={value if _PLAIN.fullmatch(value) else encoded(value)}")
        path = _encoded_path(self.path)
        return f"{path}?{'&'.join(pairs)}" if pairs else path

    def narrowed(self, name: str) -> str:
        """This request's URL on its first page, as far as a value, yet to be added, of the parameter ``name``."""
        kept = "".join([f"{pair}&" for given, pair in self.written if given not in (name, "cursor")])
        return f"{_encoded_path(self.path)}?{kept}{name}="

    async def setting(
        self, as_of: str | None = None, fields: tuple[str, ...] = (), bodies: Iterable[bytes] | None = ()
    ) -> Setting:
        """What the writers of formats need to know of served claims, or for ``None`` of all that there are."""
        edition = self.edition
        passages: Mapping[str, Sequence[Passage]] = {}
        if self.format in FORMATS and FORMATS[self.format].passages:
            documents = [from_json(body)["document"] for body in bodies or ()]
            if bodies is None:
                documents = list(edition.header.document_by_id)
            passages = {each: await edition.passages(each) for each in dict.fromkeys(documents)}
        return Setting(edition.header, edition.revision, self.base, as_of, fields, passages)

    async def limited_body(self, largest: int, advice: str) -> bytes:
        """The body; raises :class:`~app.core.errors.TextTooLarge` as soon as it is known to be too large."""
        said = self.headers.get("content-length", "")
        body = bytearray()
        if not said.isdecimal() or int(said) <= largest:
            async for piece in self.stream():
                body += piece
                if len(body) > largest:
                    break
            else:
                return bytes(body)
        raise TextTooLarge(f"At most {largest} bytes are taken. {advice}")


def refusal(
    problem: Problem, request: ApiRequest, coding: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Returns a problem: as a page to those who ask for HTML by name, as data to others."""
    if not _wants_page(request):
        return problem_response(problem, coding, headers)
    made = request.services.problem_page(problem, request.path, request.services.store)
    made.headers = {**made.headers, **(headers or {})}
    return render(made, request.settings, coding, None)


def _wants_page(request: ApiRequest) -> bool:
    """Whether a request asks for HTML: by ``format=html``, or by liking it better than what programs read."""
    if b"format=html" in request.query_string.split(b"&"):
        return True
    offered = ("application/problem+json", "application/json", "text/html")
    return best_media_type(*header_values(request.scope["headers"], b"accept"), offered) == "text/html"

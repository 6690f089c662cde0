"""One request as an endpoint sees it, and what the routes of an application are joined with."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from pydantic_core import from_json
from starlette.requests import Request
from starlette.types import Receive, Scope

from app.core.documents import Passage
from app.core.errors import TextTooLarge
from app.formats import FORMATS, Setting
from app.settings import Settings
from app.store import ClaimStore, Edition
from app.web.cache import ResponseCache
from app.web.headers import best_media_type, header_values
from app.web.metrics import Metrics
from app.web.problems import Problem
from app.web.response import Representation, Response, problem_response, render

Passages: TypeAlias = Mapping[str, Sequence[Passage]]
Page: TypeAlias = Callable[..., Awaitable[Representation]]

_NONE: Passages = MappingProxyType({})


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
        self.written: Sequence[tuple[str, str]] | None = None
        """The parameters as addresses repeat them, once :func:`app.web.paging.written` was asked for them."""
        self.taken: Edition | None = None
        """The edition, once it was asked for."""

    @property
    def store(self) -> ClaimStore:
        """The store that is served."""
        return self.services.store

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
            self.taken = self.store.edition
        return self.taken

    @property
    def modified(self) -> int | None:
        """When the edition was first seen, if it was asked for."""
        return self.taken.modified if self.taken else None

    @property
    def preflight(self) -> bool:
        """Whether a browser asks what a page of another origin may do."""
        return bool(self.scope["method"] == "OPTIONS" and "access-control-request-method" in self.headers)

    def setting(self, as_of: str | None = None, fields: tuple[str, ...] = (), passages: Passages = _NONE) -> Setting:
        """What the writers of formats need to know."""
        return Setting(self.edition.header, self.edition.revision, self.base, as_of, fields, passages)

    async def passages(self, bodies: Iterable[bytes] | None = None) -> Passages:
        """The passages of the documents of served claims, or of all documents, if the format asked for names any."""
        if not FORMATS[self.format].passages:
            return _NONE
        if bodies is None:
            documents = list(self.edition.header.document_by_id)
        else:
            documents = [from_json(body)["document"] for body in bodies]
        return {each: await self.edition.passages(each) for each in dict.fromkeys(documents)}

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
    made = request.services.problem_page(problem, request.path, request.store)
    made.headers = {**made.headers, **(headers or {})}
    return render(made, request.settings, coding, None)


def _wants_page(request: ApiRequest) -> bool:
    """Whether a request asks for HTML: by ``format=html``, or by liking it better than what programs read."""
    if b"format=html" in request.query_string.split(b"&"):
        return True
    offered = ("application/problem+json", "application/json", "text/html")
    return best_media_type(*header_values(request.scope["headers"], b"accept"), offered) == "text/html"

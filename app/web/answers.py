"""One request, in five steps: parameters, headers, operation, store, format.

An :class:`Operation` is a documented endpoint that knows nothing of any framework: it takes an :class:`Ask` and its
parameters and gives an :class:`Answer`. :func:`respond` leads a request through it. FastAPI's route and the quick door
both call it, so there is one meaning whichever way a request comes in.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias, get_args, get_origin

from pydantic_core import from_json

from app import __version__
from app.core.documents import Passage
from app.core.errors import ClaimsError, NotAcceptable, StoreUnavailable
from app.formats import FORMATS, Setting
from app.settings import Settings
from app.store import ClaimStore, Edition
from app.web.finished import Answer, Finished, digest, finish, finish_problem, validators
from app.web.headers import best_coding, best_media_type, header_values, is_current, tagged
from app.web.params import Nothing
from app.web.problems import Problem, problem_of
from app.web.reading import read

Passages: TypeAlias = Mapping[str, Sequence[Passage]]

HTML = "html"
_NONE: Passages = MappingProxyType({})
_BARE = {name: each.media_type.split(";")[0] for name, each in FORMATS.items()} | {
    HTML: "text/html",
    "atom": "application/atom+xml",
    "schema": "application/schema+json",
}


class NotModified(Exception):
    """The reader's copy is current; nothing was searched for (RFC 9110 15.4.5)."""

    def __init__(self, etag: str) -> None:
        self.etag = etag


@dataclass(slots=True)
class Ask:
    """One request as an operation sees it."""

    store: ClaimStore
    settings: Settings
    form: str
    """Name of the negotiated format."""
    path: str
    query_string: bytes
    coding: str | None
    if_none_match: str
    content_type: str
    body: Callable[[], Awaitable[bytes]]
    taken: Edition | None = None
    written: Sequence[tuple[str, str]] | None = None
    """The parameters as addresses repeat them, once :func:`app.web.paging.written` was asked for them."""

    @property
    def edition(self) -> Edition:
        """The store's edition, taken once: whatever is asked of it afterwards is of one revision."""
        if self.taken is None:
            self.taken = self.store.edition
        return self.taken

    def setting(self, as_of: str | None = None, fields: tuple[str, ...] = (), passages: Passages = _NONE) -> Setting:
        """What the writers of formats need to know."""
        return Setting(self.edition.header, self.edition.revision, self.settings.public_url, as_of, fields, passages)

    async def passages(self, bodies: Iterable[bytes] | None = None) -> Passages:
        """The passages of the documents of served claims, or of all documents, if the format asked for names any."""
        if not FORMATS[self.form].passages:
            return _NONE
        if bodies is None:
            documents = [each.id for each in self.edition.header.documents]
        else:
            documents = [from_json(body)["document"] for body in bodies]
        return {each: await self.edition.passages(each) for each in dict.fromkeys(documents)}

    def raise_if_current(self) -> str:
        """Tag of the answer at this address in this revision; raises :class:`NotModified` if the reader holds it.

        It is known before any search. A reader can only hold the tag of an answer that once succeeded here.
        """
        # Addresses in JSON are relative: servers of one record give one tag, wherever each is reached.
        base = "" if self.form == "json" else self.settings.public_url
        named = f"{__version__} {base} {self.edition.revision} {self.form} {self.path}?"
        tag = digest(named.encode() + self.query_string)
        # Whether a star stands for anything is known only once there is an answer.
        if self.if_none_match and self.if_none_match.strip() != "*":
            etag = is_current(self.if_none_match, [tagged(tag, self.coding), tagged(tag, None)])
            if etag:
                raise NotModified(etag)
        return tag


@dataclass(frozen=True, slots=True)
class Operation:
    """A documented endpoint with what is needed to call it without the framework."""

    endpoint: Callable[..., Awaitable[Answer]]
    params: type[Nothing]
    formats: tuple[str, ...]
    by_revision: tuple[str, ...]
    """Formats in which every revision has bytes of its own, so that the revision can stand for them in a tag."""
    media_types: tuple[str, ...] = ()
    """Bare media type of each format."""
    route: str = ""
    """Path of the route, with its parameters in braces."""

    @classmethod
    def of(cls, endpoint: Callable[..., Awaitable[Answer]], route: str = "") -> "Operation":
        """Read an endpoint's signature: its model of parameters, and what :func:`offers` said of it."""
        annotation = inspect.signature(endpoint).parameters["params"].annotation
        model = get_args(annotation)[0] if get_origin(annotation) else annotation
        formats, by_revision = getattr(endpoint, "offered", (("json",), ()))
        return cls(endpoint, model, formats, by_revision, tuple(map(cls.bare, formats)), route)

    @staticmethod
    def bare(name: str) -> str:
        """Media type of a format without its parameters."""
        return _BARE[name]

    def negotiate(self, asked: str, accept: str) -> str:
        """Name of the format to answer in; raises :class:`~app.core.errors.NotAcceptable` with those there are."""
        if asked:
            if asked not in self.formats:
                raise NotAcceptable([f"format={name} ({_BARE[name]})" for name in self.formats])
            return asked
        best = best_media_type(accept, self.media_types)
        if best is None:
            raise NotAcceptable([f"format={name} ({_BARE[name]})" for name in self.formats])
        return self.formats[self.media_types.index(best)]


def offers(*formats: str, by_revision: tuple[str, ...] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark an endpoint with the formats it can answer in, the default first, and :attr:`Operation.by_revision`."""

    def mark(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        endpoint.offered = (formats, by_revision)  # type: ignore[attr-defined]
        return endpoint

    return mark


def page_of(endpoint: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a function as the page for people at an endpoint; it is called with the same arguments."""

    def mark(page: Callable[..., Any]) -> Callable[..., Any]:
        endpoint.page = page  # type: ignore[attr-defined]
        return page

    return mark


async def no_body() -> bytes:
    """The body of a request that has none."""
    return b""


async def respond(
    operation: Operation,
    store: ClaimStore,
    settings: Settings,
    scope: Mapping[str, Any],
    arguments: Mapping[str, str],
    body: Callable[[], Awaitable[bytes]] = no_body,
) -> Finished:
    """Answers one request. Each :class:`~app.core.errors.ClaimsError` becomes a problem; none is raised."""
    accept, accept_encoding, if_none_match, if_modified_since, content_type = header_values(
        scope["headers"], b"accept", b"accept-encoding", b"if-none-match", b"if-modified-since", b"content-type"
    )
    coding = best_coding(accept_encoding)
    ask: Ask | None = None
    try:
        params = read(operation.params, scope["query_string"])
        form = operation.negotiate(params.format, accept)
        ask = Ask(
            store, settings, form, scope["path"], scope["query_string"], coding, if_none_match, content_type, body
        )
        endpoint = operation.endpoint.page if form == HTML else operation.endpoint  # type: ignore[attr-defined]
        tag = ask.raise_if_current() if form in operation.by_revision else None
        answer = await endpoint(ask, params=params, **arguments)
        answer.tag = tag
    except NotModified as current:
        return Finished(304, validators(current.etag, settings, _modified(ask)), b"")
    except StoreUnavailable as error:
        return refused(problem_of(error), scope, store, settings, coding, {"retry-after": str(error.retry_after)})
    except ClaimsError as error:
        return refused(problem_of(error), scope, store, settings, coding)
    return finish(answer, settings, coding, _modified(ask), if_none_match, if_modified_since)


def refused(
    problem: Problem,
    scope: Mapping[str, Any],
    store: ClaimStore,
    settings: Settings,
    coding: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Finished:
    """A problem in its final bytes: a page for those who ask for HTML by name, the same content as data for others."""
    from app.web.pages.problem import problem_page, wants_page  # pages are made from answers, so not before

    if not wants_page(scope):
        return finish_problem(problem, coding, headers)
    answer = problem_page(problem, scope["path"], store)
    answer.headers = {**answer.headers, **(headers or {})}
    return finish(answer, settings, coding, None)


def _modified(ask: Ask | None) -> int | None:
    return ask.taken.modified if ask and ask.taken else None

"""The one way into a route: query string, negotiation, preconditions, operation, response.

FastAPI documents a route from its endpoint's signature; :meth:`ApiRoute.handle` answers it. The endpoint gets an
:class:`ApiRequest` and its parameters, and returns a :class:`~app.web.response.Representation`.
"""

import inspect
import logging
import re
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, get_args, get_origin

from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from app import __version__
from app.core.errors import ClaimsError, NotAcceptable, StoreUnavailable
from app.formats import FORMATS
from app.web.described import responses
from app.web.headers import FAILED, NOT_MODIFIED, best_coding, best_media_type, evaluate, header_values
from app.web.problems import BROKEN, FAILED_PRECONDITION, http_problem, problem_of
from app.web.reading import read
from app.web.request import ApiRequest, Page, refusal
from app.web.response import (
    SECURITY,
    Representation,
    Response,
    digest,
    entity_tags,
    problem_response,
    render,
    unchanged,
)

logger = logging.getLogger("claims")

HTML = "html"
MEDIA_TYPES = {name: each.media_type.split(";")[0] for name, each in FORMATS.items()} | {
    HTML: "text/html",
    "atom": "application/atom+xml",
    "schema": "application/schema+json",
}
"""Bare media type of each format."""

_HEADERS = (
    b"accept", b"accept-encoding", b"if-match", b"if-unmodified-since", b"if-none-match", b"if-modified-since"
)  # fmt: skip
_LINK = re.compile(rb'"(?:url|next|prev)":"(?=/)')
"""A member of JSON that is a link; within a string, quotation marks would be escaped."""
PREFLIGHT = Response(
    204,
    [
        *SECURITY,
        (b"access-control-allow-methods", b"GET, HEAD, POST"),
        (b"access-control-allow-headers", b"*"),
        (b"access-control-max-age", b"86400"),
        (b"vary", b"Access-Control-Request-Method"),
    ],
)
"""One response to every preflight (Fetch 4.8): anybody may read, and the browser does the refusing."""


def offers(
    *formats: str, by_revision: tuple[str, ...] = (), stored: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Marks an endpoint with the formats that it can answer in, the default first.

    In those ``by_revision`` every revision has bytes of its own, so that the revision can stand for them in a tag.
    ``stored`` is whether caches may keep its responses; those to POST they never may.
    """

    def mark(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        endpoint.offered = (formats, by_revision, stored)  # type: ignore[attr-defined]
        return endpoint

    return mark


class ApiRoute(APIRoute):
    """A FastAPI route: its endpoint's name, signature and formats are its documentation, ready bytes its answer."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        offered: tuple[tuple[str, ...], tuple[str, ...], bool] = getattr(endpoint, "offered", (("json",), (), True))
        self.formats, self.by_revision, stored = offered
        self.media_types = tuple(MEDIA_TYPES[name] for name in self.formats)
        self.stored = stored and "GET" in given["methods"]
        if given["include_in_schema"]:
            first, *more = endpoint.__name__.split("_")
            given["operation_id"] = first + "".join(map(str.capitalize, more))
            told = [MEDIA_TYPES[name] for name in self.formats if name != HTML]
            given["responses"] = responses(path, told, self.stored, **given)
        super().__init__(path, endpoint, **given)
        annotation = inspect.signature(endpoint).parameters["params"].annotation
        self.params = get_args(annotation)[0] if get_origin(annotation) else annotation

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, HEAD as GET without a body."""
        began, request = perf_counter(), ApiRequest(scope, receive)
        response: Response | None = None
        try:
            response = await self._respond(request)
            await response(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception:
            logger.exception("a response to %s broke", scope["path"])
            if response is not None:
                # Half a response cannot be mended; the server closes the connection, so that nobody takes it for whole.
                raise
            response = _broken(request)
            await response(scope, receive, send)
        finally:
            if metrics := request.services.metrics:
                metrics.count(self.path, response.status if response is not None else 499, perf_counter() - began)

    async def _respond(self, request: ApiRequest) -> Response:
        method = request.scope["method"]
        reading = method in ("GET", "HEAD")
        if ("GET" if reading else method) not in (self.methods or ()):
            return self._other_method(request)
        accept, accept_encoding, *conditions = header_values(request.scope["headers"], *_HEADERS)
        services, key = request.services, (request.scope["raw_path"], request.query_string, accept, accept_encoding)
        response = services.cache.get(key) if reading else None
        if services.metrics and reading:
            services.metrics.looked_up(response is not None, services.cache.size)
        if response is None:
            response = await self.make(request, accept, accept_encoding, conditions)
            if reading:
                services.cache.put(key, request.taken, response)
        if response.status == 200 and response.etags and any(conditions):
            status, etag = evaluate(response.etags, response.modified, *conditions)
            if status == NOT_MODIFIED:
                response = response.not_modified(etag)
            elif status == FAILED:
                return refusal(http_problem(FAILED, FAILED_PRECONDITION), request, best_coding(accept_encoding))
        keep = request.scope.get("extensions", {}).get("claims.keep")
        if keep and reading and response.etags and response.stream is None:
            keep(request.taken or services.cache.edition, response, self.path)
        return response

    async def make(
        self, request: ApiRequest, accept: str = "", accept_encoding: str = "", conditions: Sequence[str] = ()
    ) -> Response:
        """Makes a response. Each :class:`~app.core.errors.ClaimsError` becomes a problem; none is raised."""
        coding = best_coding(accept_encoding)
        try:
            params = read(self.params, request.query_string)
            tag = None
            if self.formats:
                request.format = self.negotiate(params.format, accept)
                if request.format in self.by_revision:
                    tag = _tag(request)
                    # Whether a star stands for anything is known only once there is a response.
                    if any(conditions) and conditions[2].strip() != "*":
                        status, etag = evaluate(entity_tags(tag, coding), None, *conditions)
                        if status == NOT_MODIFIED:
                            return unchanged(etag, request.settings, request.modified)
            operation: Page = self.endpoint
            if request.format == HTML:
                operation = request.services.pages.get(self.operation_id or "", operation)
            made = await operation(request, params=params, **request.path_params)
            made.tag = tag
            if not self.stored:
                made.cache_control = "no-store"
            if request.settings.public_url:
                _make_absolute(made, request)
        except StoreUnavailable as error:
            return refusal(problem_of(error), request, coding, {"retry-after": str(error.retry_after)})
        except ClaimsError as error:
            return refusal(problem_of(error), request, coding)
        return render(made, request.settings, coding, request.modified)

    def negotiate(self, asked: str, accept: str) -> str:
        """Name of the format to answer in; raises :class:`~app.core.errors.NotAcceptable` with those there are."""
        if asked in self.formats:
            return asked
        best = None if asked else best_media_type(accept, self.media_types)
        if best is None:
            raise NotAcceptable([f"format={name} ({MEDIA_TYPES[name]})" for name in self.formats])
        return str(self.formats[self.media_types.index(best)])

    def _other_method(self, request: ApiRequest) -> Response:
        """Returns the response to OPTIONS, or to a method that no route has at this path."""
        if request.preflight:
            return PREFLIGHT
        routes = [each for each in request.app.routes if getattr(each, "path", "") == self.path]
        methods = {method for each in routes for method in each.methods} | {"OPTIONS"}
        allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
        if request.scope["method"] == "OPTIONS":
            return Response(204, [(b"allow", allowed.encode()), *SECURITY])
        problem = http_problem(405, f"{request.scope['method'][:20]} is not allowed; use {allowed}.")
        return refusal(problem, request, None, {"allow": allowed})


def _broken(request: ApiRequest) -> Response:
    """Returns the problem of what nobody foresaw; as data where its page breaks, too."""
    try:
        return refusal(http_problem(500, BROKEN), request)
    except Exception:
        logger.exception("the page of a problem broke")
        return problem_response(http_problem(500, BROKEN))


def _make_absolute(made: Representation, request: ApiRequest) -> None:
    """Puts the public URL before links that are relative to this server."""
    url = request.settings.public_url
    if made.link:
        made.link = made.link.replace("</", f"<{url}/")
    if request.format in ("json", "jsonl"):
        made.body = _LINK.sub(rb"\g<0>" + url.encode(), made.body)


def _tag(request: ApiRequest) -> str:
    """Tag of what is at this address in this revision, known before any search."""
    # Links in JSON are relative without a public URL: servers of one record give one tag, wherever each is reached.
    base = request.settings.public_url if request.format == "json" else request.base
    named = f"{__version__} {base} {request.edition.revision} {request.format} {request.path}?"
    return digest(named.encode() + request.query_string)

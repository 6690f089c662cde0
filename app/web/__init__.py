"""The HTTP API: FastAPI's routes by subject, answered by one handler (:mod:`app.web.routing`)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from difflib import get_close_matches
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.requests import Request

from app import __version__
from app.settings import Settings
from app.store import ClaimStore
from app.web import asking, assets, catalogue, changes, claims, health, openapi, record, verify
from app.web.metrics import OTHER, Metrics
from app.web.pages import card, own, search, sources
from app.web.pages import catalogue as tables
from app.web.pages import problems as problem_pages
from app.web.pages.changes import transitions_page
from app.web.pages.claim import claim_page
from app.web.pages.map import map_page
from app.web.problems import http_problem
from app.web.request import ApiRequest, Page, Services, refusal
from app.web.response import Response, ResponseCache
from app.web.routing import PREFLIGHT

ROUTERS = (
    claims.router, catalogue.router, changes.router, record.router, own.router, verify.router, asking.router,
    health.router, openapi.router, problem_pages.router, card.router, assets.router,
)  # fmt: skip
"""Those asked for most come first: FastAPI tries one route after another."""

PAGES: Mapping[str, Page] = MappingProxyType(
    {
        "getLanding": map_page,
        "listClaims": search.claims_page,
        "getClaim": claim_page,
        "listSources": sources.sources_page,
        "getSource": sources.source_page,
        "getSourceImpact": sources.impact_page,
        "listDocuments": tables.documents_page,
        "getDocument": tables.document_page,
        "getCoverage": tables.coverage_page,
        "listEntities": tables.entities_page,
        "listTopics": tables.topics_page,
        "listStatuses": tables.statuses_page,
        "listSourcings": tables.sourcings_page,
        "listTransitions": transitions_page,
        "verifyText": own.annotated_page,
    }
)
"""By operation id the page for people at its address; it is called as the operation's endpoint is."""


def create_app(
    store: ClaimStore,
    settings: Settings | None = None,
    *,
    address: str = "http://127.0.0.1:8000",
    mcp: bool = False,
    metrics: Metrics | None = None,
    opens: bool = True,
) -> FastAPI:
    """The whole service over a store, which is opened and closed by the server's lifespan if ``opens`` is true.

    ``address`` is where it listens; names in linked data begin with it where no public URL is set. ``mcp`` is whether
    there are tools beside it, of which `/llms.txt` tells. With ``metrics`` requests are counted there, and `/metrics`
    tells of them.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
        if opens:
            await store.open()
        yield
        if opens:
            await store.close()

    app = FastAPI(
        title="Claims API",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        telemetry=_telemetry(settings),
        exception_handlers={404: _not_found},  # type: ignore[dict-item]
    )
    # What is kept would be traced by nobody.
    cache = ResponseCache(store, 0 if settings.telemetry else settings.cache_bytes)
    app.state.services = Services(
        store, settings, settings.public_url or address, mcp, PAGES, problem_pages.problem_page, cache, metrics
    )
    app.state.document = None
    # Not by include_router, which makes each request try the routes twice.
    for router in (*ROUTERS, *((health.metrics,) if metrics else ())):
        app.router.routes.extend(router.routes)
    return app


def _telemetry(settings: Settings) -> TelemetryConfig:
    """FastAPI's own support of OpenTelemetry; where it sends is set by OpenTelemetry's variables (OTEL_..)."""
    wanted = settings.telemetry
    return {
        "auto_configure": wanted,
        "tracing": wanted,
        "metrics": wanted,
        "logs": wanted,
        "exclude": lambda scope: str(scope.get("path", "")).startswith("/health"),
    }


async def _not_found(request: Request, _: Exception) -> Response:
    """The problem of a path that no route has."""
    asked = ApiRequest(request.scope, request.receive)
    if asked.preflight:
        return PREFLIGHT
    known = {route.path.split("/{")[0] or "/" for route in request.app.routes}
    near = get_close_matches(asked.path.rstrip("/")[:100], sorted(known), n=3, cutoff=0.6)
    hint = f" Did you mean {' or '.join(near)}?" if near else " The landing page / lists what there is."
    if asked.services.metrics:
        asked.services.metrics.count(OTHER, 404, 0)
    return refusal(http_problem(404, f"Nothing is at {asked.path[:200]!r}.{hint}", near), asked)

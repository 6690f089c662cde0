"""The HTTP API: documented by FastAPI, answered by operations that know no framework.

From the outside in: the cache of finished answers, the quick door, :class:`~app.web.front.Front` (methods, last
resort), and FastAPI with the documented routes, Swagger UI and everything that is refused.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from app import __version__
from app.settings import Settings
from app.store import ClaimStore
from app.web import catalogue, changes, claims, health, record, verify
from app.web.cache import AnswerCache
from app.web.counting import Counting, Counts, Routes, RowOf, rows_of
from app.web.docs import docs
from app.web.front import Front
from app.web.llms import llms
from app.web.metrics import metrics
from app.web.pages import ROUTES as ASSETS
from app.web.pages import ready
from app.web.pages.kinds import problems
from app.web.reference import Reference
from app.web.refusals import refuse
from app.web.routing import QuickDoor

ROUTERS = (catalogue.router, record.router, claims.router, changes.router, verify.router, health.router)


def create_app(
    store: ClaimStore,
    settings: Settings | None = None,
    *,
    quick: bool = True,
    counts: Counts | None = None,
    opens: bool = True,
) -> ASGIApp:
    """The whole service over a store, which is opened and closed by the server's lifespan if ``opens`` is true.

    ``quick=False`` leaves out the door and the cache, so that every request takes FastAPI's documented route.
    So it is where traces are wanted: what FastAPI does not see, it does not trace. With ``counts``
    requests are counted there, and `/metrics` tells of them.
    """
    settings = settings or Settings()
    ready()

    @asynccontextmanager
    async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
        if opens:
            await store.open()
        yield
        if opens:
            await store.close()

    api = FastAPI(
        title="Claims API",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        telemetry=_telemetry(settings),
        exception_handlers={HTTPException: refuse, Exception: refuse},
    )
    api.state.store, api.state.settings = store, settings
    for router in ROUTERS:
        api.include_router(router)
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    api.router.routes.extend(
        [
            *docs(settings),
            *ASSETS,
            llms(store, settings),
            problems(store, settings),
            Reference(api, routes, store, settings).route,
        ]
    )
    api.state.paths = [*(route.path for route in routes), "/docs", "/openapi.json", "/llms.txt", "/problems"]
    if counts:
        api.router.routes.append(metrics(counts, store))
        api.state.paths.append("/metrics")
    known = Routes(routes, api.state.paths)
    # Whoever answers counts it.
    app: ASGIApp = Counting(Front(api), counts, known) if counts else Front(api)
    if quick and not settings.telemetry:
        app = QuickDoor(app, routes, store, settings, counts)
        app = _cached(app, store, settings, counts, rows_of(counts, known))
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


def _cached(app: ASGIApp, store: ClaimStore, settings: Settings, counts: Counts | None, rows: RowOf) -> ASGIApp:
    if not settings.cache_bytes:
        return app
    cache = AnswerCache(app, store, settings.cache_bytes, rows)
    if counts:
        counts.totals["claims_cache_hits"] = lambda: cache.hits
        counts.totals["claims_cache_misses"] = lambda: cache.misses
        counts.levels["claims_cache_bytes"] = lambda: cache.size
    return cache

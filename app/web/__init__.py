"""The HTTP API: documented by FastAPI, answered by operations that know no framework.

From the outside in: the cache of finished answers, the quick door, :class:`~app.web.front.Front` (methods, last
resort), and FastAPI with the documented routes, Swagger UI and everything that is refused.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from app import __version__
from app.settings import Settings
from app.store import ClaimStore
from app.web import catalogue, changes, claims, health, record, verify
from app.web.cache import AnswerCache
from app.web.docs import docs
from app.web.front import Front
from app.web.llms import llms
from app.web.pages import ROUTES as ASSETS
from app.web.pages import ready
from app.web.reference import Reference
from app.web.refusals import refuse
from app.web.routing import QuickDoor

ROOMS = (catalogue.router, record.router, claims.router, changes.router, verify.router, health.router)


def create_app(store: ClaimStore, settings: Settings | None = None, *, quick: bool = True) -> ASGIApp:
    """The whole service over a store. The store is opened and closed by the server's lifespan.

    ``quick=False`` leaves out the door and the cache, so that every request takes FastAPI's documented route.
    """
    settings = settings or Settings()
    ready()

    @asynccontextmanager
    async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
        await store.open()
        yield
        await store.close()

    api = FastAPI(
        title="Claims API",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        exception_handlers={HTTPException: refuse, Exception: refuse},
    )
    api.state.store, api.state.settings = store, settings
    for room in ROOMS:
        api.include_router(room)
    routes = [route for room in ROOMS for route in room.routes if isinstance(route, APIRoute)]
    api.router.routes.extend(
        [*docs(settings), *ASSETS, llms(store, settings), Reference(api, routes, store, settings).route]
    )
    api.state.paths = [*(route.path for route in routes), "/docs", "/openapi.json", "/llms.txt"]
    if not quick:
        return Front(api)
    door = QuickDoor(Front(api), routes, store, settings)
    return AnswerCache(door, store, settings.cache_bytes) if settings.cache_bytes else door

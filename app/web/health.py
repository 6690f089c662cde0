"""Whether the process lives, whether the service can answer, and what it has done. No cache may keep these."""

from typing import Annotated, cast

from fastapi import APIRouter, Query

from app.core.errors import StoreUnavailable
from app.record.lists import Liveness, Readiness
from app.web.described import described
from app.web.metrics import Metrics
from app.web.paging import served
from app.web.params import Nothing
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute, offers

router = APIRouter(route_class=ApiRoute, tags=["health"])
metrics = APIRouter(route_class=ApiRoute, include_in_schema=False)


@router.get("/health/live", **described("getLiveness", "Ask whether the process lives", Liveness, stored=False))
async def get_liveness(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """Answers as long as the process can answer at all; restart it when it does not."""
    return _unstored(served(Liveness(status="live")))


@router.get("/health/ready", **described("getReadiness", "Ask whether the service can answer", Readiness, stored=False))
async def get_readiness(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """200 while claims can be served, even from an older record (`stale`, with the reasons); 503 otherwise."""
    health = await request.store.health()
    if not health.ready:
        raise StoreUnavailable(" ".join(health.faults) or "There is no record to serve.")
    made = Readiness(
        status="stale" if health.faults else "ready", revision=health.revision, faults=tuple(health.faults)
    )
    return _unstored(served(made))


@metrics.get("/metrics", response_model=None)
@offers()
async def get_metrics(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """The metrics in the text format that `Accept` asks for: Prometheus' own, or OpenMetrics."""
    told = cast("Metrics", request.services.metrics)  # the route is there only with metrics
    body, media_type = await told.exposition(request.headers.get("accept", ""))
    return _unstored(Representation(body, media_type))


def _unstored(made: Representation) -> Representation:
    made.cache_control = "no-store"
    return made

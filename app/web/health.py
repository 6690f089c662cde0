"""Whether the process lives, whether the service can answer, and what it has done. No cache may keep these."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query

from app.core.errors import StoreUnavailable
from app.record.lists import Liveness, Readiness
from app.web.metrics import Metrics
from app.web.paging import served
from app.web.params import Nothing
from app.web.request import ApiRequest
from app.web.response import Representation
from app.web.routing import ApiRoute, offers

router = APIRouter(route_class=ApiRoute, tags=["health"])
metrics = APIRouter(route_class=ApiRoute, include_in_schema=False)


@router.get("/health/live", response_model=Liveness, summary="Ask whether the process lives")
@offers("json", stored=False)
async def get_liveness(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """Answers as long as the process can answer at all; restart it when it does not."""
    return served(Liveness(status="live"))


@router.get("/health/ready", response_model=Readiness, summary="Ask whether the service can answer")
@offers("json", stored=False)
async def get_readiness(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """200 while claims can be served, even from an older record (`stale`, with the reasons); 503 otherwise."""
    health = await request.services.store.health()
    if not health.ready:
        raise StoreUnavailable(" ".join(health.faults) or "There is no record to serve.")
    status: Literal["stale", "ready"] = "stale" if health.faults else "ready"
    return served(Readiness(status=status, revision=health.revision, faults=tuple(health.faults)))


@metrics.get("/metrics", response_model=None)
@offers(stored=False)
async def get_metrics(request: ApiRequest, params: Annotated[Nothing, Query()]) -> Representation:
    """The metrics in the text format that `Accept` asks for: Prometheus' own, or OpenMetrics."""
    told = cast("Metrics", request.services.metrics)  # the route is there only with metrics
    body, media_type = await told.exposition(request.headers.get("accept", ""))
    return Representation(body, media_type)

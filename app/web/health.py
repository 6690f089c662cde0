"""Whether the process lives, and whether the service can answer. Deployments ask these, and no cache may keep them."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.core.errors import StoreUnavailable
from app.record.lists import Liveness, Readiness
from app.web.described import described
from app.web.finished import Answer
from app.web.paging import served
from app.web.params import Nothing
from app.web.routing import Asked, OperationRoute

router = APIRouter(route_class=OperationRoute, tags=["health"])


@router.get("/health/live", **described("getLiveness", "Ask whether the process lives", Liveness, stored=False))
async def get_liveness(ask: Asked, params: Annotated[Nothing, Query()]) -> Answer:
    """Answers as long as the process can answer at all; restart it when it does not."""
    return _unstored(served(Liveness(status="live")))


@router.get("/health/ready", **described("getReadiness", "Ask whether the service can answer", Readiness, stored=False))
async def get_readiness(ask: Asked, params: Annotated[Nothing, Query()]) -> Answer:
    """200 while claims can be served, even from an older record (`stale`, with the reasons); 503 otherwise."""
    health = await ask.store.health()
    if not health.ready:
        raise StoreUnavailable(" ".join(health.faults) or "There is no record to serve.")
    status = "stale" if health.faults else "ready"
    return _unstored(served(Readiness(status=status, revision=health.revision, faults=tuple(health.faults))))


def _unstored(answer: Answer) -> Answer:
    answer.cache_control = "no-store"
    return answer

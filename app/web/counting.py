"""What happens, counted: requests by route and status, and how long they took. :mod:`~app.web.metrics` tells it.

Counting is on the way of every request, so it is a few additions in plain lists, where Prometheus' own counters would
take 10 us. It is done by whoever answers: the cache, which adds one to the row of the answer it keeps; the quick door,
which knows the route; and :class:`Counting` around all else. A path becomes the route that it belongs to, or ``other``:
paths that readers make up must not become series of their own.
"""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable
from time import perf_counter

from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the buckets of durations, in seconds: from an answer out of the cache to a download."""

Key = tuple[str, int]
"""Route and status."""

Row = list[float]
"""Seconds together, then the requests in each bucket, that beyond all bounds last."""

RowOf = Callable[[str, int], Row]
"""From a path and a status to where such requests are counted."""

OTHER = "other"


class Counts:
    """The counts of one process."""

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self.totals: dict[str, Callable[[], float]] = {}
        """Other things that only grow, by name, asked for when somebody looks."""
        self.levels: dict[str, Callable[[], float]] = {}
        """Things that rise and fall."""

    def row(self, key: Key) -> Row:
        """Where requests of ``key`` are counted."""
        return self.rows.setdefault(key, [0.0] * (len(BOUNDS) + 2))

    def add(self, route: str, status: int, seconds: float) -> None:
        """Count a request that took ``seconds``."""
        row = self.rows.get((route, status)) or self.row((route, status))
        row[0] += seconds
        row[bisect_left(BOUNDS, seconds) + 1] += 1


class Routes:
    """The routes that paths belong to."""

    def __init__(self, routes: Iterable[APIRoute], fixed: Iterable[str]) -> None:
        self.fixed = dict.fromkeys(fixed, "")
        self.open: dict[tuple[str, str], str] = {}
        for route in routes:
            if "{" in route.path:
                first, _, rest = route.path[1:].partition("/")
                self.open[first, rest.partition("/")[2]] = route.path
            else:
                self.fixed[route.path] = ""

    def of(self, path: str) -> str:
        """The route that ``path`` belongs to."""
        if path in self.fixed:
            return path
        first, _, rest = path[1:].partition("/")
        return self.open.get((first, rest.partition("/")[2]), OTHER)


def rows_of(counts: Counts | None, routes: Routes) -> RowOf:
    """Where requests are counted by their paths."""
    return (lambda path, status: counts.row((routes.of(path), status))) if counts else uncounted


_UNREAD: Row = [0.0] * (len(BOUNDS) + 2)


def uncounted(path: str, status: int) -> Row:
    """A row that nobody reads."""
    return _UNREAD


class Counting:
    """Middleware: count every request."""

    def __init__(self, app: ASGIApp, counts: Counts, routes: Routes) -> None:
        self.app = app
        self.counts = counts
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0

        # Hands on what sending gives rather than awaiting it, which would cost as much again as the counting.
        def sending(message: Message) -> Awaitable[None]:
            nonlocal status
            status = status or message["status"]
            return send(message)

        began = perf_counter()
        try:
            await self.app(scope, receive, sending)
        finally:
            self.counts.add(self.routes.of(scope["path"]), status or 499, perf_counter() - began)

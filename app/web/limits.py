"""How often one client may ask, where an operator says so: a bucket for each that leaks evenly.

A client is an IPv4 address or an IPv6 network of 64 bits, which is what one household gets. The fields that tell it how
much is left are those of the IETF's draft (RateLimit, RateLimit-Policy); being sent away is RFC 6585 4.
"""

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from math import ceil
from time import monotonic

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.finished import finish_problem
from app.web.problems import http_problem
from app.web.routing import send_finished

WINDOW = 60
"""Seconds over which requests are counted."""

MOST_CLIENTS = 50_000
"""Clients that are remembered; those who asked longest ago are forgotten first."""

_FREE = ("/health", "/metrics")
"""What deployments ask of their own accord."""


class RateLimit:
    """Middleware: let each client ask ``quota`` times a minute, in a burst or evenly."""

    def __init__(self, app: ASGIApp, quota: int, clock: Callable[[], float] = monotonic) -> None:
        self.app = app
        self.quota = quota
        self.clock = clock
        self.refused = 0
        self._full: OrderedDict[str, float] = OrderedDict()
        """For each client when it may again ask the whole quota at once."""
        self._policy = (b"ratelimit-policy", f'"client";q={quota};w={WINDOW}'.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            await self.app(scope, receive, send)
            return
        left, whole, wait = self._take(_client(scope))
        own = [self._policy, (b"ratelimit", f'"client";r={left};t={whole}'.encode())]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                # What is kept in the cache is another's answer too, and stays as it is.
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        if not wait:
            await self.app(scope, receive, sending)
            return
        self.refused += 1
        detail = f"One client may ask {self.quota} times a minute here. Ask again in {wait} s."
        await send_finished(finish_problem(http_problem(429, detail), None, {"retry-after": str(wait)}), sending)

    def _take(self, client: str) -> tuple[int, int, int]:
        """Requests left; seconds until the whole quota is; seconds to wait where there was none left for this one."""
        now, each = self.clock(), WINDOW / self.quota
        full = max(now, self._full.get(client, now)) + each
        over = full - (now + WINDOW)
        # Adding up thousandths of a second loses some digits, and they must not cost a request.
        if over > each / 1000:
            return 0, ceil(full - each - now), max(1, ceil(over))
        self._full[client] = full
        self._full.move_to_end(client)
        while len(self._full) > MOST_CLIENTS:
            self._full.popitem(last=False)
        return int(-over / each + 0.001), ceil(full - now), 0


def _client(scope: Scope) -> str:
    address = scope["client"][0] if scope.get("client") else ""
    if ":" not in address:
        return str(address)
    try:
        mapped = ip_address(address)
        own = getattr(mapped, "ipv4_mapped", None)
        return str(own or ip_network(f"{mapped}/64", strict=False))
    except ValueError:
        return str(address)

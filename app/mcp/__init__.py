"""Tools for language-model agents, by the official SDK of the Model Context Protocol.

Five tools, made by hand: an agent needs to find a claim, read it whole, follow it through time, know the sources and
the rule; it does not need every route. Their answers are sentences that cannot be quoted without source and status
(:mod:`app.mcp.telling`), and there is no structured copy beside them from which a bare claim could be taken.

Beside the HTTP API they are streamable HTTP at ``/mcp``, in the same process and over the same store. Stateless and
answered in JSON: any worker can take any request, and nothing is kept between two. The server never speaks by itself,
so there is no stream to GET (405, as the protocol allows); a stream without end would hold a connection, and the end of
the server. Hosts and origins are not checked, which would guard a private server on somebody's machine against pages
that they visit; what is served here is public and cannot be changed.

The SDK takes half a second and 20 MB to load, so nothing imports this package unless tools are wanted.
"""

import httpx
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.mcp.tools import tools
from claims_client import AsyncClaimsClient

__all__ = ["Mounted", "inside", "mounted", "tools"]

PATH = "/mcp"
LARGEST = 64 * 2**10
"""Bytes of a request; a question to a tool has a few hundred."""

NOT_ALLOWED = JSONResponse(
    {"title": "Method Not Allowed", "status": 405, "detail": "Tools are called by POST."},
    status_code=405,
    headers={"allow": "POST"},
    media_type="application/problem+json",
)


class Mounted:
    """ASGI application: ``/mcp`` is the tools', everything else the service's."""

    def __init__(self, service: ASGIApp, manager: StreamableHTTPSessionManager) -> None:
        self._service = service
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            async with self._manager.run():
                await self._service(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == PATH:
            answer = self._manager.handle_request if scope["method"] == "POST" else NOT_ALLOWED
            await answer(scope, receive, send)
        else:
            await self._service(scope, receive, send)


def mounted(service: ASGIApp) -> Mounted:
    """``service`` with the tools beside it; they ask it as any client would, without a socket."""
    server = tools(inside(service))
    server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=LARGEST,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Mounted(service, server.session_manager)


def inside(service: ASGIApp) -> AsyncClaimsClient:
    """A client of ``service`` in this process, without a socket."""
    return AsyncClaimsClient(
        "http://this.process",
        transport=httpx.ASGITransport(service),
        headers={"accept-encoding": "identity"},  # nothing is gained by packing what never leaves
        cache_bytes=0,
    )

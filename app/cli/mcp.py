"""``claims mcp``: the tools for language-model agents over standard input and output."""

import os

import anyio

from app.cli.origin import From, is_server
from app.cli.serve import shipped_record


def mcp(from_: From = "") -> None:
    """Give a language-model agent tools to read claims, over standard input and output (MCP).

    For an agent's list of servers: {"command": "claims", "args": ["mcp", "--from", "my-essay.json"]}. A server gives
    the same tools over HTTP: claims serve --mcp.

    Example: claims mcp --from http://127.0.0.1:8000
    """
    anyio.run(_serve, from_)


async def _serve(where: str) -> None:
    from app.mcp import inside, tools
    from claims_client import AsyncClaimsClient

    if is_server(where):
        async with AsyncClaimsClient(where) as client:
            await tools(client).run_stdio_async()
        return
    from app.settings import from_environment
    from app.store.opening import open_store
    from app.web import create_app

    store = open_store(where or shipped_record())
    await store.open()
    try:
        async with inside(create_app(store, from_environment(os.environ))) as client:
            await tools(client).run_stdio_async()
    finally:
        await store.close()

"""``claims serve`` joins settings, store, application and server; ``claims mcp`` gives tools over standard input."""

import gc
import logging
import os
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Annotated

import typer

from app.cli.files import From, is_server, shipped_record
from app.core.errors import ClaimsError


class LogConfigInvalid(ClaimsError):
    """A file does not configure a log."""


class CannotListen(ClaimsError):
    """The address cannot be listened on."""


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 for every one of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any that is free.")] = 8000,
    store: Annotated[
        str,
        typer.Option(
            metavar="FILE|URL",
            help="What to serve: a record (.json, .jsonl), clickhouse://.. or https://.. of another server. "
            "By default ./claims.json, or the record that came with this program.",
        ),
    ] = "",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer; one uses one core.")] = 1,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Take a new version that has lost more than half of the claims.")
    ] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help="Give language-model agents tools at /mcp as well.")] = False,
    log_config: Annotated[
        str,
        typer.Option(metavar="FILE", help="Configuration of the log, as uvicorn takes it; requests are logged too."),
    ] = "",
) -> None:
    """Serve claims over HTTP.

    Every setting beyond these is an environment variable that begins with CLAIMS_; docs/reference.md lists them.
    A changed record is read again by itself; SIGHUP does so at once, SIGTERM ends after the last answer.

    Example: claims serve --store my-essay.json --port 0
    """
    # What a start makes is kept: looking through it for garbage time and again took a tenth of the start.
    gc.disable()
    shared = tempfile.TemporaryDirectory(prefix="claims-metrics-") if workers > 1 else None
    if shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared.name  # read by prometheus-client when it is loaded
    # What follows is heavy, and `claims serve --help` does without it.
    from app.server import handed_over, listen, run
    from app.settings import SettingInvalid, from_environment
    from app.store.opening import Opening, open_store

    settings = from_environment(os.environ)
    if settings.telemetry and find_spec("opentelemetry.sdk") is None:
        raise SettingInvalid("CLAIMS_TELEMETRY needs more packages: pip install 'claims-api[otel]'.")
    opening = Opening(allow_shrink=allow_shrink, replica_copy=settings.replica_copy)
    _configure_log(log_config)
    opened = open_store(store or shipped_record(), opening)
    try:
        listener = handed_over(os.environ) or listen(host, port)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]  # what Python adds is said already
        raise CannotListen(f"Cannot listen on {host}, port {port}: {reason}.") from error
    url = address_of(listener.getsockname())
    announce(url)
    # What there is now stays, is never garbage, and is shared by workers as long as nobody touches it.
    gc.freeze()
    gc.enable()
    directory = shared.name if shared else ""
    run(opened, settings, listener, workers, address=url, mcp=mcp, log=bool(log_config), metrics_directory=directory)


def mcp(from_: From = "") -> None:
    """Give a language-model agent tools to read claims, over standard input and output (MCP).

    For an agent's list of servers: {"command": "claims", "args": ["mcp", "--from", "my-essay.json"]}. A server gives
    the same tools over HTTP: claims serve --mcp.

    Example: claims mcp --from http://127.0.0.1:8000
    """
    import anyio

    anyio.run(_give_tools, from_)


async def _give_tools(where: str) -> None:
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


def _configure_log(path: str) -> None:
    """Logs as ``path`` says, or warnings alone to standard error."""
    import uvicorn

    if path:
        try:
            uvicorn.Config("", log_config=path)
        except Exception as error:
            raise LogConfigInvalid(f"{path} does not configure a log: {str(error).partition(chr(10))[0]}") from error
    else:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
        # A client that sends no HTTP is not worth a line each: it would be a way to fill a disk.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def address_of(name: tuple[str, int]) -> str:
    """The URL of a listening socket, as somebody on this machine reaches it."""
    address, port = ip_address(name[0].partition("%")[0]), name[1]
    if address.is_unspecified:
        address = ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"http://{address if address.version == 4 else f'[{address}]'}:{port}"


def announce(url: str) -> None:
    """Say where to look."""
    typer.echo(f"Claims API at {url}/ (end with Ctrl+C)")
    typer.echo(f"Reference: {url}/docs")
    typer.echo(f"Try: curl '{url}/claims?q=drones&limit=3'")
    with suppress(OSError):
        sys.stdout.flush()

"""The server of one process, and the start of one or several."""

import asyncio
import os
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NoReturn, cast

import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from starlette.types import ASGIApp

from app.server.heads import HeadCache
from app.server.protocol import Connection, State
from app.server.supervisor import Supervisor
from app.settings import Settings
from app.store import ClaimStore
from app.web import create_app
from app.web.metrics import Metrics

Ready = Callable[[], object]


def run(
    store: ClaimStore,
    settings: Settings,
    listener: socket.socket,
    workers: int = 1,
    *,
    address: str,
    mcp: bool = False,
    log: bool = False,
    metrics_directory: str = "",
) -> None:
    """Serves at ``address`` with ``workers`` processes until SIGTERM or SIGINT.

    With ``mcp`` language-model agents have tools at ``/mcp``; with ``log``, uvicorn logs each request.
    The workers share their metrics in ``metrics_directory``, which ``PROMETHEUS_MULTIPROC_DIR`` has to name as well.
    """
    listener.setblocking(False)  # before it is shared: to copy a blocking socket would make all its copies block
    serve = partial(_serve, store, settings, listener, address, mcp, log, metrics_directory)
    if workers == 1:
        serve()
    else:
        ended = partial(mark_process_dead, path=metrics_directory)
        Supervisor(partial(serve, os.getpid()), listener, workers, ended).run()


class Server(uvicorn.Server):
    """uvicorn's server around an open store; it resets nobody when it ends, and ends when its ``parent`` does."""

    def __init__(self, config: uvicorn.Config, state: State, store: ClaimStore, parent: int, ready: Ready) -> None:
        super().__init__(config)
        self.server_state: State = state
        self.store, self.parent, self.ready = store, parent, ready

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await self.store.open()  # not in the lifespan, of whose errors uvicorn logs a traceback
        try:
            await super().serve(sockets)
        finally:
            await self.store.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.store.refresh)
        self.server_state.metrics.workers.set(1)
        self.ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % 5 == 0:
            for connection in cast("set[Connection]", self.server_state.connections.copy()):
                connection.check()
        self.should_exit |= self.parent not in (0, os.getppid())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # To close a listener resets whoever is connected and not accepted yet, so these are accepted first.
        waiting = []
        for listener in sockets or []:
            with suppress(OSError):
                while True:
                    waiting.append(listener.accept()[0])
            listener.close()
        for server in self.servers:
            server.close()
        given = {"config": self.config, "server_state": self.server_state, "app_state": self.lifespan.state}
        for wire in waiting:
            await asyncio.get_running_loop().connect_accepted_socket(partial(Connection, **given), wire)
        await super().shutdown()


def _serve(
    store: ClaimStore,
    settings: Settings,
    listener: socket.socket,
    address: str,
    mcp: bool,
    log: bool,
    metrics_directory: str,
    parent: int = 0,
    ready: Ready = object,
) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)  # uvicorn drains first and then raises the signal anew
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):  # no system allows infinitely many
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    metrics = Metrics(store, metrics_directory)
    seen = log or settings.telemetry  # by somebody who must see every request
    heads = None if seen or not settings.cache_bytes else HeadCache(store, settings.cache_bytes)
    state = State(settings, files - 64, heads, metrics)  # 64 for record, database, modules
    application: ASGIApp = create_app(store, settings, address=address, mcp=mcp, metrics=metrics, opens=False)
    if mcp:
        from app.mcp import mounted

        application = mounted(application)
    config = uvicorn.Config(
        application,
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=log,
        server_header=False,
        interface="asgi3",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=settings.idle_seconds,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
    server = Server(config, state, store, parent, ready)
    # The event loop accepts one connection of each socket, and then answers all that have asked: with one socket, a
    # crowd that asks without end lets in one newcomer in 50 ms.
    server.run([listener, *(listener.dup() for _ in range(15))])


def _end(number: int, _: object) -> NoReturn:
    raise SystemExit(0 if number == signal.SIGTERM else 128 + number)

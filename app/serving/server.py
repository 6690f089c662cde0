"""One process that answers."""

import asyncio
import signal
import socket
from typing import NoReturn

import uvicorn

from app.serving.connections import guarded
from app.serving.draining import hear_no_more
from app.serving.watch import Watch
from app.settings import Settings
from app.store import ClaimStore
from app.web import create_app

ACCEPTED = 0.05
"""Seconds in which the loop accepts who was waiting."""


class Server(uvicorn.Server):
    """uvicorn's server, which resets nobody when it ends and lets SIGHUP refresh the store."""

    def __init__(self, config: uvicorn.Config, store: ClaimStore, *, alone: bool) -> None:
        super().__init__(config)
        self._store = store
        self._alone = alone

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if hasattr(signal, "SIGHUP"):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._store.refresh)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._alone:
            for each in sockets or ():
                hear_no_more(each)
            await asyncio.sleep(ACCEPTED)
        await super().shutdown(sockets)


def serve(store: ClaimStore, settings: Settings, listening: socket.socket, *, alone: bool) -> None:
    """Answer on ``listening`` until SIGTERM or SIGINT; ``alone`` says that no other process does."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn drains first and then raises the signal anew.
        signal.signal(number, _end)
    watch = Watch(settings)
    watch.limit_by_open_files()
    application = create_app(store, settings)
    if settings.mcp:
        from app.mcp import mounted

        application = mounted(application)
    config = uvicorn.Config(
        application,
        http=guarded(watch),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        interface="asgi3",
        backlog=2048,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=settings.idle_seconds,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
    Server(config, store, alone=alone).run([listening])


def _end(number: int, _: object) -> NoReturn:
    raise SystemExit(0 if number == signal.SIGTERM else 128 + number)

"""One process that answers."""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from functools import partial
from typing import NoReturn

import uvicorn

from app.server.accepting import Acceptor
from app.server.connections import guarded
from app.server.door import Door
from app.server.draining import hear_no_more
from app.server.sharing import Sheet
from app.server.watch import Watch
from app.settings import Settings
from app.store import ClaimStore
from app.web import create_app
from app.web.counting import Counts

Keeping = Callable[[], Coroutine[None, None, None]]
"""What goes on as long as the server does."""


class Server(uvicorn.Server):
    """uvicorn's server, which resets nobody when it ends and lets SIGHUP refresh the store."""

    def __init__(
        self, config: uvicorn.Config, store: ClaimStore, watch: Watch, door: Door, keeping: Keeping | None
    ) -> None:
        super().__init__(config)
        self._store = store
        self._watch = watch
        self._door = door
        self._keeping = keeping
        self._kept: asyncio.Task[None] | None = None
        self._acceptor: Acceptor | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if hasattr(signal, "SIGHUP"):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._store.refresh)
        # Of the sockets that uvicorn is given it would accept by itself.
        await super().startup([])
        if self._keeping:
            self._kept = asyncio.create_task(self._keeping())
        self._acceptor = Acceptor(self._door.socket, self._connection, self._watch)
        self._acceptor.begin()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._acceptor:
            if self._door.alone:
                hear_no_more(self._door.socket)
            await self._acceptor.end(rest=self._door.ours)
        await super().shutdown(sockets)
        if self._kept:
            self._kept.cancel()
            await asyncio.wait([self._kept])

    def _connection(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def serve(store: ClaimStore, settings: Settings, door: Door, sheet: Sheet | None = None) -> None:
    """Answer at ``door`` until SIGTERM or SIGINT; ``sheet`` is where this worker's counts are shared."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn drains first and then raises the signal anew.
        signal.signal(number, _end)
    watch = Watch(settings)
    watch.limit_by_open_files()
    counts = _counts(store, watch)
    if sheet:
        sheet.share(counts)
    application = create_app(store, settings, counts=counts if settings.metrics else None)
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
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=settings.idle_seconds,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
    keeping = partial(sheet.keep, counts) if sheet else None
    Server(config, store, watch, door, keeping).run([door.socket])


def _counts(store: ClaimStore, watch: Watch) -> Counts:
    counts = Counts()
    counts.totals["claims_record_reloads"] = lambda: store.reloads
    counts.totals["claims_record_refused"] = lambda: store.refused
    counts.totals["claims_connections_cut"] = lambda: watch.cut
    counts.levels["claims_connections"] = lambda: watch.count
    return counts


def _end(number: int, _: object) -> NoReturn:
    raise SystemExit(0 if number == signal.SIGTERM else 128 + number)

"""The application on the network: listening, answering, draining.

uvicorn does the work; what it lacks for a day among strangers is in the rooms beside: deadlines and limits of each
connection (:mod:`~app.serving.connections`), an end that resets nobody (:mod:`~app.serving.draining`), and several
processes at one address (:mod:`~app.serving.workers`).
"""

import gc
import os
import socket

from app.settings import Settings
from app.store import ClaimStore

BACKLOG = 2048
"""Connections that wait to be accepted; the system may allow fewer."""

FIRST_PASSED = 3
"""Descriptor of the first socket that a parent hands over (systemd's sd_listen_fds)."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on ``host`` and ``port``, 0 for any that is free. Raises ``OSError``."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and host == "::":
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def passed_on(environment: "os._Environ[str]") -> socket.socket | None:
    """The listening socket that a parent has handed over, as systemd does for a socket unit; else ``None``.

    Such a socket outlives this process: whoever connects during a restart waits for the next one.
    """
    if environment.get("LISTEN_PID") != str(os.getpid()) or environment.get("LISTEN_FDS", "0") == "0":
        return None
    return socket.socket(fileno=FIRST_PASSED)


def run(
    store: ClaimStore, settings: Settings, listening: socket.socket, workers: int = 1, *, ours: bool = True
) -> None:
    """Serve until told to end. ``ours`` says that nobody else listens on the socket."""
    from app.serving.server import serve
    from app.serving.workers import supervise

    # All that there is now stays: it is never garbage, and workers share its memory as long as nobody touches it.
    gc.collect()
    gc.freeze()
    gc.enable()
    if workers == 1:
        serve(store, settings, listening, alone=ours)
    else:
        supervise(lambda: serve(store, settings, listening, alone=False), listening, workers, alone=ours)

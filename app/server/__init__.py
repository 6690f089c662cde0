"""The application on the network: uvicorn with a protocol class of its own, and a supervisor for several workers."""

import os
import socket
from collections.abc import Mapping

from app.server.server import run

__all__ = ["handed_over", "listen", "run"]


def listen(host: str, port: int) -> socket.socket:
    """Opens a socket at ``host`` and ``port``, 0 for any that is free. Raises ``OSError``."""
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    both = family == socket.AF_INET6 and host == "::"
    listener = socket.create_server(address, family=family, backlog=2048, dualstack_ipv6=both)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        # Inherited by connections: of an answer that nobody takes, the system would hold megabytes.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, 128 * 2**10)
    return listener


def handed_over(environment: Mapping[str, str]) -> socket.socket | None:
    """Returns the socket that systemd hands over, which is descriptor 3 (``sd_listen_fds``), if it does."""
    mine = environment.get("LISTEN_PID") == str(os.getpid()) and environment.get("LISTEN_FDS", "0") != "0"
    return socket.socket(fileno=3) if mine else None

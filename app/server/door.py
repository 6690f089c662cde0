"""The socket at which clients knock: ours, or handed over by somebody who keeps it open when we end."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

BACKLOG = 2048
"""Connections that wait to be accepted; the system may allow fewer."""

UNSENT = 128 * 2**10
"""Bytes of an answer that wait in the system for a reader to take them."""

FIRST_PASSED = 3
"""Descriptor of the first socket that a parent hands over (systemd's sd_listen_fds)."""


@dataclass(frozen=True, slots=True)
class Door:
    """A listening socket and who else has it."""

    socket: socket.socket
    ours: bool = True
    """Whether nobody will listen on it when this program ends: then all who wait must be let in before."""
    alone: bool = True
    """Whether no other process of this program listens on it: then nobody needs it any more when this one ends."""


def listen(host: str, port: int) -> Door:
    """A door at ``host`` and ``port``, 0 for any that is free. Raises ``OSError``."""
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
    return Door(_tuned(listening))


def handed_over(environment: Mapping[str, str]) -> Door | None:
    """The door that a parent has handed over, as systemd does for a socket unit; else ``None``.

    Its socket outlives this process: whoever knocks during a restart waits for the next one.
    """
    if environment.get("LISTEN_PID") != str(os.getpid()) or environment.get("LISTEN_FDS", "0") == "0":
        return None
    return Door(_tuned(socket.socket(fileno=FIRST_PASSED)), ours=False, alone=False)


def _tuned(listening: socket.socket) -> socket.socket:
    """What those who are accepted inherit. An answer is sent in one piece, and need not wait for another (Nagle).

    And of what a reader does not take, the system holds little: it would take megabytes of each answer off our hands
    (2.5 MB, measured), and a few hundred readers that never read would cost a gigabyte and seconds of copying.
    """
    if listening.family in (socket.AF_INET, socket.AF_INET6):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
    return listening

"""A look once a second at every connection: who waits too long for what, and who must go when there are too many."""

import resource
from typing import TYPE_CHECKING

from app.serving.refusals import Refusal
from app.settings import Settings

if TYPE_CHECKING:
    from app.serving.connections import Guarded

LOOK = 1.0

RESERVED = 48
"""Open files that a worker needs beside its connections: record, snapshot, database, what it loads late."""


class Watch:
    """The deadlines and the number of a server's connections."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.most = settings.connections
        """Connections that may be open."""
        self.cut = 0
        """Connections that were cut off for being slow, or to make room."""
        self._looking = False

    def limit_by_open_files(self) -> None:
        """Ask the system for as many open files as the connections need, and do with what it allows."""
        allowed, ceiling = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = self.settings.connections + RESERVED
        if allowed < wanted and (ceiling == resource.RLIM_INFINITY or allowed < ceiling):
            allowed = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, ceiling))
        self.most = max(16, min(self.settings.connections, allowed - RESERVED))

    def welcome(self, connection: "Guarded") -> None:
        """A connection was made: find room for it, and keep looking."""
        if len(connection.neighbours) > self.most:
            self._make_room(connection)
        if not self._looking:
            self._looking = True
            connection.loop.call_later(LOOK, self._look, connection)

    def _make_room(self, newcomer: "Guarded") -> None:
        """Close whoever has waited longest without a request under way; where all have one, the newcomer."""
        waiting = (each for each in newcomer.neighbours if _is_waiting(each) and each is not newcomer)
        oldest = min(waiting, key=lambda each: each.since, default=None)
        self.cut += 1
        if oldest is None:
            newcomer.refuse(Refusal(503))
        else:
            oldest.transport.abort()
            newcomer.neighbours.discard(oldest)

    def _look(self, any_connection: "Guarded") -> None:
        connections = any_connection.neighbours
        now = any_connection.loop.time()
        for each in list(connections):
            self._hurry(each, now)
        self._looking = bool(connections)
        if connections:
            any_connection.loop.call_later(LOOK, self._look, next(iter(connections)))

    def _hurry(self, connection: "Guarded", now: float) -> None:
        settings = self.settings
        if connection.transport.get_write_buffer_size() == 0:
            connection.moved = 0.0
        elif not connection.moved:
            connection.moved = now
        elif now - connection.moved > settings.stalled_seconds:
            self.cut += 1
            connection.transport.abort()
            return
        waited = now - connection.since
        if not connection.heading:
            late = waited > settings.body_seconds
        else:
            late = connection.begun and connection.answered and waited > settings.header_seconds
        if not late or connection.refused:
            return
        self.cut += 1
        if connection.answered:
            connection.refuse(Refusal(408))
        elif not connection.cycle.response_started:
            connection.cut_off(Refusal(408))
        else:
            connection.transport.abort()


def _is_waiting(connection: "Guarded") -> bool:
    return connection.heading and connection.answered and not connection.refused

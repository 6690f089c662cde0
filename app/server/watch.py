"""A look once a second at every connection: who waits too long for what, and who must go when there are too many."""

import resource
from heapq import nsmallest
from typing import TYPE_CHECKING

from app.server.refusals import Refusal
from app.settings import Settings

if TYPE_CHECKING:
    from app.server.connections import Guarded

LOOK = 1.0

FRESH = 0.25
"""Seconds in which whoever has just come may be about to ask."""

STUCK = 2.0
"""Seconds after which a reader that takes nothing may have to make room."""

JUST_COME, ANSWERING = 3, 4
"""What :func:`_patience` calls those that are never closed to make room."""

AT_ONCE = 16
"""Connections that are accepted, or closed to make room, before the others are listened to again."""

CROWD = 16
"""Connections beyond the most, whose requests are sent away; but health is answered to them, too."""

RESERVED = 64
"""Open files that a worker needs beside its connections: record, snapshot, database, what it loads late."""


class Watch:
    """The deadlines and the number of a server's connections."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.most = settings.connections
        """Connections that may be open."""
        self.cut = 0
        """Connections that were cut off for being slow, or to make room."""
        self._open: set[Guarded] = set()
        self._looking = False

    @property
    def count(self) -> int:
        """Connections that are open."""
        return len(self._open)

    def limit_by_open_files(self) -> None:
        """Ask the system for as many open files as the connections need, and do with what it allows."""
        allowed, ceiling = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = self.settings.connections + RESERVED
        if allowed < wanted and (ceiling == resource.RLIM_INFINITY or allowed < ceiling):
            allowed = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, ceiling))
        self.most = max(16, min(self.settings.connections, allowed - RESERVED))

    def welcome(self, connection: "Guarded") -> None:
        """A connection was made: look at it from now on."""
        self._open = connection.neighbours
        connection.crowded = len(self._open) > self.most
        if not self._looking:
            self._looking = True
            connection.loop.call_later(LOOK, self._look, connection)

    def has_room(self, coming: int) -> bool:
        """Whether one more may come in, ``coming`` being on their way already.

        Where not, those that are missed least are closed, by :func:`_patience`, and there may be room soon. Nobody is
        closed who has just come. Where all are being answered, a few more may come in to be told so.
        """
        count = len(self._open) + coming
        if count < self.most:
            return True
        now = next(iter(self._open)).loop.time() if self._open else 0.0
        staying = (each for each in self._open if not each.transport.is_closing())
        ranked = nsmallest(AT_ONCE, ((*_patience(each, now), id(each), each) for each in staying))
        for rank, _, _, each in ranked:
            if rank < JUST_COME:
                self.cut += 1
                each.drop()
        return count < self.most + CROWD and all(rank == ANSWERING for rank, *_ in ranked)

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
            connection.drop()
            return
        waited = now - connection.since
        if not connection.heading:
            late = waited > settings.body_seconds
        else:
            late = connection.begun and connection.answered and waited > settings.header_seconds
        if not late or connection.refused:
            return
        self.cut += 1
        connection.refuse(Refusal(408))


def _patience(connection: "Guarded", now: float) -> tuple[int, float]:
    """How much a connection deserves to stay, the least first: what it is at, and since when."""
    if connection.heading and connection.answered:
        return (0 if now - connection.since > FRESH else JUST_COME), connection.since
    if not connection.heading:
        return (1 if now - connection.since > FRESH else JUST_COME), connection.since
    if connection.moved and now - connection.moved > STUCK:
        return 2, connection.moved
    return ANSWERING, connection.since

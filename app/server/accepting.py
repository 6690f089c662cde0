"""Accepting connections a few at a time, so that a crowd at the door does not keep those inside waiting.

The event loop's own server accepts everybody who waits before it reads a byte from any of them. Four hundred sockets
that say nothing then use up the descriptors of a small process at once, and whoever came with a question among them is
sent away unheard (measured with 256 descriptors). Sixteen at a time, each has been listened to before there is need to
choose who must go. It costs 40 us a connection more, and nothing on one that is kept.
"""

import asyncio
import socket
from collections.abc import Callable

from app.server.watch import AT_ONCE, Watch

PAUSE = 0.005
"""Seconds to wait where there is no room, or no descriptor left to accept with."""


class Acceptor:
    """Accepts from one listening socket."""

    def __init__(self, listening: socket.socket, protocol: Callable[[], asyncio.Protocol], watch: Watch) -> None:
        self._listening = listening
        self._protocol = protocol
        self._watch = watch
        self._loop = asyncio.get_running_loop()
        self._welcoming: set[asyncio.Task[object]] = set()
        self._open = True

    def begin(self) -> None:
        """Accept from now on."""
        if self._open:
            self._listening.setblocking(False)
            self._loop.add_reader(self._listening.fileno(), self._some)

    async def end(self, *, rest: bool) -> None:
        """Accept no more, with ``rest`` only after all who wait; they are lost where nobody else listens."""
        self._open = False
        self._loop.remove_reader(self._listening.fileno())
        while rest and self._one():
            pass
        await asyncio.gather(*self._welcoming, return_exceptions=True)

    def _some(self) -> None:
        for _ in range(AT_ONCE):
            if not self._watch.has_room(len(self._welcoming)):
                self._pause()
                return
            if not self._one():
                return

    def _one(self) -> bool:
        try:
            wire, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError):
            return False
        except ConnectionAbortedError:
            return True
        except OSError:
            # No descriptor or no memory: some may have been given back when we look again.
            self._pause()
            return False
        wire.setblocking(False)
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, wire))
        self._welcoming.add(task)
        task.add_done_callback(self._welcomed)
        return True

    def _pause(self) -> None:
        self._loop.remove_reader(self._listening.fileno())
        self._loop.call_later(PAUSE, self.begin)

    def _welcomed(self, task: asyncio.Task[object]) -> None:
        self._welcoming.discard(task)
        # Whoever was gone before we came to them is nobody's error.
        task.cancelled() or task.exception()

"""How long the client waits, and what it asks again.

Only reading is asked again (GET is safe, RFC 9110 9.2.1), and only where the next answer may be another: no connection,
a connection that broke, or a server that says that it is busy or away.
"""

import random
from dataclasses import dataclass

import httpx

from app.client.outcomes import Outcome, retry_after

_DRAW = random.SystemRandom()

_AGAIN = frozenset({429, 502, 503, 504})
_HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.DecodingError)


@dataclass(frozen=True, slots=True)
class Patience:
    """``Patience(retries=0)`` asks once."""

    retries: int = 3
    """Times that a question is asked again."""
    first: float = 0.2
    """Seconds before the first of them; each pause is twice the one before, less up to half at random."""
    longest: float = 30.0
    """Longest pause in seconds. A server that asks for more (``Retry-After``) is not asked again."""

    def pause(self, again: int, outcome: Outcome) -> float | None:
        """Seconds to wait before asking for the ``again``-th time; ``None`` to take what came."""
        if again > self.retries:
            return None
        asked = 0
        if isinstance(outcome, httpx.Response):
            if outcome.status_code not in _AGAIN:
                return None
            asked = retry_after(outcome) or 0
        elif isinstance(outcome, _HOPELESS):
            return None
        if asked > self.longest:
            return None
        # Clients that lost the same server come back one by one.
        backoff = min(self.first * 2.0 ** (again - 1), self.longest) * _DRAW.uniform(0.5, 1)
        return max(backoff, asked)

"""What both clients do around a request: build it, remember what was kept, and read what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic
from urllib.parse import urlencode, urlsplit

import httpx

from app import __version__
from app.client.calls import Answer, Call
from app.client.copies import Copies
from app.client.outcomes import AnswerUnreadable, Outcome, read
from app.client.patience import Patience
from app.core.errors import StoreUnavailable

HEADERS: Mapping[str, str] = {"accept": "application/json", "user-agent": f"claims-client/{__version__}"}
EXPORTED: Mapping[str, str] = {"accept": "*/*"}
KEPT_BYTES = 16 * 2**20


def options(url: str, timeout: float, headers: Mapping[str, str] | None) -> dict[str, Any]:
    """What httpx is to be told. Raises :class:`AnswerUnreadable` for an address that is none."""
    try:
        address = httpx.URL(urlsplit(url).geturl().rstrip("/"))
    except (httpx.InvalidURL, ValueError) as error:
        raise AnswerUnreadable(f"{url!r} is no address ({error}); write http://host:port.") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise AnswerUnreadable(f"{url!r} is no address of a server; write http://host:port.")
    return {
        "base_url": address,
        "timeout": httpx.Timeout(timeout, connect=min(timeout, 5.0)),
        "headers": {**HEADERS, **(headers or {})},
    }


@dataclass(slots=True)
class Exchange(Generic[Answer]):
    """One question on its way."""

    call: Call[Answer]
    copies: Copies
    patience: Patience
    asked: int = 0
    held: tuple[str, bytes] | None = field(init=False)

    def __post_init__(self) -> None:
        self.held = None if self.call.text is not None else self.copies.get(self.address)

    @property
    def address(self) -> str:
        """Path and query."""
        return f"{self.call.path}?{urlencode(self.call.params)}" if self.call.params else self.call.path

    @property
    def arguments(self) -> dict[str, Any]:
        """What ``httpx.Client.request`` is to be called with."""
        if self.call.text is None:
            conditions = {"if-none-match": self.held[0]} if self.held else {}
            return {"method": "GET", "url": self.address, "headers": conditions}
        content, headers = self.call.text.encode(errors="replace"), {"content-type": "text/plain; charset=utf-8"}
        return {"method": "POST", "url": self.address, "headers": headers, "content": content}

    def pause(self, outcome: Outcome) -> float | None:
        """Seconds until it should be asked again; ``None`` to take the outcome as it is."""
        self.asked += 1
        return None if self.call.text is not None else self.patience.pause(self.asked, outcome)

    def answer(self, outcome: Outcome) -> Answer:
        """The answer; kept where it has an entity tag. Raises what :func:`app.client.outcomes.read` does."""
        if isinstance(outcome, httpx.Response) and outcome.status_code == 304 and self.held is None:
            raise StoreUnavailable("The server said that nothing has changed since an answer that was never given.")
        answer, body = read(self.call, outcome, self.held[1] if self.held else None)
        if isinstance(outcome, httpx.Response) and self.call.text is None and "etag" in outcome.headers:
            self.copies.keep(self.address, outcome.headers["etag"], body)
        return answer

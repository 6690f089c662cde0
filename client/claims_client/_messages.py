"""Requests and responses: addresses and parameters, models and errors, pauses between attempts, what is kept."""

import random
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any, Required, TypeAlias, TypedDict, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx

from claims_client import errors
from claims_client._version import __version__
from claims_client.models import Model
from claims_client.words import ClaimKind, DateBasis, Sourcing, Stance, Status

Answer = TypeVar("Answer", bound=Model)
Many: TypeAlias = str | Sequence[str]
"""One value, or several of which one must fit."""
Day: TypeAlias = str | date
"""``2022``, ``2022-07``, ``2022-07-17`` or a date."""
Param: TypeAlias = str | int | date | Sequence[str] | None

PAGE = 100
"""Most items on a page."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
"""Seconds before the first retry, and the most before any."""
_random = random.SystemRandom()


class Filters(TypedDict, total=False):
    """Parameters of a search. Different filters must all hold; ``from_`` is the API's ``from``.

    ``origin`` and ``stance`` together ask for one statement that has both.
    """

    q: str
    status: Status | Sequence[Status]
    sourcing: Sourcing | Sequence[Sourcing]
    affirmed_by: Many
    denied_by: Many
    answered_by: Many
    taken_back_by: Many
    passed_on_by: Many
    source: Many
    origin: Many
    via: Many
    stance: Stance | Sequence[Stance]
    kind: ClaimKind | Sequence[ClaimKind]
    background: bool | Many
    about: Many
    topic: Many
    document: Many
    section: Many
    from_: Day | None
    to: Day | None
    as_of: Day | None
    sort: str


class NewStatement(TypedDict, total=False):
    """A statement to try on a claim. The rest follows where it is left out, as the API's reference says."""

    source: Required[str]
    stance: Required[Stance]
    via: Sequence[str]
    made: str
    not_before: str
    date_basis: DateBasis
    adjudicates: bool
    passages: Sequence[str]
    id: str
    note: str


def options(base_url: str, timeout: float, headers: Mapping[str, str] | None) -> dict[str, Any]:
    """Arguments of httpx's clients. Raises :class:`ClaimsError` where ``base_url`` is not an HTTP address."""
    try:
        url = httpx.URL(urlsplit(base_url).geturl())
    except (httpx.InvalidURL, ValueError) as error:
        raise errors.ClaimsError(f"{base_url!r} is no address ({error}); write http://host:port.") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise errors.ClaimsError(f"{base_url!r} is no address of a server; write http://host:port.")
    return {
        "base_url": url,
        "timeout": httpx.Timeout(timeout, connect=min(timeout, 5.0)),
        "headers": {"accept": "application/json", "user-agent": f"claims-client/{__version__}", **(headers or {})},
    }


def address(*segments: str, **params: Param) -> str:
    """Path and query; a parameter that is ``None`` is left out, one with several values is repeated."""
    path = "".join(f"/{_quoted(each)}" for each in segments)
    given = {name.rstrip("_"): value for name, value in params.items() if value is not None}
    texts = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
    query = urlencode(texts, doseq=True)
    return f"{path}?{query}" if query else path


def pauses(retries: int) -> Iterator[float]:
    """Seconds before each retry: doubled each time, less up to half at random, so that clients return one by one."""
    for again in range(retries):
        yield min(FIRST_PAUSE * 2.0**again, LONGEST_PAUSE) * _random.uniform(0.5, 1)


def _quoted(segment: str) -> str:
    # Dots alone would be resolved as steps in the path, and an empty segment as its parent.
    return quote(segment, safe="").replace(".", "%2E") or "%20"


_ERRORS: dict[str, type[errors.ProblemError]] = {
    "not-found": errors.NotFound,
    "parameters-invalid": errors.ParametersInvalid,
    "parameters-conflict": errors.ParametersInvalid,
    "value-unknown": errors.ParametersInvalid,
    "cursor-invalid": errors.ParametersInvalid,
}
"""Error for the end of a problem's ``type``."""


def parsed(shape: type[Answer], response: httpx.Response, body: bytes) -> Answer:
    """``body`` as a model. Raises :class:`UnreadableResponse` where it is none."""
    try:
        return shape.model_validate_json(body)
    except ValueError as error:
        raise _unreadable(response) from error


def refused(response: httpx.Response) -> errors.ClaimsError:
    """Error that a response without the wanted content means."""
    try:
        problem = errors.Problem.model_validate_json(response.content)
    except ValueError:
        problem = None
    if response.status_code == 429 or response.status_code >= 500:
        detail = problem.detail if problem else f"{_host(response.request)} answered {response.status_code}."
        return errors.Unavailable(detail, _retry_after(response))
    if problem:
        return _ERRORS.get(problem.type.rpartition("#")[2], errors.ProblemError)(problem)
    if response.is_redirect:
        moved = f"{_host(response.request)} has moved; use {response.headers.get('location')!r}."
        return errors.UnreadableResponse(moved)
    return _unreadable(response)


def unreachable(error: httpx.RequestError) -> errors.ClaimsError:
    """Error for an exchange that ended without a response, or with one that could not be unpacked."""
    reason = str(error) or type(error).__name__
    if isinstance(error, httpx.NetworkError | httpx.TimeoutException | httpx.RemoteProtocolError | httpx.ProxyError):
        return errors.Unavailable(
            f"No answer from {_host(error.request)}: {reason}. Is a server running at that address?"
        )
    return errors.UnreadableResponse(f"The exchange with {_host(error.request)} failed: {reason}.")


def _retry_after(response: httpx.Response) -> int | None:
    """Seconds that the server asks to wait, given as a number or a date (RFC 9110 10.2.3)."""
    given = response.headers.get("retry-after", "").strip()
    if given.isdecimal():
        return int(given[:9])
    try:
        now = parsedate_to_datetime(response.headers["date"])
        return max(0, int((parsedate_to_datetime(given) - now).total_seconds()))
    except (KeyError, ValueError, TypeError):
        return None


def _unreadable(response: httpx.Response) -> errors.UnreadableResponse:
    kind = response.headers.get("content-type", "nothing")
    return errors.UnreadableResponse(
        f"{_host(response.request)} answered {response.status_code} with {kind}, which this client cannot read. "
        "Is it a Claims API server?"
    )


def _host(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"


class Cache:
    """Entity tags and bodies by address, to ask again by tag (RFC 9110 13.1.2) at the price of a 304.

    Holds at most ``size`` bytes and evicts the least recently used. Thread-safe.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, address: str) -> tuple[str, bytes] | None:
        """Entity tag and body of the response kept from ``address``."""
        with self._lock:
            if address in self._kept:
                self._kept.move_to_end(address)
            return self._kept.get(address)

    def keep(self, address: str, etag: str, body: bytes) -> None:
        """Keeps a response; one that is larger than the cache is not kept."""
        with self._lock:
            self._held -= len(self._kept.pop(address, ("", b""))[1])
            if len(body) > self._size:
                return
            self._kept[address] = (etag, body)
            self._held += len(body)
            while self._held > self._size:
                self._held -= len(self._kept.popitem(last=False)[1][1])

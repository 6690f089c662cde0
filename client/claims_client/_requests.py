"""Requests: addresses, parameters, headers, and pauses between attempts."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Required, TypeAlias, TypedDict
from urllib.parse import quote, urlencode, urlsplit

import httpx

from claims_client._version import __version__
from claims_client.errors import ClaimsError
from claims_client.words import ClaimKind, DateBasis, Sourcing, Stance, Status

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
        raise ClaimsError(f"{base_url!r} is no address ({error}); write http://host:port.") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ClaimsError(f"{base_url!r} is no address of a server; write http://host:port.")
    return {
        "base_url": url,
        "timeout": httpx.Timeout(timeout, connect=min(timeout, 5.0)),
        "headers": {"accept": "application/json", "user-agent": f"claims-client/{__version__}", **(headers or {})},
    }


def address(*segments: str, **params: Param) -> str:
    """Path and query; a parameter that is ``None`` is left out, one with several values is repeated."""
    path = "".join(f"/{_quoted(each)}" for each in segments)
    pairs = [(name.rstrip("_"), text) for name, value in params.items() for text in _texts(value)]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def pauses(retries: int) -> Iterator[float]:
    """Seconds before each retry: doubled each time, less up to half at random, so that clients return one by one."""
    for again in range(retries):
        yield min(FIRST_PAUSE * 2.0**again, LONGEST_PAUSE) * _random.uniform(0.5, 1)


def _quoted(segment: str) -> str:
    # Dots alone would be resolved as steps in the path, and an empty segment as its parent.
    return quote(segment, safe="").replace(".", "%2E") or "%20"


def _texts(value: Param) -> Sequence[str]:
    if value is None:
        return ()
    if isinstance(value, bool):
        return [str(value).lower()]
    return [str(value)] if isinstance(value, str | int | date) else [str(each) for each in value]

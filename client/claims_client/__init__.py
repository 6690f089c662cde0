"""A typed client of a Claims API.

>>> from claims_client import ClaimsClient
>>> with ClaimsClient(url) as client:
...     claim = client.claim("ferries-promised", as_of="2021-03")
...     print(claim.status, claim.attributed_to)
...     for each in client.claims(about="ferries", status=["disputed", "unconfirmed"]):
...         print(each.id, each.status)
unconfirmed ('harbour-master',)
ferries-promised disputed
ferries-moored unconfirmed

:class:`AsyncClaimsClient` has the same methods, awaited or iterated with ``async for``. What goes wrong is raised as an
error of :mod:`claims_client.errors`:

>>> with ClaimsClient(url) as client:
...     client.claim("ferries-promissed")
Traceback (most recent call last):
claims_client.errors.NotFound: There is no claim with the id 'ferries-promissed'. Did you mean ferries-promised?

A ``ClaimsClient`` may be shared by threads, an ``AsyncClaimsClient`` by the tasks of one event loop; trio's needs
``sleep=trio.sleep``.
"""

from claims_client._async import AsyncClaimsClient
from claims_client._messages import Day, Filters, NewStatement
from claims_client._sync import ClaimsClient
from claims_client._version import __version__
from claims_client.errors import (
    ClaimsError,
    NotFound,
    ParametersInvalid,
    Problem,
    ProblemError,
    Unavailable,
    UnreadableResponse,
)

__all__ = [
    "AsyncClaimsClient",
    "ClaimsClient",
    "ClaimsError",
    "Day",
    "Filters",
    "NewStatement",
    "NotFound",
    "ParametersInvalid",
    "Problem",
    "ProblemError",
    "Unavailable",
    "UnreadableResponse",
    "__version__",
]

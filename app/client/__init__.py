"""A typed client: the claims of a server as the models of this package.

>>> with ClaimsClient(url) as client:
...     claim = client.claim("ferries-promised", as_of="2021-03")
...     print(claim.status, claim.attributed_to)
...     for each in client.claims(about="ferries", status=["disputed", "unconfirmed"]):
...         print(each.id, each.status)
unconfirmed ('harbour-master',)
ferries-promised disputed
ferries-moored unconfirmed

``claims``, ``sources``, ``impact`` and the other lists are iterated over all of their pages. An answer is kept and
asked for again by its entity tag, so an unchanged one costs a 304. Silence ends after ten seconds; a question is asked
up to three times more where the server is away or busy, as late as its ``Retry-After`` says. What goes wrong is raised
as an error of :mod:`app.core.errors`:

>>> with ClaimsClient(url) as client:
...     client.claim("ferries-promissed")
Traceback (most recent call last):
app.core.errors.NotFound: There is no claim with the id 'ferries-promissed'.

A filter that there is not is refused before anything is sent:

>>> with ClaimsClient(url) as client:
...     list(client.claims(statsu="disputed"))
Traceback (most recent call last):
app.core.errors.ParametersInvalid: statsu: There is no such filter. Did you mean 'status'?
"""

from app.client.awaiting import AsyncClaimsClient
from app.client.blocking import ClaimsClient
from app.client.calls import Filters
from app.client.outcomes import AnswerUnreadable
from app.client.patience import Patience

__all__ = ["AnswerUnreadable", "AsyncClaimsClient", "ClaimsClient", "Filters", "Patience"]

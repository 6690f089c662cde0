"""The client for code that waits."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self, Unpack

import httpx

from app.client import calls
from app.client.calls import MOST, Answer, Call, Day, Filters, Item
from app.client.copies import Copies
from app.client.exchange import EXPORTED, KEPT_BYTES, Exchange, options
from app.client.outcomes import Outcome, error_of, unreachable
from app.client.patience import Patience
from app.core.errors import QueryInvalid
from app.record.lists import (
    ClaimList,
    Coverage,
    Dataset,
    Impact,
    Listing,
    Moment,
    ServedDocument,
    ServedEntity,
    ServedSource,
    ServedTopic,
    SourcingKind,
    StatusRow,
    Verified,
)
from app.record.served import ServedClaim, Transition


class ClaimsClient:
    """Reads the claims of a server; use it as a context manager, and from as many threads as you like.

    Every method raises errors of :mod:`app.core.errors`: ``ParametersInvalid``, ``ValueUnknown`` and
    ``ParametersConflict`` for a question that cannot be asked, ``NotFound`` for an id that there is not,
    ``StoreUnavailable`` where no answer came in the end, and :class:`~app.client.AnswerUnreadable` where what answered
    is no Claims API.

    Args:
        url: Address of the server, such as ``https://claims.example``; the one that ``claims serve`` prints by default.
        timeout: Seconds of silence after which a server counts as gone.
        patience: How often and after how long a question is asked again.
        kept_bytes: Bytes of answers that are kept, to be asked for again by their entity tag; 0 keeps none.
        headers: Sent along with every request.
        transport: Takes the place of the network (httpx).
        sleep: Waits for some seconds.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        timeout: float = 10.0,
        patience: Patience | None = None,
        kept_bytes: int = KEPT_BYTES,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._http = httpx.Client(**options(url, timeout, headers), transport=transport)
        self._copies = Copies(kept_bytes)
        self._patience = patience or Patience()
        self._sleep = sleep

    def find(
        self, *, limit: int = 20, cursor: str = "", facets: Sequence[str] = (), **filters: Unpack[Filters]
    ) -> ClaimList:
        """One page of a search, with its total, and the counts of each facet asked for."""
        return self._ask(calls.claims(filters, limit, cursor, facets))

    def claims(self, **filters: Unpack[Filters]) -> Iterator[ServedClaim]:
        """Every claim that matches all filters; pages are fetched as they are needed."""
        return self._all(calls.claims(filters, MOST))

    def claim(self, id: str, *, as_of: Day | None = None) -> ServedClaim:
        """One claim, with its status at the end of ``as_of``."""
        return self._ask(calls.claim(id, as_of))

    def timeline(self, id: str) -> tuple[Moment, ...]:
        """Every period in which a claim stood in one way."""
        return self._ask(calls.timeline(id)).items

    def sources(self, *, as_of: Day | None = None) -> Iterator[ServedSource]:
        """Everybody who speaks on a claim or passes it on, with what they do to claims and how these stand."""
        return self._all(calls.sources(as_of))

    def source(self, id: str, *, as_of: Day | None = None) -> ServedSource:
        """One source."""
        return self._ask(calls.source(id, as_of))

    def impact(self, id: str) -> Iterator[Impact]:
        """Claims whose status would change had this source never spoken."""
        return self._all(calls.impact(id))

    def documents(self) -> Iterator[ServedDocument]:
        """The texts whose claims are served."""
        return self._all(calls.documents())

    def coverage(self, document: str = "") -> Iterator[Coverage]:
        """A document passage by passage; it need not be named where there is only one."""
        return self._all(calls.coverage(document or only(self._ask(calls.documents()).items)))

    def entities(self) -> Iterator[ServedEntity]:
        """What claims are about."""
        return self._all(calls.entities())

    def topics(self) -> Iterator[ServedTopic]:
        """Subjects under which claims are filed."""
        return self._all(calls.topics())

    def statuses(self) -> tuple[StatusRow, ...]:
        """The rule by which statuses are derived, row by row."""
        return self._ask(calls.statuses()).items

    def sourcings(self) -> tuple[SourcingKind, ...]:
        """The kinds of word on which a claim can stand, row by row."""
        return self._ask(calls.sourcings()).items

    def transitions(self, *, from_: Day | None = None, to: Day | None = None) -> Iterator[Transition]:
        """Changes of status between two days, by date."""
        return self._all(calls.transitions(from_, to))

    def verify(self, text: str, document: str = "") -> tuple[Verified, ...]:
        """What became of each passage of a document in your own copy of its text. The server keeps nothing of it."""
        return self._ask(calls.verify(text, document)).items

    def dataset(self) -> Dataset:
        """The record as a whole: title, version, licence, revision and counts."""
        return self._ask(calls.dataset())

    def export(self, form: str = "jsonl") -> Iterator[bytes]:
        """The whole record in a form that the server has (``jsonl`` can be imported again), in pieces as they come."""
        try:
            with self._http.stream("GET", "/dataset", params={"format": form}, headers=EXPORTED) as response:
                if response.status_code != 200:
                    response.read()
                    raise error_of(response)
                yield from response.iter_bytes()
        except httpx.RequestError as error:
            raise unreachable(error) from error

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, call: Call[Answer]) -> Answer:
        exchange = Exchange(call, self._copies, self._patience)
        outcome = self._send(exchange)
        while (pause := exchange.pause(outcome)) is not None:
            self._sleep(pause)
            outcome = self._send(exchange)
        return exchange.answer(outcome)

    def _send(self, exchange: Exchange[Answer]) -> Outcome:
        try:
            return self._http.request(**exchange.arguments)
        except httpx.RequestError as error:
            return error

    def _all(self, call: Call[Listing[Item]]) -> Iterator[Item]:
        page = self._ask(call)
        yield from page.items
        while page.next:
            page = self._ask(call.following(page.next))
            yield from page.items


def only(documents: Sequence[ServedDocument]) -> str:
    """Id of the record's document; raises :class:`~app.core.errors.QueryInvalid` where there are several."""
    if len(documents) != 1:
        raise QueryInvalid("document", "This record has several documents; say which.", [e.id for e in documents[:3]])
    return documents[0].id

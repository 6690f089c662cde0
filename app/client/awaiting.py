"""The client for code that does other things meanwhile: the same methods, awaited or iterated with ``async for``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Self, Unpack

import anyio
import httpx

from app.client import calls
from app.client.blocking import only
from app.client.calls import MOST, Answer, Call, Day, Filters, Item
from app.client.copies import Copies
from app.client.exchange import EXPORTED, KEPT_BYTES, Exchange, options
from app.client.outcomes import Outcome, error_of, unreachable
from app.client.patience import Patience
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


class AsyncClaimsClient:
    """:class:`~app.client.ClaimsClient` with ``async``: the same arguments, methods, answers and errors.

    ``async with AsyncClaimsClient(url) as client``; ``sleep`` is awaited, ``transport`` is httpx's asynchronous one.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        timeout: float = 10.0,
        patience: Patience | None = None,
        kept_bytes: int = KEPT_BYTES,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    ) -> None:
        self._http = httpx.AsyncClient(**options(url, timeout, headers), transport=transport)
        self._copies = Copies(kept_bytes)
        self._patience = patience or Patience()
        self._sleep = sleep

    async def find(
        self, *, limit: int = 20, cursor: str = "", facets: Sequence[str] = (), **filters: Unpack[Filters]
    ) -> ClaimList:
        return await self._ask(calls.claims(filters, limit, cursor, facets))

    def claims(self, **filters: Unpack[Filters]) -> AsyncIterator[ServedClaim]:
        return self._all(calls.claims(filters, MOST))

    async def claim(self, id: str, *, as_of: Day | None = None) -> ServedClaim:
        return await self._ask(calls.claim(id, as_of))

    async def timeline(self, id: str) -> tuple[Moment, ...]:
        return (await self._ask(calls.timeline(id))).items

    def sources(self, *, as_of: Day | None = None) -> AsyncIterator[ServedSource]:
        return self._all(calls.sources(as_of))

    async def source(self, id: str, *, as_of: Day | None = None) -> ServedSource:
        return await self._ask(calls.source(id, as_of))

    def impact(self, id: str) -> AsyncIterator[Impact]:
        return self._all(calls.impact(id))

    def documents(self) -> AsyncIterator[ServedDocument]:
        return self._all(calls.documents())

    async def coverage(self, document: str = "") -> AsyncIterator[Coverage]:
        document = document or only((await self._ask(calls.documents())).items)
        async for each in self._all(calls.coverage(document)):
            yield each

    def entities(self) -> AsyncIterator[ServedEntity]:
        return self._all(calls.entities())

    def topics(self) -> AsyncIterator[ServedTopic]:
        return self._all(calls.topics())

    async def statuses(self) -> tuple[StatusRow, ...]:
        return (await self._ask(calls.statuses())).items

    async def sourcings(self) -> tuple[SourcingKind, ...]:
        return (await self._ask(calls.sourcings())).items

    def transitions(self, *, from_: Day | None = None, to: Day | None = None) -> AsyncIterator[Transition]:
        return self._all(calls.transitions(from_, to))

    async def verify(self, text: str, document: str = "") -> tuple[Verified, ...]:
        return (await self._ask(calls.verify(text, document))).items

    async def dataset(self) -> Dataset:
        return await self._ask(calls.dataset())

    async def export(self, form: str = "jsonl") -> AsyncIterator[bytes]:
        try:
            async with self._http.stream("GET", "/dataset", params={"format": form}, headers=EXPORTED) as response:
                if response.status_code != 200:
                    await response.aread()
                    raise error_of(response)
                async for piece in response.aiter_bytes():
                    yield piece
        except httpx.RequestError as error:
            raise unreachable(error) from error

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask(self, call: Call[Answer]) -> Answer:
        exchange = Exchange(call, self._copies, self._patience)
        outcome = await self._send(exchange)
        while (pause := exchange.pause(outcome)) is not None:
            await self._sleep(pause)
            outcome = await self._send(exchange)
        return exchange.answer(outcome)

    async def _send(self, exchange: Exchange[Answer]) -> Outcome:
        try:
            return await self._http.request(**exchange.arguments)
        except httpx.RequestError as error:
            return error

    async def _all(self, call: Call[Listing[Item]]) -> AsyncIterator[Item]:
        page = await self._ask(call)
        for each in page.items:
            yield each
        while page.next:
            page = await self._ask(call.following(page.next))
            for each in page.items:
                yield each

"""The synchronous client, generated from :mod:`claims_client._async`; change that one."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self, Unpack

import httpx

from claims_client import _messages, answers, models
from claims_client._messages import Answer, Day, Filters, Many, NewStatement, Param, address
from claims_client.errors import Unavailable
from claims_client.models import Item, Page

_JSON, _PLAIN = "application/json", "text/plain; charset=utf-8"


class ClaimsClient:
    """Reads the claims of a server; a context manager.

    Every method raises the errors of :mod:`claims_client.errors`.

    Args:
        base_url: Address of the server; the default is the one that ``claims serve`` listens on.
        timeout: Seconds without a byte after which a request fails.
        retries: Most attempts after the first. Reading is retried after a broken connection, 429 and 5xx, with growing
            pauses, and no earlier than ``Retry-After`` asks for; if that is more than 30 seconds, not at all.
        cache_bytes: Size of the bodies that are kept, to be revalidated by their entity tags; 0 keeps none.
        headers: Sent with every request.
        transport: Takes the place of the network (httpx).
        sleep: Pauses for some seconds.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        *,
        timeout: float = 10.0,
        retries: int = 3,
        cache_bytes: int = 16 * 2**20,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._http = httpx.Client(**_messages.options(base_url, timeout, headers), transport=transport)
        self._retries = retries
        self._cache = _messages.Cache(cache_bytes)
        self._sleep = sleep

    def find(
        self, *, limit: int = 20, cursor: str = "", facets: Sequence[str] = (), **filters: Unpack[Filters]
    ) -> models.ClaimList:
        """One page of a search, with its total and the facets asked for; ``cursor`` is that of the page before."""
        more: dict[str, Param] = {"limit": limit, "cursor": cursor or None, "facets": ",".join(facets) or None}
        return self._get(models.ClaimList, "claims", **filters, **more)

    def claims(self, **filters: Unpack[Filters]) -> Iterator[models.Claim]:
        """Every claim that matches all filters. Like all lists, read page by page as it is iterated."""
        return self._all(models.ClaimList, "claims", **filters)

    def claim(self, id: str, *, as_of: Day | None = None) -> models.Claim:
        """One claim, with its status at the end of ``as_of``."""
        return self._get(models.Claim, "claims", id, as_of=as_of)

    def claims_by_id(self, ids: Sequence[str], *, as_of: Day | None = None) -> models.ClaimList:
        """Up to 100 claims, in the order of ``ids``; ``missing`` names the ids that no claim has."""
        if not ids:
            raise ValueError("ids is empty; a search without ids finds every claim")
        return self._get(models.ClaimList, "claims", id=ids, as_of=as_of)

    def timeline(self, id: str) -> tuple[models.Moment, ...]:
        """Periods of a claim in which its verdict is the same."""
        return self._get(Page[models.Moment], "claims", id, "timeline").items

    def sources(self, *, as_of: Day | None = None) -> Iterator[models.Source]:
        """Every source, with counts of claims by what it does to them and then by status."""
        return self._all(Page[models.Source], "sources", as_of=as_of)

    def source(self, id: str, *, as_of: Day | None = None) -> models.Source:
        """One source."""
        return self._get(models.Source, "sources", id, as_of=as_of)

    def impact(self, id: str) -> Iterator[models.Impact]:
        """Claims whose status would change without this source."""
        return self._all(Page[models.Impact], "sources", id, "impact")

    def documents(self) -> Iterator[models.Document]:
        """The texts whose claims are served."""
        return self._all(Page[models.Document], "documents")

    def coverage(self, document: str) -> Iterator[models.Coverage]:
        """The passages of a document, each with its claims."""
        return self._all(Page[models.Coverage], "documents", document, "coverage")

    def entities(self) -> Iterator[models.Entity]:
        """What claims are about."""
        return self._all(Page[models.Entity], "entities")

    def topics(self) -> Iterator[models.Topic]:
        """Subjects under which claims are filed."""
        return self._all(Page[models.Topic], "topics")

    def statuses(self) -> tuple[models.StatusRow, ...]:
        """The rule by which statuses are derived, row by row."""
        return self._get(Page[models.StatusRow], "statuses").items

    def sourcings(self) -> tuple[models.SourcingKind, ...]:
        """The kinds of word on which a claim can stand, row by row."""
        return self._get(Page[models.SourcingKind], "sourcings").items

    def transitions(
        self, *, from_: Day | None = None, to: Day | None = None, claim: Many = (), source: Many = (), topic: Many = ()
    ) -> Iterator[models.Transition]:
        """Changes of status between two days, by date; of some claims only, where any of the others is given."""
        filters: dict[str, Param] = {"claim": claim, "source": source, "topic": topic}
        return self._all(Page[models.Transition], "transitions", from_=from_, to=to, **filters)

    def what_if(
        self, id: str, *, add: Sequence[NewStatement] = (), remove: Sequence[str] = (), as_of: Day | None = None
    ) -> answers.Supposed:
        """A claim as it stands, and as it would with statements added or removed by id; the server keeps nothing."""
        question = json.dumps({"add": [*add], "remove": [*remove]})
        return self._post(answers.Supposed, question, _JSON, "claims", id, "what-if", as_of=as_of)

    def match(self, text: str, *, as_of: Day | None = None) -> tuple[answers.MatchedSentence, ...]:
        """Each sentence of a text, with the claims that it repeats in words; the server keeps nothing of it."""
        return self._post(Page[answers.MatchedSentence], text, _PLAIN, "match", as_of=as_of).items

    def verify(self, text: str, document: str | None = None) -> tuple[answers.Verified, ...]:
        """Each passage of a document, looked for in your own copy of its text; the server keeps nothing of it."""
        return self._post(Page[answers.Verified], text, _PLAIN, "verify", document=document).items

    def dataset(self) -> models.Dataset:
        """The record as a whole: title, version, licence, revision and counts."""
        return self._get(models.Dataset, "dataset")

    def export(self, form: str = "jsonl") -> Iterator[bytes]:
        """The whole record in one of the server's formats, in pieces as they arrive."""
        try:
            with self._http.stream("GET", address("dataset", format=form), headers={"accept": "*/*"}) as response:
                if response.status_code != 200:
                    response.read()
                    raise _messages.refused(response)
                yield from response.iter_bytes()
        except httpx.RequestError as error:
            raise _messages.unreachable(error) from error

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get(self, shape: type[Answer], *segments: str, **params: Param) -> Answer:
        target = address(*segments, **params)
        kept = self._cache.get(target)
        response = self._retried(target, {"if-none-match": kept[0]} if kept else {})
        body = kept[1] if kept and response.status_code == 304 else response.content
        answer = _messages.parsed(shape, response, body)
        if "etag" in response.headers:
            self._cache.keep(target, response.headers["etag"], body)
        return answer

    def _all(self, page: type[Page[Item]], *segments: str, **params: Param) -> Iterator[Item]:
        cursor: str | None = None
        while cursor != "":
            listed = self._get(page, *segments, **params, cursor=cursor, limit=_messages.PAGE)
            yield from listed.items
            cursor = listed.cursor

    def _post(self, shape: type[Answer], text: str, kind: str, *segments: str, **params: Param) -> Answer:
        target, content = address(*segments, **params), text.encode(errors="replace")
        response = self._send("POST", target, content=content, headers={"content-type": kind})
        return _messages.parsed(shape, response, response.content)

    def _retried(self, target: str, headers: dict[str, str]) -> httpx.Response:
        for pause in _messages.pauses(self._retries):
            try:
                return self._send("GET", target, headers=headers)
            except Unavailable as error:
                if (error.retry_after or 0) > _messages.LONGEST_PAUSE:
                    raise
                self._sleep(max(pause, error.retry_after or 0))
        return self._send("GET", target, headers=headers)

    def _send(self, method: str, target: str, **more: Any) -> httpx.Response:
        try:
            response = self._http.request(method, target, **more)
        except httpx.RequestError as error:
            raise _messages.unreachable(error) from error
        if response.status_code not in {200, 304}:
            raise _messages.refused(response)
        return response

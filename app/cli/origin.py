"""Where a command reads claims from: a server, a database, or a file that this process serves to itself.

A file is read through the same service as everything else, without a socket: what a command says of a file is what a
server of that file would have said, errors included.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx
import typer

import claims_client
from app.cli.files import is_server, shipped_record
from app.core.dates import calendar_span
from app.core.errors import ClaimsError, ParametersConflict, QueryInvalid, StoreUnavailable
from app.core.model import FileHeader, Record
from app.store import ClaimStore
from claims_client import ClaimsClient

INSIDE = "http://this.process"
"""Address of the service that nobody but this process can reach."""

_MEANT: Mapping[type[claims_client.ClaimsError], Callable[[str], ClaimsError]] = {
    claims_client.Unavailable: StoreUnavailable,
    claims_client.ParametersInvalid: ParametersConflict,
}
"""Errors of this package by those of the client, for their exit codes."""


@contextmanager
def reading(where: str) -> Iterator[ClaimsClient]:
    """A client of what ``where`` names. Raises errors of :mod:`app.core.errors` where it cannot be read."""
    try:
        if is_server(where):
            with ClaimsClient(where) as client:
                yield client
        else:
            with (
                asyncio.Runner() as runner,
                _opened(where or shipped_record(), runner) as store,
                ClaimsClient(INSIDE, transport=_Inside(store, runner), cache_bytes=0) as client,
            ):
                yield client
    except claims_client.ClaimsError as error:
        raise _MEANT.get(type(error), ClaimsError)(str(error)) from error


def record_at(where: str) -> Record:
    """The whole record that a file holds or a server serves."""
    from app.record.dataset import load_file, load_lines

    if not is_server(where):
        return load_file(Path(where or shipped_record()))
    with reading(where) as client:
        header, claims = load_lines(BytesIO(b"".join(client.export())), where)
        everything = {name: getattr(header, name) for name in FileHeader.model_fields}
        return Record.model_construct(**everything, schema_=None, claims=tuple(claims))


def day(option: str, text: str) -> str | None:
    """The date given with an option, ``None`` where it was left out. Raises :class:`~app.core.errors.QueryInvalid`."""
    try:
        calendar_span(text or "1970")
    except ValueError as error:
        raise QueryInvalid(option, f"{error}.") from None
    return text or None


def claim_ids(context: typer.Context, incomplete: str) -> list[str]:
    """Ids of claims that begin so, for the completion of shells; none where the record is not a file at hand."""
    try:
        raw = json.loads(Path(context.params.get("from_") or shipped_record()).read_bytes())
        return [id_ for each in raw["claims"] if (id_ := str(each["id"])).startswith(incomplete)]
    except (OSError, ValueError, LookupError, TypeError):
        return []


@contextmanager
def _opened(where: str, runner: asyncio.Runner) -> Iterator[ClaimStore]:
    from app.record.dataset import load_file
    from app.store.memory import MemoryEdition, MemoryStore

    if "://" not in where:
        path = Path(where)
        record = load_file(path)
        yield MemoryStore(MemoryEdition.from_record(record, int(path.stat().st_mtime)))
        return
    from app.store.opening import open_store

    store = open_store(where)
    runner.run(store.open())
    try:
        yield store
    finally:
        runner.run(store.close())


class _Inside(httpx.BaseTransport):
    """The service over ``store``, in place of the network."""

    def __init__(self, store: ClaimStore, runner: asyncio.Runner) -> None:
        from app.settings import from_environment
        from app.web import create_app

        self._runner = runner
        self._service = httpx.ASGITransport(create_app(store, from_environment(os.environ)))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = "identity"
        return self._runner.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await self._service.handle_async_request(request)
        return httpx.Response(response.status_code, headers=response.headers, content=await response.aread())

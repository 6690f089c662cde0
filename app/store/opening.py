"""From what an operator names as the store to the store: one row for each scheme."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import ClaimsError
from app.store import ClaimStore


class StoreUnknown(ClaimsError):
    """Nothing here opens such a store."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the stores need to know beside where they are."""

    record_bytes: int = 512 * 2**20
    """Largest record in bytes that is read as one JSON text; JSON Lines, which are streamed, may be longer."""
    allow_shrink: bool = False
    """Whether a new version may lose more than half of the claims."""
    replica_seconds: float = 2.0
    """Seconds between two questions of a replica to its origin."""
    replica_copy: str = ""
    """File in which a replica keeps the last good record; empty for none."""


def open_store(where: str, opening: Opening | None = None) -> ClaimStore:
    """The store at ``where``: a path, or the URL of a database or of another server.

    A record's file is read at once, and its faults are raised as :class:`~app.core.errors.RecordInvalid` or
    :class:`~app.core.errors.RecordUnreadable`; other stores connect when the server opens them. Raises
    :class:`StoreUnknown` for any other scheme.
    """
    scheme, separator, _ = where.partition("://")
    if not separator:
        scheme = "file"
    if scheme not in OPENERS:
        raise StoreUnknown(
            f"{where!r} is no store. Name a file, or a URL that begins with "
            f"{', '.join(f'{each}://' for each in OPENERS)}."
        )
    return OPENERS[scheme](where, opening or Opening())


def _file(where: str, opening: Opening) -> ClaimStore:
    from app.store.file import FileStore

    store = FileStore(
        Path(where.removeprefix("file://")), record_bytes=opening.record_bytes, allow_shrink=opening.allow_shrink
    )
    store.load()
    return store


def _clickhouse(where: str, opening: Opening) -> ClaimStore:
    from app.store.clickhouse import ClickHouseStore

    return ClickHouseStore(where)


def _replica(where: str, opening: Opening) -> ClaimStore:
    from app.store.replica import ReplicaStore

    copy = Path(opening.replica_copy) if opening.replica_copy else None
    return ReplicaStore(where, interval=opening.replica_seconds, copy=copy)


OPENERS: Mapping[str, Callable[[str, Opening], ClaimStore]] = {
    "file": _file,
    "clickhouse": _clickhouse,
    "clickhouses": _clickhouse,
    "https": _replica,
    "http": _replica,
}
"""Each scheme with what opens it; the modules behind are loaded when they are wanted."""

"""An edition in one SQLite file, so that a large record is read once and not at every start of every worker.

=========  ===================================================================================
table      rows
=========  ===================================================================================
facts      one: what the file was made from, and by whom
postings   a key with its value, and its number in the order of the keys
claims     a body, by the number of the claim
=========  ===================================================================================

Each row has a checksum over all of it, which is compared whenever the row is read, so damage is an error and never an
answer. That a key is absent is shown by its neighbours: two rows whose numbers follow each other, one before the key
and one behind it. A file is written under another name and renamed when it is safe on the disk, so a reader sees all of
it or none. One that is foreign, cut short, or made by other rules is thrown away and made anew.
"""

import json
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from functools import partial
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

from app import __version__
from app.core.errors import StoreUnavailable
from app.core.model import Claim, FileHeader
from app.record import files
from app.record.parallel import apart
from app.store.edition import IndexedEdition
from app.store.index import Indexer
from app.store.memory import ReadLines

LAYOUT = 4
"""To be raised with every change of what a row holds or means: older files are then made anew."""

SUFFIX = ".sqlite"

APART = 2**20
"""Bytes of a record from which a process of its own makes the file."""

_FIRST, _LAST = "", "\U0010ffff"
"""Before and behind every key."""

_PREPARE = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE facts (facts TEXT NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE claims (number INTEGER PRIMARY KEY, body BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE postings (
    key TEXT PRIMARY KEY, number INTEGER NOT NULL, link INTEGER NOT NULL, value BLOB NOT NULL, checksum INTEGER NOT NULL
) WITHOUT ROWID;
"""

_POSTING = "SELECT number, value, checksum FROM postings WHERE key = ?"
_NEIGHBOURS = """
SELECT * FROM (SELECT key, number, link FROM postings WHERE key < ? ORDER BY key DESC LIMIT 1) UNION ALL
SELECT * FROM (SELECT key, number, link FROM postings WHERE key > ? ORDER BY key LIMIT 1)
"""
_BODIES = "SELECT number, body, checksum FROM claims WHERE number >= ? AND number < ? ORDER BY number"


class Unusable(Exception):
    """A file holds no edition that can be served, or that of another record; ``str(error)`` says why."""


class _File:
    """A file that nobody changes."""

    def __init__(self, path: Path) -> None:
        about = files.check_private(path)
        self._path, self._inode = path, about.st_ino
        self.damaged = False
        try:
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            weakref.finalize(self, connection.close)
            self._ask = connection.cursor().execute
            # Not mapped into memory: to read behind the end of a file that was cut would end the process.
            connection.executescript("PRAGMA mmap_size = 0; PRAGMA cache_size = -16384; PRAGMA query_only = ON;")
            facts, checksum = self._ask("SELECT facts, checksum FROM facts").fetchone()
            pages, page_size = (self._ask(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        except (sqlite3.Error, TypeError, ValueError) as error:
            raise Unusable(f"{path.name} holds no edition: {error}.") from error
        if checksum != crc32(facts.encode()) or pages * page_size != about.st_size:
            raise Unusable(f"{path.name} was cut short or damaged.")
        self.facts: dict[str, Any] = json.loads(facts)
        if (self.facts.get("layout"), self.facts.get("made_by")) != (LAYOUT, __version__):
            raise Unusable(f"{path.name} was made by version {self.facts.get('made_by')}, whose rules may differ.")

    def posting(self, key: str) -> bytes | None:
        try:
            found = self._ask(_POSTING, (key,)).fetchone()
            if found is None:
                self._check_absent(key)
                return None
        except sqlite3.Error as error:
            raise self._damage(str(error)) from error
        except UnicodeEncodeError:
            return None  # no text in UTF-8 is like it
        number, value, checksum = found
        if checksum != crc32(value, _link(number, key)):
            raise self._damage(f"the value of {key!r}")
        return value  # type: ignore[no-any-return]

    def bodies(self, start: int, end: int) -> list[bytes]:
        try:
            found = self._ask(_BODIES, (start, end)).fetchall()
        except sqlite3.Error as error:
            raise self._damage(str(error)) from error
        for wanted, (number, body, checksum) in zip(range(start, end), found, strict=False):
            if number != wanted or checksum != crc32(body, number):
                raise self._damage(f"claim {wanted}")
        if len(found) < end - start:
            raise self._damage(f"claim {end - 1}")
        return [body for _, body, _ in found]

    def _check_absent(self, key: str) -> None:
        found = self._ask(_NEIGHBOURS, (key, key)).fetchall()
        if all(link == _link(number, near) for near, number, link in found) and len(found) == 2:
            (below, first, _), (above, second, _) = found
            if below < key < above and second == first + 1:
                return
        raise self._damage(f"the neighbours of {key!r}")

    def _damage(self, what: str) -> StoreUnavailable:
        self.damaged = True
        with suppress(OSError):
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()
        return StoreUnavailable(f"The store's file is damaged ({what[:100]}); it is made anew.", 5)


class SqliteEdition(IndexedEdition):
    """The record at one revision, in a file that nobody changes."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`Unusable`, or ``OSError`` where the file is missing or cannot be trusted."""
        self._file = file = _File(path)
        self.facts = facts = file.facts
        try:
            super().__init__(file.posting, facts["revision"], facts["modified"], facts["size"], facts["lines_size"])
        except (StoreUnavailable, ValueError) as error:
            raise Unusable(f"{path.name} has no header: {error}") from error

    @property
    def damaged(self) -> bool:
        return self._file.damaged

    def body(self, number: int) -> bytes:
        return self._file.bodies(number, number + 1)[0]

    def bodies(self, start: int, end: int) -> list[bytes]:
        return self._file.bodies(start, end)


def edition_of(record: Path, read: ReadLines, modified: int) -> SqliteEdition:
    """The edition of the file ``record``, from the SQLite file that belongs to it; that is made where it is missing.

    ``read`` makes a header and claims of the record's lines, in a process of its own where they are many; it can be
    pickled, and what it raises leaves no file behind. Of several workers that need it together one makes the file and
    the others wait. Raises ``OSError`` where it has to be made and cannot be.
    """
    path = files.place_for(record, SUFFIX)
    with suppress(Unusable, OSError):
        return _made_from(record, path)
    with files.locked(path.with_name(f".{path.name}.lock")):
        with suppress(Unusable, OSError):
            return _made_from(record, path)
        for left_over in path.parent.glob(f".{path.name}.unfinished*"):  # by somebody who was killed
            rmtree(left_over, ignore_errors=True)
        path.unlink(missing_ok=True)
        make = partial(_make, record, path, read, modified)
        apart(make) if record.stat().st_size >= APART else make()
        return SqliteEdition(path)


def _make(record: Path, path: Path, read: ReadLines, modified: int) -> None:
    before, digest = files.mark(record), blake2b(digest_size=16)

    def made_from() -> dict[str, str]:
        state = _state(record) if files.mark(record) == before else ""
        return {"state": state, "digest": digest.hexdigest()}

    header, claims = read(_hashed(files.read_lines(record), digest))
    write(path, header, claims, modified, made_from)


def write(
    path: Path, header: FileHeader, claims: Iterable[Claim], modified: int, more: Callable[[], dict[str, str]] = dict
) -> None:
    """Index ``claims``, which must be valid against ``header``, into the file ``path``, all of it or nothing.

    ``more`` facts are asked for at the end.
    """
    with TemporaryDirectory(prefix=f".{path.name}.unfinished-", dir=path.parent) as directory:
        temporary = Path(directory) / "edition"
        indexer = Indexer(header, claims, directory=Path(directory))
        with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
            connection.executescript(_PREPARE)
            connection.execute("BEGIN")
            bodies = ((number, body, crc32(body, number)) for number, body in enumerate(indexer.bodies()))
            connection.executemany("INSERT INTO claims VALUES (?, ?, ?)", bodies)
            connection.executemany("INSERT INTO postings VALUES (?, ?, ?, ?, ?)", _rows(indexer))
            facts = json.dumps({
                "layout": LAYOUT, "made_by": __version__, "revision": indexer.revision, "modified": modified,
                "size": indexer.size, "lines_size": indexer.lines_size, **more(),
            })  # fmt: skip
            connection.execute("INSERT INTO facts VALUES (?, ?)", (facts, crc32(facts.encode())))
            connection.execute("COMMIT")
        temporary.chmod(0o600)
        files.make_durable(temporary)
        temporary.replace(path)
    files.make_durable(path.parent)


def _state(path: Path) -> str:
    """What the system knows a file by; empty where another version could bear the same."""
    seen = files.mark(path)
    return "" if seen is None or files.is_young(seen) else repr(seen)


def _made_from(record: Path, path: Path) -> SqliteEdition:
    """The edition in ``path``, if it was made from what is in ``record`` now."""
    edition = SqliteEdition(path)
    if not (seen := _state(record)) or edition.facts.get("state") != seen:
        # Most often another version; but a copy, or a change of the file's mode, is the same one under another state.
        digest = blake2b(digest_size=16)
        for _ in _hashed(files.read_lines(record), digest):
            pass
        if digest.hexdigest() != edition.facts.get("digest"):
            raise Unusable(f"{path.name} was made from another version of {record.name}.")
    return edition


def _hashed(lines: Iterable[bytes], digest: Any) -> Iterator[bytes]:
    for line in lines:
        digest.update(line)
        yield line


def _rows(indexer: Indexer) -> Iterator[tuple[str, int, int, bytes, int]]:
    number = 0
    yield _FIRST, 0, _link(0, _FIRST), b"", crc32(b"", _link(0, _FIRST))
    for number, (key, value) in enumerate(indexer.postings(), 1):
        link = _link(number, key)
        yield key, number, link, value, crc32(value, link)
    link = _link(number + 1, _LAST)
    yield _LAST, number + 1, link, b"", crc32(b"", link)


def _link(number: int, key: str) -> int:
    return crc32(f"{number} {key}".encode())

"""The index of a record: a stream of checked claims becomes the bytes that are served, and bitmaps of claims by key.

The keys are those of :mod:`~app.store.plan`, and further ``id=``, ``gram=`` (three characters of an id), ``passage@D=``
(the claims on a passage of a document) and ``changed=`` (days of changes of status). Some have other values than
bitmaps: ``passages=`` the passages of a document as JSON, ``header=`` pieces of the header as the file has it, and the
rows of :mod:`~app.store.rows`.

Claims are taken in batches, each of which gives a sorted list of its keys with their bitmaps; at the end these lists
are merged. Large records are shared out to processes, which keep the lists in files: the memory needed grows with a
batch, and not with the record.
"""

import json
import os
import struct
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from tempfile import mkstemp
from typing import TypeAlias

from pyroaring import BitMap

from app.core.errors import RecordUnreadable
from app.core.model import Claim, FileHeader, Header
from app.core.query import FACETS, day_terms, own_words, terms, words
from app.core.status import Period, timeline
from app.record.body import pack, recorded
from app.record.dataset import Revision, canonical_header, header_end
from app.record.lines import ClaimLines
from app.record.parallel import made_in_processes
from app.record.served import render, transitions
from app.store.plan import BLOCK, LAST, around, cover
from app.store.rows import header_rows

_SIZES = struct.Struct("<II")

BATCH = 16_384
"""Claims of a batch."""

SMALL = 5000
"""Claims up to which no process is started: they are done before one is ready."""

RANKED = frozenset(("span",))
"""Names in the order of whose values claims are put."""

LISTED = RANKED.union(FACETS, ("changed",))
"""Names whose values are listed with their numbers of claims."""

Posting: TypeAlias = tuple[str, bytes]
"""A key, and a serialized bitmap, a list of values or a row of the header."""


@dataclass(slots=True)
class Batch:
    """What the index holds of some claims that follow each other."""

    bodies: list[bytes]
    postings: "list[Posting] | Path"
    """Sorted by key; or the file that holds them."""


class Indexer:
    """Indexes the claims of one record, which must be valid against its header.

    First :meth:`bodies`, to the end; then :meth:`postings`, ``revision``, ``size`` and ``lines_size`` hold.
    """

    def __init__(
        self,
        header: FileHeader,
        claims: Iterable[Claim],
        *,
        directory: Path | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """In ``directory`` large records keep what memory should not hold; without one everything is in memory.

        ``progress`` is told how many claims are done.
        """
        self.header, self._claims, self._directory, self._progress = header.info, claims, directory, progress
        canonical = canonical_header(header)
        self._revision, self._header_size = Revision(canonical), len(canonical) - 1
        self._parts: list[list[Posting] | Path] = [header_rows(header, canonical)]
        self._records_size = 0
        self.size = 0

    @property
    def revision(self) -> str:
        """The revision of what was indexed."""
        return str(self._revision)

    @property
    def lines_size(self) -> int:
        """Bytes of the record in its JSON Lines form."""
        return self._header_size + len(header_end(self.size)) + self._records_size

    def bodies(self) -> Iterator[bytes]:
        """The body of each claim, in the order of the record. Raises what the iterator of claims raises."""
        for batch in batches(self.header, self._claims, self._directory):
            self._parts.append(batch.postings)
            for body in batch.bodies:
                line = recorded(body)
                self._revision.update(line)
                self._records_size += len(line)
                self.size += 1
                yield body
            if self.size > BLOCK:
                raise RecordUnreadable(f"There are more than {BLOCK:,} claims; keep so many in a database.")
            if self._progress:
                self._progress(self.size)

    def postings(self) -> Iterator[Posting]:
        """Every key with its serialized bitmap and every list of values as JSON, sorted by key."""
        for name, group in groupby(_merged([_read(part) for part in self._parts]), key=_name):
            if name.partition("@")[0] not in LISTED:
                yield from group
                continue
            counts: dict[str, int] = {}
            ranked: list[BitMap] = []
            for key, bitmap in group:
                claims = BitMap.deserialize(bitmap)
                counts[key[len(name) + 1 :]] = len(claims)
                if name in RANKED:
                    ranked.append(claims)
                yield key, bitmap
            yield f"{name}>", json.dumps(counts).encode()
            yield from sorted(_intervals(name, ranked))


def _name(posting: Posting) -> str:
    return posting[0].partition("=")[0]


def _intervals(name: str, ranked: Sequence[BitMap]) -> Iterator[Posting]:
    """The dyadic intervals of the ranks of values: the one that holds all, and the first half of each."""
    level = 0
    while ranked:
        last = len(ranked) == 1
        for nth in range(0, len(ranked), 2):
            yield f"{name}@{level}.{nth}=", _serialized(ranked[nth])
        ranked = [] if last else [BitMap.union(*ranked[nth : nth + 2]) for nth in range(0, len(ranked), 2)]
        level += 1


def batches(header: Header, claims: Iterable[Claim], directory: Path | None) -> Iterator[Batch]:
    """The batches of a record; with a ``directory`` a large one is shared out to a process for each core."""
    few = claims.fewer_than(SMALL) if isinstance(claims, ClaimLines) else False
    if directory is None or few or (os.cpu_count() or 1) < 2:
        numbered = enumerate(claims)
        return map(partial(batch_of, header), iter(lambda: list(islice(numbered, BATCH)), []))
    return made_in_processes(header, claims, partial(_stored_batch, directory), BATCH)


def _stored_batch(directory: Path, header: Header, claims: Iterable[tuple[int, Claim]]) -> Batch:
    """The batch of some numbered claims, with its postings in a file."""
    batch = batch_of(header, claims)
    descriptor, name = mkstemp(suffix=".postings", dir=directory)
    os.close(descriptor)
    if isinstance(batch.postings, list):
        _write_postings(batch.postings, Path(name))
    return Batch(batch.bodies, Path(name))


def batch_of(header: Header, claims: Iterable[tuple[int, Claim]]) -> Batch:
    """The batch of some numbered claims."""
    having: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    bodies = []
    names = _NamesOf(header)
    for number, claim in claims:
        periods = timeline(claim, header)
        text = own_words(claim)
        bodies.append(pack(render(claim, header, periods)))
        for key in keys_of(claim, header, periods, text, names):
            having[key].append(number)
        for nth, word in enumerate(text):
            having[f"at={word}"].append(nth * BLOCK + number)
    return Batch(bodies, [(key, _serialized(BitMap(having.pop(key)))) for key in sorted(having)])


def keys_of(
    claim: Claim, header: Header, periods: tuple[Period, ...], text: Sequence[str], names: "_NamesOf"
) -> set[str]:
    """The keys of a claim whose timeline is ``periods``, and whose own text has the words ``text``."""
    values = terms(claim, header)
    keys = {f"{name}={value}" for name, those in values.items() for value in those}
    keys.update([f"text={word}" for word in text])
    keys.update(
        *(names[f"source={id_}"] for id_ in values["source"]), *(names[f"about={id_}"] for id_ in values["about"])
    )
    keys.update((f"id={claim.id}", *grams(claim.id)))
    keys.update([f"passage@{claim.document}={ref}" for each in claim.statements for ref in each.passages])
    keys.update([f"changed={each.date.toordinal():07}" for each in transitions(claim, periods)])
    if claim.span:
        keys.add(f"span={claim.span.start.toordinal():07}.{claim.span.end.toordinal():07}")
        keys.update([f"start{interval}=" for interval in around(claim.span.start.toordinal())])
        keys.update([f"end{interval}=" for interval in around(claim.span.end.toordinal())])
    for name, value, first, last in lives(claim, periods):
        keys.update([f"{name}{interval}={value}" for interval in cover(first, last)])
        if last == LAST:
            keys.add(f"{name}={value}")
    return keys


def grams(id: str) -> list[str]:
    """The keys of every three characters that stand together in an id, or at one of its ends."""
    padded = f" {id} "
    return [f"gram={padded[at : at + 3]}" for at in range(len(padded) - 2)]


def lives(claim: Claim, periods: Sequence[Period]) -> Iterator[tuple[str, str, int, int]]:
    """Each value of a term of the day with the first and the last day of a time in which the claim has it."""
    since: dict[tuple[str, str], int] = {}
    for period in (None, *periods):
        day = period.start.toordinal() if period else 0
        held = {(name, value) for name, values in day_terms(claim, period).items() for value in values}
        for name, value in [each for each in since if each not in held]:
            yield name, value, since.pop((name, value)), day - 1
        for each in held:
            since.setdefault(each, day)
    for (name, value), first in since.items():
        yield name, value, first, LAST


class _NamesOf(dict[str, tuple[str, ...]]):
    """The keys of the words that stand together in the names of a source or an entity, by its own key."""

    def __init__(self, header: Header) -> None:
        self._header = header

    def __missing__(self, key: str) -> tuple[str, ...]:
        name, _, id_ = key.partition("=")
        if name == "source":
            names: Sequence[str] = (self._header.source_by_id[id_].name,)
        else:
            entity = self._header.entity_by_id[id_]
            names = (entity.name, *entity.aliases)
        self[key] = found = tuple(f"name={run}" for each in names for run in runs(words(each)))
        return found


def runs(stems: Sequence[str]) -> Iterator[str]:
    """All words that stand together, in order, with blanks between."""
    for first in range(len(stems)):
        for end in range(first + 1, len(stems) + 1):
            yield " ".join(stems[first:end])


def _serialized(bitmap: BitMap) -> bytes:
    bitmap.run_optimize()
    return bitmap.serialize()


def _merged(parts: Sequence[Iterable[Posting]]) -> Iterator[Posting]:
    if len(parts) == 1:
        yield from parts[0]
        return
    for key, group in groupby(merge(*parts, key=itemgetter(0)), key=itemgetter(0)):
        bitmaps = [bitmap for _, bitmap in group]
        yield key, bitmaps[0] if len(bitmaps) == 1 else _serialized(BitMap.union(*map(BitMap.deserialize, bitmaps)))


def _read(part: "list[Posting] | Path") -> Iterable[Posting]:
    return _postings_of(part) if isinstance(part, Path) else part


def _postings_of(path: Path) -> Iterator[Posting]:
    """Postings of a file: the sizes of a key and of its value, then both."""
    with path.open("rb") as file:
        while sizes := file.read(_SIZES.size):
            key, value = _SIZES.unpack(sizes)
            yield file.read(key).decode("utf-8", "surrogatepass"), file.read(value)


def _write_postings(postings: Iterable[Posting], path: Path) -> None:
    with path.open("wb") as file:
        for text, value in postings:
            key = text.encode("utf-8", "surrogatepass")
            file.write(b"".join((_SIZES.pack(len(key), len(value)), key, value)))

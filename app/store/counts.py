"""Facets: how often each value of a term occurs in an answer.

Three ways to the same counts. The answer to a single filter or word that many claims have was counted when the edition
was compiled. Of the other answers the small ones are counted claim by claim and the large ones value by value, as
intersections of bitmaps: whichever is less work.
"""

import json
from array import array
from collections.abc import Iterable, Mapping

from pyroaring import BitMap

from app.model import Header
from app.query import FACETS, ClaimQuery, search, vocabulary
from app.store.index import Index
from app.store.sections import Names, Recent, Sections, Writer, write_names, write_pieces
from app.store.spread import gather

COUNTED = 4096
"""Claims from which a filter's or a word's answer is counted beforehand."""

MANY = 50_000
"""Claims from which an edition keeps the values of each claim, to be counted by numpy; small ones never load it."""


class Counts:
    """Counts the values of facets."""

    def __init__(self, sections: Sections, index: Index, header: Header, size: int) -> None:
        self._sections = sections
        self._index = index
        self._size = size
        self._counted = Names(sections, "counted")
        self._vocabulary = vocabulary(header)
        self._numbered: Recent[str, tuple[list[str], list[int]]] = Recent(len(FACETS))

    def facets(self, names: Iterable[str], query: ClaimQuery, hits: BitMap) -> dict[str, Mapping[str, int]]:
        """For each of ``names`` its values and how many of ``hits``, the answer to ``query``, have them."""
        key = single(query) if len(hits) >= COUNTED else None
        row = None if key is None else self._counted.find(key)
        found: dict[str, Mapping[str, int]] = {}
        for name in names:
            if not hits:
                found[name] = {}
            elif row is not None and (name != "status" or query.as_of is None):
                found[name] = json.loads(bytes(self._sections.piece(f"counted.{name}", row)))
            elif name == "status" and query.as_of:
                standing = ((status, self._index.status(status, query.as_of)) for status in self._vocabulary[name])
                found[name] = in_order((status, hits.intersection_cardinality(each)) for status, each in standing)
            else:
                found[name] = in_order(self._count(name, hits))
        return found

    def _count(self, name: str, hits: BitMap) -> Iterable[tuple[str, int]]:
        values, numbers = self._numbered.of(name, lambda: self._numbered_values(name))
        # Nanoseconds, as measured: to intersect a bitmap costs by the claims, but never more than its whole size.
        by_value = len(values) * (200 + min(2 * len(hits), self._size // 200))
        if self._size < MANY or by_value < 15_000 + 20 * len(hits):
            return zip(values, map(hits.intersection_cardinality, self._index.terms.several(numbers)), strict=True)
        return self._count_claims(name, hits)

    def _count_claims(self, name: str, hits: BitMap) -> Iterable[tuple[str, int]]:
        import numpy as np

        codes, _ = gather(
            self._sections.bytes(f"codes.{name}"), self._sections.numbers(f"codes.{name}.ends", "I"), hits
        )
        counts = np.bincount(codes)
        values = self._vocabulary[name]
        return [(values[code], count) for code, count in enumerate(counts.tolist()) if count]

    def _numbered_values(self, name: str) -> tuple[list[str], list[int]]:
        """The values of ``name`` that any claim has, and the numbers of their bitmaps."""
        numbers = {str(value): self._index.terms.number(name, value) for value in self._vocabulary[name]}
        having = {value: number for value, number in numbers.items() if number is not None}
        return list(having), list(having.values())


def in_order(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Values that occur: the larger count first, then by value."""
    ordered = sorted([(-count, value) for value, count in counts if count])
    return {str(value): -negative for negative, value in ordered}


def single(query: ClaimQuery) -> str | None:
    """Key of a question for one value of one filter, or one word; empty for no question, ``None`` for every other."""
    words = search(query.q)
    asked = [f"{name}={value}" for name, values in query.filters() for value in dict.fromkeys(values)]
    asked += [f"word={word}" for word in words.words]
    if len(asked) > 1 or words.phrases or words.impossible or query.during or (query.status and query.as_of):
        return None
    return asked[0] if asked else ""


def write_counts(
    writer: Writer, header: Header, terms: Mapping[str, BitMap], answers: Iterable[tuple[str, BitMap]], size: int
) -> None:
    """Write what :class:`Counts` reads. ``terms`` has the claims of each ``name=value``, statuses included."""
    facets = {
        name: [(str(value), terms[key]) for value in values if (key := f"{name}={value}") in terms]
        for name, values in vocabulary(header).items()
        if name in FACETS
    }
    often = [(key, claims) for key, claims in answers if len(claims) >= COUNTED]
    write_names(writer, "counted", (key for key, _ in often))
    for name, values in facets.items():
        write_pieces(writer, f"counted.{name}", (_row(values, claims) for _, claims in often))
    if size >= MANY:
        for name in FACETS:
            _write_codes(writer, name, header, terms, size)


def _row(values: Iterable[tuple[str, BitMap]], claims: BitMap) -> bytes:
    return json.dumps(in_order((value, claims.intersection_cardinality(each)) for value, each in values)).encode()


def _write_codes(writer: Writer, name: str, header: Header, terms: Mapping[str, BitMap], size: int) -> None:
    """Write for each claim the places of its values in the vocabulary, and where those of each claim end."""
    import numpy as np

    having = [terms.get(f"{name}={value}", BitMap()).to_array() for value in vocabulary(header)[name]]
    codes = np.repeat(np.arange(len(having), dtype=np.uint32), [len(each) for each in having])
    claims = np.concatenate([np.frombuffer(each, dtype=np.uint32) for each in having])
    writer.write(f"codes.{name}", array("I", codes[np.argsort(claims, kind="stable")].tobytes()))
    ends = np.append(0, np.cumsum(np.bincount(claims, minlength=size))).astype(np.uint32)
    writer.write(f"codes.{name}.ends", array("I", ends.tobytes()))

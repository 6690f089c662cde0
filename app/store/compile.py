"""From a stream of claims to an edition's sections: each claim is read once, turned into bytes, and forgotten.

What is kept of a claim until the end is a few numbers per word and term, so a million claims take well under two
gigabytes. Nothing is validated here: the claims come from :mod:`app.dataset`.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice

from pyroaring import BitMap

from app.dataset import Revision, canonical_header
from app.model import Claim, Header
from app.query import words
from app.store.bodies import BodiesWriter
from app.store.counts import write_counts
from app.store.index import STATUSES
from app.store.sections import DAY, Writer, write_bitmaps, write_days, write_names, write_numbers
from app.store.sheets import Sheet, sheet_maker
from app.store.spelling import write_spelling
from app.store.texts import Texts

RUN = 1000
"""Claims that are taken at a time."""


def compile_into(writer: Writer, header: Header, claims: Iterable[Claim], processes: int | None = 1) -> tuple[str, int]:
    """Write the sections of a record; gives its revision and its size.

    The claims must be valid against ``header``. Where they are many, ``processes`` share the work: ``None`` for one on
    each core.
    """
    compiler = Compiler(header, writer)
    for sheet in _sheets(header, claims) if processes == 1 else _sheets_of_crew(header, claims, processes):
        compiler.add(sheet)
    return compiler.close(), compiler.size


def _sheets(header: Header, claims: Iterable[Claim]) -> Iterator[Sheet]:
    make, numbered = sheet_maker(header), enumerate(claims)
    while run := list(islice(numbered, RUN)):
        yield make(run)


def _sheets_of_crew(header: Header, claims: Iterable[Claim], processes: int | None) -> Iterator[Sheet]:
    from app.store.crew import Crew  # what it stands on takes longer to load than a small record

    with closing(Crew(header, sheet_maker, processes)) as crew:
        yield from crew.make(claims)


class Compiler:
    """Takes the claims of a record in their order and writes the sections of their edition."""

    def __init__(self, header: Header, writer: Writer) -> None:
        self._header = header
        self._writer = writer
        self._revision = Revision(canonical_header(header))
        self._bodies = BodiesWriter(writer)
        self._texts = Texts()
        self._ids: list[str] = []
        self._terms: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._turns: defaultdict[str, array[int]] = defaultdict(lambda: array("Q"))
        self._changes = array("Q")
        self._dated, self._first_days, self._last_days = array("I"), array("I"), array("I")

    @property
    def size(self) -> int:
        """Claims so far."""
        return len(self._ids)

    def add(self, sheet: Sheet) -> None:
        """Take the next claims."""
        self._ids += sheet.ids
        self._bodies.add(sheet)
        self._texts.add(sheet)
        for body, head in zip(sheet.bodies, sheet.heads, strict=True):
            self._revision.update(body[:head] + b"}\n")
        for key, claims in sheet.terms.items():
            self._terms[key].extend(claims)
        for status, days in sheet.turns.items():
            self._turns[status].extend(days)
        self._changes.extend(sheet.changes)
        self._dated.extend(sheet.dated)
        self._first_days.extend(sheet.first_days)
        self._last_days.extend(sheet.last_days)

    def close(self) -> str:
        """Write everything that could not be written claim by claim; the answer is the revision."""
        write = self._writer
        self._bodies.close()
        write.write("header", canonical_header(self._header))
        write_names(write, "ids", self._ids)
        write_spelling(write, self._ids)
        having = self._texts.claims()
        terms = {key: BitMap(self._terms.pop(key)) for key in sorted(self._terms)}
        terms |= self._named_words(terms, having)
        write_names(write, "terms", terms)
        write_bitmaps(write, "terms.claims", terms.values())
        self._write_counts(terms, having)
        self._texts.write(write, having)
        for status in STATUSES:
            write_days(write, f"status.{status.value}", sorted(self._turns[status]))
        write_numbers(write, "changes", "Q", sorted(self._changes))
        self._write_periods()
        return str(self._revision)

    def _named_words(self, terms: Mapping[str, BitMap], having: Sequence[BitMap]) -> dict[str, BitMap]:
        """For each word of a name, the claims that have it in a name or in their text."""
        named: defaultdict[str, BitMap] = defaultdict(BitMap)
        pairs = [(f"source={each.id}", each.name) for each in self._header.sources]
        for entity in self._header.entities:
            pairs += [(f"about={entity.id}", name) for name in (entity.name, *entity.aliases)]
        for term, name in pairs:
            if term in terms:
                for word in words(name):
                    named[word] |= terms[term]
        for word in named.keys() & self._texts.numbers.keys():
            named[word] |= having[self._texts.numbers[word]]
        return {f"word={word}": claims for word, claims in named.items()}

    def _write_counts(self, terms: Mapping[str, BitMap], having: Sequence[BitMap]) -> None:
        words = ((f"word={word}", having[number]) for word, number in self._texts.numbers.items())
        own = ((key, claims) for key, claims in words if key not in terms)
        asked = ((key, claims) for key, claims in terms.items() if not key.startswith("passage="))
        answers = chain([("", BitMap(range(self.size)))], asked, own)
        write_counts(self._writer, self._header, terms, answers, self.size)

    def _write_periods(self) -> None:
        firsts, lasts, claims = self._first_days, self._last_days, self._dated
        for name, days in (("starts", firsts), ("ends", lasts)):
            write_days(self._writer, name, sorted(day << DAY | claim for day, claim in zip(days, claims, strict=True)))
        undated = array("I", BitMap(range(self.size)) - BitMap(claims))
        for name, way in (("period", 1), ("period.back", -1)):
            keys = [way * (first << DAY | last) for first, last in zip(firsts, lasts, strict=True)]
            places = sorted(range(len(claims)), key=keys.__getitem__)
            order = array("I", map(claims.__getitem__, places)) + undated
            rank = array("I", bytes(4 * self.size))
            for place, claim in enumerate(order):
                rank[claim] = place
            self._writer.write(name, order)
            self._writer.write(f"{name}.rank", rank)

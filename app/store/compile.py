"""From a stream of claims to an edition's sections: each claim is read once, turned into bytes, and forgotten.

What is kept of a claim until the end is a few numbers per word and term, so a million claims take well under two
gigabytes. Nothing is validated here: the claims come from :mod:`app.dataset`.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from pyroaring import BitMap

from app.dataset import Revision, canonical_header
from app.model import Claim, Header
from app.query import terms, words
from app.served import render
from app.status import timeline
from app.store.bodies import BodiesWriter
from app.store.counts import write_counts
from app.store.index import STATUSES
from app.store.sections import DAY, Writer, write_bitmaps, write_days, write_names, write_numbers
from app.store.texts import Texts
from app.vocabulary import Status


class Compiler:
    """Takes claims in the order of the record and writes the sections of their edition."""

    def __init__(self, header: Header, writer: Writer) -> None:
        self._header = header
        self._writer = writer
        self._revision = Revision(canonical_header(header))
        self._bodies = BodiesWriter(writer)
        self._ids: list[str] = []
        self._terms: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._texts = Texts()
        self._turns: defaultdict[str, array[int]] = defaultdict(lambda: array("Q"))
        self._changes = array("Q")
        self._standing: defaultdict[Status, array[int]] = defaultdict(lambda: array("I"))
        self._spans: list[tuple[int, int, int]] = []
        self._undated = array("I")

    @property
    def size(self) -> int:
        """Claims so far."""
        return len(self._ids)

    def add(self, claim: Claim) -> None:
        """Take the next claim."""
        number, periods = self.size, timeline(claim, self._header)
        rendering = render(claim, self._header, periods)
        self._ids.append(claim.id)
        self._bodies.add(rendering)
        self._revision.update(rendering.record)
        for name, values in terms(claim, self._header).items():
            for value in values:
                self._terms[f"{name}={value}"].append(number)
        for ref in {ref for each in claim.statements for ref in each.passages}:
            self._terms[f"passage={claim.document}#{ref}"].append(number)
        status = Status.not_yet_made
        for period in periods:
            before, status = status, period.verdict.status
            if before is not status:
                day = period.start.toordinal() << DAY | number
                self._changes.append(day)
                self._turns[before].append(day)
                self._turns[status].append(day)
        self._standing[status].append(number)
        if claim.span:
            self._spans.append((claim.span.start.toordinal(), claim.span.end.toordinal(), number))
        else:
            self._undated.append(number)
        self._texts.add(claim.text)

    def close(self) -> str:
        """Write everything that could not be written claim by claim; the answer is the revision."""
        write, size = self._writer, self.size
        self._bodies.close()
        write.write("header", canonical_header(self._header))
        write_names(write, "ids", self._ids)
        having = self._texts.claims()
        named = dict(self._named_words(having))
        write_names(write, "terms", [*self._terms, *named])
        write_bitmaps(write, "terms.claims", chain(map(BitMap, self._terms.values()), named.values()))
        self._write_counts(named, having)
        self._texts.write(write, having)
        for status in STATUSES:
            write_days(write, f"status.{status.value}", sorted(self._turns[status]))
        write_numbers(write, "changes", "Q", sorted(self._changes))
        write_days(write, "starts", sorted(start << DAY | number for start, _, number in self._spans))
        write_days(write, "ends", sorted(end << DAY | number for _, end, number in self._spans))
        self._spans.sort()
        self._write_order("period", (number for _, _, number in self._spans), size)
        self._spans.sort(key=lambda span: (-span[0], -span[1], span[2]))
        self._write_order("period.back", (number for _, _, number in self._spans), size)
        return str(self._revision)

    def _named_words(self, having: Sequence[BitMap]) -> Iterator[tuple[str, BitMap]]:
        """For each word of a name, the claims that have it in a name or in their text."""
        named: defaultdict[str, BitMap] = defaultdict(BitMap)
        pairs = [(f"source={each.id}", each.name) for each in self._header.sources]
        for entity in self._header.entities:
            pairs += [(f"about={entity.id}", name) for name in (entity.name, *entity.aliases)]
        for term, name in pairs:
            if term in self._terms:
                claims = BitMap(self._terms[term])
                for word in set(words(name)):
                    named[word] |= claims
        for word, claims in named.items():
            own = self._texts.numbers.get(word)
            yield f"word={word}", claims if own is None else claims | having[own]

    def _write_counts(self, named: Mapping[str, BitMap], having: Sequence[BitMap]) -> None:
        standing = {f"status={status.value}": BitMap(claims) for status, claims in self._standing.items()}
        terms = {key: BitMap(each) for key, each in self._terms.items() if not key.startswith("passage=")} | standing
        words = ((f"word={word}", having[number]) for word, number in self._texts.numbers.items())
        own = ((key, claims) for key, claims in words if key not in named)
        answers = chain([("", BitMap(range(self.size)))], terms.items(), named.items(), own)
        write_counts(self._writer, self._header, terms, answers, self.size)

    def _write_order(self, name: str, dated: Iterable[int], size: int) -> None:
        order = array("I", dated) + self._undated
        rank = array("I", bytes(4 * size))
        for place, number in enumerate(order):
            rank[number] = place
        self._writer.write(name, order)
        self._writer.write(f"{name}.rank", rank)

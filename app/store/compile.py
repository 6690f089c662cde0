"""From a stream of claims to an edition's sections: each claim is read once, turned into bytes, and forgotten.

What is kept of a claim until the end is a few numbers per word and term, so a million claims take well under two
gigabytes. Nothing is validated here: the claims come from :mod:`app.dataset`.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, chain, groupby, pairwise

from pyroaring import BitMap

from app.dataset import Revision, canonical_header
from app.model import Claim, Header
from app.query import terms, words
from app.served import render, transitions
from app.status import timeline
from app.store.bodies import BodiesWriter
from app.store.counts import write_counts
from app.store.index import STATUSES
from app.store.sections import DAY, Writer, write_bitmaps, write_days, write_names, write_numbers
from app.vocabulary import Status

MANY = 500_000
"""Numbers from which sorting them in numpy is worth its 17 MB; a small record never loads it."""

OFTEN = 256
"""Claims from which two words that stand together have a bitmap of their own."""


class Compiler:
    """Takes claims in the order of the record and writes the sections of their edition."""

    def __init__(self, header: Header, writer: Writer) -> None:
        self._header = header
        self._writer = writer
        self._revision = Revision(canonical_header(header))
        self._bodies = BodiesWriter(writer)
        self._ids: list[str] = []
        self._terms: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._words: dict[str, int] = {}
        self._words_claims: list[array[int]] = []
        self._text, self._text_ends = array("I"), array("Q")
        self._pairs, self._pairs_claims = array("Q"), array("I")
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
        for change in transitions(claim, periods):
            day = change.date.toordinal() << DAY | number
            self._changes.append(day)
            self._turns[change.before].append(day)
            self._turns[change.after].append(day)
        self._standing[periods[-1].verdict.status].append(number)
        if claim.span:
            self._spans.append((claim.span.start.toordinal(), claim.span.end.toordinal(), number))
        else:
            self._undated.append(number)
        self._add_text(number, claim.text)

    def _add_text(self, number: int, text: str) -> None:
        numbers = [self._words.setdefault(word, len(self._words)) for word in words(text)]
        while len(self._words_claims) < len(self._words):
            self._words_claims.append(array("I"))
        for each in set(numbers):
            self._words_claims[each].append(number)
        for first, second in set(pairwise(numbers)):
            self._pairs.append(first << 32 | second)
            self._pairs_claims.append(number)
        self._text.extend(numbers)
        self._text_ends.append(len(self._text))

    def close(self) -> str:
        """Write everything that could not be written claim by claim; the answer is the revision."""
        write, size = self._writer, self.size
        self._bodies.close()
        write.write("header", canonical_header(self._header))
        write_names(write, "ids", self._ids)
        named = dict(self._named_words())
        write_names(write, "terms", [*self._terms, *named])
        write_bitmaps(write, "terms.claims", chain(map(BitMap, self._terms.values()), named.values()))
        self._write_counts(named)
        write_names(write, "words", self._words)
        write_bitmaps(write, "words.claims", map(BitMap, self._words_claims))
        write.write("text", self._text)
        write.write("text.ends", self._text_ends)
        self._write_pairs()
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

    def _named_words(self) -> Iterator[tuple[str, BitMap]]:
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
            own = self._words.get(word)
            yield f"word={word}", claims if own is None else claims | BitMap(self._words_claims[own])

    def _write_counts(self, named: Mapping[str, BitMap]) -> None:
        standing = {f"status={status.value}": BitMap(claims) for status, claims in self._standing.items()}
        terms = {key: BitMap(each) for key, each in self._terms.items() if not key.startswith("passage=")} | standing
        words = ((f"word={word}", self._words_claims[number]) for word, number in self._words.items())
        own = ((key, BitMap(claims)) for key, claims in words if key not in named)
        answers = chain([("", BitMap(range(self.size)))], terms.items(), named.items(), own)
        write_counts(self._writer, self._header, terms, answers, self.size)

    def _write_pairs(self) -> None:
        pairs, ends, claims = _grouped(self._pairs, self._pairs_claims)
        self._writer.write("pairs", pairs)
        self._writer.write("pairs.ends", ends)
        self._writer.write("pairs.claims", claims)
        often = [at for at, (start, end) in enumerate(pairwise(chain([0], ends))) if end - start >= OFTEN]
        write_numbers(self._writer, "often", "Q", (pairs[at] for at in often))
        write_bitmaps(
            self._writer, "often.claims", (BitMap(claims[ends[at - 1] if at else 0 : ends[at]]) for at in often)
        )

    def _write_order(self, name: str, dated: Iterable[int], size: int) -> None:
        order = array("I", dated) + self._undated
        rank = array("I", bytes(4 * size))
        for place, number in enumerate(order):
            rank[number] = place
        self._writer.write(name, order)
        self._writer.write(f"{name}.rank", rank)


def _grouped(keys: "array[int]", claims: "array[int]") -> "tuple[array[int], array[int], array[int]]":
    """Different keys in order, where the claims of each end, and the claims, which come in order for each key."""
    if len(keys) < MANY:
        order = sorted(range(len(keys)), key=keys.__getitem__)
        sizes = [(key, len(list(each))) for key, each in groupby(map(keys.__getitem__, order))]
        found = array("Q", (key for key, _ in sizes)), array("Q", accumulate(size for _, size in sizes))
        return *found, array("I", map(claims.__getitem__, order))
    import numpy as np

    every = np.frombuffer(keys, dtype="Q")
    by_key = np.argsort(every, kind="stable")
    every = every[by_key]
    ends = np.append(np.flatnonzero(every[1:] != every[:-1]) + 1, len(every)).astype("Q")
    different = every[ends - 1]
    return (
        array("Q", different.tobytes()),
        array("Q", ends.tobytes()),
        array("I", np.frombuffer(claims, dtype="I")[by_key].tobytes()),
    )

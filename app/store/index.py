"""Which claims answer a question, found without reading the claims.

:func:`app.query.matches` is the meaning; this is a faster way to the same claims. Every value of a filter and every
word has the bitmap of its claims (Roaring, https://roaringbitmap.org), so a question is a handful of intersections.
What depends on a day is kept by day (:class:`~app.store.sections.Days`). Claims are numbered from 0 in the order of the
record.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from pyroaring import BitMap

from app.dates import Span
from app.model import Header
from app.query import ClaimQuery, Search, search
from app.store.phrases import Phrases
from app.store.sections import NOTHING, Days, FamiliarNames, Recent, Sections
from app.store.terms import Terms
from app.vocabulary import Status

STATUSES = tuple(Status)


class Index:
    """Bitmaps of claims by what can be asked of them. Nobody may change a bitmap that it hands out."""

    def __init__(self, sections: Sections, header: Header, size: int) -> None:
        self._sections = sections
        self.terms = Terms(sections)
        self._words = FamiliarNames(sections, "words")
        self._starts = Days(sections, "starts")
        self._ends = Days(sections, "ends")
        self._standing = {status.value: Days(sections, f"status.{status.value}") for status in STATUSES}
        self.everything = BitMap(range(size))
        self._having: Recent[tuple[str, int], BitMap] = Recent(64)
        self._phrases = Phrases(sections, header, self._words, self.terms)

    def factors(self, query: ClaimQuery) -> list[BitMap]:
        """Bitmaps whose intersection is the answer to ``query``, the smallest first; none where every claim is."""
        asked = search(query.q)
        if asked.impossible:
            return [NOTHING]
        found = [self._phrases.claims(each) for each in asked.phrases]
        found += [self.word(each) for each in asked.words.difference(*asked.phrases)] if asked.words else ()
        found += [self._any_of(name, wanted, query.as_of) for name, wanted in query.filters()]
        if query.during:
            found.append(self._during(query.during))
        return sorted(found, key=len)

    def hits(self, factors: Sequence[BitMap]) -> BitMap:
        """The claims that all of ``factors`` hold."""
        if not factors:
            return self.everything
        return factors[0] if len(factors) == 1 else BitMap.intersection(*factors)

    def count(self, factors: Sequence[BitMap]) -> int:
        """How many claims :meth:`hits` would give."""
        if len(factors) < 2:
            return len(self.hits(factors))
        *others, last = factors
        return self.hits(others).intersection_cardinality(last)

    def own_word(self, word: str) -> BitMap:
        """Claims whose own text has ``word``."""
        number = self._words.find(word)
        return NOTHING if number is None else self._sections.bitmap("words.claims", number)

    def word(self, word: str) -> BitMap:
        """Claims that have ``word`` in their text or in a name of their sources and entities."""
        number = self.terms.number("word", word)
        return self.own_word(word) if number is None else self.terms.numbered(number)

    def status(self, status: str, day: date | None) -> BitMap:
        """Claims that have ``status`` at the end of ``day``."""
        if day is None:
            return self.terms.claims("status", status)
        days = self._standing.get(status)
        if days is None:
            return NOTHING
        count = days.count(day.toordinal())
        return self._having.of((status, count), lambda: self._having_at(status, count))

    def levels(self, factors: Sequence[BitMap], asked: Search) -> list[tuple[int, BitMap]]:
        """The hits by :func:`app.query.relevance`, the most relevant first; levels without a claim are left out."""
        # A word that no name has is in the text of every hit.
        named = [word for word in asked.words if self.terms.number("word", word) is not None]
        return by_level(self.hits(factors), len(asked.words) - len(named), map(self.own_word, named))

    def _any_of(self, name: str, values: Sequence[str], day: date | None) -> BitMap:
        if len(values) == 1:
            return self._one(name, values[0], day)
        return BitMap.union(*(self._one(name, value, day) for value in values))

    def _one(self, name: str, value: str, day: date | None) -> BitMap:
        return self.status(value, day) if name == "status" else self.terms.claims(name, value)

    def _having_at(self, status: str, count: int) -> BitMap:
        changed = self._standing[status].first(count)
        return self.everything - changed if status == Status.not_yet_made else changed

    def _during(self, span: Span) -> BitMap:
        begun = self._starts.first(self._starts.count(span.end.toordinal()))
        over = self._ends.first(self._ends.count(span.start.toordinal() - 1))
        return begun - over


def by_level(claims: BitMap, least: int, raising: Iterable[BitMap]) -> list[tuple[int, BitMap]]:
    """``claims`` by how many of ``raising`` have them, counted from ``least``; highest first, none empty."""
    levels = {least: claims}
    for own in raising:
        rise: dict[int, BitMap] = {}
        for level, part in levels.items():
            for reached, some in ((level + 1, part & own), (level, part - own)):
                if some:
                    rise[reached] = rise[reached] | some if reached in rise else some
        levels = rise
    return sorted(levels.items(), key=lambda each: -each[0])

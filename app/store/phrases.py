"""Which claims have words standing together, in their text or in one name of a source or an entity.

Two words that stand together have their claims; for more words, the claims that have each two of them are looked
through. The texts are kept as numbers of words.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from pyroaring import BitMap

from app.model import Header
from app.query import stands_in
from app.store.naming import Naming
from app.store.sections import NOTHING, Names, Recent, Sections
from app.store.spread import gather
from app.store.terms import Terms

MANY = 200
"""Claims from which their texts are looked through all at once."""


class Phrases:
    """Finds the claims of a phrase."""

    def __init__(self, sections: Sections, header: Header, known: Names, terms: Terms) -> None:
        """``known`` are the words of the texts."""
        self._sections = sections
        self._naming = Naming(header)
        self._words = known
        self._terms = terms
        self._found: Recent[tuple[str, ...], BitMap] = Recent(32)

    def claims(self, phrase: tuple[str, ...]) -> BitMap:
        """Claims in which the words of ``phrase``, which are two or more, stand together."""
        return self._found.of(phrase, lambda: self._claims(phrase))

    def _claims(self, phrase: tuple[str, ...]) -> BitMap:
        named = [self._terms.claims(*each) for each in self._naming.having(phrase)]
        return BitMap.union(self._in_text(phrase), *named)

    def _in_text(self, phrase: Sequence[str]) -> BitMap:
        numbers = [number for word in phrase if (number := self._words.find(word)) is not None]
        if len(numbers) < len(phrase):
            return NOTHING
        pairs = sorted((self._pair(*pair) for pair in pairwise(numbers)), key=len)
        found = BitMap.intersection(*pairs)
        if len(numbers) == 2:
            return found
        return self._among_many(found, numbers) if len(found) >= MANY else self._among(found, numbers)

    def _pair(self, first: int, second: int) -> BitMap:
        wanted = first << 32 | second
        often, pairs = self._sections.numbers("often", "Q"), self._sections.numbers("pairs", "Q")
        at = bisect_left(often, wanted)
        if at < len(often) and often[at] == wanted:
            return self._sections.bitmap("often.claims", at)
        at = bisect_left(pairs, wanted)
        if at == len(pairs) or pairs[at] != wanted:
            return NOTHING
        ends = self._sections.numbers("pairs.ends", "Q")
        claims = self._sections.numbers("pairs.claims", "I")[ends[at - 1] if at else 0 : ends[at]]
        return BitMap(array("I", claims.tobytes()))

    def _among(self, claims: BitMap, numbers: Sequence[int]) -> BitMap:
        text, ends = self._sections.numbers("text", "I"), self._sections.numbers("text.ends", "Q")
        return BitMap([each for each in claims if stands_in(numbers, text[ends[each] : ends[each + 1]].tolist())])

    def _among_many(self, claims: BitMap, numbers: Sequence[int]) -> BitMap:
        import numpy as np

        text, whose = gather(self._sections.bytes("text"), self._sections.numbers("text.ends", "Q"), claims)
        last = len(numbers) - 1
        places = np.flatnonzero(text[: len(text) - last] == numbers[0])
        places = places[whose[places] == whose[places + last]]
        for further, number in enumerate(numbers[1:], start=1):
            places = places[text[places + further] == number]
        return BitMap(array("I", whose[places].tobytes()))

"""Which claims have a phrase: what makes one of common words as quick as a rare one.

To look for a phrase in the text of each claim that has its words takes seconds where the words are in hundreds of
thousands. So an import stores for each two common words that stand together somewhere the bitmap of their claims, as
:mod:`~app.store.postings` has them for single words. A phrase of two common words is answered by its bitmap; of a
longer one the bitmaps leave few claims to look through, and so does any word that is not common.
"""

from array import array
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pyroaring import BitMap

from app.store.keys import Codes
from app.store.naming import Naming

COMMON = 5000
"""Claims that have a word from which on it is common; or one in :data:`_PART` of them, where that is more."""

_PART = 200


def common_from(size: int) -> int:
    """Claims from which on a word is common in a record of ``size`` claims."""
    return max(COMMON, size // _PART)


def pair_key(first: str, second: str) -> str:
    """The key of two words that stand together; neither a word nor a term has a blank in it."""
    return f"{first} {second}"


def pairs(texts: Iterable[tuple[int, list[str]]], common: Container[str]) -> Iterator[tuple[str, BitMap]]:
    """Each two of the ``common`` words that stand together in a text, with the claims where they do.

    ``texts`` are the words of each claim with its position.
    """
    having: dict[tuple[str, str], array[int]] = {}
    for position, text in texts:
        for pair in pairwise(text):
            if pair[0] in common and pair[1] in common:
                if pair in having:
                    having[pair].append(position)
                else:
                    having[pair] = array("I", (position,))
    for pair in sorted(having):
        yield pair_key(*pair), BitMap(having.pop(pair))


@dataclass(frozen=True, slots=True)
class Run:
    """A phrase, as far as bitmaps can tell it."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    """Keys that every claim has in whose own text the phrase stands."""
    named: tuple[str, ...]
    """Keys of the sources and entities in a name of which it stands."""

    @property
    def told(self) -> bool:
        """Whether no other claim has these pairs."""
        return len(self.words) == 2 and bool(self.pairs)

    @property
    def implied(self) -> set[str]:
        """Keys of words that every claim has which has the pairs or the names."""
        return {word for pair in self.pairs for word in pair.split()}


class Runs:
    """Phrases of one edition."""

    def __init__(self, naming: Naming, codes: Codes, counts: Mapping[str, int], common: int) -> None:
        """``counts`` says how many claims have each common word, ``common`` from how many on it is one."""
        self._naming = naming
        self._key = codes.key
        self._counts = counts
        self._common = common

    def run(self, phrase: tuple[str, ...]) -> Run:
        """What is known of a phrase."""
        often = [self._is_common(word) for word in phrase]
        found = tuple(
            pair_key(*pair) for pair, known in zip(pairwise(phrase), pairwise(often), strict=True) if all(known)
        )
        named = tuple(self._key[each] for each in self._naming.having(phrase))
        return Run(phrase, found, named)

    def _is_common(self, word: str) -> bool:
        return self._counts.get(word, 0) >= self._common

"""Words of the claims' own texts while they are compiled: which claims have a word, and which words stand together.

Words are numbered in the order in which they first occur. What is kept of a claim is its text as numbers; everything
else follows from these at the end. That is left to numpy where there are many, and a small record never loads it.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise
from typing import TYPE_CHECKING

from pyroaring import BitMap

from app.store.sections import Writer, write_bitmaps, write_names, write_numbers
from app.store.sheets import Sheet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MANY = 500_000
"""Words of all texts from which sorting them in numpy is worth its 17 MB."""

OFTEN = 256
"""Claims from which two words that stand together have a bitmap of their own."""

Pairs = tuple["array[int]", "array[int]", "array[int]"]
"""Packed pairs of words in order, where the claims of each end, and these claims."""


class Texts:
    """Takes the texts of claims in the order of the record."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        """Number of each word."""
        self._text = array("I")
        self._ends = array("Q", [0])

    def add(self, sheet: Sheet) -> None:
        """Take the texts of the next claims."""
        number = self.numbers.setdefault
        here = [number(word, len(self.numbers)) for word in sheet.words]
        self._text.extend(map(here.__getitem__, sheet.text))
        self._ends.extend(islice(accumulate(sheet.sizes, initial=self._ends[-1]), 1, None))

    def claims(self) -> list[BitMap]:
        """For each word by its number the claims whose text has it."""
        if len(self._text) >= MANY:
            return self._claims_of_many()
        having = [array("I") for _ in self.numbers]
        for claim, text in enumerate(self._texts()):
            for each in set(text):
                having[each].append(claim)
        return [BitMap(each) for each in having]

    def write(self, writer: Writer, claims: Sequence[BitMap]) -> None:
        """Write the words with their ``claims``, the texts, and which words stand together in which claims."""
        write_names(writer, "words", self.numbers)
        write_bitmaps(writer, "words.claims", claims)
        writer.write("text", self._text)
        writer.write("text.ends", self._ends)
        pairs, ends, together = self._pairs_of_many() if len(self._text) >= MANY else self._pairs()
        writer.write("pairs", pairs)
        writer.write("pairs.ends", ends)
        writer.write("pairs.claims", together)
        often = [at for at, (start, end) in enumerate(pairwise(chain([0], ends))) if end - start >= OFTEN]
        runs = (together[ends[at - 1] if at else 0 : ends[at]] for at in often)
        write_numbers(writer, "often", "Q", (pairs[at] for at in often))
        write_bitmaps(writer, "often.claims", map(BitMap, runs))

    def _texts(self) -> Iterator["array[int]"]:
        return (self._text[start:end] for start, end in pairwise(self._ends))

    def _pairs(self) -> Pairs:
        having: defaultdict[int, list[int]] = defaultdict(list)
        for claim, text in enumerate(self._texts()):
            for first, second in set(pairwise(text)):
                having[first << 32 | second].append(claim)
        pairs, ends, claims = array("Q", sorted(having)), array("Q"), array("I")
        for each in pairs:
            claims.extend(having[each])
            ends.append(len(claims))
        return pairs, ends, claims

    def _claims_of_many(self) -> list[BitMap]:
        import numpy as np

        text = np.frombuffer(self._text, dtype=np.uint32)
        every = text.astype(np.uint64) << np.uint64(32) | self._claim_of_each_word()
        every.sort()
        every = every[np.append(True, every[1:] != every[:-1])]
        ends = np.cumsum(np.bincount((every >> np.uint64(32)).astype(np.uint32), minlength=len(self.numbers)))
        claims = array("I", every.astype(np.uint32).tobytes())
        return [BitMap(claims[start:end]) for start, end in pairwise([0, *ends.tolist()])]

    def _pairs_of_many(self) -> Pairs:
        import numpy as np

        text, claims = np.frombuffer(self._text, dtype=np.uint32).astype(np.uint64), self._claim_of_each_word()
        pairs = (text[:-1] << np.uint64(32) | text[1:])[inside := claims[:-1] == claims[1:]]
        claims = claims[:-1][inside]
        order = np.argsort(pairs, kind="stable")
        pairs, claims = pairs[order], claims[order]
        new = np.append(True, (pairs[1:] != pairs[:-1]) | (claims[1:] != claims[:-1]))
        pairs, claims = pairs[new], claims[new]
        ends = np.append(np.flatnonzero(pairs[1:] != pairs[:-1]) + 1, len(pairs)).astype(np.uint64)
        different = pairs[ends - np.uint64(1)]
        return array("Q", different.tobytes()), array("Q", ends.tobytes()), array("I", claims.tobytes())

    def _claim_of_each_word(self) -> "NDArray[np.uint32]":
        import numpy as np

        sizes = np.diff(np.frombuffer(self._ends, dtype=np.uint64)).astype(np.int64)
        return np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)

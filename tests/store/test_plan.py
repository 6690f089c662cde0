"""The plan at the ends of what can be numbered, which no record of a test reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from pyroaring import BitMap

from app.core.query import MOST_WORDS
from app.store.plan import BLOCK, EMPTY, Plan, Ranked, matching, most_like


@dataclass
class Bitmaps:
    """An index made of bitmaps that are given."""

    by_key: Mapping[str, BitMap]
    everything: BitMap = field(default_factory=BitMap)

    def claims(self, key: str) -> BitMap:
        return self.by_key.get(key, EMPTY)

    def counts(self, name: str) -> Mapping[str, int]:
        raise NotImplementedError

    def values(self, name: str) -> Mapping[str, BitMap]:
        raise NotImplementedError

    def ranked(self, name: str, day: date | None) -> Sequence[Ranked]:
        raise NotImplementedError


@pytest.mark.parametrize("number", [0, 1, BLOCK - 1])
@pytest.mark.parametrize("first", [0, 1, MOST_WORDS - 2])
def test_the_first_and_the_last_words_of_the_first_and_the_last_claim_are_found_as_a_phrase(number, first):
    index = Bitmaps({
        "at=red": BitMap([first * BLOCK + number]), "at=ferry": BitMap([(first + 1) * BLOCK + number]),
    })  # fmt: skip
    assert matching(Plan((), (("red", "ferry"),)), index) == BitMap([number])
    assert matching(Plan((), (("ferry", "red"),)), index) == EMPTY


def test_the_last_word_of_a_claim_and_the_first_of_the_next_are_no_phrase():
    index = Bitmaps({"at=red": BitMap([3 * BLOCK + 7]), "at=ferry": BitMap([8])})
    assert matching(Plan((), (("red", "ferry"),)), index) == EMPTY


def test_the_places_of_the_last_word_are_numbers_of_32_bits():
    assert MOST_WORDS * BLOCK == 2**32


def test_what_is_alike_has_one_of_the_four_rarest_keys_and_comes_by_how_many_it_has():
    claims = {"a": [1], "b": [2], "c": [3], "d": [4, 5], "e": [4, 6, 7]}
    index = Bitmaps({key: BitMap(those) for key, those in claims.items()})
    assert most_like("abcde", index, 10) == [4, 1, 2, 3, 5]
    assert most_like("edcba", index, 2) == [4, 1]

"""How the values of a claim are written in the database, so that the rows and the questions agree.

A value that a filter may name is a *key*, ``source:reuters``; a word is a key without a colon. A value over which
results are counted is also a *code*, its place in the list of them all, which is the same for everybody who reads the
same header.
"""

from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256

from app.model import Header
from app.query import FACETS, TERMS, vocabulary

NEVER = 2**31 - 1
"""A day that never comes: the end of what is still so."""

_LONGEST = 200
"""Code points of a word that are its key; an index takes no key beyond a third of a page."""


def word_key(word: str) -> str:
    """The key of a word; of a very long one its beginning and its digest, behind a sign that is in no word."""
    return word if len(word) <= _LONGEST else f"{word[:100]}\N{HORIZONTAL ELLIPSIS}{sha256(word.encode()).hexdigest()}"


def own_key(word: str) -> str:
    """The key of the claims in whose own text a word is that some source or entity has in its name."""
    return f" {word_key(word)}"


def in_a_row(words: Iterable[str]) -> str:
    """Words as text in which a run of them can be found by its own text in a row."""
    return f" {' '.join(words)} "


class Codes:
    """The keys and codes of one record."""

    def __init__(self, header: Header) -> None:
        self._known = {name: dict.fromkeys(values) for name, values in vocabulary(header).items()}
        # A section is any line of text, NUL included, which the database's text cannot hold: its number stands for it.
        sections = {value: str(number) for number, value in enumerate(self._known["section"])}
        self.key: Mapping[tuple[str, str], str] = {
            (name, str(value)): f"{name}:{sections[value] if name == 'section' else value}"
            for name in TERMS
            for value in self._known[name]
        }
        """For a filter and a value that this record can have, the key that a claim with this value has."""
        self.named = tuple((facet, str(value)) for facet in FACETS for value in self._known[facet])
        """For each code, its facet and value."""
        self.code: Mapping[tuple[str, str], int] = {pair: code for code, pair in enumerate(self.named)}
        """For a facet and a value, the code."""

    def alternatives(self, name: str, values: Iterable[str]) -> list[str]:
        """Keys of those of ``values`` that this record can have."""
        return [key for value in dict.fromkeys(values) if (key := self.key.get((name, value)))]

    def facets(self, having: Collection[str]) -> dict[str, dict[str, tuple[str, str]]]:
        """For each facet the keys of its values that are among ``having``, each with facet and value."""
        return {
            facet: {key: pair for pair in self.named if pair[0] == facet and (key := self.key[pair]) in having}
            for facet in FACETS
        }

    def counted(self, facets: Iterable[str], counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
        """Of counts by facet and value those of ``facets``: the larger first, then by value."""
        found: dict[str, dict[str, int]] = {facet: {} for facet in facets}
        for (facet, value), count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
            if facet in found and count:
                found[facet][value] = count
        return found

"""Sources and entities by the words of their names, where phrases are looked for as in a claim's own text."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from app.model import Header
from app.query import stands_in, words

Term: TypeAlias = tuple[str, str]
"""The filter that compares a source or an entity, and its id."""


class Naming:
    """The names in one header."""

    def __init__(self, header: Header) -> None:
        self._header = header

    def having(self, phrase: Sequence[str]) -> list[Term]:
        """Those in a name of which the words of ``phrase`` stand together."""
        named = [term for term, text in self._names.get(phrase[0], ()) if stands_in(phrase, text)]
        return list(dict.fromkeys(named))

    def has(self, word: str) -> bool:
        """Whether ``word`` is in any name."""
        return word in self._names

    @cached_property
    def _names(self) -> Mapping[str, Sequence[tuple[Term, list[str]]]]:
        """For each word the names that have it, as words."""
        named: list[tuple[Term, str]] = [(("source", each.id), each.name) for each in self._header.sources]
        for each in self._header.entities:
            named += [(("about", each.id), name) for name in (each.name, *each.aliases)]
        having: dict[str, list[tuple[Term, list[str]]]] = {}
        for term, name in named:
            text = words(name)
            for word in set(text):
                having.setdefault(word, []).append((term, text))
        return having

"""How far two sentences say the same in words: a score without a model, the same on every day and every machine.

A sentence is a row of *items*: stems of its words (:func:`~app.core.query.words`) but for :data:`STOP`, with each name
of a state, person, place or source as one. All names of one thing are one item, so that "Tehran" is "Iran". The score
is Dice's coefficient: the weight of the items that both have, divided by the weight of all. A stem weighs 1. A name
weighs half, since most sentences on one subject share it; that of a source which is no entity weighs nothing, since
"according to Reuters" belongs to the sentence and not to what it says.

Whatever the score, two sentences are not alike where one of these holds:

- the claim has names, and the sentence has none of them;
- each has a figure or a month that the other lacks;
- the names stand the other way round, and the passive voice does not explain it: who does it to whom then differs.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import dropwhile
from math import ceil
from typing import NamedTuple

from app.core.model import Header
from app.core.query import words
from app.core.vocabulary import EntityKind

THRESHOLD = 0.8
"""Least score of sentences that are alike. ``python -m checks.matching`` shows what another would find and miss."""

STOP = frozenset(
    words(
        "a about again all also although am among an and any are as at be became because become been before being both "
        "but by can could did do does down during each either else even ever every few for from had has have having he "
        "her here him his how however i if in into is it its itself just later made make many may me might more most "
        "much must my of off often on once only or other our out over own per rather said same say says several she "
        "should since so some soon still such than that the their them then there these they this those though through "
        "thus to too two under until up upon very was we were what when where whether which while who whom whose why "
        "will with within would yet you your s d ll re ve m"
    )
)
"""Stems that do not tell what a sentence is about."""

NEGATIONS = frozenset(
    words("not no never without neither nor nobody nothing none cannot don didn doesn isn wasn weren aren hasn haven")
)
"""Stems that turn a sentence around; ``didn't`` gives ``didn`` and ``t``."""

_MONTHS = frozenset(words("January February March April May June July August September October November December"))
_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"\d")
_JOINS = frozenset(("and", "or", "nor"))
_ACTORS = frozenset((EntityKind.state, EntityKind.person, EntityKind.place))


class Item(NamedTuple):
    """A stem; or a name, as stems with blanks between, with the ids of all that it may stand for."""

    word: str
    ids: frozenset[str] = frozenset()
    weight: float = 1.0
    said: str = ""
    """As it stands in the sentence."""


class Wording(NamedTuple):
    """A sentence as it is compared."""

    items: tuple[Item, ...]
    """Each once, in order."""
    figures: frozenset[str]
    negated: bool
    """Whether it has an odd number of negations."""
    passive: bool
    """Whether somebody is named as the one by whom something was done."""
    joined: bool
    """Whether names stand side by side, so that their order tells nothing."""

    @property
    def stems(self) -> tuple[str, ...]:
        """Stems that are not in a name: by these a store finds the claims that may be alike."""
        return tuple(each.word for each in self.items if not each.ids)

    @property
    def least(self) -> int:
        """How many of :attr:`stems` a claim must have to be alike, if it has all names, and no word besides."""
        names = sum(each.weight for each in self.items if each.ids)
        return max(1, ceil((len(self.stems) + names) * THRESHOLD / (2 - THRESHOLD) - names))


class Likeness(NamedTuple):
    """How far a sentence says what a claim says."""

    score: float
    """From :data:`THRESHOLD` to 1."""
    words: tuple[str, ...]
    """Words and names that both have, as they stand in the claim."""
    contradicts: bool
    """Whether one of the two is negated and the other is not."""


class Named(NamedTuple):
    """What a row of stems may be: a name, or the beginning of names."""

    ids: frozenset[str] = frozenset()
    """Of all sources and entities that are called so; empty where it is no name."""
    weight: float = 0.0
    longest: int = 0
    """Stems of the longest name that begins with this one stem."""


def names_of(header: Header) -> dict[str, Named]:
    """The names of sources and entities, and their first stems; each by its stems with blanks between."""
    known: defaultdict[str, Named] = defaultdict(Named)
    names = [(each.name, each.id, 0.0) for each in header.sources]
    for entity in header.entities:
        if entity.kind in _ACTORS:
            names += [(name, entity.id, 0.5) for name in entity.names]
    for name, id_, weight in names:
        stems = list(dropwhile(STOP.__contains__, words(name)))
        if stems:
            run, first = " ".join(stems), stems[0]
            known[run] = known[run]._replace(ids=known[run].ids | {id_}, weight=max(known[run].weight, weight))
            known[first] = known[first]._replace(longest=max(known[first].longest, len(stems)))
    return known


class Lexicon:
    """Reads sentences; knows the names of the sources and entities of a record."""

    def __init__(self, names: Mapping[str, Named]) -> None:
        """``names`` are those that :func:`names_of` tells of the record."""
        self._names = names
        self._whole = lru_cache(maxsize=4096)(partial(_with_inner, names))

    def wording(self, sentence: str) -> Wording:
        """``sentence`` as it is compared."""
        stems, said = words(sentence), _WORD.findall(sentence)
        if len(said) != len(stems):
            said = stems  # a sign that stands for several words, such as a fraction
        items: dict[str, Item] = {}
        negations, passive, joined, at = 0, False, False, 0
        while at < len(stems):
            named = self._name(stems, at)
            if named:
                before = next((each for each in reversed(stems[:at]) if each != "the"), "")
                passive, joined = passive or before == "by", joined or (before in _JOINS and bool(items))
                items.setdefault(named[0].word, named[0]._replace(said=" ".join(said[at : at + named[1]])))
            elif stems[at] in NEGATIONS:
                negations += 1
            elif (stems[at] not in STOP and stems[at] != "t") or _is_month(stems[at : at + 2]):
                items.setdefault(stems[at], Item(stems[at], said=said[at]))
            at += named[1] if named else 1
        plain = [each.word for each in items.values() if not each.ids]
        figures = frozenset(each for each in plain if each in _MONTHS or _FIGURE.search(each))
        return Wording(tuple(items.values()), figures, negations % 2 == 1, passive, joined)

    def _name(self, stems: Sequence[str], at: int) -> tuple[Item, int] | None:
        """The longest name that begins at ``at``, with its number of stems; it stands for all names inside it."""
        first = self._names.get(stems[at])
        for size in range(min(first.longest, len(stems) - at) if first else 0, 0, -1):
            run = tuple(stems[at : at + size])
            known = self._names.get(" ".join(run))
            if known and known.ids:
                return self._whole(run), size
        return None


def _with_inner(names: Mapping[str, Named], run: tuple[str, ...]) -> Item:
    parts = [" ".join(run[first:end]) for first in range(len(run)) for end in range(first + 1, len(run) + 1)]
    inner = [each for part in parts if (each := names.get(part)) and each.ids]
    return Item(" ".join(run), frozenset().union(*[each.ids for each in inner]), max(each.weight for each in inner))


def likeness(sentence: Wording, claim: Wording) -> Likeness | None:
    """How far ``sentence`` says what ``claim`` says; ``None`` where they are not alike."""
    if sentence.figures - claim.figures and claim.figures - sentence.figures:
        return None
    total = sum([each.weight for each in sentence.items + claim.items])
    common = [each for each in claim.items if _twin(each, sentence.items)]
    back = [each for each in sentence.items if _twin(each, common)]
    score = sum([each.weight for each in common + back]) / total if total else 0.0
    if score < THRESHOLD or not _names_agree(sentence, claim, common):
        return None
    told = tuple(each.said for each in common if each.weight)
    return Likeness(round(score, 3), told, sentence.negated is not claim.negated)


def _is_month(stems: Sequence[str]) -> bool:
    """Whether two stems are "May" and a figure: without one it is the verb."""
    return stems[0] == "may" and bool(_FIGURE.match(stems[-1]))


def _twin(item: Item, among: Iterable[Item]) -> Item | None:
    return next((each for each in among if item.word == each.word or item.ids & each.ids), None)


def _names_agree(sentence: Wording, claim: Wording, common: Sequence[Item]) -> bool:
    names = [each for each in common if each.ids]
    if not names:
        return not any(each.ids for each in claim.items)
    places = [sentence.items.index(twin) for each in names if (twin := _twin(each, sentence.items))]
    if sentence.joined or claim.joined or len(set(places)) < 2:
        return True
    return (places != sorted(places)) == (sentence.passive is not claim.passive)

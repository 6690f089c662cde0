"""What can be asked of a record, and the slow, obvious meaning of the answer.

:func:`matches` and :func:`sort_key` are the meaning. Every index and every SQL statement elsewhere is only a faster
way to the same answer, and the stores' contract suite compares them on generated queries.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import compress, filterfalse
from typing import NamedTuple
from urllib.parse import quote_plus

import Stemmer

from app.core.attribution import CREDITS, credited
from app.core.dates import Span
from app.core.errors import ValueUnknown
from app.core.model import Claim, Header
from app.core.status import Period, derive, period_at
from app.core.vocabulary import ClaimKind, Credit, Sourcing, Stance, Status

BY_DAY = ("status", "sourcing", *CREDITS)
"""Those of :data:`TERMS` that depend on the day."""

CREDITED: Mapping[Credit, str] = dict(zip(Credit, CREDITS, strict=True))
"""For each thing that a source does to a claim, the filter that finds the claims to which it does so."""

FACETS = (*BY_DAY, "kind", "background", "about", "topic", "section")
"""Terms over which a result can be counted."""

MOST_VALUES = 100
"""Values of a facet that are counted: those that most claims have, and of equals the first in the alphabet."""

SORTS = ("document", "status", "period", "relevance")
"""Orders of a result; a leading ``-`` turns one around. Ties always follow the document."""

MAX_LIMIT = 100
DEFAULT_LIMIT = 20

MOST_WORDS = 512
"""Words of a claim's text that are searched; only signs that stand for several words each can make more of them."""

encoded = lru_cache(maxsize=1024)(quote_plus)
"""A value as it stands in a query string; the same few ids and words come over and over."""

_WORD = re.compile(r"[^\W_]+")
_PHRASE = re.compile(r'["\u201c\u201d]([^"\u201c\u201d]*)["\u201c\u201d]')
_stem = lru_cache(maxsize=65536)(Stemmer.Stemmer("english").stemWord)


class ClaimQuery(NamedTuple):
    """A question. Several values of one filter are alternatives; different filters must all hold.

    Those of :data:`TERMS` stand in a row after ``q``. A tuple costs a third of a frozen dataclass.
    """

    q: str = ""
    status: tuple[str, ...] = ()
    sourcing: tuple[str, ...] = ()
    affirmed_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    answered_by: tuple[str, ...] = ()
    taken_back_by: tuple[str, ...] = ()
    passed_on_by: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    stance: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    during: Span | None = None
    """Days that a claim's period must share; claims without a period never do."""
    as_of: date | None = None
    """Day at whose end the statuses are taken; ``None`` counts all that the record holds."""

    def filters(self) -> list[tuple[str, tuple[str, ...]]]:
        """The filters of :data:`TERMS` that are given, in that order, with their values."""
        given: Sequence[tuple[str, ...]] = self[1:-2]
        return list(compress(zip(TERMS, given, strict=True), given))

    def canonical(self) -> str:
        """The same text for the same question: filters in a fixed order, values sorted."""
        pairs = [f"q={encoded(self.q)}"] if self.q else []
        for name, values in self.filters():
            several = sorted(set(values)) if len(values) > 1 else values
            pairs += [f"{name}={encoded(value)}" for value in several if value]
        if self.during:
            pairs.append(f"during={encoded(str(self.during))}")
        if self.as_of:
            pairs.append(f"as_of={self.as_of}")
        return "&".join(pairs)


TERMS = ClaimQuery._fields[1:-2]
"""Filters that compare a claim's terms; each may name several values, of which one must fit."""


class Page(NamedTuple):
    """Which part of the answer, in which order, with which counts."""

    sort: str = "document"
    limit: int = DEFAULT_LIMIT
    after: str | None = None
    """Id of the claim after which the page begins."""
    facets: tuple[str, ...] = ()
    before: str | None = None
    """Id of the claim before which the page ends; not together with ``after``."""


class Search(NamedTuple):
    """``q`` taken apart: stemmed words that must all occur, and runs of them that must stand together."""

    words: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    impossible: bool = False
    """Something was asked for, but nothing of it is a word (an emoji, a lone quotation mark): nothing can match."""


def words(text: str) -> list[str]:
    """Words of ``text`` in order, as they are compared: accents folded, hyphens split, case folded, stemmed (Snowball).

    ``Su-35`` gives ``su`` and ``35``; ``Türkiye's drones`` gives ``turkiy``, ``s`` and ``drone``.
    """
    if not text.isascii():
        text = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", text)))
    # Case is folded last: taking a sign apart can bring forth capitals (the trade mark's TM).
    return list(map(_stem, _WORD.findall(text.casefold())))


def own_words(claim: Claim) -> list[str]:
    """Words of the claim's own text in order, as :func:`words` tells them: the first :data:`MOST_WORDS`."""
    return words(claim.text)[:MOST_WORDS]


@lru_cache(maxsize=1024)
def search(q: str) -> Search:
    """Take ``q`` apart. Any text is a query: a quotation mark without its twin counts as a space."""
    phrases = tuple(dict.fromkeys(run for quoted in _PHRASE.findall(q) if (run := tuple(words(quoted)))))
    wanted = frozenset(words(q))
    return Search(wanted, tuple(run for run in phrases if len(run) > 1), impossible=bool(q.strip()) and not wanted)


def searched(claim: Claim, header: Header) -> list[list[str]]:
    """The texts in which ``q`` is looked up, as words: the claim's own first, then names of sources and entities."""
    sources = dict.fromkeys(id_ for each in claim.statements for id_ in (each.source, *each.via))
    entities = dict.fromkeys((*claim.about, *claim.parties))
    texts = [header.source_by_id[id_].name for id_ in sources]
    for id_ in entities:
        texts += header.entity_by_id[id_].names
    return [own_words(claim), *map(words, texts)]


def terms(claim: Claim, header: Header) -> dict[str, set[str]]:
    """What the filters of :data:`TERMS` compare, but for :data:`BY_DAY`; and ``said``, each origin with its stance."""
    section_of = header.section_by_ref(claim.document)
    origins = {each.source for each in claim.statements}
    relays = {relay for each in claim.statements for relay in each.via}
    return {
        "source": origins | relays,
        "origin": origins,
        "via": relays,
        "stance": {each.stance.value for each in claim.statements},
        "said": {f"{each.source}/{each.stance}" for each in claim.statements},
        "kind": {claim.kind.value},
        "background": {"true" if claim.background else "false"},
        "about": {*claim.about, *claim.parties},
        "topic": set(claim.topics),
        "document": {claim.document},
        "section": {section_of[ref] for each in claim.statements for ref in each.passages},
    }


def day_terms(claim: Claim, period: Period | None) -> dict[str, set[str]]:
    """What the filters of :data:`BY_DAY` compare in a period of the claim's timeline; ``None`` before its first."""
    by = credited([each for each in claim.statements if period and each.id in period.live])
    return {
        "status": {period.verdict.status.value if period else Status.not_yet_made.value},
        "sourcing": {period.sourcing.value if period else Sourcing.none.value},
        **{name: set(sources) for name, sources in by.items()},
    }


def matches(claim: Claim, query: ClaimQuery, header: Header) -> bool:
    """Whether ``claim`` belongs in the answer to ``query``: the meaning of every search in this product.

    ``origin`` and ``stance`` together ask for one statement that has both.
    """
    asked, texts = search(query.q), searched(claim, header)
    values = terms(claim, header) | day_terms(claim, period_at(claim, header, query.as_of))
    pairs = {f"{origin}/{stance}" for origin in query.origin for stance in query.stance}
    return (
        not asked.impossible
        and asked.words <= {word for text in texts for word in text}
        and all(any(stands_in(phrase, text) for text in texts) for phrase in asked.phrases)
        and all(bool(values[name] & set(wanted)) for name, wanted in query.filters())
        and (not pairs or bool(values["said"] & pairs))
        and (query.during is None or (claim.span is not None and claim.span.overlaps(query.during)))
    )


def stands_in(phrase: Sequence[object], text: Sequence[object]) -> bool:
    """Whether the words of ``phrase`` stand together in ``text``, in order."""
    size = len(phrase)
    return any(tuple(text[at : at + size]) == tuple(phrase) for at in range(len(text) - size + 1))


def relevance(claim: Claim, query: ClaimQuery) -> int:
    """How many different words of ``q`` the claim's own text has; the other words are in names only."""
    return len(search(query.q).words & set(own_words(claim)))


def sort_key(claim: Claim, position: int, query: ClaimQuery, header: Header, sort: str) -> tuple[int, ...]:
    """Where ``claim``, at ``position`` in the record, stands in the order ``sort``; smaller comes first."""
    way = -1 if sort.startswith("-") else 1
    match sort.lstrip("-"):
        case "status":
            return (way * list(Status).index(derive(claim, header, query.as_of).status), position)
        case "period":
            span = claim.span
            return (0, way * span.start.toordinal(), way * span.end.toordinal(), position) if span else (1, position)
        case "relevance":
            return (-way * relevance(claim, query), position)
        case _:
            return (way * position,)


def vocabulary(header: Header) -> Mapping[str, Collection[str]]:
    """For each filter of :data:`TERMS` the values that this record can have."""
    return {
        "status": list(Status),
        "sourcing": list(Sourcing),
        **dict.fromkeys((*CREDITS, "source", "origin", "via"), header.source_by_id),
        "stance": list(Stance),
        "kind": list(ClaimKind),
        "background": ["true", "false"],
        "about": header.entity_by_id,
        "topic": header.topic_by_id,
        "document": header.document_by_id,
        "section": header.sections,
    }


def check(query: ClaimQuery, known: Mapping[str, Collection[str]]) -> None:
    """Refuse values that no claim can have: a typo that finds nothing is as wrong as one that finds everything.

    ``known`` is :func:`vocabulary`. Raises :class:`~app.core.errors.ValueUnknown` with the nearest legal values.
    """
    for name, values in query.filters():
        for value in values:
            if value not in known[name]:
                raise ValueUnknown(name, f"{value[:100]!r} is not known here.", nearest(value, known[name]))


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three of ``known`` that ``word`` may have meant, the likeliest first."""
    from rapidfuzz import fuzz, process  # 18 ms, for those alone who mistype

    by_folded = {each.casefold(): str(each) for each in known}
    found = process.extract(word.casefold()[:100], list(by_folded), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    return tuple(by_folded[each] for each, _, _ in found)

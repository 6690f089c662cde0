"""Fact-checks of the world as a record: schema.org ``ClaimReview`` and ``Claim``, alone, in a graph or in a feed.

The shape is that of the Data Commons fact-check feed: a ``DataFeed`` of items, each with reviews. A review names what
was claimed (``claimReviewed``), by whom and where (``itemReviewed``), who judges (``author``), and how
(``reviewRating``).

Each publisher of reviews becomes a document with one passage a review, and the author of it; the claimant's word is one
statement, the publisher's verdict another, which settles the matter only where the rating says true or false outright.
What cannot be carried over is listed with its place and reason: nothing is dropped in silence.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from app.core.dates import calendar_span
from app.core.vocabulary import MAX_WORDS
from app.record.anchors import digest, fold
from app.record.editing import hyphenated

Json = Mapping[str, Any]

_KINDS = {
    "Person": "person", "Organization": "organization", "GovernmentOrganization": "government",
    "NewsMediaOrganization": "outlet",
}  # fmt: skip
_RATINGS = dict.fromkeys(
    ("true", "correct", "accurate", "confirmed", "verified", "real", "fact", "yes", "mostly true", "legit"), "affirms"
) | dict.fromkeys(
    ("false", "incorrect", "inaccurate", "fake", "wrong", "no", "debunked", "fabricated", "hoax", "pants on fire",
     "mostly false", "not true", "four pinocchios"), "denies",
)  # fmt: skip
"""Verbal ratings that settle a matter, folded; the International Fact-Checking Network's signatories use many words."""

SETTLED = 0.125
"""Share of the numeric scale at either end within which a rating settles: the outer steps of nine or fewer."""


class Unmapped(NamedTuple):
    """Something that the record's model cannot hold, by JSON pointer."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.reason}"


class Mapped(NamedTuple):
    """A record made from a feed, and what of the feed it does not hold."""

    record: dict[str, Any]
    unmapped: list[Unmapped]


def is_feed(raw: object) -> bool:
    """Whether a JSON value looks like schema.org's rather than like a record of ours."""
    if isinstance(raw, list):
        return bool(raw) and all(isinstance(each, dict) and "@type" in each for each in raw)
    return isinstance(raw, dict) and ("@type" in raw or "@graph" in raw)


def from_feed(raw: Any, day: date, title: str = "Imported fact-checks") -> Mapped:
    """The record of a feed, which still has to be validated like any other (:func:`app.record.dataset.load`).

    ``day`` is the day of the import: a publication of which no date is known counts from then.
    """
    mapping = _Mapping()
    for pointer, item in _items(raw, ""):
        mapping.item(item, pointer)
    documents = [
        each | {"published": each["published"] or day.isoformat()} | _passages(mapping.texts[id_])
        for id_, each in mapping.documents.items()
    ]
    record = {
        "dataset": {"title": title, "version": "1.0.0", "licence": "LicenseRef-unknown", "language": "en"},
        "documents": documents,
        "sources": list(mapping.sources.values()),
        "topics": [{"id": id_, "name": name} for id_, name in mapping.topics.items()],
        "claims": list(mapping.claims.values()),
    }
    return Mapped(record, mapping.unmapped)


def rated(rating: Json) -> tuple[str, str]:
    """Stance of a rating (``affirms``, ``denies``, ``qualifies`` or empty) and its words.

    Only an outright true or false settles a matter; "half true", "misleading" and their kin qualify it.
    """
    said = fold(str(rating.get("alternateName") or rating.get("name") or ""))
    if stance := _RATINGS.get(said.casefold().rstrip(".!")):
        return stance, said
    try:
        value, worst, best = (float(rating[name]) for name in ("ratingValue", "worstRating", "bestRating"))
        share = (value - worst) / (best - worst)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ("qualifies" if said else ""), said
    if not 0 <= share <= 1:
        return "", said or str(value)
    stance = "affirms" if share >= 1 - SETTLED else "denies" if share <= SETTLED else "qualifies"
    return stance, said or f"{value:g} of {best:g}"


class _Mapping:
    def __init__(self) -> None:
        self.sources: dict[str, dict[str, Any]] = {}
        self.topics: dict[str, str] = {}
        self.documents: dict[str, dict[str, Any]] = {}
        self.texts: defaultdict[str, list[str]] = defaultdict(list)
        self.claims: dict[str, dict[str, Any]] = {}
        self.unmapped: list[Unmapped] = []

    def item(self, item: Json, pointer: str) -> None:
        kinds = _many(item.get("@type"))
        if "ClaimReview" in kinds:
            self.review(item, pointer)
        elif "Claim" in kinds:
            self.claim(item, pointer)
        else:
            self.lose(pointer, f"a {' '.join(map(str, kinds)) or 'thing without @type'} is no claim")

    def lose(self, pointer: str, reason: str) -> None:
        self.unmapped.append(Unmapped(pointer, reason))

    def review(self, item: Json, pointer: str) -> None:
        text = self.text(item.get("claimReviewed"), f"{pointer}/claimReviewed")
        published = self.day(item.get("datePublished"), f"{pointer}/datePublished")
        reviewer = self.source(item.get("author"), f"{pointer}/author", "organization")
        if not text or not reviewer:
            return
        claim = self.begin(text, reviewer, item, published)
        reviewed = item.get("itemReviewed")
        self.claimant(claim, reviewed if isinstance(reviewed, Mapping) else {}, f"{pointer}/itemReviewed")
        rating = item.get("reviewRating")
        stance, said = rated(rating if isinstance(rating, Mapping) else {})
        if stance:
            settling = {"adjudicates": True} if stance != "qualifies" else {}
            note = {"note": f"Rated: {said}"[:500]} if said else {}
            self.statement(claim, "reviewed", published, source=reviewer, stance=stance, **settling, **note)
        else:
            self.lose(f"{pointer}/reviewRating", f"the rating {said!r} says neither true nor false")
        self.rest(item, pointer, "url", "reviewRating", "itemReviewed", "claimReviewed", "author", "datePublished")

    def claim(self, item: Json, pointer: str) -> None:
        text = self.text(item.get("text") or item.get("name"), f"{pointer}/text")
        publisher = item.get("publisher") or "Publisher of the feed"
        keeper = self.source(publisher, f"{pointer}/publisher", "organization")
        if not text or not keeper:
            return
        self.claimant(self.begin(text, keeper, item, None), item, pointer)
        mapped = ("text", "name", "author", "datePublished", "appearance", "firstAppearance", "publisher")
        self.rest(item, pointer, *mapped)

    def text(self, given: object, pointer: str) -> str:
        text = fold(given) if isinstance(given, str) else ""
        words = len(text.split())
        if 0 < words <= MAX_WORDS and len(text) <= 500:
            return text
        too_long = f"{words} words; a claim is one proposition of at most {MAX_WORDS}"
        self.lose(pointer, too_long if words else "there is no text of a claim")
        return ""

    def day(self, given: object, pointer: str) -> str | None:
        """The calendar part of a date or time."""
        if given is None:
            return None
        found = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", str(given))
        day = found[0] if found else str(given)
        try:
            calendar_span(day)
        except ValueError as error:
            self.lose(pointer, str(error))
            return None
        return day

    def source(self, given: object, pointer: str, kind: str) -> str:
        """Id of a person or organization; empty where no name is given."""
        objects = [each for each in _many(given) if isinstance(each, Mapping)]
        who: Json = {"name": given} if isinstance(given, str) else objects[0] if objects else {}
        name = fold(str(who.get("name") or ""))[:500]
        if not name:
            self.lose(pointer, "nobody is named")
            return ""
        sort = next((_KINDS[each] for each in _many(who.get("@type")) if each in _KINDS), kind)
        id_ = slug(name)
        known = self.sources.setdefault(id_, {"id": id_, "name": name, "kind": sort, "named": True})
        role = who.get("jobTitle")
        if isinstance(role, str) and fold(role):
            known.setdefault("role", fold(role)[:500])
        return id_

    def begin(self, text: str, publisher: str, item: Json, published: str | None) -> dict[str, Any]:
        """A new claim, without statements yet; its text is the next passage of its publisher's document."""
        document, name = f"reviews-by-{publisher}", self.sources[publisher]["name"]
        language = str(item.get("inLanguage") or "en")
        fitting = language if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", language) else "en"
        about = {"id": document, "title": f"Reviews by {name}", "author": publisher, "publisher": name}
        found = self.documents.setdefault(document, about | {"published": "", "language": fitting})
        found["published"] = max(found["published"], published or "")
        self.texts[document].append(text)
        id_ = slug(text, 60)
        if id_ in self.claims:
            id_ = f"{id_}-{digest(f'{publisher} {len(self.texts[document])} {text}')[:8]}"
        claim = self.claims[id_] = {"id": id_, "text": text, "kind": "state", "document": document, "statements": []}
        words = item.get("keywords")
        listed = words.split(",") if isinstance(words, str) else map(str, _many(words))
        if topics := [name for word in listed if (name := fold(word)[:500])]:
            for name in topics:
                self.topics.setdefault(slug(name), name)
            claim["topics"] = list(dict.fromkeys(map(slug, topics)))
        return claim

    def claimant(self, claim: dict[str, Any], item: Json, pointer: str) -> None:
        author = item.get("author")
        source = self.source(author, f"{pointer}/author", "person") if author else ""
        if not source:
            source = "somebody-unnamed"
            unnamed = {"id": source, "name": "somebody unnamed", "kind": "person", "named": False}
            self.sources.setdefault(source, unnamed)
        made = self.day(item.get("datePublished"), f"{pointer}/datePublished")
        relays = [
            self.source(each["publisher"], f"{pointer}/appearance/publisher", "outlet")
            for each in [*_many(item.get("firstAppearance")), *_many(item.get("appearance"))]
            if isinstance(each, Mapping) and each.get("publisher")
        ]
        via = [relay for relay in dict.fromkeys(relays) if relay and relay != source]
        self.statement(claim, "claimed", made, source=source, stance="affirms", via=via)

    def statement(self, claim: dict[str, Any], what: str, made: str | None, **fields: Any) -> None:
        placed = {"id": f"{claim['id']}-{what}", "passages": [f"p{len(self.texts[claim['document']])}s1"]}
        dated = {"made": made, "date_basis": "text"} if made else {"date_basis": "document"}
        claim["statements"].append(placed | dated | fields)

    def rest(self, item: Json, pointer: str, *mapped: str) -> None:
        """List the fields that have no place in the record; ``url`` names the review itself and is the feed's own."""
        for name in item:
            if name not in (*mapped, "keywords", "inLanguage", "sdPublisher") and not name.startswith("@"):
                self.lose(f"{pointer}/{name}", "the record has no such field")


def slug(text: str, longest: int = 80) -> str:
    """A readable id for a text, cut at a word; a digest stands for what has no ASCII letters or digits."""
    return hyphenated(text, longest) or f"x{digest(text)[:12]}"


def _items(raw: Any, pointer: str) -> Iterator[tuple[str, Json]]:
    """Reviews and claims of a feed, a graph, a list, or alone, each with its place."""
    if isinstance(raw, list):
        for at, each in enumerate(raw):
            yield from _items(each, f"{pointer}/{at}")
    elif isinstance(raw, Mapping):
        for name in ("dataFeedElement", "@graph", "item"):
            if name in raw:
                yield from _items(raw[name], f"{pointer}/{name}")
                return
        yield pointer, raw


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _passages(texts: Sequence[str]) -> dict[str, Any]:
    """What a document tells of its text, of which each of ``texts`` is a passage."""
    text = " ".join(texts)
    passages, at = [], 0
    for number, each in enumerate(texts, 1):
        place = {"ref": f"p{number}s1", "section": "Reviews", "start": at, "end": at + len(each)}
        passages.append(place | {"sha256": digest(each)})
        at += len(each) + 1
    about = {"length": len(text), "sha256": digest(text), "normalization": "fold-1"}
    return {"text": about, "passages": passages}

"""What changed between two records, in words: claims, their wording, who says what of them, and how they stand.

Two claims are the same claim where their ids are equal; a claim that only changed its id is told as renamed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.core.dates import in_words
from app.core.model import Claim, Header, Record, Statement, wire
from app.core.status import Verdict, derive, named, names
from app.core.vocabulary import STANCE_WORDS


class Sort(StrEnum):
    """What sort of change it is."""

    added = "added"
    removed = "removed"
    renamed = "renamed"
    reworded = "reworded"
    status = "status"
    statement = "statement"
    changed = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: of what, from what to what, and the sentence that says it."""

    sort: Sort
    kind: str
    """``claim``, ``source``, ``entity``, ``topic``, ``document`` or ``dataset``."""
    id: str
    words: str
    before: str = ""
    after: str = ""


_LISTS = {"documents": "document", "sources": "source", "entities": "entity", "topics": "topic"}


def compare(old: Record, new: Record, as_of: date | None = None) -> list[Difference]:
    """Every change from ``old`` to ``new``: of the record as a whole, of its lists, then claim by claim.

    Statuses are those at the end of ``as_of``, ``None`` for all that each record holds.
    """
    found = list(_fields("dataset", old.dataset.title, wire(old.dataset), wire(new.dataset)))
    for name, kind in _LISTS.items():
        found += _listed(kind, getattr(old, name), getattr(new, name))
    return [*found, *_claims(old, new, as_of)]


def _listed(kind: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    before, after = ({each.id: each for each in entries} for entries in (old, new))
    for id_, each in before.items():
        if id_ not in after:
            yield Difference(Sort.removed, kind, id_, f"The {kind} {_title(each)} is gone.")
        elif each != after[id_]:
            yield from _fields(kind, id_, wire(each), wire(after[id_]))
    for id_, each in after.items():
        if id_ not in before:
            yield Difference(Sort.added, kind, id_, f"The {kind} {_title(each)} is new.")


def _title(entry: Any) -> str:
    return str(getattr(entry, "name", "") or entry.title)


def _claims(old: Record, new: Record, as_of: date | None) -> Iterator[Difference]:
    before, after = ({each.id: each for each in record.claims} for record in (old, new))
    new_name = {
        each.id: after_id
        for each in old.claims
        if each.id not in after and (after_id := _same_text(each, new.claims, before))
    }
    for claim in old.claims:
        now = after.get(new_name.get(claim.id, claim.id))
        if now is None:
            yield Difference(Sort.removed, "claim", claim.id, f"Gone: {claim.text}", before=claim.text)
            continue
        if now.id != claim.id:
            yield Difference(Sort.renamed, "claim", claim.id, f"Its id is {now.id} now.", claim.id, now.id)
        yield from _claim(claim, now, old.header, new.header, as_of)
    for claim in new.claims:
        if claim.id not in before and claim.id not in new_name.values():
            verdict = derive(claim, new.header, as_of)
            said = f"New, and {_readable(verdict)}: {claim.text} {verdict.explanation}"
            yield Difference(Sort.added, "claim", claim.id, said, after=claim.text)


def _same_text(claim: Claim, among: Sequence[Claim], before: Mapping[str, Claim]) -> str | None:
    fitting = [each.id for each in among if each.id not in before and each.text == claim.text]
    return fitting[0] if len(fitting) == 1 else None


def _claim(old: Claim, new: Claim, old_header: Header, new_header: Header, as_of: date | None) -> Iterator[Difference]:
    if old.text != new.text:
        yield Difference(Sort.reworded, "claim", new.id, f"It reads now: {new.text}", old.text, new.text)
    yield from _statements(old, new, old_header, new_header)
    was, now = derive(old, old_header, as_of), derive(new, new_header, as_of)
    if was.status is not now.status:
        said = f"From {_readable(was)} to {_readable(now)}: {now.explanation}"
        yield Difference(Sort.status, "claim", new.id, said, was.status, now.status)
    others = set(Claim.model_fields) - {"id", "text", "statements"}
    before, after = ({name: value for name, value in wire(each).items() if name in others} for each in (old, new))
    yield from _fields("claim", new.id, before, after)


def _statements(old: Claim, new: Claim, old_header: Header, new_header: Header) -> Iterator[Difference]:
    before, after = ({each.id: each for each in claim.statements} for claim in (old, new))
    for id_, each in before.items():
        said = _spoken(each, old_header)
        if id_ not in after:
            yield Difference(Sort.statement, "claim", new.id, f"No longer counted: {said}.", before=id_)
        elif each != after[id_]:
            changed = ", ".join(sorted({name for name in Statement.model_fields if _differs(each, after[id_], name)}))
            words = f"Changed ({changed}): {_spoken(after[id_], new_header)}."
            yield Difference(Sort.statement, "claim", new.id, words, id_, id_)
    for id_, each in after.items():
        if id_ not in before:
            yield Difference(Sort.statement, "claim", new.id, f"New: {_spoken(each, new_header)}.", after=id_)


def _differs(one: Statement, other: Statement, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _spoken(statement: Statement, header: Header) -> str:
    who = named(header.source_by_id[statement.source], [header.source_by_id[relay] for relay in statement.via])
    when = f" ({in_words(statement.made)})" if statement.made else ""
    settling = ", which settles it" if statement.adjudicates else ""
    return f"{who} {STANCE_WORDS[statement.stance]}{when}{settling}"


def _fields(kind: str, id_: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield Difference(Sort.changed, kind, id_, _told(name, before, after), _brief(before), _brief(after))


def _told(name: str, before: Any, after: Any) -> str:
    label = name.replace("_", " ").capitalize()
    if isinstance(before, list) and isinstance(after, list):
        new, old = ([_brief(e) for e in one if e not in other] for one, other in ((after, before), (before, after)))
        both = [each for each in new if each in old]
        gained, lost = ([each for each in some if each not in both] for some in (new, old))
        words = (("gained", gained), ("lost", lost), ("changed in", both))
        parts = [f"{word} {names(each)}" for word, each in words if each]
        return f"{label}: {' and '.join(parts) or 'another order'}."
    if before is None:
        return _sentence(f"{label} is given now: {_brief(after)}")
    if after is None:
        return _sentence(f"{label} is no longer given; it was {_brief(before)}")
    return _sentence(f"{label}: {_brief(before)} became {_brief(after)}")


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


_BRIEF: Mapping[type, Callable[[Any], str]] = {
    dict: lambda value: str(value.get("ref") or _joined(value)),
    list: lambda value: names(map(_brief, value)),
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
}


def _joined(fields: Mapping[str, Any]) -> str:
    """Values of an object; of one that is true its name, of one that is false nothing."""
    return " ".join(name if each is True else _brief(each) for name, each in fields.items() if each is not False)


def _brief(value: Any) -> str:
    text = _BRIEF.get(type(value), str)(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _readable(verdict: Verdict) -> str:
    return verdict.status.replace("_", " ")

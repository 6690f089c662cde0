"""What changed between two records, in words: claims, their wording, who says what of them, and how they stand.

Two claims are the same claim where their ids are equal; a claim that only changed its id is told as renamed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from app.core.dates import in_words
from app.core.model import Claim, Header, Record, Statement, wire
from app.core.status import Verdict, derive, named, names
from app.core.vocabulary import STANCE_WORDS
from app.record.header import KINDS


class Difference(NamedTuple):
    """One change: of what, from what to what, and the sentence that says it."""

    sort: Literal["added", "removed", "renamed", "reworded", "status", "statement", "changed"]
    kind: str
    """``claim``, ``source``, ``entity``, ``topic``, ``document`` or ``dataset``."""
    id: str
    words: str
    before: str = ""
    after: str = ""


def compare(old: Record, new: Record, as_of: date | None = None) -> list[Difference]:
    """Every change from ``old`` to ``new``: of the record as a whole, of its lists, then claim by claim.

    Statuses are those at the end of ``as_of``, ``None`` for all that each record holds.
    """
    found = list(_fields("dataset", old.dataset.title, wire(old.dataset), wire(new.dataset)))
    for name, kind in KINDS.items():
        found += _listed(kind, getattr(old, name), getattr(new, name))
    return [*found, *_claims(old, new, as_of)]


def _paired(old: Iterable[Any], new: Iterable[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Each id with what it names before and after, ``None`` where there is nothing: what is old first."""
    before, after = ({each.id: each for each in entries} for entries in (old, new))
    return ((id_, before.get(id_), after.get(id_)) for id_ in before | after)


def _listed(kind: str, old: Iterable[Any], new: Iterable[Any]) -> Iterator[Difference]:
    for id_, was, now in _paired(old, new):
        if was and now:
            yield from _fields(kind, id_, wire(was), wire(now)) if was != now else ()
        else:
            title = getattr(was or now, "name", None) or (was or now).title
            said = f"The {kind} {title} is {'gone' if was else 'new'}."
            yield Difference("removed" if was else "added", kind, id_, said)


def _claims(old: Record, new: Record, as_of: date | None) -> Iterator[Difference]:
    pairs = list(_paired(old.claims, new.claims))
    texts = Counter(now.text for _, was, now in pairs if not was)
    renamed = {now.text: now for _, was, now in pairs if not was and texts[now.text] == 1}
    met = set()
    for id_, was, now in pairs:
        if was and not now and (now := renamed.get(was.text)):
            met.add(now.id)
            yield Difference("renamed", "claim", id_, f"Its id is {now.id} now.", id_, now.id)
        if was and now:
            yield from _claim(was, now, old.header, new.header, as_of)
        elif was:
            yield Difference("removed", "claim", id_, f"Gone: {was.text}", before=was.text)
        elif id_ not in met:
            verdict = derive(now, new.header, as_of)
            said = f"New, and {_readable(verdict)}: {now.text} {verdict.explanation}"
            yield Difference("added", "claim", id_, said, after=now.text)


def _claim(old: Claim, new: Claim, old_header: Header, new_header: Header, as_of: date | None) -> Iterator[Difference]:
    if old.text != new.text:
        yield Difference("reworded", "claim", new.id, f"It reads now: {new.text}", old.text, new.text)
    for id_, one, other in _paired(old.statements, new.statements):
        if other is None:
            said = f"No longer counted: {_spoken(one, old_header)}."
        elif one is None:
            said = f"New: {_spoken(other, new_header)}."
        else:
            changed = sorted(name for name, value in one if value != getattr(other, name))
            said = f"Changed ({', '.join(changed)}): {_spoken(other, new_header)}."
        if one != other:
            yield Difference("statement", "claim", new.id, said, id_ if one else "", id_ if other else "")
    was, now = derive(old, old_header, as_of), derive(new, new_header, as_of)
    if was.status is not now.status:
        said = f"From {_readable(was)} to {_readable(now)}: {now.explanation}"
        yield Difference("status", "claim", new.id, said, was.status, now.status)
    yield from _fields("claim", new.id, wire(old), wire(new), leave_out=("id", "text", "statements"))


def _spoken(statement: Statement, header: Header) -> str:
    who = named(header.source_by_id[statement.source], [header.source_by_id[relay] for relay in statement.via])
    when = f" ({in_words(statement.made)})" if statement.made else ""
    settling = ", which settles it" if statement.adjudicates else ""
    return f"{who} {STANCE_WORDS[statement.stance]}{when}{settling}"


def _fields(
    kind: str, id_: str, old: dict[str, Any], new: dict[str, Any], leave_out: Sequence[str] = ()
) -> Iterator[Difference]:
    for name in old | new:
        before, after = old.get(name), new.get(name)
        if before != after and name not in leave_out:
            said = f"{name.replace('_', ' ').capitalize()}{_told(before, after)}"
            sentence = said if said.endswith(".") else f"{said}."
            yield Difference("changed", kind, id_, sentence, _brief(before), _brief(after))


def _told(before: Any, after: Any) -> str:
    if isinstance(before, list) and isinstance(after, list):
        new, old = ([_brief(e) for e in one if e not in other] for one, other in ((after, before), (before, after)))
        both = [each for each in new if each in old]
        gained, lost = ([each for each in some if each not in both] for some in (new, old))
        words = (("gained", gained), ("lost", lost), ("changed in", both))
        parts = [f"{word} {names(each)}" for word, each in words if each]
        return f": {' and '.join(parts) or 'another order'}."
    if before is None:
        return f" is given now: {_brief(after)}"
    if after is None:
        return f" is no longer given; it was {_brief(before)}"
    return f": {_brief(before)} became {_brief(after)}"


def _brief(value: Any) -> str:
    match value:
        case {"ref": ref}:
            text = str(ref)
        case dict():
            text = _joined(value)
        case list():
            text = names(map(_brief, value))
        case None | bool():
            text = {None: "", True: "true", False: "false"}[value]
        case _:
            text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _joined(fields: Mapping[str, Any]) -> str:
    """Values of an object; of one that is true its name, of one that is false nothing."""
    return " ".join(name if each is True else _brief(each) for name, each in fields.items() if each is not False)


def _readable(verdict: Verdict) -> str:
    return verdict.status.replace("_", " ")

"""A claim as the pages list it: its status, its words, and who beside the document's author has a word on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.model import Header
from app.core.status import names
from app.core.vocabulary import Status
from app.record.served import CREDIT_FIELDS
from app.web.pages import settled, to

CREDITED_BY: Mapping[str, str] = {
    "affirmed_by": "affirmed by",
    "denied_by": "denied by",
    "answered_by": "answered otherwise by",
    "taken_back_by": "an earlier word taken back by",
    "passed_on_by": "only passed on by",
}
"""What a source does to a claim, as it stands before the source's name."""

_FIRST = (Status.refuted, Status.disputed, Status.retracted, Status.unconfirmed, Status.corroborated, Status.confirmed)


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim on a day."""

    id: str
    url: str
    text: str
    status: Status
    background: bool
    attribution: str
    by: tuple[tuple[str, str], ...]
    """For each thing that others than the author do to it: the filter of that name, and in words who does so."""

    @property
    def loud(self) -> bool:
        """Whether anybody but the document's author has a word on it, or the author contests it."""
        return bool(self.by)


def shown(header: Header, claim: Mapping[str, Any], as_of: str | None = None) -> Shown:
    """A served claim as pages list it."""
    author = header.document_by_id[claim["document"]].author
    by = []
    for credit, field in CREDIT_FIELDS.items():
        others = [each for each in claim[field] if each != author or credit != "affirmed_by"]
        if others:
            by.append((credit, f"{CREDITED_BY[credit]} {names(header.source_by_id[each].name for each in others)}"))
    return Shown(
        id=claim["id"],
        url=to(claim["url"], {"as_of": as_of}),
        text=claim["text"],
        status=Status(claim["status"]),
        background=settled(claim),
        attribution=claim["attribution"],
        by=tuple(by),
    )


def ordered(claims: Iterable[Shown]) -> list[Shown]:
    """Claims with those first that a reader should see first: contested ones, then those of other people."""
    return sorted(claims, key=lambda each: (_FIRST.index(each.status) if each.status in _FIRST else 9, not each.loud))

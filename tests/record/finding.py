"""Claims of the shipped record, found by the passages on which they rest, and lists of them for failure messages."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from app.core.model import Claim, Record, Statement
from app.core.status import derive
from app.core.vocabulary import Status


@cache
def shipped() -> Record:
    return Record.model_validate_json((Path(__file__).parents[2] / "claims.json").read_bytes())


def resting(claim: Claim, ref: str) -> list[Statement]:
    return [each for each in claim.statements if ref in each.passages]


def on(*refs: str) -> list[Claim]:
    return [claim for claim in shipped().claims if any(resting(claim, ref) for ref in refs)]


def has(words: str, claim: Claim) -> bool:
    return re.search(words, claim.text, re.IGNORECASE) is not None


def told(claims: Iterable[Claim]) -> str:
    lines = [f"  {each.id} [{each.kind}, period {each.period}, {status(each)}]: {each.text}" for each in claims]
    return "\n".join(lines) or "  no claim"


def status(claim: Claim, as_of: str | None = None) -> Status:
    return derive(claim, shipped().header, date.fromisoformat(as_of) if as_of else None).status


def listed(values: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, values))) or "none"


def linked(from_: Sequence[Claim], to: Sequence[Claim]) -> set[str]:
    """Values of the relations that lead from a claim of ``from_`` to another one of ``to``."""
    ends = {claim.id for claim in to}
    return {
        each.relation.value
        for claim in from_
        for each in claim.related
        if each.claim in ends and each.claim != claim.id
    }

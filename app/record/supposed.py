"""Shapes of a question "what if": statements to add and to remove, and how the claim stands before and after."""

from typing import Annotated

from pydantic import Field, model_validator

from app.core.fields import Frozen, Ref, Slug
from app.core.model import Statement
from app.core.status import Verdict
from app.core.vocabulary import DateBasis, Sourcing, Status
from app.record.lists import Moment, Revision, Shape

MOST = 50
"""Statements that are added or removed at once."""


class NewStatement(Statement):
    """A statement to try. Only `source` and `stance` must be given."""

    id: Slug | None = None  # type: ignore[assignment]
    """`what-if-1` and so on where it is left out."""
    date_basis: DateBasis | None = None  # type: ignore[assignment]
    """Where it is left out: `text` with `made`, else `document`."""
    passages: tuple[Ref, ...] = ()
    """Those of the claim's first statement where none are given."""

    @model_validator(mode="after")
    def _dated_as_it_says(self) -> "NewStatement":
        """Nothing yet: :meth:`statement` checks what it has filled in."""
        return self

    def statement(self, nth: int, passages: tuple[str, ...]) -> Statement:
        """The ``nth`` statement to add, whole. Raises ``pydantic.ValidationError``."""
        basis = self.date_basis or (DateBasis.text if self.made else DateBasis.document)
        filled = {"id": self.id or f"what-if-{nth}", "date_basis": basis, "passages": self.passages or passages}
        return Statement.model_validate(self.model_dump() | filled)


class WhatIf(Frozen):
    """Statements to add to a claim and to take out of it, for the length of one answer."""

    add: Annotated[tuple[NewStatement, ...], Field(max_length=MOST)] = ()
    """Statements that the record does not have."""
    remove: Annotated[tuple[Slug, ...], Field(max_length=MOST)] = ()
    """Ids of statements of the claim."""


class Standing(Shape):
    """How a claim stands on the day, and how it came to."""

    status: Status
    sourcing: Sourcing
    basis: Verdict
    attribution: str
    """The claim in one sentence with its sources."""
    timeline: tuple[Moment, ...]
    """Every period in which it stands in one way."""


class Supposed(Shape):
    """How a claim stands in the record, and how it would stand."""

    claim: Slug
    as_of: Annotated[str, Field(max_length=10)] | None = None
    """The day at whose end both are taken, where one was asked for."""
    changed: bool
    """Whether the status would be another."""
    before: Standing
    after: Standing
    revision: Revision

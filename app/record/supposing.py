"""What would become of a claim if statements were added or removed: the rule of the record, tried out.

Nothing is kept. An added statement is checked as those of a record are: by the same model, against the same header.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from app.core.attribution import attribution
from app.core.dates import calendar_span
from app.core.errors import ParametersInvalid, QueryInvalid
from app.core.model import Claim, Header, Statement
from app.core.query import nearest
from app.core.status import NOT_YET_MADE, Verdict, period_at
from app.core.vocabulary import DateBasis, Frozen, Ref, Slug, Sourcing, Status
from app.record.crosscheck import ClaimCheck
from app.record.header import Ground
from app.record.lists import Moment, Revision, Shape, moments
from app.record.shapes import shape_faults
from app.record.syntax import Finding, pointer

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
        return self  # until statement() has filled in what is left out

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


def read_what_if(body: bytes) -> WhatIf:
    """The question in a JSON text. Raises ``ParametersInvalid`` with every fault of its shape, by JSON pointer."""
    try:
        return WhatIf.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _invalid(shape_faults(error, model=WhatIf)) from None


def suppose(claim: Claim, header: Header, asked: WhatIf, revision: str, as_of: str | None = None) -> Supposed:
    """How ``claim`` stands at the end of ``as_of``, and how it would stand.

    Raises ``ParametersInvalid`` with everything that no record could hold, by JSON pointer.
    """
    faults, added = list(_misnamed(claim, asked)), list[Statement]()
    for nth, each in enumerate(asked.add):
        try:
            added.append(each.statement(nth + 1, claim.statements[0].passages))
        except ValidationError as error:
            faults += shape_faults(error, ("add", nth), WhatIf)
    kept = [each for each in claim.statements if each.id not in asked.remove]
    changed = claim.model_copy(update={"statements": (*kept, *added)})
    if len(added) == len(asked.add):
        faults += _unsaid(changed, header, len(kept))
    if faults:
        raise _invalid(faults)
    before, after = (_standing(each, header, as_of) for each in (claim, changed))
    differs = before.status is not after.status
    return Supposed(claim=claim.id, as_of=as_of, changed=differs, before=before, after=after, revision=revision)


def _misnamed(claim: Claim, asked: WhatIf) -> Iterator[Finding]:
    """Ids that are given twice, or that the claim has already or has not."""
    own = [each.id for each in claim.statements]
    for nth, id_ in enumerate(asked.remove):
        if id_ not in own:
            near = nearest(id_, own) or own[:10]
            yield ("remove", nth), f"the claim has no statement {id_!r}. Did you mean {' or '.join(map(repr, near))}?"
        elif id_ in asked.remove[:nth]:
            yield ("remove", nth), f"{id_!r} is listed already; once is enough"
    for nth, new in enumerate(asked.add):
        if new.id in own:
            yield ("add", nth, "id"), f"another statement has the id {new.id!r} already; leave id out"
        own.append(new.id or f"what-if-{nth + 1}")


def _unsaid(changed: Claim, header: Header, kept: int) -> Iterator[Finding]:
    """What the rules of a record find in the changed claim, of whose statements the first ``kept`` are the record's."""
    for (_, _, _, nth, *rest), said in ClaimCheck(Ground.of(header), unfinished=True).claim(0, changed):
        if isinstance(nth, int) and nth >= kept:
            yield ("add", nth - kept, *rest), said
        elif isinstance(nth, int):
            yield ("remove",), f"{said}; remove {changed.statements[nth].id!r} as well"


def _standing(claim: Claim, header: Header, as_of: str | None) -> Standing:
    period = period_at(claim, header, calendar_span(as_of).end if as_of else None)
    verdict = period.verdict if period else NOT_YET_MADE
    live = [each for each in claim.statements if period and each.id in period.live]
    return Standing(
        status=verdict.status,
        sourcing=period.sourcing if period else Sourcing.none,
        basis=verdict,
        attribution=attribution(claim, header, live),
        timeline=tuple(moments(claim, header)),
    )


def _invalid(faults: Iterable[Finding]) -> ParametersInvalid:
    ended = ((path, said if said.endswith(("?", ".")) else f"{said}.") for path, said in faults)
    return ParametersInvalid([QueryInvalid(pointer(path) or "body", said) for path, said in ended])

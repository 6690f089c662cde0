"""What would become of a claim if statements were added or removed: the rule of the record, tried out.

Nothing is kept. An added statement is checked as those of a record are: by the same model, against the same header.
"""

from collections.abc import Iterator

from pydantic import ValidationError

from app.core.attribution import attribution
from app.core.dates import calendar_span
from app.core.errors import ParametersInvalid, QueryInvalid
from app.core.model import Claim, Header, Statement
from app.core.query import nearest
from app.core.status import NOT_YET_MADE, period_at
from app.core.vocabulary import Sourcing
from app.record.crosscheck import ClaimCheck
from app.record.header import Ground
from app.record.moments import moments
from app.record.positions import pointer
from app.record.shapes import Finding, shape_faults
from app.record.supposed import Standing, Supposed, WhatIf

_HERE = "what-if"
"""First part of the paths of the question, which its pointers do not have."""


def read_what_if(body: bytes) -> WhatIf:
    """The question in a JSON text.

    Raises :class:`~app.core.errors.ParametersInvalid` with every fault of its shape, by JSON pointer.
    """
    try:
        return WhatIf.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _invalid([(path[1:], said) for path, said in shape_faults(error, (_HERE,))]) from None


def suppose(claim: Claim, header: Header, asked: WhatIf, revision: str, as_of: str | None = None) -> Supposed:
    """How ``claim`` stands at the end of ``as_of``, and how it would stand.

    Raises :class:`~app.core.errors.ParametersInvalid` with everything that no record could hold, by JSON pointer.
    """
    faults, added = list(_misnamed(claim, asked)), list[Statement]()
    for nth, each in enumerate(asked.add):
        try:
            added.append(each.statement(nth + 1, claim.statements[0].passages))
        except ValidationError as error:
            faults += [(path[1:], said) for path, said in shape_faults(error, (_HERE, "add", nth))]
    kept = [each for each in claim.statements if each.id not in asked.remove]
    changed = claim.model_copy(update={"statements": (*kept, *added)})
    if len(added) == len(asked.add):
        faults += _unsaid(changed, header, len(kept))
    if faults:
        raise _invalid(faults)
    before, after = (_standing(each, header, as_of) for each in (claim, changed))
    return Supposed(
        claim=claim.id,
        as_of=as_of,
        changed=before.status is not after.status,
        before=before,
        after=after,
        revision=revision,
    )


def _misnamed(claim: Claim, asked: WhatIf) -> Iterator[Finding]:
    """Ids that are given twice, or that the claim has already or has not."""
    own = [each.id for each in claim.statements]
    for nth, id_ in enumerate(asked.remove):
        if id_ not in own:
            near = nearest(id_, own) or own[:10]
            yield ("remove", nth), f"the claim has no statement {id_!r}. Did you mean {' or '.join(map(repr, near))}?"
        elif id_ in asked.remove[:nth]:
            yield ("remove", nth), f"{id_!r} is listed already; once is enough"
    taken = set(own)
    for nth, each in enumerate(asked.add):
        if each.id in taken:
            yield ("add", nth, "id"), f"another statement has the id {each.id!r} already; leave id out"
        taken.add(each.id or f"{_HERE}-{nth + 1}")


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


def _invalid(faults: list[Finding]) -> ParametersInvalid:
    return ParametersInvalid([QueryInvalid(pointer(path) or "body", _sentence(said)) for path, said in faults])


def _sentence(said: str) -> str:
    return said if said.endswith(("?", ".")) else f"{said}."

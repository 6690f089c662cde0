"""On what kind of word a claim stands: a table, in order, of conditions over its live statements.

The status says whether a claim stands; the sourcing says who vouches for it. The first row of :data:`SOURCINGS` that
holds decides. ``/sourcings`` serves the table, the reference prints it, and a test compares them. The words of the
conditions are those of :mod:`app.core.rules`.
"""

from collections.abc import Callable
from typing import NamedTuple

from app.core.rules import Case
from app.core.vocabulary import SourceKind, Sourcing


class SourcingRow(NamedTuple):
    """One row of the table: when ``holds``, the sourcing is ``sourcing``."""

    sourcing: Sourcing
    condition: str
    holds: Callable[[Case], object]


SOURCINGS: tuple[SourcingRow, ...] = (
    SourcingRow(
        Sourcing.author_verdict,
        "The document's author states that it proved true or false, after somebody else had spoken.",
        lambda case: case.external_spoke and (case.verdicts_for or case.verdicts_against),
    ),
    SourcingRow(
        Sourcing.admission, "A named source that speaks for a party affirms it.",
        lambda case: any(said.for_party for said in case.affirming),
    ),
    SourcingRow(
        Sourcing.named_person_or_body,
        "A named person, government, organization or group other than the author affirms it.",
        lambda case: any(said.source.named and said.source.kind is not SourceKind.outlet for said in case.external),
    ),
    SourcingRow(
        Sourcing.named_outlet, "A named outlet affirms it in its own name.",
        lambda case: any(said.source.named for said in case.external),
    ),
    SourcingRow(Sourcing.anonymous, "Only unnamed sources affirm it, beside the author.", lambda case: case.external),
    SourcingRow(Sourcing.author_only, "Only the document's author affirms it.", lambda case: case.affirming),
    SourcingRow(Sourcing.none, "Nobody affirms it.", lambda case: True),
)  # fmt: skip
"""The table, in order. It is total: the last row always holds."""


def sourcing_of(case: Case) -> Sourcing:
    """The kind of word on which the claim of ``case`` stands."""
    # A loop, like that over the rule.
    for row in SOURCINGS:
        if row.holds(case):
            return row.sourcing
    raise AssertionError("the last row always holds")

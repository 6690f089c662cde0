"""Claims as models, in one line each, for the tests of the rule and of what is made of it.

The essay and its author are those of :mod:`tests.records`, published on 1 February 2022. The other voices:

=========  ====================================================================
norland    a government, speaks for the party ``norland``
minister   a named person, speaks for ``norland``, ``part_of`` the government
official   an anonymous person who speaks for ``norland``, of no known parent
courier    an outlet, and ``reporter`` is part of it
gazette    another outlet
envoys     a group, of whom one says that they affirm
=========  ====================================================================
"""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from app.core.model import Claim, FileHeader, Statement
from app.core.status import Verdict, derive
from app.core.vocabulary import Stance
from tests import records

AUTHOR = "ada-quill"
PUBLISHED = date(2022, 2, 1)

HEADER = FileHeader.model_validate(
    {name: value for name, value in records.record(
        sources=[
            records.source(AUTHOR),
            records.source("norland", kind="government", speaks_for="norland"),
            records.source("minister", name="the minister", speaks_for="norland", part_of="norland"),
            records.source("official", name="an unnamed official", named=False, speaks_for="norland"),
            records.source("courier", name="The Courier", kind="outlet"),
            records.source("reporter", name="Max Reporter", part_of="courier"),
            records.source("gazette", name="The Gazette", kind="outlet"),
            records.source("envoys", name="envoys", kind="group"),
        ],
    ).items() if name in FileHeader.model_fields}
)  # fmt: skip
"""What the claims of this module are read against."""

VOICES = tuple(HEADER.source_by_id)


def said(id_: str, source: str, stance: str = "affirms", made: str | None = None, **changes: Any) -> Statement:
    """A statement; with ``made`` it is dated by the text, without it counts from the essay's publication."""
    fields = records.statement(id_, source=source, stance=stance, made=made, **changes)
    return Statement.model_validate(fields)


def claim(*statements: Statement, kind: str = "event", **changes: Any) -> Claim:
    """A claim on the conduct of ``norland`` with these statements."""
    fields = records.claim("a", kind=kind, parties=["norland"]) | changes
    return Claim.model_validate(fields | {"statements": [each.model_dump() for each in statements]})


def judged(*statements: Statement, as_of: date | None = None, **changes: Any) -> Verdict:
    """The verdict on :func:`claim` of these statements."""
    return derive(claim(*statements, **changes), HEADER, as_of)


def outcome(verdict: Verdict) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Row, status, and the statements that decide and contest."""
    return verdict.rule, verdict.status.value, verdict.decided_by, verdict.contested_by


def day(text: str) -> date:
    """``2021-07-01`` as a date."""
    return date.fromisoformat(text)


_MADE = st.sampled_from(["2020", "2020/2021-06", "2021-01", "2021-06", "2021-06-15", "2021", "2022-01", "2022-02-01"])


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    """Any statement that a record could hold, without its id."""
    source = draw(st.sampled_from(VOICES))
    stance = draw(st.sampled_from(Stance))
    made = draw(st.none() | _MADE)
    not_before = None if made else draw(st.none() | st.sampled_from(["2021-06", "2022-02", "2023"]))
    settles = source == AUTHOR and stance in (Stance.affirms, Stance.denies) and draw(st.booleans())
    via = draw(st.lists(st.sampled_from(VOICES[1:]), max_size=2, unique=True))
    return said("s", source, stance, made, not_before=not_before, adjudicates=settles, via=via)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Any claim that a record could hold, with up to six statements by the voices above."""
    drawn = draw(st.lists(statements(), min_size=1, max_size=6))
    return claim(
        *(each.model_copy(update={"id": f"s{nth}"}) for nth, each in enumerate(drawn)),
        kind=draw(st.sampled_from(["event", "forecast", "judgement", "quantity"])),
        period=draw(st.sampled_from([None, "2021", "2021-06/..", "2022-06"])),
        parties=draw(st.sampled_from([[], ["norland"], ["portvale"]])),
    )


days = st.dates(date(2019, 12, 1), date(2023, 6, 1))
"""Days before, among and after everything that :func:`claims` says."""

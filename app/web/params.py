"""Parameters of the API: declared once, parsed once, refused in one voice.

Each operation has one model here. FastAPI documents it, and :mod:`app.web.reading` turns a raw query string into it.
An unknown, repeated or malformed parameter is refused with what
was probably meant: a typo that returns everything would be wrong data.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.dates import Span, calendar_span
from app.core.errors import ParametersConflict
from app.core.query import DEFAULT_LIMIT, MAX_LIMIT, MOST_VALUES, TERMS, ClaimQuery
from app.core.vocabulary import ClaimKind, Sourcing, Stance, Status
from app.web.values import CalendarDate, Cursor, FacetNames, FieldNames, SortName, Value, Values

_TERMS = frozenset(TERMS)


class NoParameters(BaseModel):
    """Parameters of what has none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(NoParameters):
    """Parameters of an operation that has none but the format of its response."""

    format: Annotated[
        str,
        Field(max_length=20, pattern=r"^[a-z]+$", description="Form of the answer; stronger than the `Accept` header."),
    ] = ""


class Paged(Nothing):
    """Parameters of a list."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Most items on a page.")] = MAX_LIMIT
    cursor: Cursor = ""


class Dated(Nothing):
    """Parameters of a reading that can be taken at a day."""

    as_of: Annotated[
        CalendarDate | None,
        Field(
            description="Day, month or year at whose end statuses are taken, such as `2022-07`; "
            "without it, the whole record counts."
        ),
    ] = None

    @property
    def day(self) -> date | None:
        """Last day of ``as_of``."""
        return calendar_span(self.as_of).end if self.as_of else None


class ClaimParams(Dated):
    """Parameters of one claim."""

    fields: Annotated[
        FieldNames,
        Field(description="Fields to keep, in this order, such as `id,text,status`; all of them when left out."),
    ] = ""

    @property
    def kept(self) -> tuple[str, ...]:
        """Names in ``fields``, each once."""
        return tuple(self.fields.split(",")) if self.fields else ()


class ClaimsParams(ClaimParams):
    """Parameters of a search for claims."""

    id: Annotated[
        tuple[Value, ...],
        Field(
            max_length=MAX_LIMIT,
            description="Claims to read at once, by id, in this order; only `as_of`, `fields` and `format` go with it. "
            f"Repeat for up to {MAX_LIMIT}.",
        ),
    ] = ()
    q: Annotated[
        str,
        Field(
            max_length=4000,
            description="Words that must all occur in the claim or in names of its sources and entities; "
            'a "quoted phrase" must stand together. Any text is a query.',
        ),
    ] = ""
    status: Annotated[
        tuple[Status, ...],
        Field(max_length=50, description="How the claim stands. Repeat for OR."),
    ] = ()
    sourcing: Annotated[
        tuple[Sourcing, ...],
        Field(max_length=50, description="Kind of word on which the claim stands. Repeat for OR."),
    ] = ()
    affirmed_by: Annotated[
        Values, Field(description="Source, by id, that affirms the claim on the day. Repeat for OR.")
    ] = ()
    denied_by: Annotated[Values, Field(description="Source, by id, that denies it on the day. Repeat for OR.")] = ()
    answered_by: Annotated[
        Values,
        Field(
            description="Source, by id, that has no evidence of it, does not comment on it or qualifies it on the day. "
            "Repeat for OR."
        ),
    ] = ()
    taken_back_by: Annotated[
        Values, Field(description="Source, by id, that has taken back what it had said of it. Repeat for OR.")
    ] = ()
    passed_on_by: Annotated[
        Values, Field(description="Source, by id, that only passed on the word of another. Repeat for OR.")
    ] = ()
    source: Annotated[
        Values,
        Field(description="Source that speaks on the claim or passes it on, on whichever side, by id. Repeat for OR."),
    ] = ()
    origin: Annotated[
        Values,
        Field(
            description="Source of a statement on the claim, by id; with `stance`, of one that takes this stance. "
            "Repeat for OR."
        ),
    ] = ()
    via: Annotated[Values, Field(description="Source that passed it on, by id. Repeat for OR.")] = ()
    stance: Annotated[
        tuple[Stance, ...],
        Field(
            max_length=50,
            description="Stance of a statement on the claim; with `origin`, of one by this source. Repeat for OR.",
        ),
    ] = ()
    kind: Annotated[
        tuple[ClaimKind, ...],
        Field(max_length=50, description="Sort of proposition. Repeat for OR."),
    ] = ()
    background: Annotated[
        tuple[Literal["true", "false"], ...],
        Field(max_length=50, description="Whether no party to the claim would contest it. Repeat for OR."),
    ] = ()
    about: Annotated[Values, Field(description="Entity that the claim is about, by id. Repeat for OR.")] = ()
    topic: Annotated[Values, Field(description="Topic, by id. Repeat for OR.")] = ()
    document: Annotated[Values, Field(description="Document, by id. Repeat for OR.")] = ()
    section: Annotated[Values, Field(description="Section of the document, by its heading. Repeat for OR.")] = ()
    from_: Annotated[
        CalendarDate | None,
        Field(alias="from", description="The claim's period must reach this day or later, such as `2022-01`."),
    ] = None
    to: Annotated[
        CalendarDate | None,
        Field(description="The claim's period must begin by the end of this day, month or year, such as `2022-12`."),
    ] = None
    sort: Annotated[
        SortName,
        Field(
            description="Order: `document`, `status`, `period`, or `relevance` when `q` is given; `-` turns it around."
        ),
    ] = "document"
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Most claims on a page.")] = DEFAULT_LIMIT
    cursor: Cursor = ""
    facets: Annotated[
        FacetNames,
        Field(
            description="Terms over which the whole result is counted, such as `status,affirmed_by`; of each the "
            f"{MOST_VALUES} commonest values."
        ),
    ] = ""

    @property
    def counted(self) -> tuple[str, ...]:
        """Names in ``facets``, each once."""
        return tuple(self.facets.split(",")) if self.facets else ()

    def question(self) -> ClaimQuery:
        """The question these parameters ask.

        Raises :class:`~app.core.errors.ParametersConflict` where two of them cannot hold together.
        """
        if self.sort.endswith("relevance") and not self.q.strip():
            raise ParametersConflict(
                "sort=relevance needs q: without words nothing is more relevant than anything else."
            )
        return ClaimQuery(
            q=self.q.strip(),
            during=during(self.from_, self.to),
            as_of=self.day,
            **{name: tuple(map(str, getattr(self, name))) for name in self.model_fields_set if name in _TERMS},
        )


class ChangesParams(Paged):
    """Parameters of the list of changes."""

    from_: Annotated[
        CalendarDate | None, Field(alias="from", description="Changes on this day or later, such as `2022-07`.")
    ] = None
    to: Annotated[
        CalendarDate | None, Field(description="Changes by the end of this day, month or year, such as `2023-01`.")
    ] = None

    claim: Annotated[Values, Field(description="Changes of this claim, by id. Repeat for OR.")] = ()
    source: Annotated[
        Values,
        Field(description="Changes of claims on which this source speaks or which it passes on, by id. Repeat for OR."),
    ] = ()
    topic: Annotated[Values, Field(description="Changes of claims under this topic, by id. Repeat for OR.")] = ()

    def days(self) -> Span:
        """The days asked for; open ends reach as far as dates do."""
        return during(self.from_, self.to) or Span(date.min, date.max)


class VerifyParams(Nothing):
    """Parameters of a check of the reader's own copy."""

    document: Annotated[
        str,
        Field(
            max_length=100,
            description="Document of which the text is a copy, by id; may be left out where the record has only one.",
        ),
    ] = ""


class DatedPaged(Paged, Dated):
    """Parameters of a list whose items can be taken at a day."""


def during(first: str | None, last: str | None) -> Span | None:
    """Days from the beginning of ``first`` to the end of ``last``; ``None`` where neither is given.

    Raises :class:`~app.core.errors.ParametersConflict` where the end comes before the beginning.
    """
    if first is None and last is None:
        return None
    span = Span(calendar_span(first).start if first else date.min, calendar_span(last).end if last else date.max)
    if span.start > span.end:
        raise ParametersConflict(f"from={first} is after to={last}: exchange them, or leave one out.")
    return span

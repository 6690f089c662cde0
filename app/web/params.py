"""Parameters of the API: declared once, parsed once, refused in one voice.

Each operation has one model here. FastAPI documents it, and :mod:`app.web.reading` turns a raw query string into it.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from app.core.dates import Span, calendar_span
from app.core.errors import ParametersConflict
from app.core.query import DEFAULT_LIMIT, FACETS, MAX_LIMIT, MOST_VALUES, SORTS, TERMS, ClaimQuery, nearest
from app.core.vocabulary import ClaimKind, Sourcing, Stance, Status
from app.record.served import ServedClaim

_TERMS = frozenset(TERMS)
CLAIM_FIELDS = tuple(field.alias or name for name, field in ServedClaim.model_fields.items())

_LEAP = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
_YEAR = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
DATE_PATTERN = rf"^(?:{_YEAR}(?:-(?:0[1-9]|1[0-2]|{_DAY}))?|{_LEAP}-02-29)$"
"""Years, months and days of the calendar, as a pattern that generated clients can check before they ask."""


def _calendar(text: str) -> str:
    calendar_span(text)
    return text


CalendarDate = Annotated[
    str, AfterValidator(_calendar), Field(json_schema_extra={"pattern": DATE_PATTERN, "maxLength": 10})
]
Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], Field(max_length=50)]


class _NotAmong(ValueError):
    """A word that is none of those it may be; ``near`` are those it may have meant."""

    def __init__(self, word: str, known: Sequence[str]) -> None:
        self.near = nearest(word, known)
        super().__init__(f"{word[:50]!r} is none of {', '.join(known)}")


def _among(known: Sequence[str], word: str) -> str:
    if word not in known:
        raise _NotAmong(word, known)
    return word


@lru_cache(maxsize=256)
def _each_among(known: Sequence[str], text: str) -> str:
    return ",".join(dict.fromkeys(_among(known, name) for name in text.split(",")))


def _list_schema(known: Sequence[str]) -> dict[str, JsonValue]:
    one = f"(?:{'|'.join(known)})"
    return {"pattern": f"^{one}(?:,{one})*$", "maxLength": 300}


FieldNames = Annotated[
    str, AfterValidator(partial(_each_among, CLAIM_FIELDS)), Field(json_schema_extra=_list_schema(CLAIM_FIELDS))
]
FacetNames = Annotated[str, AfterValidator(partial(_each_among, FACETS)), Field(json_schema_extra=_list_schema(FACETS))]
SortName = Annotated[
    str,
    AfterValidator(lambda text: _among(SORTS, text.removeprefix("-")) and text),
    Field(json_schema_extra={"pattern": f"^-?(?:{'|'.join(SORTS)})$", "maxLength": 10}),
]
_CURSOR = "Where the page begins, as given by `next` of the page before."
Cursor = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,200}$", max_length=200, description=_CURSOR)]


class NoParameters(BaseModel):
    """Parameters of what has none."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Nothing(NoParameters):
    """Parameters of an operation that has none but the format of its response."""

    format: Annotated[str, Field(max_length=20, pattern=r"^[a-z]+$")] = ""
    """Form of the answer; stronger than the `Accept` header."""


class Paged(Nothing):
    """Parameters of a list."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = MAX_LIMIT
    """Most items on a page."""
    cursor: Cursor = ""


class Dated(Nothing):
    """Parameters of a reading that can be taken at a day."""

    as_of: CalendarDate | None = None
    """Day, month or year at whose end statuses are taken, such as `2022-07`; without it, the whole record counts."""

    @property
    def day(self) -> date | None:
        """Last day of ``as_of``."""
        return calendar_span(self.as_of).end if self.as_of else None


class ClaimParams(Dated):
    """Parameters of one claim."""

    fields: FieldNames = ""
    """Fields to keep, in this order, such as `id,text,status`; all of them when left out."""

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
    status: Several[Status] = ()
    """How the claim stands. Repeat for OR."""
    sourcing: Several[Sourcing] = ()
    """Kind of word on which the claim stands. Repeat for OR."""
    affirmed_by: Several[Value] = ()
    """Source, by id, that affirms the claim on the day. Repeat for OR."""
    denied_by: Several[Value] = ()
    """Source, by id, that denies it on the day. Repeat for OR."""
    answered_by: Several[Value] = ()
    """Source, by id, that has no evidence of it, does not comment on it or qualifies it on the day. Repeat for OR."""
    taken_back_by: Several[Value] = ()
    """Source, by id, that has taken back what it had said of it. Repeat for OR."""
    passed_on_by: Several[Value] = ()
    """Source, by id, that only passed on the word of another. Repeat for OR."""
    source: Several[Value] = ()
    """Source that speaks on the claim or passes it on, on whichever side, by id. Repeat for OR."""
    origin: Several[Value] = ()
    """Source of a statement on the claim, by id; with `stance`, of one that takes this stance. Repeat for OR."""
    via: Several[Value] = ()
    """Source that passed it on, by id. Repeat for OR."""
    stance: Several[Stance] = ()
    """Stance of a statement on the claim; with `origin`, of one by this source. Repeat for OR."""
    kind: Several[ClaimKind] = ()
    """Sort of proposition. Repeat for OR."""
    background: Several[Literal["true", "false"]] = ()
    """Whether no party to the claim would contest it. Repeat for OR."""
    about: Several[Value] = ()
    """Entity that the claim is about, by id. Repeat for OR."""
    topic: Several[Value] = ()
    """Topic, by id. Repeat for OR."""
    document: Several[Value] = ()
    """Document, by id. Repeat for OR."""
    section: Several[Value] = ()
    """Section of the document, by its heading. Repeat for OR."""
    from_: Annotated[CalendarDate | None, Field(alias="from")] = None
    """The claim's period must reach this day or later, such as `2022-01`."""
    to: CalendarDate | None = None
    """The claim's period must begin by the end of this day, month or year, such as `2022-12`."""
    sort: SortName = "document"
    """Order: `document`, `status`, `period`, or `relevance` when `q` is given; `-` turns it around."""
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    """Most claims on a page."""
    cursor: Cursor = ""
    facets: Annotated[
        FacetNames,
        Field(
            description="Terms to count over the whole result, such as `status,affirmed_by`: of each the "
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
        terms = {name: tuple(map(str, getattr(self, name))) for name in self.model_fields_set if name in _TERMS}
        return ClaimQuery(q=self.q.strip(), during=during(self.from_, self.to), as_of=self.day, **terms)


class ChangesParams(Paged):
    """Parameters of the list of changes."""

    from_: Annotated[CalendarDate | None, Field(alias="from")] = None
    """Changes on this day or later, such as `2022-07`."""
    to: CalendarDate | None = None
    """Changes by the end of this day, month or year, such as `2023-01`."""
    claim: Several[Value] = ()
    """Changes of this claim, by id. Repeat for OR."""
    source: Several[Value] = ()
    """Changes of claims on which this source speaks or which it passes on, by id. Repeat for OR."""
    topic: Several[Value] = ()
    """Changes of claims under this topic, by id. Repeat for OR."""

    def days(self) -> Span:
        """The days asked for; open ends reach as far as dates do."""
        return during(self.from_, self.to) or Span(date.min, date.max)


class VerifyParams(Nothing):
    """Parameters of a check of the reader's own copy."""

    document: Annotated[str, Field(max_length=100)] = ""
    """Document of which the text is a copy, by id; may be left out where the record has only one."""


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

"""Types of the values of parameters: days of the calendar, ids, lists of words, cursors."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue, StringConstraints

from app.core.dates import calendar_span
from app.core.query import FACETS, SORTS, nearest
from app.record.served import ServedClaim

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
Values = Annotated[tuple[Value, ...], Field(max_length=50)]


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


Cursor = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{0,200}$",
        max_length=200,
        description="Where the page begins, as given by `next` of the page before.",
    ),
]

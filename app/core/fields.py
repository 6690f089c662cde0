"""What may stand in the fields of a record: ids, lines, dates, hashes; and the base of everything that is frozen.

:mod:`app.core.model` is made of these, and so are the shapes of answers.
"""

from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, ConfigDict, Field

from app.core.dates import edtf_span

MAX_WORDS = 30
"""Longest text of a claim, in words: one proposition hardly needs more."""


def _edtf(text: str) -> str:
    edtf_span(text)
    return text


def _url(text: str) -> str:
    AnyHttpUrl(text)
    return text


def one_proposition(text: str) -> str:
    """``text``, if it is short enough to be one proposition; raises ``ValueError``."""
    words = len(text.split())
    if words > MAX_WORDS:
        raise ValueError(f"a claim is one proposition of at most {MAX_WORDS} words, this one has {words}; split it")
    return text


Slug = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=100,
        description="A stable, readable id: a-z, 0-9, single hyphens.",
    ),
]
Line = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^\S(.*\S)?$")]
Edtf = Annotated[
    str,
    AfterValidator(_edtf),
    Field(
        max_length=40,
        description="A date or interval in EDTF (ISO 8601-2): `2022`, `2022-07`, `1804/1813`, `2023-04/..`.",
    ),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Url = Annotated[str, AfterValidator(_url), Field(max_length=2000, json_schema_extra={"format": "uri"})]
Ref = Annotated[
    str, Field(pattern=r"^p[1-9][0-9]*s[1-9][0-9]*$", max_length=20, description="`p9s3` is paragraph 9, sentence 3.")
]


class Frozen(BaseModel):
    """Base of all models here: immutable, and closed to fields that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

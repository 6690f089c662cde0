"""``docs/reference.md``, made from the code. ``python -m tests.docs.reference`` writes it."""

import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.cli import COMMANDS, EXIT_CODES, commands
from app.core import vocabulary
from app.core.documents import Document, Passage, TextInfo
from app.core.model import Claim, DatasetInfo, Entity, Quantity, Relation, Source, Statement, Topic
from app.core.rules import RULES
from app.core.sourcing import SOURCINGS
from app.formats import FORMATS
from app.formats.table import COLUMNS
from app.mcp.telling import MEANINGS
from app.record.served import ServedClaim
from app.settings import PREFIX, Settings
from app.web import ROUTERS
from app.web.params import ChangesParams, ClaimParams, ClaimsParams, VerifyParams
from app.web.problems import HTTP_PROBLEMS, PROBLEMS
from tests.docs.running import DOCS

SHAPES: Sequence[type[BaseModel]] = (
    DatasetInfo, Document, TextInfo, Passage, Source, Entity, Topic, Claim, Quantity, Statement, Relation,
)  # fmt: skip
PARAMETERS: dict[str, type[BaseModel]] = {
    "`GET /claims`": ClaimsParams,
    "`GET /claims/{id}`": ClaimParams,
    "`GET /transitions`": ChangesParams,
    "`POST /verify`": VerifyParams,
}
WORDS: Sequence[type[StrEnum]] = (
    vocabulary.ClaimKind, vocabulary.Stance, vocabulary.SourceKind, vocabulary.EntityKind, vocabulary.DateBasis,
    vocabulary.RelationKind, vocabulary.Credit,
)  # fmt: skip


def reference() -> str:
    """The whole page."""
    parts = ["# Reference", "", "Made from the code by `python -m tests.docs.reference`; a test compares the two.", ""]
    parts += ["## Statuses", "", *_table(("status", "meaning"), ((f"`{k}`", v) for k, v in MEANINGS.items()))]
    parts += ["## The rule", "", "The first row that holds decides.", ""]
    rows = ((str(at), f"`{each.id}`", f"`{each.status}`", each.condition) for at, each in enumerate(RULES, 1))
    parts += _table(("", "rule", "status", "condition"), rows)
    parts += [
        "## Sourcing",
        "",
        "On what kind of word a claim stands, beside its status. The first row that holds decides.",
        "",
    ]
    words = ((str(at), f"`{e.sourcing}`", e.condition) for at, e in enumerate(SOURCINGS, 1))
    parts += _table(("", "sourcing", "condition"), words)
    parts += ["## The record", ""]
    for shape in SHAPES:
        parts += [f"### {shape.__name__}", "", _first(shape.__doc__), "", *_fields(shape)]
    parts += ["### As it is served", "", "What a claim has beside the fields of the record.", ""]
    parts += _fields(ServedClaim, without=Claim)
    parts += ["## Words", ""]
    for one in WORDS:
        parts += [f"**{one.__name__}**: {', '.join(f'`{each}`' for each in one)}. {_first(one.__doc__)}", ""]
    parts += ["## Paths", "", *_table(("path", "what it answers"), _paths())]
    parts += ["## Parameters", "", "Any other parameter is refused. Every list also takes `limit` and `cursor`.", ""]
    for name, model in PARAMETERS.items():
        parts += [f"### {name}", "", *_parameters(model)]
    parts += ["## Formats", ""]
    parts += _table(("`format=`", "media type"), ((f"`{k}`", f"`{v.media_type}`") for k, v in FORMATS.items()))
    parts += ["### Columns of CSV", "", *_table(("column", "meaning"), ((f"`{e.name}`", e.meaning) for e in COLUMNS))]
    parts += [
        "## Problems",
        "",
        "Errors are `application/problem+json` (RFC 9457); `type` ends with the name here.",
        "",
    ]
    parts += _table(("status", "type", "title"), _problems())
    parts += ["## Settings", "", "Environment variables; one that begins so and is not here is refused.", ""]
    parts += _table(("variable", "default", "meaning"), _settings())
    parts += ["## Commands", "", *_table(("command", "what it does"), _commands())]
    parts += [f"Exit codes: 0 for success; {_exit_codes()}.", ""]
    return "\n".join(parts).rstrip("\n") + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(each.replace('|', chr(92) + '|') for each in row)} |" for row in (head, *rows)]
    return [lines[0], "|---" * len(head) + "|", *lines[1:], ""]


def _first(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split()).replace("``", "`")


def _fields(shape: type[BaseModel], without: type[BaseModel] = BaseModel) -> list[str]:
    rows = (
        (f"`{field.alias or name}`", "" if field.is_required() else "optional", _first(field.description))
        for name, field in shape.model_fields.items()
        if name not in without.model_fields
    )
    return _table(("field", "", "meaning"), rows)


def _parameters(model: type[BaseModel]) -> list[str]:
    rows = (
        (f"`{field.alias or name}`", _default(field), _first(field.description))
        for name, field in model.model_fields.items()
    )
    return _table(("parameter", "default", "meaning"), rows)


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    return "" if value in (PydanticUndefined, None, "", ()) else f"`{value}`"


def _paths() -> list[tuple[str, str]]:
    documented = [each for router in ROUTERS for each in router.routes if isinstance(each, APIRoute)]
    told = [(next(iter(each.methods or ())), each) for each in documented if each.include_in_schema]
    return [(f"`{method} {each.path}`", f"{each.summary}. {_first(each.description)}") for method, each in told]


def _problems() -> list[tuple[str, str, str]]:
    rows = {(status, name, title) for status, name, title in PROBLEMS.values()}
    rows |= {(status, name, title) for status, (name, title) in HTTP_PROBLEMS.items()}
    return [(str(status), f"`{name}`", title) for status, name, title in sorted(rows)]


def _settings() -> list[tuple[str, str, str]]:
    return [
        (f"`{PREFIX}{name.upper()}`", f"`{field.default}`" if field.default != "" else "", _first(field.description))
        for name, field in Settings.model_fields.items()
    ]


def _commands() -> list[tuple[str, str]]:
    known = {each.name: each.callback for each in commands().registered_commands}
    return [(f"`claims {name}`", _first(known[name].__doc__ if known[name] else "")) for name in COMMANDS]


def _exit_codes() -> str:
    by_code: dict[int, list[str]] = {}
    for kind, code in EXIT_CODES.items():
        by_code.setdefault(code, []).append(kind.__name__)
    return "; ".join(f"{code} for {', '.join(names)}" for code, names in sorted(by_code.items()))


if __name__ == "__main__":
    (DOCS / "reference.md").write_text(reference())
    print("reference.md", file=sys.stderr)

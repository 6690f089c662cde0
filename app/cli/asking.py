"""Questions at the command line that are asked again until the answer fits the record's shapes."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, TypeAdapter, ValidationError
from rich.text import Text

from app.cli.showing import console, tell, wrapped
from app.core.errors import QueryInvalid
from app.core.query import nearest
from app.record.shapes import shape_faults

Model = TypeVar("Model", bound=BaseModel)
Check = Callable[[str], object]
"""Raises ``ValueError`` with what to do where an answer does not fit."""
SPARE = 12
"""Columns left for an answer beside its question."""


def ask(question: str, check: Check = str, default: str = "", *, required: bool = False) -> str:
    """The answer to ``question``; an empty one is ``default``, which is refused where it is empty but ``required``."""
    while True:
        asked = _folded(f"{question} [{default}]:" if default else f"{question}:")
        said = str(typer.prompt(asked, default=default, show_default=False, prompt_suffix=" ")).strip()
        _echo(said)
        try:
            if said:
                check(said)
            elif required:
                raise ValueError("something must stand here")
        except ValueError as error:
            said = str(error)
            tell(f"{said}{'' if said.endswith(('.', '?')) else '.'}", indent=2)
        else:
            return said


def confirm(question: str, *, default: bool) -> bool:
    """Yes or no."""
    said = typer.confirm(_folded(question), default=default)
    _echo("y" if said else "n")
    return said


def among(known: Collection[str], most: int = 1) -> Check:
    """Up to ``most`` words, with blanks between, each of them ``known``."""

    def check(answer: str) -> None:
        words = answer.split()
        for word in words:
            if word not in known:
                near = nearest(word, known)
                hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(list(known)[:10])}"
                raise ValueError(f"{word!r} is not known here; {hint}")
        if len(words) > most:
            raise ValueError("give one only")

    return check


def fits(model: type[BaseModel], name: str, taken: Collection[str] = ()) -> Check:
    """What may stand in the field ``name`` of ``model``, and is not ``taken``."""
    field = model.model_fields[name]
    shape: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])  # type: ignore[arg-type]

    def check(answer: str) -> None:
        if answer in taken:
            raise ValueError(f"{answer!r} is taken already")
        try:
            shape.validate_python(answer)
        except ValidationError as error:
            raise ValueError(next(said for _, said in shape_faults(error))) from None

    return check


def choose(question: str, words: Iterable[str], default: str) -> str:
    """One of ``words``."""
    known = list(words)
    # A plain string, since a prompt would tell the members of an enumeration once more.
    return ask(f"{question} ({', '.join(known)})", among(known), f"{default}")


def meant(kind: str, said: str, names: Mapping[str, str]) -> str | None:
    """The id that ``said`` means among ``names``, names by id; ``None`` where it is a new one."""
    if said in names:
        return said
    same = next((id_ for id_, name in names.items() if name.casefold() == said.casefold()), None)
    near = nearest(said, names)
    if same is None and near and confirm(f"There is no {kind} {said}. Do you mean {near[0]}?", default=True):
        return near[0]
    return same


def _folded(question: str) -> str:
    """``question``, in a terminal with lines broken at blanks where its edge would break words or leave no space."""
    shown = console()
    if not shown.is_terminal:
        return question
    return "\n".join(each.plain for each in wrapped(Text(question), shown.width - SPARE))


def _echo(said: str) -> None:
    """Write an answer from a pipe behind its question, as a terminal does by itself."""
    if not sys.stdin.isatty():
        typer.echo(said)


def built(model: type[Model], **fields: Any) -> Model:
    """A model of these fields, absent where ``None`` or empty. Raises :class:`~app.core.errors.QueryInvalid`."""
    with fitting(model.__name__.lower()):
        return model.model_validate({name: value for name, value in fields.items() if value not in (None, "", ())})


@contextmanager
def fitting(what: str) -> Iterator[None]:
    """Raises :class:`~app.core.errors.QueryInvalid` for the first field of ``what`` that does not fit its model."""
    try:
        yield
    except ValidationError as error:
        path, said = next(shape_faults(error))
        raise QueryInvalid(str(path[-1]) if path else what, f"{said}.") from None

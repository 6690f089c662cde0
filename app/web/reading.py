"""Raw query strings read into the models of :mod:`app.web.params`.

One parser for every door: what it refuses, it refuses in the same words wherever the request came in, and it lists all
that is wrong at once (``application/x-www-form-urlencoded`` as in the WHATWG URL standard, UTF-8 only).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, get_origin
from urllib.parse import unquote

from pydantic import BaseModel, ValidationError

from app.core.errors import ParametersInvalid, QueryInvalid
from app.core.query import nearest

MAX_PAIRS = 200
"""Most ``name=value`` pairs in one query string."""

Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], query_string: bytes) -> Model:
    """The parameters in a raw query string (``application/x-www-form-urlencoded``, UTF-8).

    Raises :class:`~app.core.errors.ParametersInvalid` with every parameter that is unknown, repeated or malformed.
    """
    if not query_string:
        made: Model = _defaults(model)
        return made
    many = _takes_many(model)
    given: dict[str, Any] = {}
    errors: list[QueryInvalid] = []
    for name, value in _pairs(query_string):
        if not value and name in many and name != "id":
            continue  # A form sends every field, also those that were left empty; none has one for ids.
        several = many.get(name)
        if several is None:
            errors.append(_unknown(name[:100], many))
        elif name not in given:
            given[name] = [value] if several else value
        elif several:
            given[name].append(value)
        else:
            errors.append(QueryInvalid(name, "This parameter takes one value and was given several."))
    parsed: Model | None = None
    try:
        parsed = model.__pydantic_validator__.validate_python(given)
    except ValidationError as error:
        errors += [_in_words(model, each) for each in error.errors(include_url=False)]
    if errors or parsed is None:
        raise ParametersInvalid(list({(each.parameter, each.message): each for each in errors}.values()))
    return parsed


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    try:
        text = query_string.decode("ascii")
        fields = text.split("&")
        if len(fields) > MAX_PAIRS:
            raise ParametersInvalid([QueryInvalid("query", f"It has more than {MAX_PAIRS} parameters.")])
        pairs = [each.partition("=") for each in fields if each]
        if "%" in text or "+" in text:
            return [(unquoted(name), unquoted(value)) for name, _, value in pairs]
        return [(name, value) for name, _, value in pairs]
    except UnicodeDecodeError:
        raise ParametersInvalid([QueryInvalid("query", "It is not percent-encoded UTF-8.")]) from None


def unquoted(text: str) -> str:
    """A name or value as it was before it was written into a query string. Raises ``UnicodeDecodeError``."""
    if "+" in text:
        text = text.replace("+", " ")
    return unquote(text, errors="strict") if "%" in text else text


def _unknown(name: str, known: Mapping[str, bool]) -> QueryInvalid:
    """What to write instead of a parameter that there is not: as other APIs call it, or nearly what it is called."""
    meant = next((ours for ours, theirs in _ELSEWHERE.items() if name.lower() in theirs and ours in known), "")
    hint = f" {_PAGING}" if meant in ("limit", "cursor") else ""
    return QueryInvalid(name, f"There is no such parameter.{hint}", (meant,) if meant else nearest(name, known))


_PAGING = "A page has `limit` items; `next` of the response leads to the one after it."
_ELSEWHERE = {
    "limit": ("per_page", "perpage", "page_size", "pagesize", "size", "count", "first", "take", "top", "rows"),
    "cursor": ("page", "offset", "skip", "start", "after", "page_token"),
    "q": ("search", "query", "text", "term", "keyword", "keywords", "s"),
}
"""What parameters are called elsewhere."""


@cache
def _defaults(model: type[BaseModel]) -> Any:
    """The parameters where none is given, made once: they are frozen."""
    return model()


@cache
def _takes_many(model: type[BaseModel]) -> Mapping[str, bool]:
    return {field.alias or name: get_origin(field.annotation) is tuple for name, field in model.model_fields.items()}


def _in_words(model: type[BaseModel], error: Any) -> QueryInvalid:
    name = str(error["loc"][0])
    given = str(error["input"])
    match error["type"]:
        case "enum":
            field = next(each for key, each in model.model_fields.items() if (each.alias or key) == name)
            known = [str(member) for member in field.annotation.__args__[0]]  # type: ignore[union-attr]
            parts = given.split(",")
            if len(parts) > 1 and set(parts) <= set(known):
                again = "&".join(f"{name}={part}" for part in parts)
                return QueryInvalid(name, f"One value each; repeat the parameter for OR: {again}.")
            return QueryInvalid(name, f"{given[:100]!r} is none of {', '.join(known)}.", nearest(given, known))
        case "value_error":
            return QueryInvalid(name, f"{error['ctx']['error']}.", getattr(error["ctx"]["error"], "near", ()))
        case "string_pattern_mismatch":
            return QueryInvalid(name, f"{given[:100]!r} has a character that cannot stand here.")
        case _:
            return QueryInvalid(name, f"{error['msg']}, not {given[:100]!r}.")

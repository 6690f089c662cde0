"""Schemas as generators and judges of OpenAPI need them: closed, bounded, and without what is never sent.

Pydantic writes what a model accepts. An answer is narrower: an absent field is left out rather than null, and a field
with a default is always there. Bounds that no model states are those that this server keeps in any case.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_MOST_ITEMS = 100_000
_LONGEST = 100_000
_LARGEST = 2**31 - 1


WORDS = {
    "about": "Entities that the claim is about, by id.",
    "aliases": "Other names, by which it is searched too.",
    "attribution": "One sentence with the sources, the relays, and every denial or answer.",
    "caused_by": "Statements that began or ceased to count that day, by id.",
    "claims": "How many claims there are of it.",
    "condition": "When the row holds.",
    "contested_by": "Statements that speak against the status, by id.",
    "count": "How many claims have the value.",
    "date": "The day of the change.",
    "date_edtf": "That day as precisely as the statement that brought the change is dated.",
    "decided_by": "Statements that decided the status, by id.",
    "description": "What it is, in a sentence or two.",
    "documents": "How many documents there are.",
    "end": "Where the passage ends, one past its last code point.",
    "entities": "How many entities there are.",
    "explanation": "The rule's reason, in words.",
    "items": "What is on this page, in order.",
    "language": "BCP 47 tag of the language.",
    "name": "The name that people read.",
    "note": "A remark of the record's editors.",
    "outcome": "Whether your copy has the passage: at its place, elsewhere, more than once, or not at all.",
    "passages": "The passages, by reference.",
    "pending": "Undated statements that do not count yet, by id.",
    "position": "Which row of the rule it is, from 1.",
    "publisher": "Who published it.",
    "quantities": "Numbers that the claim is about.",
    "related": "Claims that it bears on, and how.",
    "role": "What the source is or was.",
    "rule": "Row of the rule that decided.",
    "same_as": "The same thing elsewhere, by URL.",
    "section": "Heading of the section in which the passage stands.",
    "sources": "How many sources there are.",
    "statements": "Everybody's word on the claim.",
    "status": "The one word for it.",
    "text": "The claim in words of our own.",
    "title": "The title.",
    "topics": "Topics under which it is filed.",
    "url": "Where it is, relative to this server.",
    "value": "The value.",
}
"""Descriptions of fields that their model leaves to the name."""


def complete(schema: Schema) -> None:
    """Finish a model's schema, and all within it, in place."""
    for name, field in schema.get("properties", {}).items():
        field.pop("title", None)
        if name in WORDS:
            field.setdefault("description", WORDS[name])
        if "default" in field:
            if field.pop("default") is None:
                _without_null(field)
            else:
                schema["required"] = sorted({*schema.get("required", ()), name})
    for each in _within(schema):
        bound(each)


def bound(schema: Schema) -> None:
    """Give one schema the bounds that it lacks."""
    _merge_null(schema)
    match schema.get("type"):
        case "array" | ["array", "null"]:
            schema.setdefault("minItems", 0)
            schema.setdefault("maxItems", _MOST_ITEMS)
        case "integer":
            schema.setdefault("minimum", 0)
            schema.setdefault("maximum", _LARGEST)
            schema.setdefault("format", "int32")
        case "string" | ["string", "null"] if "enum" not in schema and "const" not in schema:
            _bound_string(schema)
    if "$ref" in schema and len(schema) > 1:
        schema["allOf"] = [{"$ref": schema.pop("$ref")}]


def some_fields(schema: Schema) -> Schema:
    """The schema of a model of which a reader may choose some fields."""
    return {name: value for name, value in schema.items() if name != "required"} | {
        "title": "ClaimFields",
        "description": "Those fields of a claim that were asked for by `fields`.",
    }


def _bound_string(schema: Schema) -> None:
    if schema.get("format") == "date":
        schema.setdefault("maxLength", 10)
        return
    schema.setdefault("minLength", 0)
    schema.setdefault("maxLength", _LONGEST)
    schema.setdefault("pattern", r"^\S*$" if "format" in schema else r"^[\s\S]*$")


def _without_null(schema: Schema) -> None:
    choices = [each for each in schema.pop("anyOf", []) if each.get("type") != "null"]
    if len(choices) == 1:
        schema |= {name: value for name, value in choices[0].items() if name not in schema}
    elif choices:
        schema["anyOf"] = choices


def _merge_null(schema: Schema) -> None:
    choices = schema.get("anyOf", [])
    others = [each for each in choices if each.get("type") != "null"]
    if len(others) == 1 and len(choices) == 2 and others[0].get("type") == "string":
        del schema["anyOf"]
        schema |= others[0] | {"type": ["string", "null"]}


def _within(schema: Any) -> Iterator[Schema]:
    """Every schema in ``schema``, itself first."""
    if isinstance(schema, list):
        for each in schema:
            yield from _within(each)
    elif isinstance(schema, dict):
        yield schema
        for name in ("items", "additionalProperties", "anyOf", "allOf"):
            yield from _within(schema.get(name))
        for each in schema.get("properties", {}).values():
            yield from _within(each)

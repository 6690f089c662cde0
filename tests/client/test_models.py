"""The client's models against the server's, and against a server that is newer."""

from typing import Any

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter

from app.core.status import Verdict
from app.record import anchors, lists, matching, served, supposing
from claims_client import ClaimsClient, answers, models
from tests.running import ferries, serving_record
from tests.wire import Wire

SHAPES: dict[type[BaseModel], Any] = {
    models.Claim: served.ServedClaim,
    models.ClaimList: lists.ClaimList,
    models.Coverage: lists.Coverage,
    models.Dataset: lists.Dataset,
    models.Document: lists.ServedDocument,
    models.Entity: lists.ServedEntity,
    models.Impact: lists.Impact,
    models.Moment: lists.Moment,
    models.Source: lists.ServedSource,
    models.SourcingKind: lists.SourcingKind,
    models.StatusRow: lists.StatusRow,
    models.Topic: lists.ServedTopic,
    models.Transition: served.Transition,
    models.Verdict: Verdict,
    answers.Verified: anchors.Verified,
    answers.Match: matching.Match,
    answers.MatchedSentence: matching.MatchedSentence,
    answers.Standing: supposing.Standing,
    answers.Supposed: supposing.Supposed,
}


def bare(schema: Any, definitions: dict[str, Any]) -> Any:
    """A JSON Schema down to fields, types and words; a list of words is the same whether it is open or closed."""
    match schema:
        case {"$ref": name}:
            told = bare(definitions[name.rpartition("/")[2]], definitions)
        case {"anyOf": [{"enum": words}, {"type": "string"}]} | {"enum": words}:
            told = tuple(words)
        case {"anyOf": [{"type": "number"}, {"type": "integer"}] | [{"type": "integer"}, {"type": "number"}]}:
            told = "number"  # JSON has one sort of number
        case {"anyOf": choices}:
            told = sorted((bare(each, definitions) for each in choices), key=str)
        case {"items": items}:
            told = [bare(items, definitions)]
        case {"properties": properties}:
            told = {name: bare(each, definitions) for name, each in properties.items()}, set(schema["required"])
        case {"additionalProperties": dict(values)}:
            told = {"any": bare(values, definitions)}
        case {"format": "date"}:
            told = "date"
        case _:
            told = schema["type"]
    return told


def fields(shape: Any) -> Any:
    schema = TypeAdapter(shape).json_schema()
    return bare(schema, schema.get("$defs", {}))


@pytest.mark.parametrize("model", SHAPES, ids=lambda model: model.__name__)
def test_a_model_has_the_fields_and_words_of_the_servers(model: type[BaseModel]):
    assert fields(model) == fields(SHAPES[model])


def test_every_model_is_compared():
    reached = {each.__name__ for each in models.Model.__subclasses__()} - {"Page", "Problem"}
    inside = {"Quantity", "Statement", "Relation", "FacetValue", "TextInfo", "Passage", "ParameterError"}
    assert reached | {"ClaimList"} == {each.__name__ for each in SHAPES} | inside


def newer(given: Any) -> Any:
    """An answer of a server that has learned new fields and new words."""
    if isinstance(given, list):
        return [newer(each) for each in given]
    if not isinstance(given, dict):
        return given
    words = {"status", "sourcing", "kind", "stance", "date_basis", "relation"} & given.keys()
    maps = {name: given[name] for name in {"standing", "downloads"} & given.keys()}
    return {name: newer(each) for name, each in given.items()} | dict.fromkeys(words, "novel") | {"mood": "fine"} | maps


def test_new_fields_are_kept_and_new_words_are_read():
    with serving_record(ferries()) as url:
        answers = [newer(httpx.get(f"{url}/{path}").json()) for path in ("claims", "sources", "dataset")]
    with ClaimsClient(transport=Wire(*(httpx.Response(200, json=each) for each in answers))) as client:
        page, sources, dataset = client.find(), list(client.sources()), client.dataset()
    (claim, *_), (statement, *_) = page.items, page.items[0].statements
    assert {claim.status, claim.basis.status, claim.kind, statement.stance, sources[0].kind} == {"novel"}
    assert all(each.model_extra == {"mood": "fine"} for each in (page, claim, statement, sources[0], dataset))
    assert page.model_dump(mode="json", exclude_none=True) == without_none(answers[0])


def without_none(given: Any) -> Any:
    if isinstance(given, list):
        return [without_none(each) for each in given]
    if isinstance(given, dict):
        return {name: without_none(each) for name, each in given.items() if each is not None}
    return given

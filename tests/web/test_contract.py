"""The OpenAPI document against a validator and against the service; ``checks/judges/run`` asks more of both."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests import running
from tests.web.asking import ask, run, serving

CONFIG = Path(__file__).parents[2] / "checks" / "judges" / "schemathesis.toml"
DOCUMENT: dict[str, Any] = run(ask(serving(), "/openapi.json")).json


def test_the_document_is_openapi():
    validate(DOCUMENT)


def test_every_operation_answers_as_it_is_documented(tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    phases = ["--phases", "examples,coverage,fuzzing", "--max-examples", "6", "--generation-deterministic"]
    patience = ["--request-timeout", "120", "--suppress-health-check", "all", "--no-color"]
    with running.serving(serving()) as url:
        done = subprocess.run(
            [*command, f"{url}/openapi.json", *phases, *patience],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout
    assert f"Selected: {len(OPERATIONS)}/{len(OPERATIONS)}" in done.stdout


OPERATIONS = [(path, operation) for path, operations in DOCUMENT["paths"].items() for operation in operations.values()]
of_each = pytest.mark.parametrize(
    ("path", "operation"), OPERATIONS, ids=[operation["operationId"] for _, operation in OPERATIONS]
)

IDS = {
    "listSources", "getSource", "getSourceImpact", "listDocuments", "getDocument", "getCoverage", "listEntities",
    "listTopics", "listStatuses", "listSourcings", "getDataset", "getSchema", "getContext", "getLanding", "listClaims",
    "getClaim", "getClaimTimeline", "listTransitions", "verifyText", "getLiveness", "getReadiness",
    "askWhatIf", "matchText",
}  # fmt: skip


def test_the_ids_of_operations_are_those_that_were_promised():
    assert {operation["operationId"] for _, operation in OPERATIONS} == IDS


@of_each
def test_every_operation_has_words_and_a_tag_and_every_parameter_has_words(path, operation):
    assert operation["summary"]
    assert operation["description"]
    assert len(operation["tags"]) == 1
    for each in operation["parameters"]:
        assert each["description"]


@of_each
def test_every_operation_lists_the_problems_that_can_meet_it_and_no_others(path, operation):
    listed = set(operation["responses"])
    assert {"200", "400", "default"} <= listed
    assert ("404" in listed) == ("{" in path)
    assert listed & {"413", "415"} == ({"413", "415"} if "requestBody" in operation else set())
    assert ("304" in listed) == ("requestBody" not in operation and not path.startswith("/health"))


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_every_schema_is_described_and_so_is_each_of_its_fields(name):
    schema = DOCUMENT["components"]["schemas"][name]
    assert schema.get("description") or "enum" in schema
    for field in schema.get("properties", {}).values():
        assert field.get("description") or "$ref" in field


@of_each
def test_every_operation_and_each_of_its_problems_has_an_example_that_its_schema_allows(path, operation):
    for code, response in operation["responses"].items():
        contents = {name: each for name, each in response.get("content", {}).items() if "schema" in each}
        assert len(contents) == (code != "304")
        # The JSON Schema of a record is its own example, and its references would be taken for the document's.
        for content in contents.values() if path != "/schema/claims.json" or code != "200" else ():
            schema = content["schema"] | {"components": DOCUMENT["components"]}
            Draft202012Validator(schema).validate(content["example"])
            if code != "200":
                assert content["example"]["status"] == (406 if code == "default" else int(code))


def test_schemas_bear_the_names_of_what_is_served():
    schemas = DOCUMENT["components"]["schemas"]
    assert {"Claim", "ClaimList", "Source", "Document", "Statement", "Problem"} <= schemas.keys()
    assert not any(name.startswith("Served") for name in schemas)


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_only_requests_are_closed_to_new_fields_and_responses_hold_no_null_where_a_field_is_absent(name):
    schema = DOCUMENT["components"]["schemas"][name]
    closed = name in {"WhatIf", "NewStatement"}
    assert (schema.get("additionalProperties") is False) == closed
    for field, each in schema.get("properties", {}).items():
        assert closed or field in schema["required"] or {"type": "null"} not in each.get("anyOf", [])


@pytest.mark.parametrize("name", ["Claim", "Source", "Document", "Entity", "Topic", "Statement"])
def test_ids_are_plain_strings_with_an_example_of_the_record(name):
    id_ = DOCUMENT["components"]["schemas"][name]["properties"]["id"]
    assert id_.keys() == {"type", "description", "examples"}
    assert id_["type"] == "string"

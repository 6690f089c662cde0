"""The OpenAPI document against a validator and against the service; ``checks/judges/run`` asks more of both."""

import subprocess
import sys
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests import running
from tests.web.asking import ask, run, serving

DOCUMENT: dict[str, Any] = run(ask(serving(), "/openapi.json")).json


def test_the_document_is_openapi():
    validate(DOCUMENT)


def test_every_operation_answers_as_it_is_documented(tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "run"]
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

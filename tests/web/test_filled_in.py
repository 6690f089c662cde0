"""What Swagger UI fills in before anything is typed: ids of the served record into paths, and nothing that filters."""

from typing import Any

import pytest
from starlette.types import ASGIApp

from app.core.model import Record
from tests import records
from tests.running import store_of
from tests.web.asking import ask, run, serving

SERVICES = {
    "the essay": serving(),
    "the ferries": serving(store_of(Record.model_validate(records.record()))),
}
UNFILTERED = {"limit": (20, 100), "sort": ("document",)}
"""Defaults that leave no claim out."""

of_each_record = pytest.mark.parametrize("app", SERVICES.values(), ids=SERVICES)


def parameters(app: ASGIApp) -> list[tuple[str, dict[str, Any]]]:
    """Path and parameter, for every parameter in the document of a service."""
    document = run(ask(app, "/openapi.json")).json
    return [
        (path, each)
        for path, operations in document["paths"].items()
        for operation in operations.values()
        for each in operation["parameters"]
    ]


@of_each_record
def test_no_optional_parameter_is_filled_in_with_what_would_filter(app: ASGIApp):
    optional = [each for _, each in parameters(app) if not each.get("required")]
    assert {"q", "status", "as_of", "document", "format"} <= {each["name"] for each in optional}
    for each in optional:
        schemas = (each, each["schema"], each["schema"].get("items", {}))
        assert not any({"example", "examples"} & schema.keys() for schema in schemas), each
        defaults = [schema["default"] for schema in schemas if "default" in schema]
        assert set(defaults) <= set(UNFILTERED.get(each["name"], ())), each


@of_each_record
def test_every_parameter_of_a_path_is_filled_in_with_an_id_of_the_served_record(app: ASGIApp):
    required = [(path, each) for path, each in parameters(app) if each["in"] == "path"]
    assert {each["name"] for _, each in required} == {"claim_id", "source_id", "document_id"}
    for path, each in required:
        asked = path.format(**{each["name"]: each["example"]})
        assert run(ask(app, asked)).status == (405 if asked.endswith("/what-if") else 200)


def test_the_records_fill_in_different_ids():
    filled = [{each["example"] for _, each in parameters(app) if each["in"] == "path"} for app in SERVICES.values()]
    assert filled[0].isdisjoint(filled[1])

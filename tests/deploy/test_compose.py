"""deploy/compose.yaml, as far as it can be held to the code without an engine."""

from typing import Any

import pytest
import typer
import yaml

from app.cli import commands
from app.settings import PREFIX, Settings
from tests.deploy.cluster import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
OURS = [name for name, each in COMPOSE["services"].items() if each["image"] == "claims-api"]


def test_our_services_are_the_import_and_two_replicas() -> None:
    assert OURS == ["import", "replica-1", "replica-2"]


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_one_that_the_command_line_takes(name: str) -> None:
    command, *arguments = COMPOSE["services"][name]["command"]
    group = typer.main.get_command(commands([command]))
    known = group.commands[command] if hasattr(group, "commands") else group
    assert known.make_context(command, list(arguments)).params


@pytest.mark.parametrize("name", OURS)
def test_each_setting_is_one_that_there_is(name: str) -> None:
    environment = COMPOSE["services"][name]["environment"]
    given = {key.removeprefix(PREFIX).lower(): value for key, value in environment.items() if key.startswith(PREFIX)}
    assert Settings(**given).model_fields_set == set(given)


def test_replicas_share_one_public_address() -> None:
    addresses = {COMPOSE["services"][name]["environment"]["CLAIMS_PUBLIC_URL"] for name in OURS[1:]}
    assert len(addresses) == 1


def test_what_is_mounted_is_there_and_what_is_kept_is_declared() -> None:
    mounts = [each.split(":")[0] for service in COMPOSE["services"].values() for each in service.get("volumes", [])]
    for source in mounts:
        assert (ROOT / "deploy" / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], source


def test_whoever_asks_the_database_has_its_password() -> None:
    services = COMPOSE["services"]
    password = services["database"]["environment"]["POSTGRES_PASSWORD"]
    assert password.startswith("${CLAIMS_DATABASE_PASSWORD:?")
    assert {services[name]["environment"]["PGPASSWORD"] for name in OURS} == {password}

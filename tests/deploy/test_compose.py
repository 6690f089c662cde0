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
    environment = COMPOSE["services"][name].get("environment", {})
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
    assert services["database"]["environment"]["CLICKHOUSE_PASSWORD"].startswith("${CLAIMS_DATABASE_PASSWORD:?")
    url = "clickhouse://claims:${CLAIMS_DATABASE_PASSWORD}@database:8123/claims"
    assert [services[name]["command"][-1] for name in OURS] == [url] * 3


def test_each_server_of_the_cluster_has_a_place_and_the_cluster_names_each() -> None:
    directory = ROOT / "deploy" / "clickhouse"
    services = yaml.safe_load((directory / "compose.yaml").read_text())["services"]
    cluster = yaml.safe_load((directory / "cluster.yaml").read_text())
    places = {
        name: (each["environment"]["SHARD"], each["environment"]["REPLICA"])
        for name, each in services.items()
        if "SHARD" in each.get("environment", {})
    }
    shards = cluster["remote_servers"]["claims"]["shard"]
    named = [[replica["host"] for replica in shard["replica"]] for shard in shards]
    assert named == [["shard-1-1", "shard-1-2"], ["shard-2-1", "shard-2-2"]]
    assert places == {name: tuple(name.split("-")[1:]) for hosts in named for name in hosts}
    url = services["import"]["command"][-1]
    assert url.endswith("/claims?cluster=claims")
    assert services["server"]["command"][-1] == url

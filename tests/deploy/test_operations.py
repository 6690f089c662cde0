"""The runbook, the dashboard and the units speak of what there is."""

import configparser
import json
import re
from pathlib import Path

import pytest

from app.settings import PREFIX, Settings
from app.web import create_app
from app.web.metrics import Metrics
from tests.web.asking import ask, essay_store

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/runbook.md").read_text("utf-8")
DASHBOARD = (ROOT / "deploy/grafana-dashboard.json").read_text("utf-8")


@pytest.fixture
async def told() -> set[str]:
    """The name of every series that a scrape brings."""
    app = create_app(essay_store(), Settings(), metrics=Metrics(essay_store()))
    await ask(app, "/claims")
    lines = (await ask(app, "/metrics")).body.decode().splitlines()
    return {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")}


@pytest.mark.anyio
@pytest.mark.parametrize("text", [RUNBOOK, DASHBOARD], ids=["runbook", "dashboard"])
async def test_every_series_that_is_named_is_served(text: str, told: set[str]) -> None:
    named = set(re.findall(r"\b(?:claims|process)_[a-z_]+[a-z]\b", text))
    assert named - told == set()
    assert named


def test_every_setting_that_the_runbook_names_is_one() -> None:
    named = {each.removeprefix(PREFIX).lower() for each in re.findall(r"CLAIMS_[A-Z_]*[A-Z]", RUNBOOK)}
    assert named - set(Settings.model_fields) == set()


def test_every_file_that_the_runbook_points_to_is_there() -> None:
    for target in re.findall(r"\]\((\.\./[^)#]+)\)", RUNBOOK):
        assert (ROOT / "docs" / target).exists(), target


def test_no_two_panels_of_the_dashboard_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD)["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


def test_the_unit_waits_longer_than_the_server_drains() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy/claims.service")
    assert int(unit["Service"]["TimeoutStopSec"]) > Settings().drain_seconds
    assert int(unit["Service"]["LimitNOFILE"]) >= 4096

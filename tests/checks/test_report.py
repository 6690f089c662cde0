"""The report says what was measured: medians, targets met and missed, who was left out and why."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.store.memory import compile_edition
from checks.benchmarks import records
from checks.benchmarks.figures import Figures, read, wanted
from checks.benchmarks.report import write_report
from checks.benchmarks.workloads import questions

MACHINE = {"cpu": "a processor", "cores": 2, "python": "3.11", "day": "2023-02-21"}


def measured(cpu: float) -> dict[str, float]:
    return {"cpu": cpu, "rate": 1e6 / cpu, "p50": cpu, "p99": 3 * cpu, "bytes": 100}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    path = tmp_path / "results.json"
    rounds = [{"ceiling": {"W1": measured(18)}, "hot": {"W1": measured(cpu)}} for cpu in (25, 20, 19)]
    parties = {
        "ceiling": {"label": "bytes", "start": 0.5, "start_cpu": 0.4, "memory": {"rss": 30.0}},
        "hot": {"label": "ours", "failed": {"W2": "gave no answer"}},
        "naive": {"label": "a list", "absent": "not asked beyond 10 claims"},
    }
    path.write_text(json.dumps({"size": 100, "machine": MACHINE, "parties": parties, "rounds": rounds}))
    return path


def test_a_figure_is_the_median_of_its_rounds(results):
    assert Figures(results).median("hot", "W1") == 20
    assert Figures(results).spread("hot", "W1") == (19, 25)


def test_a_target_is_judged_by_the_ratio_of_medians_and_left_open_where_nothing_was_measured(results):
    lines = {each.what: each for each in wanted(read([results]))}
    assert lines["hot W1 against the ceiling at 100"].found == pytest.approx(18 / 20)
    assert lines["hot W1 against the ceiling at 100"].met is True
    assert lines["hot W4 against the ceiling at 100"].met is None


def test_the_report_tells_who_was_left_out_and_what_failed(results, tmp_path):
    text = write_report([results], tmp_path)
    assert "- naive: not asked beyond 10 claims" in text
    assert "- hot, W2: gave no answer" in text
    assert (tmp_path / "benchmarks.md").read_text() == text + "\n"


def test_the_chart_is_a_picture_with_a_line_for_each_party_that_was_measured(results, tmp_path):
    write_report([results], tmp_path)
    picture = ET.fromstring((tmp_path / "benchmarks.svg").read_text())
    names = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert names.count("ceiling") == 1
    assert "nginx" not in names


def test_the_questions_are_different_ones_and_the_same_in_every_run():
    edition = compile_edition(records.header(100), records.claims(100), 1_700_000_000)
    asked = questions(edition)
    assert asked == questions(edition)
    assert all(len(set(each)) == len(each) > 0 for each in asked.values())

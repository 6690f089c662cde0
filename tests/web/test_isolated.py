"""Text of a record that orders what browsers show: it orders itself alone."""

import pytest

from app.core.model import Record
from tests import records
from tests.web.asking import ask, holding, run, serving

OVERRIDE = "\u202e"


@pytest.fixture
def page():
    given = records.record()
    given["claims"][0]["text"] = f"Norland {OVERRIDE}lent ferries."
    claim = given["claims"][0]["id"]
    app = serving(holding(Record.model_validate(given)))
    return lambda target: run(ask(app, target.format(claim), headers={"accept": "text/html"})).body.decode()


@pytest.mark.parametrize("target", ["/claims", "/claims/{}", "/"])
def test_an_override_in_a_claim_ends_with_the_claim(page, target):
    shown = page(target)
    assert OVERRIDE in shown
    for part in shown.split(OVERRIDE)[:-1]:
        assert part.rfind("\u2068") > part.rfind("\u2069")

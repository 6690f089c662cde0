"""A few of the oracle's questions; ``python -m checks.judges.oracle 60`` asks many."""

import pytest

from tests.web.asking import essay, serving
from tests.web.oracle import Oracle


@pytest.mark.parametrize("number", range(150))
def test_a_random_question_is_answered_as_its_plain_meaning_says(number):
    oracle = Oracle(essay(), serving(), seed=number)
    assert list(oracle.differences(oracle.question())) == []

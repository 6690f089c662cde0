"""Tests of the stores; :mod:`tests.store.contract` is what all of them must pass."""

import pytest

# Not themselves files of tests, so pytest would not explain their assertions otherwise.
pytest.register_assert_rewrite("tests.store.contract", "tests.store.edges", "tests.store.meaning")

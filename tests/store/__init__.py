"""Tests of the stores; :mod:`tests.store.contract` is what all of them must pass."""

import pytest

# Not itself a file of tests, so pytest would not explain its assertions otherwise.
pytest.register_assert_rewrite("tests.store.contract")

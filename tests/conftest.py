"""What every test may ask for by name, and how hypothesis draws."""

import pytest
from hypothesis import HealthCheck, settings

from app.core.model import Record
from tests import records

# No deadline and no complaint about slow drawing: a busy machine fails no test. Derandomized: a run repeats the last
# one. `pytest --hypothesis-profile=default` draws afresh.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, which is what the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def record() -> Record:
    """The small record of :mod:`tests.records`, as models; its makers give others."""
    return Record.model_validate(records.record())

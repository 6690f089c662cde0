"""What every test may ask for by name."""

import pytest

from app.core.model import Record
from tests import records


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, which is what the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def record() -> Record:
    """The small record of :mod:`tests.records`, as models; its makers give others."""
    return Record.model_validate(records.record())

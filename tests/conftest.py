"""What every test may ask for by name, which of them are slow, and how hypothesis draws."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from app.core.model import Record
from tests import records

# No deadline and no complaint about slow drawing: a busy machine fails no test. Derandomized: a run repeats the last
# one. `pytest --hypothesis-profile=default` draws afresh.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

HERE = Path(__file__).parent
SLOW = {
    *("browser", "deploy/test_nginx.py", "docs/test_documents.py"),
    *("checks/test_harness.py", "cli/test_serve.py", "cli/test_terminal.py", "server"),
    *("cli/test_import.py", "store/test_postgres.py"),
    *("core/test_rules_oracle.py", "web/test_oracle.py"),
}
"""Directories and files that take a browser, a program of another make, a terminal or a server of their own, a
database, or every case there is.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.relative_to(HERE)
        if not SLOW.isdisjoint(map(str, (path, *path.parents))):
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Lets programs that tests start keep what they compile, also where the environment forbids it in the tree.

    There are hundreds, and each would compile the application anew.
    """
    with TemporaryDirectory() as kept, pytest.MonkeyPatch.context() as patch:
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):
            patch.delenv("PYTHONDONTWRITEBYTECODE")
            patch.setenv("PYTHONPYCACHEPREFIX", kept)
        yield


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, which is what the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def record() -> Record:
    """The small record of :mod:`tests.records`, as models; its makers give others."""
    return Record.model_validate(records.record())

"""What every test may ask for by name, which of them are slow, and how hypothesis draws."""

import os
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from app.core.model import Record
from tests import records

# No deadline and no complaint about slow drawing: a busy machine fails no test. Derandomized: a run repeats the last
# one. `pytest --hypothesis-profile=default` draws afresh.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

SLOW = {
    "tests/browser",
    "tests/checks/test_harness.py",
    "tests/cli/test_import.py",
    "tests/cli/test_serve.py",
    "tests/cli/test_terminal.py",
    "tests/core/test_rules_oracle.py",
    "tests/deploy/test_nginx.py",
    "tests/docs/test_documents.py",
    "tests/server",
    "tests/store/test_clickhouse.py",
    "tests/store/test_clickhouse_server.py",
    "tests/store/test_sqlite.py::TestSqliteEditionMadeByProcesses",
    "tests/store/test_sqlite.py::test_a_large_record_is_indexed_by_a_process_of_its_own",
    "tests/store/test_sqlite.py::test_damage_anywhere_is_an_error_and_never_a_wrong_answer",
    "tests/store/test_sqlite.py::test_faults_that_a_process_of_its_own_finds_are_those_that_this_one_finds",
    "tests/store/test_sqlite.py::test_faults_that_several_processes_find_are_those_that_one_finds",
    "tests/store/test_sqlite.py::test_processes_make_the_same_file_as_one",
    "tests/store/test_sqlite.py::test_workers_that_start_together_index_once",
    "tests/web/test_contract.py::test_every_operation_answers_as_it_is_documented",
    "tests/web/test_oracle.py",
}
"""Node ids of what takes a browser, a terminal, a database, another program, processes of its own, or every case there
is.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(each.nodeid in SLOW for each in item.listchain()):
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Lets programs that tests start keep what they compile, also where the environment forbids it in the tree.

    There are hundreds, and each would compile the application anew.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as kept, pytest.MonkeyPatch.context() as patch:
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

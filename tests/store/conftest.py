"""What all tests of stores share."""

import pytest

from app.record import files


@pytest.fixture(autouse=True)
def nothing_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test outlives a loss of power, and a busy disk takes seconds to say that a file is on it."""
    monkeypatch.setattr(files, "make_durable", lambda path: None)

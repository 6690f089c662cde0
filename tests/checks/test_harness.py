"""The quick part of the harnesses; ``python -m checks.harness`` runs the whole."""

import pytest

from checks.harness import ending, probes, reloading, sockets, steps
from checks.harness.files import injuries
from checks.harness.running import Report

SOME = {
    "cut in the middle",
    "invalid UTF-8",
    "200000 arrays deep",
    "half of the claims and one lost",
    "removed",
    "a named pipe",
    "an endless device",
    "8 GB of nothing",
    "written within a tick of the clock",
    "a link to an older file",
}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a busy machine take its time: the programs hold the server to seconds, the tests to what it does."""
    monkeypatch.setattr(reloading, "SEEN_WITHIN", 120)
    monkeypatch.setattr(sockets, "ANSWERED_WITHIN", 60)
    monkeypatch.setattr(sockets, "CLOSED_WITHIN", 120)


def quiet(report: Report) -> None:
    assert not report.wrong, str(report)
    assert report.done


def test_a_spoilt_file_is_refused_and_a_good_one_seen_while_readers_poll() -> None:
    some = [each for each in injuries() if each.name in SOME]
    assert len(some) == len(SOME)
    quiet(reloading.run(some))


# A step may fail while a generator is being closed, where Python can only report it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_step_of_a_reload_that_fails_spoils_nothing() -> None:
    quiet(steps.run(stride=200))


def test_the_wire_is_answered_as_the_rfcs_say() -> None:
    quiet(probes.run())


def test_busy_clients_are_neither_reset_nor_cut_short_at_the_end() -> None:
    quiet(ending.run(times=2, clients=8))


@pytest.mark.parametrize("slow", [sockets.HalfALine])
def test_half_open_sockets_do_not_keep_others_from_being_answered(slow: type[sockets.Slow]) -> None:
    quiet(sockets.run([slow]))

"""Every command's answers, kept word for word in ``golden/``; see :mod:`tests.cli.sessions`."""

from collections.abc import Callable, Iterator

import pytest

from app.cli import COMMANDS
from tests.cli.sessions import GOLDEN, a_place_to_run, commands

SESSIONS = {path.stem: path.read_text() for path in sorted(GOLDEN.glob("*.txt"))}


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[[str], str]]:
    """What a command line answers."""
    with a_place_to_run() as each:
        yield each


@pytest.mark.parametrize(
    ("session", "line"), [(name, line) for name, text in SESSIONS.items() for line in commands(text)]
)
def test_a_command_answers_what_it_answered_before(run: Callable[[str], str], session: str, line: str):
    kept = f"{SESSIONS[session]}\n$ ".split(f"$ {line}\n", 1)[1].split("\n$ ", 1)[0].rstrip("\n")
    assert run(line).rstrip("\n") == kept


def test_every_command_has_a_session_and_shows_an_example():
    assert {name for name in COMMANDS if name not in SESSIONS} <= {"serve", "mcp"}
    for name in COMMANDS:
        assert f"$ claims {name} --help" in SESSIONS["help"] or name == "serve", name
    assert SESSIONS["help"].count("Example: claims ") == SESSIONS["help"].count("--help\n") - 0

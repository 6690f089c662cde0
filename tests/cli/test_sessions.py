"""Every command's answers, kept word for word in ``golden/``; see :mod:`tests.cli.sessions`."""

import pytest

from app.cli import COMMANDS
from tests.cli.sessions import GOLDEN, session

SESSIONS = {path.stem: path.read_text() for path in sorted(GOLDEN.glob("*.txt"))}
ELSEWHERE = {"serve", "mcp", "import"}
"""Commands that do not answer and end; they have tests of their own."""


@pytest.mark.parametrize("name", SESSIONS)
def test_commands_answer_what_they_answered_before(name: str):
    assert session(SESSIONS[name]) == SESSIONS[name]


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - ELSEWHERE))
def test_every_command_has_a_session_and_shows_an_example(name: str):
    assert name in SESSIONS
    helped = SESSIONS["help"].partition(f"$ claims {name} --help\n")[2].partition("\n$ ")[0]
    assert f"Example: claims {name} " in helped

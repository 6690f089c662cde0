"""What a command prints moves no cursor and hides no source, whoever wrote the record."""

import json
import sys

import pytest

from app.cli import complain
from app.cli.showing import Column, console, show, styled, tell
from app.core.errors import RecordUnreadable, StoreUnavailable

HOSTILE = "Norland\x1b[2J\x9b1A \u202edlos"
SHOWN = "Norland<U+001B>[2J<U+009B>1A <U+202E>dlos"
COLUMNS: list[Column[str]] = [Column("name", str)]


@pytest.mark.parametrize(
    "print_it",
    [
        lambda: tell(HOSTILE),
        lambda: console().print(HOSTILE, markup=False),
        lambda: console().print(styled(HOSTILE)),
        lambda: show([HOSTILE], COLUMNS, as_json=False, as_csv=False, foot=HOSTILE),
    ],
)
def test_control_characters_are_shown_as_numbers(print_it, capsys: pytest.CaptureFixture[str]):
    print_it()
    told = capsys.readouterr().out
    assert SHOWN in told
    assert not {"\x1b", "\x9b", "\u202e"} & set(told)


def test_an_error_shows_them_as_well_and_no_password(capsys: pytest.CaptureFixture[str]):
    complain(RecordUnreadable(HOSTILE))
    complain(StoreUnavailable("https://ann:s3cret@host is away"))
    assert capsys.readouterr().err == f"{SHOWN}\nhttps://host is away\n"


def test_json_escapes_them_and_means_the_same(capsys: pytest.CaptureFixture[str]):
    show([HOSTILE], COLUMNS, as_json=True, as_csv=False)
    told = capsys.readouterr().out
    assert told.isascii()
    assert json.loads(told) == [HOSTILE]


@pytest.mark.parametrize(("terminal", "cell"), [(True, SHOWN), (False, HOSTILE)])
def test_csv_is_data_but_in_a_terminal(
    terminal: bool, cell: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    show([HOSTILE], COLUMNS, as_json=False, as_csv=True)
    assert cell in capsys.readouterr().out

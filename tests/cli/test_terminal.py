"""Every command in a terminal of 80 columns: what a person sees, where a pipe sees plain lines."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from shlex import split

import httpx
import pytest

from app.cli import COMMANDS
from app.core.model import Record
from app.record.dataset import dump
from tests import records
from tests.cli import sessions
from tests.store.engine import require_engine, served
from tests.web.asking import essay

WIDTH = 80
DRAWN = re.compile(r"\x1b\[\?25l.*?\x1b\[\?25h(?:\r?\x1b\[1A\x1b\[2K|\r?\x1b\[2K)*", re.DOTALL)
"""A sign of progress: drawn while the cursor is hidden, and erased."""
STYLE = re.compile(r"\x1b\[[0-9;]*m")

LINES = [
    *(f"claims {name} --help" for name in COMMANDS),
    "claims --help",
    "claims search --from long.json",
    "claims search Norland --limit 1",
    "claims show a-ferry-with-a-name-so-long-that-no-row-of-a-table-has-any-room-beside-it --from long.json",
    "claims timeline ferries-promised",
    "claims timeline a-ferry-with-a-name-so-long-that-no-row-of-a-table-has-any-room-beside-it --from long.json",
    "claims sources --from long.json",
    "claims sources harbour-master",
    "claims sources --from essay.json",
    "claims search --from essay.json --all",
    "claims diff ferries.json changed.json",
    "claims validate ferries.json",
    "claims validate broken.json",
    "claims show anything --from broken.json",
    "claims show ferries-promissed",
    "claims verify --text shortened.txt",
    "claims import feed.json --dry-run",
    "claims import ferries.json --to made.jsonl",
    "claims schema --to made.schema.json",
    "claims new-document essay.txt --author Quill --publisher Vale --published 2022 --to {new}",
    "claims bogus",
]
TYPED = (
    "p1s1",
    "",
    "Norland owns more ferries than any town of the coast",
    "",
    "sate",
    "state",
    *[""] * 5,
    "denies",
    "",
    "",
    "",
)
ADD = f"claims add ferries.json --yes < {' / '.join(TYPED)}"


def in_terminal(line: str, until: str = "", **variables: str) -> tuple[str, int]:
    """What a command writes to a terminal, escapes and all, and its exit code.

    Answers behind ``<`` are typed one by one, each when it is asked for. A server that writes ``until`` is ended by
    SIGTERM once it answers.
    """
    line, _, typed = line.partition(" < ")
    answers = typed.split("/") if typed else []
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    unset = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    environment = inherited | {"TERM": "xterm-256color"} | variables
    program = [sys.executable, "-c", "from app.cli import main; main()", *split(line)[1:]]
    process = subprocess.Popen(
        program, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    written = b""
    try:
        while piece := _read(ours):
            written += piece
            if answers and written.endswith((b": ", b"]: ")):
                os.write(ours, answers.pop(0).strip().encode() + b"\n")
            if until and until.encode() in written:
                address = re.search(r"http://[0-9.:]+", written.decode())
                assert address is not None
                httpx.get(f"{address[0]}/health/live")  # until it answers, a signal would find nobody to handle it
                process.send_signal(signal.SIGTERM)
                until = ""
        return written.decode(), process.wait(60)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports so that the other side is closed
        return b""


def seen(written: str) -> str:
    """What is left to be read: without what was drawn and erased, and without colours."""
    return STYLE.sub("", DRAWN.sub("", written)).replace("\r\n", "\n")


def long_names() -> Record:
    """The small record with an id of 77 characters and a source of many words."""
    whole = records.record()
    long = "a-ferry-with-a-name-so-long-that-no-row-of-a-table-has-any-room-beside-it"
    whole["claims"][0]["id"] = long
    for each in whole["claims"]:
        for link in each.get("related", []):
            link["claim"] = long if link["claim"] == "ferries-promised" else link["claim"]
    whole["sources"][1]["name"] = "The Harbour Master of Portvale and of all waters between Portvale and Norland"
    return Record.model_validate(whole)


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[[str], str]]:
    """What a command line writes to a pipe, run where the files are."""
    with sessions.a_place_to_run() as answer:
        Path("long.json").write_bytes(dump(long_names()))
        Path("essay.json").write_bytes(dump(essay()))
        Path("feed.json").write_text(
            '{"@type": "DataFeed", "dataFeedElement": [{"@type": "ClaimReview", "claimReviewed": "%s"}]}' % ("so " * 40)
        )
        yield answer


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """URL of an empty database."""
    require_engine()
    with served() as server:
        server.ask("CREATE DATABASE terminal")
        yield server.url("terminal")


@pytest.mark.parametrize("line", LINES)
def test_a_terminal_shows_the_words_of_the_pipe_unbroken_within_80_columns(run: Callable[[str], str], line: str):
    piped = run(line.format(new="piped.json"))
    written, code = in_terminal(line.format(new="other.json"))
    shown = seen(written).replace("other.json", "piped.json")
    assert code == exit_code(piped)
    assert Counter(shown.split()) == Counter(words(piped))
    assert too_wide(shown) == []
    assert "Traceback" not in shown
    assert not re.search(r"\w-$", shown, re.MULTILINE)


def test_questions_wrap_at_blanks_and_are_answered_in_a_terminal(run: Callable[[str], str]):
    before = Path("ferries.json").read_bytes()
    piped = run(ADD)
    Path("ferries.json").write_bytes(before)
    written, code = in_terminal(ADD)
    after = Path("ferries.json").read_bytes()
    Path("ferries.json").write_bytes(before)
    shown = seen(written)
    assert (code, exit_code(piped)) == (0, 0)
    assert b"norland-owns-more-ferries" in after
    assert "'sate' is not known here" in shown
    # A pipe shows a default that was taken once more, as its answer.
    assert Counter(shown.split()) <= Counter(words(piped))
    assert too_wide(shown) == []


def test_a_server_says_where_to_look_and_ends_in_silence(run: Callable[[str], str]):
    written, code = in_terminal("claims serve --store ferries.json --port 0", until="Try: curl")
    assert code == 0
    assert too_wide(seen(written)) == []
    assert "Traceback" not in written


def test_progress_is_drawn_in_a_terminal_and_erased(run: Callable[[str], str]):
    written, _ = in_terminal("claims search --from essay.json --all")
    assert "Reading claims" in written
    assert "Reading claims" not in seen(written)


def test_an_import_into_a_database_shows_its_progress(run: Callable[[str], str], database: str):
    written, code = in_terminal(f"claims import ferries.json --into '{database}'")
    assert code == 0
    assert "Importing" in written
    assert re.fullmatch(r"\s*The database holds revision \w+\.\n", seen(written))


def test_nothing_but_lines_goes_into_a_pipe(run: Callable[[str], str]):
    piped = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "search", "--from", "essay.json", "--all"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "\x1b" not in piped.stdout
    assert piped.stderr == ""


def test_a_status_has_its_colour_unless_colours_are_not_wanted(run: Callable[[str], str]):
    assert "\x1b[32mconfirmed" in in_terminal("claims show lease-signed")[0]
    assert not re.search(r"\x1b\[[0-9;]*3\dm", in_terminal("claims show lease-signed", NO_COLOR="1")[0])


def test_a_fault_in_line_100_is_no_emoji(run: Callable[[str], str]):
    Path("hundred.json").write_text("\n" * 99 + "?")
    assert "hundred.json:100: " in run("claims validate hundred.json")
    assert "hundred.json:100: " in seen(in_terminal("claims validate hundred.json")[0])


def words(piped: str) -> Sequence[str]:
    """Words of a session's answer, without the marks of errors and of the exit code."""
    return re.sub(r"^!(?: |$)|^\[\d\]\n", "", piped, flags=re.MULTILINE).split()


def exit_code(piped: str) -> int:
    """The exit code of a session's answer."""
    found = re.search(r"^\[(\d)\]\n", piped, re.MULTILINE)
    return int(found[1]) if found else 0


def too_wide(shown: str) -> list[str]:
    """Lines that a terminal would break, but for single words and what is to be copied."""
    return [
        line
        for line in shown.split("\n")
        if len(line) > WIDTH and len(line.split()) > 1 and not line.startswith(("Try: curl", "Now say what it claims"))
    ]

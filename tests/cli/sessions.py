"""Sessions at the command line, as they are kept in ``golden/*.txt``: commands after ``$``, and what they answer.

``python -m tests.cli.sessions`` writes them anew; read the difference before you keep it. Standard error is marked with
``! ``, an exit code other than 0 stands in brackets, and ``SERVER`` is a server of ``ferries.json``. ``< a / b`` at the
end of a line are answers, a line each. Each session runs in a folder of its own, where those before have left nothing.
"""

import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from app.cli import main
from app.core.model import Record
from app.record.dataset import dump
from tests import records
from tests.running import ferries, serving_record

ESSAY = """THE LAST FERRY

In March 2021 the harbour master of Portvale said that Norland would lend the town forty ferries. Norland denied it in
May.

THE RECKONING

By June twelve ferries had come, Mr. Tide told the Courier. I doubt that the old ones will be missed.
"""
GOLDEN = Path(__file__).parent / "golden"


def changed() -> dict[str, object]:
    """The small record after some editing."""
    whole = records.record()
    promised, moored, signed, crossing, gamble, old = whole["claims"]
    promised["statements"][1]["stance"] = "no_evidence"
    moored["text"] = "A dozen ferries of Norland were moored at Portvale by June 2021."
    moored["statements"].append(records.statement("moored-master", source="harbour-master", made="2021-07"))
    signed["topics"] = ["transport"]
    signed["note"] = "Nobody has seen it."
    old["id"] = "ferries-built-in-1974"
    whole["claims"] = [promised, moored, signed, crossing, old, records.claim("tide-turned", topics=["tides"])]
    whole["topics"].append(records.topic("tides"))
    whole["dataset"]["version"] = "1.1.0"
    whole["documents"][0]["passages"][5]["omitted"] = "A judgement."
    del gamble
    return whole


def broken() -> dict[str, object]:
    """The small record with three faults."""
    whole = records.record()
    whole["claims"][0]["statements"][0]["source"] = "harbour-mistress"
    whole["claims"][1]["period"] = "June"
    whole["claims"][2]["knid"] = "event"
    return whole


def lay_out(folder: Path) -> None:
    """Write the files that the sessions speak of."""
    (folder / "ferries.json").write_bytes(dump(Record.model_validate(records.record())))
    (folder / "claims.json").write_bytes((folder / "ferries.json").read_bytes())
    (folder / "changed.json").write_bytes(dump(Record.model_validate(changed())))
    (folder / "broken.json").write_bytes(records.as_json(broken()))
    (folder / "ferries.txt").write_text(records.TEXT)
    first, *rest = records.TEXT.split(". ")
    (folder / "shortened.txt").write_text(". ".join([*rest, first]).replace("gambled", "gamboled"))
    (folder / "essay.txt").write_text(ESSAY)
    (folder / "latin.txt").write_bytes("Une fenêtre.".encode("latin-1"))


@contextmanager
def a_place_to_run() -> Iterator[Callable[[str], str]]:
    """What a command line answers, run beside those files, with a server at hand."""
    before = Path.cwd()
    with (
        tempfile.TemporaryDirectory() as name,
        serving_record(ferries()) as url,
    ):
        lay_out(Path(name))
        os.chdir(name)
        try:
            yield lambda line: answer(line.replace("SERVER", url)).replace(url, "SERVER")
        finally:
            os.chdir(before)


def answer(line: str) -> str:
    """What ``line`` prints, and how it ends."""
    line, _, answers = line.partition(" < ")
    given = "".join(f"{each.strip()}\n" for each in answers.split("/"))
    out, err, code, before = io.TextIOWrapper(io.BytesIO(), newline=""), io.StringIO(), 0, sys.stdin
    try:
        sys.stdin = io.TextIOWrapper(io.BytesIO(given.encode()))
        with redirect_stdout(out), redirect_stderr(err):
            main(shlex.split(line)[1:])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdin = before
    out.seek(0)
    told = "".join(f"! {each}\n" for each in err.getvalue().splitlines())
    return plain(out.read() + told + (f"[{code}]\n" if code else ""))


def plain(text: str) -> str:
    """``text`` without the carriage returns of CSV, the blanks at ends of lines, and colours."""
    return re.sub(r"[ \r]+$", "", re.sub(r"\x1b\[[0-9;]*m", "", text), flags=re.MULTILINE)


def session(text: str) -> str:
    """The session of ``text`` run anew."""
    with a_place_to_run() as run:
        return "\n".join(f"$ {line}\n{run(line)}" for line in commands(text))


def commands(session: str) -> list[str]:
    """The command lines of a session."""
    return [line.removeprefix("$ ") for line in session.splitlines() if line.startswith("$ ")]


def write() -> None:
    """Write every session anew."""
    for path in sorted(GOLDEN.glob("*.txt")):
        path.write_text(session(path.read_text()))
        print(path.name, file=sys.stderr)


if __name__ == "__main__":
    write()

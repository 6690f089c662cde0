"""Documents whose commands run word for word.

Blocks of ``sh`` and ``python`` in a document are run in their order, in one shell, in an empty folder; a ``text``
block behind one is what it prints. Blocks marked ``sh by-hand`` are for readers alone.
``python -m tests.docs.running`` writes what is printed into every document; read the difference before you keep it.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parent.parent.parent / "docs"
_BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<body>.*?)^```\n", re.MULTILINE | re.DOTALL)
_PORT = re.compile(r"--port (\d+)")
_MARK = "\x1e"
_RUN = {"sh", "python"}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document; ``printed`` is where its output stands, if it is shown."""

    kind: str
    body: str
    printed: tuple[int, int] | None


def runnable() -> list[Path]:
    """Documents with something to run."""
    return [path for path in sorted(DOCS.glob("*.md")) if blocks(path.read_text())]


def blocks(text: str) -> list[Block]:
    """What is to be run of a document."""
    found = list(_BLOCK.finditer(text))
    run = []
    for each, following in zip(found, [*found[1:], None], strict=False):
        shown = following if following and following["kind"] == "text" else None
        if each["kind"] in _RUN:
            run.append(Block(each["kind"], each["body"], shown.span("body") if shown else None))
    return run


def outputs(run: list[Block]) -> list[str]:
    """What each block prints, errors included; raises ``AssertionError`` where one fails."""
    ports = _free_ports(script(run))
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as bin_:
        for name, arguments in (("claims", '-c "from app.cli import main; main()" "$@"'), ("python", '"$@"')):
            (Path(bin_) / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}\n')
            (Path(bin_) / name).chmod(0o755)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAIMS_")}
        environment |= {
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "PYTHONPATH": f"{DOCS.parent}:{DOCS.parent / 'client'}",
            "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run(
            ["bash", "-c", _exchanged(script(run), ports)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            text=True, timeout=900, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    told = _exchanged(done.stdout, {found: shown for shown, found in ports.items()})
    printed = told.split(_MARK)[:-1]
    assert len(printed) == len(run), f"block {len(printed) + 1} failed: {told.split(_MARK)[-1]}"
    return [plain(each) for each in printed]


def _free_ports(text: str) -> dict[str, str]:
    """A port that nobody listens on for each that ``text`` names: readers' ports may be taken here."""
    shown = sorted(set(_PORT.findall(text)))
    with ExitStack() as held:
        listening = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in shown]
        return {port: str(each.getsockname()[1]) for port, each in zip(shown, listening, strict=True)}


def _exchanged(text: str, ports: Mapping[str, str]) -> str:
    """``text`` with other ports."""
    for port, other in ports.items():
        text = re.sub(rf"\b{port}\b", other, text)
    return text


def script(run: list[Block]) -> str:
    """One shell script of all blocks, with a mark after each."""
    parts = ["set -e", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"]
    for each in run:
        parts.append(f"python - <<'END_OF_BLOCK'\n{each.body}END_OF_BLOCK" if each.kind == "python" else each.body)
        parts.append("printf '\\036'")
    return "\n".join(parts)


def plain(text: str) -> str:
    """``text`` without blanks at ends of lines and the carriage returns of CSV, ended by a line end."""
    trimmed = re.sub(r"[ \r]+$", "", text, flags=re.MULTILINE)
    return trimmed if trimmed.endswith("\n") else f"{trimmed}\n"


def rewritten(text: str) -> str:
    """The document with what its blocks print now."""
    run = blocks(text)
    for each, printed in reversed(list(zip(run, outputs(run), strict=True))):
        if each.printed:
            begin, end = each.printed
            text = text[:begin] + printed + text[end:]
    return text


if __name__ == "__main__":
    for path in runnable():
        path.write_text(rewritten(path.read_text()))
        print(path.name, file=sys.stderr)

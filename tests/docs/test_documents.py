"""What docs/ shows is what happens, word for word."""

import re
import shutil
from pathlib import Path

import pytest

from app.cli import COMMANDS
from tests.docs.reference import reference
from tests.docs.running import DOCS, rewritten, runnable

ROOT = DOCS.parent


@pytest.mark.skipif(shutil.which("curl") is None, reason="the documents ask with curl")
@pytest.mark.parametrize("path", runnable(), ids=lambda path: path.stem)
def test_the_commands_of_a_document_print_what_it_shows(path: Path):
    assert rewritten(path.read_text()) == path.read_text()


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_every_link_between_documents_leads_somewhere(path: Path):
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)#]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / link).exists(), link


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", ROOT / "client" / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda path: path.stem
)
def test_no_reader_is_told_to_import_the_server(path: Path):
    assert not re.search(r"^\s*(from|import) app\b", path.read_text(), re.MULTILINE)


def test_the_tutorial_is_the_one_that_begins_from_nothing():
    text = (DOCS / "tutorial.md").read_text()
    assert "```sh by-hand" in text
    assert text.count("```sh\n") >= 8


def test_the_reference_is_made_from_the_code():
    assert (DOCS / "reference.md").read_text() == reference()


def test_the_hook_runs_a_command_that_there_is():
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text()
    command = re.findall(r"^  entry: claims (\S+)$", hook, re.MULTILINE)
    assert command == ["validate"]
    assert command[0] in COMMANDS

"""Whatever stands at a record's path, the reader neither hangs nor takes more than it should."""

import os
from pathlib import Path

import pytest

from app.core.errors import RecordUnreadable
from app.record.files import read, read_lines


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.mkdir(), "a directory|Is a directory"),
        (os.mkfifo, "a named pipe; give a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "a device; give a regular file"),
        (lambda path: path.symlink_to(path), "symbolic links"),
        (lambda path: path.write_bytes(b"x" * 11), "has 11 bytes; 10 are the most"),
    ],
    ids=["missing", "directory", "pipe", "device", "link to itself", "too large"],
)
def test_what_is_no_readable_file_is_refused_at_once_with_the_reason(make, words: str, tmp_path: Path):
    path = tmp_path / "claims.json"
    make(path)
    with pytest.raises(RecordUnreadable, match=words):
        read(path, limit=10)
    with pytest.raises(RecordUnreadable, match=words):
        list(read_lines(path, limit=10))


def test_a_file_that_claims_to_be_empty_and_is_not_is_read_to_the_limit_only():
    endless = Path("/proc/self/maps")  # its size is said to be 0
    if not endless.exists():
        pytest.skip("no /proc here")
    with pytest.raises(RecordUnreadable, match="larger than the 10 bytes"):
        read(endless, limit=10)


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(RecordUnreadable, match="null byte"):
        read(Path("claims\0.json"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path):
    path = tmp_path / "claims.json"
    path.touch(mode=0)
    with pytest.raises(RecordUnreadable, match="Permission denied"):
        read(path)


def test_lines_come_with_their_ends_and_the_last_may_have_none(tmp_path: Path):
    path = tmp_path / "claims.jsonl"
    path.write_bytes(b"{}\n{}")
    assert list(read_lines(path)) == [b"{}\n", b"{}"]

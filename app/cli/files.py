"""Files of commands: the record that is meant, the reader's own copy of a text, what is written whole."""

import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from app.core.errors import RecordUnreadable, TextTooLarge, TextUnreadable

From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="FILE|URL",
        help="A record (.json, .jsonl), or the address of a server. "
        "By default ./claims.json, or the record that came with this program.",
    ),
]


def shipped_record() -> str:
    """``./claims.json`` where there is one, else the record that came with the program."""
    here = Path("claims.json")
    if here.exists():
        return str(here)
    package = Path(__file__).parent.parent
    # An editable install has the record beside the package, a wheel within it.
    return str(next((each for each in (package / here, package.parent / here) if each.exists()), package / here))


def is_server(where: str) -> bool:
    """Whether ``where`` is the address of a server rather than of a store."""
    return where.startswith(("http://", "https://"))


def text_at(where: str) -> str:
    """The text in a file, or on standard input where ``where`` is ``-``.

    Raises :class:`~app.core.errors.TextUnreadable` where it is not UTF-8, :class:`~app.core.errors.TextTooLarge`, and
    :class:`~app.core.errors.RecordUnreadable` where it cannot be read at all.
    """
    # Loaded here, since most commands read no text.
    from app.record.anchors import LONGEST_TEXT
    from app.record.files import read

    largest = LONGEST_TEXT * 4  # bytes of a character of UTF-8
    data = sys.stdin.buffer.read(largest + 1) if where == "-" else read(Path(where), limit=largest)
    if len(data) > largest:
        raise TextTooLarge(f"The text has more than {largest:,} bytes; give the text of one document.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise TextUnreadable(f"Byte {error.start} of the text is not UTF-8; save it as UTF-8.") from None


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write ``pieces`` to ``path`` in one step: a reader sees the old file or the new one, also after a crash.

    The new file has the old one's permissions. Raises :class:`~app.core.errors.RecordUnreadable` where the system
    refuses.
    """
    place = path.resolve()  # a link stays a link
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_mode(place))
        Path(temporary).replace(place)
    except BaseException as error:
        with suppress(OSError):
            Path(temporary).unlink()
        if isinstance(error, OSError):
            raise RecordUnreadable(f"{path} cannot be written: {error.strerror or error}.") from error
        raise


def _mode(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask

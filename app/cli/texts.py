"""The reader's own copy of a text, for the commands that look into it."""

import sys
from pathlib import Path

from app.core.errors import TextTooLarge, TextUnreadable
from app.record.anchors import LONGEST_TEXT
from app.record.files import read

_BYTES_OF_A_CHARACTER = 4
_LARGEST = LONGEST_TEXT * _BYTES_OF_A_CHARACTER


def text_at(where: str) -> str:
    """The text in a file, or on standard input where ``where`` is ``-``.

    Raises :class:`~app.core.errors.TextUnreadable` where it is not UTF-8, :class:`~app.core.errors.TextTooLarge`, and
    :class:`~app.core.errors.RecordUnreadable` where it cannot be read at all.
    """
    data = sys.stdin.buffer.read(_LARGEST + 1) if where == "-" else read(Path(where), limit=_LARGEST)
    if len(data) > _LARGEST:
        raise TextTooLarge(f"The text has more than {_LARGEST:,} bytes; give the text of one document.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise TextUnreadable(f"Byte {error.start} of the text is not UTF-8; save it as UTF-8.") from None

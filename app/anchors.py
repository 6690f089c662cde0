"""Passages of a text, located in the reader's own copy of it without the text ever leaving their machine.

The record knows a passage by its position and hash over the text after *fold-1*, so that curly quotes, dashes, ligatures
and line breaks of one copy or another make no difference (after the Web Annotation ``TextPositionSelector``, RFC-like
normalization from Unicode UAX #15 form NFKC).
"""

import re
import unicodedata
from hashlib import sha256

_ASCII = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
_BLANKS = re.compile(r"\s+")


def fold(text: str) -> str:
    """fold-1: quotes and dashes to ASCII, NFKC, every run of white space to one space, trimmed."""
    plain = unicodedata.normalize("NFKC", text.translate(_ASCII)).translate(_ASCII)
    return _BLANKS.sub(" ", plain).strip()


def digest(folded: str) -> str:
    """SHA-256 of a folded text in UTF-8, in hexadecimal."""
    return sha256(folded.encode()).hexdigest()

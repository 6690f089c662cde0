"""Text of a record made safe to be shown: it comes from files and servers that somebody else may have written.

Terminals obey control characters (ECMA-48), and both terminals and browsers order what they show by bidirectional
controls (UAX #9), so that a sentence could show another source than it has.
"""

import re

_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_OPENING, _FIRST_STRONG, _CLOSING = "\u2066\u2067\u2068", "\u2068", "\u2069"


def visible(text: str) -> str:
    """``text`` with each control character, line ends included, as its number: ``<U+001B>``."""
    return _HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def isolated(text: str) -> str:
    """``text`` whose bidirectional controls order nothing outside of it; unchanged where it has none.

    It stands between FSI and PDI. Isolates that it opens are closed, and a PDI that closes none of them is dropped.
    """
    if not _BIDI.search(text):
        return text
    kept, depth = [], 1
    for each in text:
        depth += (each in _OPENING) - (each == _CLOSING)
        if depth:
            kept.append(each)
        depth = depth or 1
    return f"{_FIRST_STRONG}{''.join(kept)}{_CLOSING * depth}"

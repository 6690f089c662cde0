"""Where a page ended, as an opaque token: the question it belongs to, and the last claim shown.

Naming the claim rather than a position keeps paging exact when the record changes between two pages.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b

from app.core.errors import CursorInvalid

_MARK = 9
_LONGEST = 200
_FOREIGN = "This is no cursor of ours."


def encode_cursor(question: str, last: str) -> str:
    """Token for the page after the claim with the id ``last``, in the answer to ``question`` (its canonical text)."""
    return urlsafe_b64encode(_mark(question) + last.encode()).decode().rstrip("=")


def decode_cursor(question: str, token: str) -> str:
    """Id of the claim after which the page begins. Raises ``CursorInvalid``, also for a cursor of another question."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        last = raw[_MARK:].decode("ascii")
    except ValueError:
        raise CursorInvalid(_FOREIGN) from None
    if len(token) <= _LONGEST and raw[:_MARK] != _mark(question):
        raise CursorInvalid("This cursor belongs to another question: filters, as_of and sort must stay as they were.")
    if encode_cursor(question, last) != token:
        raise CursorInvalid(_FOREIGN)
    return last


@lru_cache(maxsize=64)
def _mark(question: str) -> bytes:
    return blake2b(question.encode(), digest_size=_MARK, person=b"claims-cursor").digest()

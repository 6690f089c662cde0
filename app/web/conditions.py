"""Preconditions of requests, in the order of RFC 9110 13.2.2.

``If-Match`` and ``If-Unmodified-Since`` guard against an answer from another version (412), ``If-None-Match`` and
``If-Modified-Since`` spare an answer that the reader holds (304). A date that cannot be read counts as absent.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_TAG = re.compile(r'(W/)?"([^"]*)"')
OK, NOT_MODIFIED, FAILED = 200, 304, 412


def held(if_none_match: str, etags: Sequence[str]) -> str | None:
    """Returns the one of ``etags`` that the reader holds (weak comparison), if any; ``*`` stands for the first."""
    if if_none_match.strip() == "*":
        return etags[0]
    given = {f'"{opaque}"' for _, opaque in _TAG.findall(if_none_match)}
    return next((etag for etag in etags if etag in given), None)


def evaluate(
    etags: Sequence[str],
    modified: int | None,
    if_match: str,
    if_unmodified_since: str,
    if_none_match: str,
    if_modified_since: str,
) -> tuple[int, str]:
    """Returns the status that the preconditions lead to, 200, 304 or 412, and the entity tag that the reader holds."""
    if if_match:
        strong = {f'"{opaque}"' for weak, opaque in _TAG.findall(if_match) if not weak}
        if if_match.strip() != "*" and strong.isdisjoint(etags):
            return FAILED, ""
    elif if_unmodified_since and _later(modified, if_unmodified_since) is True:
        return FAILED, ""
    if if_none_match:
        etag = held(if_none_match, etags)
        return (NOT_MODIFIED, etag) if etag else (OK, "")
    if if_modified_since and _later(modified, if_modified_since) is False:
        return NOT_MODIFIED, etags[0]
    return OK, ""


def _later(modified: int | None, date: str) -> bool | None:
    """Whether ``modified`` (seconds since 1970) is after an HTTP date; ``None`` where either is not known."""
    try:
        since = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return None if modified is None or since.tzinfo is None else datetime.fromtimestamp(modified, UTC) > since

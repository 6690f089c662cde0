"""The claim with which ``claims new-document`` begins a record, since a record has one at least.

It is written by :mod:`app.record.editing` and found by :mod:`app.record.crosscheck`: a record that still has it is not
finished.
"""

from collections.abc import Iterator

from app.record.syntax import Finding, Path

PLACEHOLDER = "to-be-written"
"""Its id."""
PLACEHOLDER_TEXT = "Replace this by the first claim, in your own words."
"""Its text, by which it is told from a claim that somebody has written."""


def unfilled(at: Path, id_: object, text: object) -> Iterator[Finding]:
    """A finding for each field of the claim at ``at`` that still holds what stood there at the beginning."""
    if id_ == PLACEHOLDER:
        yield (*at, "id"), f"{PLACEHOLDER!r} only keeps the place; give the claim an id of its own"
    if text == PLACEHOLDER_TEXT:
        said = "this only keeps the place; say in your own words what the document claims, or let `claims add` ask you"
        yield (*at, "text"), said

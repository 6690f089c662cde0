"""Documents: with their passages as the file holds them, and without as every request needs them."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Annotated, TypeAlias

from pydantic import Field

from app.core.vocabulary import Edtf, Frozen, Line, Ref, Sha256, Slug, Url

Sections: TypeAlias = tuple[tuple[str, str], ...]
"""Runs of passages under one heading, in the order of the text: the heading, and the refs with blanks between them."""


class TextInfo(Frozen):
    """Fingerprint of a document's text; the text itself stays with its publisher."""

    length: Annotated[int, Field(ge=1)]
    """Code points after normalization."""
    sha256: Sha256
    """Of the normalized text in UTF-8."""
    normalization: Annotated[str, Field(pattern=r"^fold-1$")]
    """`fold-1`: NFKC, curly quotes and dashes to ASCII, white space to single spaces, trimmed."""


class Passage(Frozen):
    """One sentence of a document, by position and hash (Web Annotation ``TextPositionSelector``)."""

    ref: Ref
    section: Line
    """Heading under which it stands."""
    start: Annotated[int, Field(ge=0)]
    """First code point, counted over the normalized text."""
    end: Annotated[int, Field(ge=1)]
    """The code point after the last."""
    sha256: Sha256
    """Of the normalized sentence in UTF-8."""
    omitted: Line | None = None
    """Why no claim is made from this passage; absent where one is."""


class _Described(Frozen):
    id: Slug
    title: Line
    """Title of the text, as it was published."""
    author: Slug
    """Source id of the author, who is the last hop of every attribution."""
    publisher: Line
    """Where it appeared."""
    published: Edtf
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    """BCP 47 tag of the language of the text."""
    url: Url | None = None
    """Where it can be read."""
    text: TextInfo


class DocumentInfo(_Described):
    """A document without its passages, of which only refs and sections are told: a hundredth of its size."""

    sections: Sections


class Document(_Described):
    """A text whose claims the record holds."""

    passages: Annotated[tuple[Passage, ...], Field(min_length=1)]
    """Its sentences, in the order of the text."""

    @cached_property
    def sections(self) -> Sections:
        """The sections of its passages, as :class:`DocumentInfo` has them."""
        runs = groupby(self.passages, key=lambda passage: passage.section)
        return tuple([(section, " ".join([each.ref for each in run])) for section, run in runs])

    @cached_property
    def info(self) -> DocumentInfo:
        """This document without its passages."""
        return DocumentInfo.model_construct(**dict(self) | {"sections": self.sections})


# Claims of one document stand together; to keep these of every document would be half of its passages again.
@lru_cache(maxsize=128)
def section_by_ref(sections: Sections) -> Mapping[str, str]:
    """For each passage its section, in the order of the text."""
    return {ref: section for section, refs in sections for ref in refs.split()}

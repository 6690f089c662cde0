"""A record under its editor's hands: begun from a text, and made longer by a claim or a statement at a time.

Nothing is changed in place: each step gives a new record, and :func:`app.record.dataset.load` says whether it is right.
"""

import re
import sys
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.core.documents import Document, Passage
from app.core.model import Claim, DatasetInfo, Entity, Record, Source, Statement
from app.core.vocabulary import ClaimKind, DateBasis, SourceKind, Stance
from app.record.anchors import NOT_READ, Split
from app.record.crosscheck import PLACEHOLDER, PLACEHOLDER_TEXT

SCHEMA = "claims.schema.json"
"""File beside a new record that holds the JSON Schema, for editors."""
LONGEST_ID = 40


def begun(cut: Split, *, title: str, author: str, publisher: str, published: str, language: str, url: str) -> Record:
    """A record of one document without any claim of its own yet. Raises pydantic's error for a field out of shape."""
    id_, writer, first = slug(title, ()), slug(author, ()), cut.passages[0].ref
    said = (first_word(id_, writer, first),)
    claim = Claim(id=PLACEHOLDER, text=PLACEHOLDER_TEXT, kind=ClaimKind.judgement, document=id_, statements=said)
    information = DatasetInfo(title=f"Claims of {title}", version="0.1.0", licence="CC-BY-4.0", language=language)
    document = Document(
        id=id_,
        title=title,
        author=writer,
        publisher=publisher,
        published=published,
        language=language,
        url=url or None,
        text=cut.text,
        passages=_covered(cut.passages, {first}),
    )
    source = Source(id=writer, name=author, kind=SourceKind.person, named=True)
    record = Record(dataset=information, documents=(document,), sources=(source,), claims=(claim,))
    return _changed(record, schema_=SCHEMA)


def first_word(claim: str, author: str, ref: str) -> Statement:
    """The author's undated affirmation of a claim."""
    id_, basis = f"{claim}-{author}"[:100].strip("-"), DateBasis.document
    return Statement(id=id_, source=author, stance=Stance.affirms, date_basis=basis, passages=(ref,))


def with_claim(record: Record, claim: Claim, sources: Sequence[Source] = (), entities: Sequence[Entity] = ()) -> Record:
    """``record`` with ``claim``, in place of one of the same id or of the placeholder, and with what it brings.

    A passage on which a claim rests is no longer omitted.
    """
    claims = [claim if each.id == claim.id else each for each in written(record)]
    if claim not in claims:
        claims.append(claim)
    resting = defaultdict[str, set[str]](set)
    for each in claims:
        resting[each.document] |= _refs([each])
    documents = tuple(
        each.model_copy(update={"passages": _covered(each.passages, resting[each.id])}) for each in record.documents
    )
    more = {"sources": (*record.sources, *sources), "entities": (*record.entities, *entities)}
    return _changed(record, documents=documents, claims=tuple(claims), **more)


def written(record: Record) -> list[Claim]:
    """Claims of ``record`` but for the placeholder."""
    return [each for each in record.claims if each.text != PLACEHOLDER_TEXT]


def slug(text: str, taken: Iterable[str], longest: int = LONGEST_ID) -> str:
    """A readable id for ``text``, none of ``taken``: its words with hyphens between, and a number behind if needed."""
    plain = text.replace("'", "")
    short = hyphenated(plain, longest) or hyphenated(plain, sys.maxsize)[:longest] or "untitled"
    known, number, unique = set(taken), 2, short
    while unique in known:
        unique, number = f"{short}-{number}", number + 1
    return unique


def hyphenated(text: str, longest: int) -> str:
    """The first words of ``text`` in lower-case ASCII with hyphens between, as many as ``longest`` characters hold."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = " ".join(re.findall(r"[a-z0-9]+", plain))
    return textwrap.shorten(words, longest, placeholder="", break_long_words=False).replace(" ", "-")


def unread(record: Record, document: Document) -> list[Passage]:
    """Passages of ``document`` about which nobody has decided yet."""
    held = _refs(each for each in record.claims if each.text == PLACEHOLDER_TEXT)
    return [each for each in document.passages if each.omitted == NOT_READ or each.ref in held]


def _refs(claims: Iterable[Claim]) -> set[str]:
    return {ref for each in claims for said in each.statements for ref in said.passages}


def _covered(passages: Sequence[Passage], resting: set[str]) -> tuple[Passage, ...]:
    """``passages`` with a reason for being omitted exactly where no claim rests on them."""
    reasons = [None if each.ref in resting else each.omitted or NOT_READ for each in passages]
    return tuple(each.model_copy(update={"omitted": why}) for each, why in zip(passages, reasons, strict=True))


def _changed(record: Record, **changes: object) -> Record:
    # Built anew rather than copied: a copy would keep the look-up tables of the old record.
    return Record.model_construct(**dict(record) | changes)

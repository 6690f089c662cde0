"""A record under its editor's hands: begun from a text, and made longer by a claim or a statement at a time.

Nothing is changed in place: each step gives a new record, and :func:`app.record.dataset.load` says whether it is right.
"""

import re
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from app.core.documents import Document, Passage
from app.core.model import Claim, DatasetInfo, Entity, Record, Source, Statement
from app.core.vocabulary import ClaimKind, DateBasis, SourceKind, Stance
from app.record.anchors import NOT_READ, Split
from app.record.placeholder import PLACEHOLDER, PLACEHOLDER_TEXT

SCHEMA = "claims.schema.json"
"""File beside a new record that holds the JSON Schema, for editors."""
LONGEST_ID = 40


def begun(cut: Split, *, title: str, author: str, publisher: str, published: str, language: str, url: str) -> Record:
    """A record of one document without any claim of its own yet. Raises pydantic's error for a field out of shape."""
    document, writer = slug(title, ()), slug(author, ())
    placeholder = Claim(
        id=PLACEHOLDER,
        text=PLACEHOLDER_TEXT,
        kind=ClaimKind.judgement,
        document=document,
        statements=(first_word(document, writer, cut.passages[0].ref),),
    )
    record = Record(
        dataset=DatasetInfo(title=f"Claims of {title}", version="0.1.0", licence="CC-BY-4.0", language=language),
        documents=(
            Document(
                id=document,
                title=title,
                author=writer,
                publisher=publisher,
                published=published,
                language=language,
                url=url or None,
                text=cut.text,
                passages=_covered(cut.passages, {cut.passages[0].ref}),
            ),
        ),
        sources=(Source(id=writer, name=author, kind=SourceKind.person, named=True),),
        claims=(placeholder,),
    )
    return _changed(record, schema_=SCHEMA)


def first_word(claim: str, author: str, ref: str) -> Statement:
    """The author's undated affirmation of a claim."""
    return Statement(
        id=f"{claim}-{author}"[:100].strip("-"),
        source=author,
        stance=Stance.affirms,
        date_basis=DateBasis.document,
        passages=(ref,),
    )


def with_claim(record: Record, claim: Claim, sources: Sequence[Source] = (), entities: Sequence[Entity] = ()) -> Record:
    """``record`` with ``claim``, and with sources and entities that it brings; in place of the claim of the same id.

    The placeholder of a new record goes away, and a passage on which a claim rests is no longer omitted.
    """
    claims = [claim if each.id == claim.id else each for each in written(record)]
    if claim not in claims:
        claims.append(claim)
    resting: dict[str, set[str]] = {}
    for each in claims:
        resting.setdefault(each.document, set()).update(ref for said in each.statements for ref in said.passages)
    documents = tuple(
        each.model_copy(update={"passages": _covered(each.passages, resting.get(each.id, set()))})
        for each in record.documents
    )
    return _changed(
        record,
        documents=documents,
        sources=(*record.sources, *sources),
        entities=(*record.entities, *entities),
        claims=tuple(claims),
    )


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
    placeholders = [each for each in record.claims if each.text == PLACEHOLDER_TEXT]
    held = {ref for each in placeholders for said in each.statements for ref in said.passages}
    return [each for each in document.passages if each.omitted == NOT_READ or each.ref in held]


def _covered(passages: Sequence[Passage], resting: set[str]) -> tuple[Passage, ...]:
    """``passages`` with a reason for being omitted exactly where no claim rests on them."""
    return tuple(
        each.model_copy(update={"omitted": None if each.ref in resting else each.omitted or NOT_READ})
        for each in passages
    )


def _changed(record: Record, **changes: object) -> Record:
    # Built anew rather than copied: a copy would keep the look-up tables of the old record.
    return Record.model_construct(**dict(record) | changes)

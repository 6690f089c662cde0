"""``claims new-document`` begins a record from a text; ``claims add`` asks for its claims, word by word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from app.cli.asking import among, ask, built, choose, confirm, fits, fitting, meant
from app.cli.files import shipped_record, text_at, write_whole
from app.cli.moving import schema_text
from app.cli.showing import counted, tell
from app.core.attribution import attribution
from app.core.documents import Document
from app.core.errors import QueryInvalid
from app.core.model import Claim, Entity, Record, Source, Statement
from app.core.query import nearest
from app.core.status import timeline
from app.core.vocabulary import ClaimKind, DateBasis, EntityKind, SourceKind, Stance
from app.formats.plain import visible
from app.record.anchors import digest, fold, split
from app.record.dataset import dump, load, load_file
from app.record.editing import SCHEMA, begun, slug, unread, with_claim, written


def new_document(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The document's text, in UTF-8; - reads standard input.")],
    title: Annotated[str, typer.Option(help="Its title; by default what the first lines suggest.")] = "",
    author: Annotated[str, typer.Option(prompt="Author's name", help="Name of its author.")] = "",
    publisher: Annotated[str, typer.Option(prompt="Publisher", help="Where it appeared.")] = "",
    published: Annotated[
        str, typer.Option(prompt="Published (2022, 2022-07 or 2022-07-17)", metavar="DATE", help="When it appeared.")
    ] = "",
    language: Annotated[str, typer.Option(help="BCP 47 tag of its language.")] = "en",
    url: Annotated[str, typer.Option(help="Where it can be read.")] = "",
    to: Annotated[Path, typer.Option(metavar="FILE", help="The record to write.")] = Path("claims.json"),
    force: Annotated[bool, typer.Option("--force", help="Write over a record that is there.")] = False,
) -> None:
    """Begin a record: cut a text into passages by sentence, with places and hashes, and write a record to fill in.

    The text itself does not enter the record. Paragraphs end at blank lines; short ones without a stop are headings.

    Example: claims new-document my-essay.txt --author "Ada Quill" --publisher "Vale Review" --published 2022-02-01
    """
    if to.exists() and not force:
        raise QueryInvalid("--to", f"{to} is there already; name another file, or write over it with --force.")
    cut = split(text_at(text))
    titled = title or cut.title or typer.prompt("Title")
    with fitting("document"):
        record = begun(
            cut, title=titled, author=author, publisher=publisher, published=published, language=language, url=url
        )
    data = dump(record)
    load(data, str(to), unfinished=True)
    write_whole(to, [data])
    write_whole(to.with_name(SCHEMA), [schema_text()])
    passages = counted(len(cut.passages), "passage")
    paragraphs = counted(len({each.ref.partition("s")[0] for each in cut.passages}), "paragraph")
    sections = counted(len({each.section for each in cut.passages}), "section")
    typer.echo(visible(f"{to}: {titled}. {passages}, {paragraphs}, {sections}."))
    typer.echo(f"{to.with_name(SCHEMA)} lets your editor complete and check it.")
    typer.echo(f"Now say what it claims: claims add {to} --text {text}")


def add(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The record; ./claims.json by default.")] = "",
    text: Annotated[str, typer.Option(metavar="ESSAY", help="Your copy of the text, to be shown by passage.")] = "",
    document: Annotated[str, typer.Option(metavar="ID", help="The document; needed where there are several.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking once more.")] = False,
) -> None:
    """Add a claim, or a statement on a claim: asks for each field, shows the status before and after, then writes.

    An empty answer takes what stands in brackets, or leaves the field out. The record is checked as a whole before it
    is written, and it is written whole or not at all. Answers may come from a pipe, a line each.

    Example: claims add my-essay.json --text my-essay.txt
    """
    path = Path(file or shipped_record())
    record = load_file(path, unfinished=True)
    if path.suffix != ".json":
        raise QueryInvalid("FILE", f"{path} is not a .json file; claims are added to that form of a record.")
    asking = Asking(record, _document(record, document), fold(text_at(text)) if text else "")
    refs = asking.passages()
    before = asking.known_claim()
    after = asking.longer(before, refs) if before else asking.new(refs)
    data = dump(with_claim(record, after, asking.sources, asking.entities))
    checked = load(data, str(path))
    _compare(before, record, after, checked)
    if not yes and not confirm(f"Write {path}?", default=True):
        typer.echo("Nothing was written.", err=True)
        raise typer.Exit(1)
    write_whole(path, [data])
    left = len(unread(checked, _document(checked, after.document)))
    tell(f"{path}: {after.id} is written. {counted(left, 'passage')} not read yet.")


@dataclass
class Asking:
    """Questions on one claim of a document; new sources and entities that answers bring in are kept beside it."""

    record: Record
    document: Document
    text: str
    """The reader's copy, folded; empty where there is none."""
    sources: list[Source] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def passages(self) -> tuple[str, ...]:
        """Refs of the passages on which a statement rests; proposes the first that is not read yet, and shows it."""
        waiting = unread(self.record, self.document)
        for each in waiting[:1]:
            said = self.text[each.start : each.end]
            if said and digest(said) != each.sha256:
                said = "(your copy of the text has something else here)"
            tell(f"{each.ref} ({each.section}) {said}".rstrip())
        known = [each.ref for each in self.document.passages]
        proposed = waiting[0].ref if waiting else ""
        return tuple(ask("Passages (refs)", among(known, len(known)), proposed, required=True).split())

    def known_claim(self) -> Claim | None:
        """The claim that is spoken of, where the record has it already."""
        claims = {each.id: each for each in written(self.record)}
        if not claims:
            return None
        return claims.get(ask("Claim that is spoken of (id; empty for a new one)", among(claims)))

    def longer(self, claim: Claim, refs: tuple[str, ...]) -> Claim:
        """``claim`` with one more statement."""
        tell(claim.text)
        said = self.statement(claim.id, refs)
        return Claim.model_construct(**(dict(claim) | {"statements": (*claim.statements, said)}))

    def new(self, refs: tuple[str, ...]) -> Claim:
        """A new claim with its first statement."""
        text = ask("Claim, in your own words", fits(Claim, "text"), required=True)
        taken = [each.id for each in self.record.claims]
        id_ = ask("Id", fits(Claim, "id", taken), slug(text, taken))
        return built(
            Claim,
            id=id_,
            text=text,
            kind=choose("Kind", ClaimKind, ClaimKind.event),
            document=self.document.id,
            about=self._entities("About (entities)"),
            parties=self._entities("Parties, who would know and could deny (entities)"),
            period=ask("Period in which it is so (2022, 2022-07, 2021/2022 ..)", fits(Claim, "period")),
            statements=(self.statement(id_, refs),),
        )

    def statement(self, claim: str, refs: tuple[str, ...]) -> Statement:
        """One source's word on ``claim``."""
        author = self.document.author
        source = self._source(ask("Source, whose word it is", default=author))
        via = tuple(map(self._source, ask("Passed on by (sources)").split()))
        stance = choose("Stance", Stance, Stance.affirms)
        made = ask("Said when (2022, 2022-07 ..; empty if the text does not tell)", fits(Statement, "made"))
        basis = DateBasis.document
        if made:
            given = confirm("Does the text itself give that date?", default=True)
            basis = DateBasis.text if given else DateBasis.inferred
        settles = source == author and stance in (Stance.affirms, Stance.denies)
        settles = settles and confirm("Does the author say that the matter was settled?", default=False)
        taken = {each.id for one in self.record.claims for each in one.statements}
        return built(
            Statement,
            id=slug(f"{claim} {source}", taken, 100),
            source=source,
            via=via,
            stance=stance,
            made=made,
            date_basis=basis,
            adjudicates=settles,
            passages=refs,
        )

    def _source(self, said: str) -> str:
        names = _names((*self.record.sources, *self.sources))
        id_ = meant("source", said, names)
        if id_:
            return id_
        id_ = slug(said, names)
        new = built(
            Source,
            id=id_,
            name=_name("source", id_),
            kind=choose("Its kind", SourceKind, SourceKind.person),
            named=confirm("Does the text name it?", default=True),
            speaks_for="".join(self._entities("Speaks for (entity)", most=1)),
        )
        self.sources.append(new)
        return id_

    def _entities(self, question: str, most: int = 100) -> tuple[str, ...]:
        ids = []
        for said in ask(question).split()[:most]:
            names = _names((*self.record.entities, *self.entities))
            id_ = meant("entity", said, names) or slug(said, names)
            if id_ not in names:
                name = _name("entity", id_)
                kind = choose("Its kind", EntityKind, EntityKind.organization)
                self.entities.append(built(Entity, id=id_, name=name, kind=kind))
            ids.append(id_)
        return tuple(dict.fromkeys(ids))


def _names(entries: tuple[Source | Entity, ...]) -> Mapping[str, str]:
    return {each.id: each.name for each in entries}


def _name(what: str, id_: str) -> str:
    return ask(f"Name of the new {what} {id_}", fits(Source, "name"), id_.replace("-", " ").title())


def _document(record: Record, wanted: str) -> Document:
    known = {each.id: each for each in record.documents}
    if not wanted and len(known) > 1:
        raise QueryInvalid("--document", "This record has several documents; say which.", list(known)[:3])
    if wanted and wanted not in known:
        raise QueryInvalid("--document", f"There is no document {wanted!r}.", nearest(wanted, known))
    return known[wanted or record.documents[0].id]


def _compare(before: Claim | None, old: Record, after: Claim, new: Record) -> None:
    typer.echo()
    if before:
        tell(f"Before: {_standing(before, old)}")
    tell(f"{'After: ' if before else 'Status:'} {_standing(after, new)}")
    last = timeline(after, new.header)[-1]
    tell(attribution(after, new.header, [each for each in after.statements if each.id in last.live]))


def _standing(claim: Claim, record: Record) -> str:
    verdict = timeline(claim, record.header)[-1].verdict
    return f"{verdict.status}. {verdict.explanation}"

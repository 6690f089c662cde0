"""``claims new-document``: from a text to a record that waits for its claims."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app.cli.moving import schema_text
from app.cli.showing import counted
from app.cli.texts import text_at
from app.cli.writing import write_whole
from app.core.errors import QueryInvalid
from app.formats.plain import visible
from app.record.dataset import dump, load
from app.record.editing import SCHEMA, begun
from app.record.shapes import shape_faults
from app.record.splitting import split


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
    try:
        record = begun(
            cut, title=titled, author=author, publisher=publisher, published=published, language=language, url=url
        )
    except ValidationError as error:
        path, said = next(shape_faults(error))
        raise QueryInvalid(str(path[-1]) if path else "document", f"{said}.") from None
    written = dump(record)
    load(written, str(to), unfinished=True)
    write_whole(to, [written])
    write_whole(to.with_name(SCHEMA), [schema_text()])
    sections = len({each.section for each in cut.passages})
    paragraphs = len({each.ref.partition("s")[0] for each in cut.passages})
    counts = (
        f"{counted(len(cut.passages), 'passage')}, {counted(paragraphs, 'paragraph')}, {counted(sections, 'section')}"
    )
    typer.echo(visible(f"{to}: {titled}. {counts}."))
    typer.echo(f"{to.with_name(SCHEMA)} lets your editor complete and check it.")
    typer.echo(f"Now say what it claims: claims add {to} --text {text}")

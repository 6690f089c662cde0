"""Commands that compare: ``what-if`` with other statements, ``match`` with a text, ``diff`` with another record."""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from app.cli.files import From, text_at
from app.cli.origin import day, reading, record_at
from app.cli.reading import MOMENT, AsOf, Id, tell_standing
from app.cli.showing import AsCsv, AsJson, Column, attributes, console, counted, show, show_json, tell, waiting
from app.core.dates import calendar_span
from app.core.errors import QueryInvalid
from app.record.comparison import Difference, compare
from claims_client import NewStatement
from claims_client.answers import Match

_STATEMENT = re.compile(r"(\w+):([^>@!]+)((?:>[^>@!]+)*)(?:@([^!]+))?(!?)")


class _Row(NamedTuple):
    sentence: str
    match: Match


_MATCH: Sequence[Column[_Row]] = (
    Column("wording", lambda each: each.match.wording),
    Column("status", lambda each: each.match.status),
    Column("claim", lambda each: each.match.claim),
    Column("sentence"),
    Column("attribution", lambda each: each.match.attribution),
    Column("score", lambda each: str(each.match.score), shown=False),
    Column("words", lambda each: " ".join(each.match.words), shown=False),
)

_DIFFERENCE: Sequence[Column[Difference]] = (*attributes("sort", "kind", "id", "words", "before", "after"),)
_SORTS = "A record (.json, .jsonl), or the address of a server."


def what_if(
    id: Id,
    add: Annotated[
        list[str],
        typer.Option(
            metavar="STATEMENT",
            help="STANCE:SOURCE, then >RELAY for each relay, @DATE if dated, ! if it settles the matter. Repeatable.",
            show_default=False,
        ),
    ] = [],  # noqa: B006 - typer copies it
    remove: Annotated[
        list[str], typer.Option(metavar="ID", help="A statement to leave out. Repeatable.", show_default=False)
    ] = [],  # noqa: B006
    as_of: AsOf = "",
    from_: From = "",
    as_json: AsJson = False,
) -> None:
    """Try other statements on a claim: how would it stand? The record stays as it is.

    Example: claims what-if iran-pledged-missiles --add denies:us-government
    """
    with reading(from_) as client:
        answer = client.what_if(id, add=list(map(_statement, add)), remove=remove, as_of=day("--as-of", as_of))
    if as_json:
        show_json(answer)
        return
    tell_standing("Now:", answer.before)
    tell_standing("What if:", answer.after)
    console().print()
    show(answer.after.timeline, MOMENT, as_json=False, as_csv=False)


def match(
    text: Annotated[Path, typer.Argument(metavar="FILE", help="A text in UTF-8; - reads standard input.")],
    as_of: AsOf = "",
    from_: From = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """See which claims a text repeats, sentence by sentence, and which it contradicts in words.

    Words alone are compared: some sentences are missed, and few are matched wrongly.

    Example: claims match article.txt
    """
    with reading(from_) as client:
        sentences = client.match(text_at(str(text)), as_of=day("--as-of", as_of))
    if as_json:
        show_json(sentences)
        return
    rows = [_Row(sentence.text, each) for sentence in sentences for each in sentence.matches]
    repeating = sum(bool(each.matches) for each in sentences)
    foot = f"{counted(len(sentences), 'sentence')}; claims were found for {repeating}."
    show(rows, _MATCH, as_json=False, as_csv=as_csv, foot=foot)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_SORTS)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same.")],
    as_of: Annotated[str, typer.Option(metavar="DATE", help="Compare statuses at the end of this.")] = "",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 if there are differences.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say in words what changed between two records: claims, wording, statements, statuses and why.

    Example: claims diff claims.json http://127.0.0.1:8000
    """
    last = calendar_span(as_of).end if day("--as-of", as_of) else None
    with waiting("Comparing"):
        found = compare(record_at(old), record_at(new), last)
    if as_json or as_csv:
        show(found, _DIFFERENCE, as_json=as_json, as_csv=as_csv)
    else:
        _tell(found)
    if found and exit_code:
        raise typer.Exit(1)


def _statement(text: str) -> NewStatement:
    """A statement in the notation of the CSV form. Raises :class:`~app.core.errors.QueryInvalid`."""
    found = _STATEMENT.fullmatch(text)
    if not found:
        raise QueryInvalid("--add", f"{text!r} is no statement; write STANCE:SOURCE>RELAY@DATE.")
    stance, source, relays, made, settles = found.groups()
    statement: NewStatement = {"source": source, "stance": stance, "adjudicates": bool(settles)}
    if relays:
        statement["via"] = relays[1:].split(">")
    if made:
        statement["made"] = made
    return statement


def _tell(found: Sequence[Difference]) -> None:
    for (kind, id_), differences in groupby(found, key=lambda each: (each.kind, each.id)):
        tell(f"{kind} {id_}", style="bold")
        for each in differences:
            tell(each.words, indent=2)
    tell(f"{counted(len(found), 'difference')}." if found else "No difference.", style="dim")

"""Commands that put something to a record: ``what-if`` other statements, and ``match`` a text."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from app.cli.origin import From, day, reading
from app.cli.reading import MOMENT, AsOf, Id
from app.cli.showing import AsCsv, AsJson, Column, console, counted, show, show_json, styled, tell
from app.cli.texts import text_at
from app.core.dates import since_in_words
from app.core.errors import QueryInvalid
from claims_client import NewStatement
from claims_client.answers import Match, Standing

_STATEMENT = re.compile(r"(\w+):([^>@!]+)((?:>[^>@!]+)*)(?:@([^!]+))?(!?)")


class _Row(NamedTuple):
    sentence: str
    match: Match


_MATCH: Sequence[Column[_Row]] = (
    Column("wording", lambda each: each.match.wording),
    Column("status", lambda each: each.match.status),
    Column("claim", lambda each: each.match.claim),
    Column("sentence", lambda each: each.sentence),
    Column("attribution", lambda each: each.match.attribution),
    Column("score", lambda each: str(each.match.score), shown=False),
    Column("words", lambda each: " ".join(each.match.words), shown=False),
)


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
    _tell("Now", answer.before)
    _tell("What if", answer.after)
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


def _tell(case: str, standing: Standing) -> None:
    since = f" since {since_in_words(standing.basis.since_edtf)}" if standing.basis.since_edtf else ""
    tell(f"{case}:", style="bold")
    console().print(styled(f"{standing.status}{since} (rule {standing.basis.rule})"))
    console().print(standing.attribution, markup=False)

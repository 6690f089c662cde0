"""Commands that read claims: ``show``, ``search``, ``sources``, ``timeline``."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Annotated, Any

import typer

from app.cli.files import From
from app.cli.origin import claim_ids, day, reading
from app.cli.showing import AsCsv, AsJson, Column, attributes, console, counted, progress, show, show_json, styled, tell
from app.core.dates import in_words, since_in_words
from app.core.errors import ParametersConflict
from app.core.vocabulary import CREDIT_WORDS, SOURCING_WORDS, ClaimKind, Credit, Sourcing, Stance, Status
from app.record.served import CREDIT_FIELDS
from claims_client.answers import Standing
from claims_client.models import Claim, Impact, Moment, Source, Statement

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the claim.", autocompletion=claim_ids)]
AsOf = Annotated[str, typer.Option(metavar="DATE", help="Take statuses at the end of this day, month or year.")]
Ids = list[str]


def _many(what: str, metavar: str = "ID", known: Iterable[str] = ()) -> Any:
    words = list(known)
    among = f": {', '.join(words)}" if words else ""
    return typer.Option(
        metavar=metavar, help=f"{what}{among}. Repeat for OR.", show_default=False, autocompletion=lambda: words
    )


def _ids(field: str, claim: Claim, between: str = " ") -> str:
    return between.join(getattr(claim, field))


def _made(statement: Statement) -> str:
    if statement.made:
        return in_words(statement.made)
    return f"not before {in_words(statement.not_before)}" if statement.not_before else "undated"


def _does(credit: str, source: Source) -> str:
    """How the claims stand to which a source does so."""
    return ", ".join(f"{count} {status}" for status, count in source.standing.get(credit, {}).items())


def _standing(source: Source) -> str:
    """A line for each thing that a source does, since a claim that it denies is not one that it says."""
    return "\n".join(f"{CREDIT_WORDS.get(credit, credit)} {_does(credit, source)}" for credit in source.standing)


_CLAIM: Sequence[Column[Claim]] = (
    *attributes("status", "id", "attribution"),
    *attributes("text", "kind", shown=False),
    Column("background", lambda each: str(each.background).lower(), shown=False),
    Column("sourcing", shown=False),
    Column("rule", lambda each: each.basis.rule, shown=False),
    Column("since", lambda each: str(each.basis.since or ""), shown=False),
    Column("since_edtf", lambda each: each.basis.since_edtf or "", shown=False),
    Column("explanation", lambda each: each.basis.explanation, shown=False),
    *(Column(field, partial(_ids, field), shown=False) for field in CREDIT_FIELDS.values()),
    *attributes("period", "document", shown=False),
)

_STATEMENT: Sequence[Column[Statement]] = (
    Column("statement", lambda each: each.id),
    Column("source", lambda each: " > ".join((each.source, *each.via))),
    Column("stance", lambda each: f"{each.stance}{' (settles it)' if each.adjudicates else ''}"),
    Column("made", _made),
    Column("passages", lambda each: " ".join(each.passages)),
)

_SOURCE: Sequence[Column[Source]] = (
    Column("id"),
    Column("name", lambda each: each.name if each.named else f"{each.name} (anonymous)"),
    Column("kind"),
    Column("claims", shown=False),
    *(Column(credit, partial(_does, credit), shown=False) for credit in Credit),
    Column("standing", _standing, in_csv=False),
)

MOMENT: Sequence[Column[Moment]] = (
    Column("start", lambda each: since_in_words(each.start_edtf), in_csv=False),
    *attributes("start", "start_edtf", "end", shown=False),
    Column("status"),
    Column("sourcing", shown=False),
    *attributes("rule", "explanation"),
    Column("attribution", shown=False),
)
"""The timeline of a claim."""

_IMPACT: Sequence[Column[Impact]] = attributes("claim", "before", "after", "explanation")


def search(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help='All must occur; "a phrase" must stand together.')
    ] = None,
    status: Annotated[Ids, _many("How the claim stands", "STATUS", Status)] = [],  # noqa: B006 - typer copies it
    sourcing: Annotated[Ids, _many("Kind of word on which it stands", "SOURCING", Sourcing)] = [],  # noqa: B006
    affirmed_by: Annotated[Ids, _many("A source that affirms it")] = [],  # noqa: B006
    denied_by: Annotated[Ids, _many("A source that denies it")] = [],  # noqa: B006
    answered_by: Annotated[Ids, _many("A source with no evidence, no comment or a qualification")] = [],  # noqa: B006
    taken_back_by: Annotated[Ids, _many("A source that took back what it had said of it")] = [],  # noqa: B006
    passed_on_by: Annotated[Ids, _many("A source that only passed on the word of another")] = [],  # noqa: B006
    source: Annotated[Ids, _many("A source that speaks on it or passes it on, on whichever side")] = [],  # noqa: B006
    origin: Annotated[Ids, _many("A source with a word of its own on it; with --stance, this word")] = [],  # noqa: B006
    via: Annotated[Ids, _many("A source that passed a word on")] = [],  # noqa: B006
    stance: Annotated[Ids, _many("What a statement does; with --origin, one of this source", "STANCE", Stance)] = [],  # noqa: B006
    kind: Annotated[Ids, _many("Sort of proposition", "KIND", ClaimKind)] = [],  # noqa: B006
    background: Annotated[Ids, _many("Whether no party would contest it", "BOOL", ("true", "false"))] = [],  # noqa: B006
    about: Annotated[Ids, _many("An entity")] = [],  # noqa: B006
    topic: Annotated[Ids, _many("A topic")] = [],  # noqa: B006
    document: Annotated[Ids, _many("A document")] = [],  # noqa: B006
    section: Annotated[Ids, _many("Heading of a section", "HEADING")] = [],  # noqa: B006
    since: Annotated[str, typer.Option(metavar="DATE", help="The claim's period reaches this day or later.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The claim's period begins by the end of this.")] = "",
    as_of: AsOf = "",
    sort: Annotated[str, typer.Option(help="document, status, period or relevance; - in front turns it.")] = "document",
    limit: Annotated[int, typer.Option(min=1, help="Most claims to show.")] = 20,
    all_: Annotated[bool, typer.Option("--all", help="Show them all.")] = False,
    from_: From = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Find claims by words and filters, each with who says so and whether it stands.

    Example: claims search drones --status disputed --as-of 2022-12
    """
    filters = {
        "q": " ".join(f'"{each}"' if " " in each and '"' not in each else each for each in words or ()),
        "status": status, "sourcing": sourcing, "affirmed_by": affirmed_by, "denied_by": denied_by,
        "answered_by": answered_by, "taken_back_by": taken_back_by, "passed_on_by": passed_on_by, "source": source,
        "origin": origin, "via": via, "stance": stance, "kind": kind,
        "background": background, "about": about, "topic": topic, "document": document, "section": section,
        "from_": day("--since", since), "to": day("--until", until), "as_of": day("--as-of", as_of), "sort": sort,
    }  # fmt: skip
    with reading(from_) as client:
        total = client.find(limit=1, **filters).total  # type: ignore[arg-type]
        wanted = total if all_ else min(limit, total)
        if wanted <= 100:
            found = list(client.find(limit=max(wanted, 1), **filters).items)  # type: ignore[arg-type]
        else:
            found = list(progress(islice(client.claims(**filters), wanted), wanted, "Reading claims"))  # type: ignore[arg-type]
    more = f" of {total:,}; --all shows them all" if len(found) < total else ""
    show(found, _CLAIM, as_json=as_json, as_csv=as_csv, foot=f"{counted(len(found), 'claim')}{more}.")


def show_claim(id: Id, as_of: AsOf = "", from_: From = "", as_json: AsJson = False) -> None:
    """Show a claim: who says so, through whom, whether it stands, and why.

    Example: claims show iran-pledged-missiles --as-of 2022-07
    """
    with reading(from_) as client:
        claim = client.claim(id, as_of=day("--as-of", as_of))
    if as_json:
        show_json(claim)
        return
    tell_standing(claim.id, claim)
    shown = console()
    shown.print(f"Why: {claim.basis.explanation}", markup=False)
    shown.print()
    show(claim.statements, _STATEMENT, as_json=False, as_csv=False)
    shown.print()
    for name, value in _particulars(claim):
        tell(f"{name}: {value}")


def tell_standing(title: str, stands: Claim | Standing) -> None:
    """Print a status with its date and its rule, then the sources, below a title."""
    since = f" since {since_in_words(stands.basis.since_edtf)}" if stands.basis.since_edtf else ""
    tell(title, style="bold")
    console().print(styled(f"{stands.status}{since} (rule {stands.basis.rule})"))
    console().print(stands.attribution, markup=False)


def timeline(id: Id, from_: From = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Follow a claim's status through time, and see which rule decided when.

    Example: claims timeline iran-pledged-missiles
    """
    with reading(from_) as client:
        moments = client.timeline(id)
    foot = f"{counted(len(moments), 'period')}; before the first, nobody had made the claim in this record."
    show(moments, MOMENT, as_json=as_json, as_csv=as_csv, foot=foot)


def sources(
    id: Annotated[str, typer.Argument(metavar="ID", help="One source, with what rests on it.")] = "",
    as_of: AsOf = "",
    from_: From = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List what each source affirms, denies, answers otherwise, took back and only passed on, by how the claims stand.

    With an id, see what rests on this source.

    Example: claims sources reuters
    """
    with reading(from_) as client:
        if not id:
            listed = list(client.sources(as_of=day("--as-of", as_of)))
            show(listed, _SOURCE, as_json=as_json, as_csv=as_csv, foot=f"{counted(len(listed), 'source')}.")
            return
        if as_of:
            raise ParametersConflict("--as-of goes with the list of sources; what rests on one is taken as of now.")
        source, changes = client.source(id), list(client.impact(id))
    if not (as_json or as_csv):
        show([source], _SOURCE, as_json=False, as_csv=False)
        console().print()
    foot = f"Without {source.name}, {counted(len(changes), 'claim')} would stand otherwise."
    show(changes, _IMPACT, as_json=as_json, as_csv=as_csv, foot=foot)


def _particulars(claim: Claim) -> list[tuple[str, str]]:
    quantities = ", ".join(map(str, claim.quantities))
    related = ", ".join(f"{each.relation} {each.claim}" for each in claim.related)
    every = [
        ("Sourcing", SOURCING_WORDS.get(claim.sourcing, claim.sourcing)),
        *((name.replace("_", " ").capitalize(), _ids(field, claim, ", ")) for name, field in CREDIT_FIELDS.items()),
        ("Background", "no party to it would contest it" if claim.background else ""),
        ("Kind", claim.kind), ("Period", claim.period or ""), ("Figures", quantities),
        ("About", ", ".join(claim.about)), ("Parties", ", ".join(claim.parties)), ("Topics", ", ".join(claim.topics)),
        ("Related", related), ("Document", claim.document), ("Note", claim.note or ""),
    ]  # fmt: skip
    return [(name, value) for name, value in every if value]

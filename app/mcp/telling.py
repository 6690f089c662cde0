"""What the tools say: plain text in which every claim comes with its status in front and its sources inside.

A claim's own ``text`` is never written: only its ``attribution``, which names who says it, who denies it and whether
the document settled it, and always after its status.
"""

from collections.abc import Iterable, Sequence

from app.lists import ClaimList, Impact, Moment, ServedSource, StatusRow
from app.model import Statement
from app.served import ServedClaim
from app.vocabulary import Status

MEANINGS = {
    Status.confirmed: "the document settled it, or somebody who speaks for a party to it admits it",
    Status.corroborated: "independent sources say so; nobody denies it",
    Status.unconfirmed: "one source says so, or nobody affirms it; nobody denies it",
    Status.disputed: "somebody denies it",
    Status.refuted: "the document says that it proved false",
    Status.retracted: "whoever said so took it back",
    Status.asserted: "only the document's author says so; that is about sourcing, not about truth",
    Status.not_checkable: "a judgement or an expectation that no record could settle",
    Status.not_yet_made: "nobody is known to have said so by then",
}
"""Each status in a few words; the rule itself says it exactly."""


def quotable(status: Status, attribution: str, since: object = None) -> str:
    """The one sentence in which a claim may be passed on: its status, then everybody whose word counts."""
    dated = f" since {since}" if since else ""
    return f"[{_plain(status)}{dated}: {MEANINGS[status]}] {attribution}"


def told_list(page: ClaimList, as_of: str | None, shown_from: int = 1) -> str:
    """A page of claims, a paragraph each, with how to go on."""
    when = f", with statuses as of {as_of}" if as_of else ""
    if not page.items:
        return f"No claim matches{when}. Try fewer words or filters; list_sources shows what sources there are."
    paragraphs = [
        f"{number}. {quotable(each.status, each.attribution, each.basis.since)}\n   id: {each.id}"
        for number, each in enumerate(page.items, shown_from)
    ]
    following = page.next.partition("cursor=")[2].partition("&")[0] if page.next else ""
    more = f'\nThere are more: ask again with cursor="{following}".' if following else ""
    count = "1 claim matches" if page.total == 1 else f"{page.total} claims match"
    return "\n".join([f"{count}{when}.", *paragraphs]) + more


def told_claim(claim: ServedClaim, as_of: str | None) -> str:
    """A claim whole: the sentence to quote, why it stands so, every statement, and what else is known."""
    when = f" (as of {as_of})" if as_of else ""
    lines = [
        quotable(claim.status, claim.attribution, claim.basis.since),
        f"Why{when}: {claim.basis.explanation} (rule {claim.basis.rule})",
        "Statements:",
        *(f"- {_statement(each, claim)}" for each in claim.statements),
        *(f"{name}: {value}" for name, value in _particulars(claim) if value),
        f"id: {claim.id}; where it is served: {claim.url}",
    ]
    return "\n".join(lines)


def told_timeline(id: str, moments: Sequence[Moment]) -> str:
    """How a claim stood from when to when, each period with its own attribution."""
    if not moments:
        return f"Nobody is known to have said anything on {id}."
    lines = [
        f"- {each.start} to {each.end or 'now'}: {quotable(each.status, each.attribution)} {each.explanation}"
        for each in moments
    ]
    return "\n".join([f"How the claim {id} stood:", *lines])


def told_sources(sources: Iterable[ServedSource]) -> str:
    """Who says or passes on claims, and how those stand."""
    return "\n".join(["Sources, and how the claims stand that they make or pass on:", *map(_source, sources)])


def told_source(source: ServedSource, changes: Sequence[Impact]) -> str:
    """One source, and which claims would stand otherwise without it."""
    lines = [
        f"- {each.claim}: {_plain(each.before)} now; without {source.name} it would be {_plain(each.after)}. "
        f"{each.explanation}"
        for each in changes
    ]
    resting = f"Claims that would stand otherwise without {source.name} ({len(changes)}):"
    return "\n".join([_source(source), resting if lines else f"No claim rests on {source.name} alone.", *lines])


def told_rule(rows: Sequence[StatusRow]) -> str:
    """The rule, and what each status means."""
    meanings = [f"- {_plain(status)}: {meaning}" for status, meaning in MEANINGS.items()]
    rule = [f"{each.position}. {each.rule} -> {_plain(each.status)}: {each.condition}" for each in rows]
    return "\n".join(
        [
            "What each status means:",
            *meanings,
            "The rule by which it is derived, from dated statements; the first row that holds decides:",
            *rule,
        ]
    )


def _plain(status: Status) -> str:
    return status.value.replace("_", " ")


def _statement(statement: Statement, claim: ServedClaim) -> str:
    via = f" via {', '.join(statement.via)}" if statement.via else ""
    undated = f"after {statement.not_before}, undated" if statement.not_before else "undated"
    settles = "; the document's author settles it" if statement.adjudicates else ""
    decided = "; decides" if statement.id in claim.basis.decided_by else ""
    passages = ", ".join(statement.passages)
    return (
        f"{statement.source}{via} {statement.stance.value.replace('_', ' ')} ({statement.made or undated}"
        f"{settles}{decided}; passages {passages})"
    )


def _particulars(claim: ServedClaim) -> list[tuple[str, str]]:
    return [
        ("Period", claim.period or ""),
        (
            "Figures",
            ", ".join(
                f"{'about ' * each.approximate}{each.value:,} {each.unit} ({each.of})" for each in claim.quantities
            ),
        ),
        ("About", ", ".join(claim.about)),
        ("Parties", ", ".join(claim.parties)),
        ("Related claims", ", ".join(f"{each.relation} {each.claim}" for each in claim.related)),
        ("Note", claim.note or ""),
    ]


def _source(source: ServedSource) -> str:
    anonymous = "" if source.named else ", kept anonymous by the document"
    role = f", {source.role}" if source.role else ""
    standing = ", ".join(f"{count} {_plain(status)}" for status, count in source.standing.items())
    return f"- {source.name} (id {source.id}, {source.kind}{role}{anonymous}): {source.claims} claims; {standing}"

"""What the tools say: plain text in which every claim comes with its status in front and its sources inside.

A claim's own ``text`` is never written: only its ``attribution``, which names who says it, who denies it and whether
the document settled it, and always after its status.
"""

from collections.abc import Iterable, Mapping, Sequence

from app.core.dates import in_words, since_in_words
from app.core.query import CREDITED
from app.core.vocabulary import CREDIT_WORDS, SOURCING_WORDS, STANCE_WORDS, Status
from app.record.served import CREDIT_FIELDS
from claims_client.answers import Match, MatchedSentence, Supposed
from claims_client.models import Claim, ClaimList, Impact, Moment, Source, Statement, StatusRow

MEANINGS: Mapping[str, str] = {
    Status.confirmed: "the document settled it, or somebody who speaks for a party to it admits it",
    Status.corroborated: "independent sources say so; nobody denies it",
    Status.unconfirmed: "one source says so, or nobody affirms it; nobody denies it",
    Status.disputed: "somebody denies it",
    Status.refuted: "the document says that it proved false",
    Status.retracted: "whoever affirmed it took that back",
    Status.asserted: "only the document's author says so; that is about sourcing, not about truth",
    Status.not_checkable: "a judgement or an expectation that no record could settle",
    Status.not_yet_made: "in this record nobody had said it by then",
}
"""Each status in a few words; the rule itself says it exactly."""


def quotable(status: str, attribution: str, since_edtf: str | None = None) -> str:
    """The one sentence in which a claim may be passed on: its status, then everybody whose word counts."""
    dated = f" since {since_in_words(since_edtf)}" if since_edtf else ""
    return f"[{_plain(status)}{dated}: {MEANINGS.get(status, 'a status of a newer rule')}] {attribution}"


def told_list(page: ClaimList, as_of: str | None) -> str:
    """A page of claims, a paragraph each, with how to go on."""
    when = f", with statuses as of {as_of}" if as_of else ""
    if not page.items:
        return f"No claim matches{when}. Try fewer words or filters; list_sources shows what sources there are."
    paragraphs = [
        f"{number}. {quotable(each.status, each.attribution, each.basis.since_edtf)}\n   id: {each.id}"
        for number, each in enumerate(page.items, 1)
    ]
    more = f'\nThere are more: ask again with cursor="{page.cursor}".' if page.cursor else ""
    count = "1 claim matches" if page.total == 1 else f"{page.total} claims match"
    return "\n".join([f"{count}{when}.", *paragraphs]) + more


def told_claim(claim: Claim, as_of: str | None) -> str:
    """A claim whole: the sentence to quote, why it stands so, every statement, and what else is known."""
    when = f" (as of {as_of})" if as_of else ""
    lines = [
        quotable(claim.status, claim.attribution, claim.basis.since_edtf),
        f"Why{when}: {claim.basis.explanation} (rule {claim.basis.rule})",
        f"Sourcing: {SOURCING_WORDS.get(claim.sourcing, claim.sourcing)}.",
        "Statements:",
        *(f"- {_statement(each, claim)}" for each in claim.statements),
        *(f"{name}: {value}" for name, value in _particulars(claim) if value),
        f"id: {claim.id}; where it is served: {claim.url}",
    ]
    return "\n".join(lines)


def told_timeline(id: str, moments: Sequence[Moment]) -> str:
    """How a claim stood since when, each period with its own attribution."""
    if not moments:
        return f"In this record nobody has said anything on {id}."
    lines = [
        f"- Since {since_in_words(each.start_edtf)}: {quotable(each.status, each.attribution)} {each.explanation}"
        for each in moments
    ]
    return "\n".join([f"How the claim {id} stood, each time until the next:", *lines])


def told_sources(sources: Iterable[Source]) -> str:
    """What each source does to claims, and how those stand."""
    return "\n".join([f"What each source does to claims, and how those stand. {_ANSWERS}", *map(_source, sources)])


def told_source(source: Source, changes: Sequence[Impact]) -> str:
    """What one source does to claims, how to find them, and which would stand otherwise without it."""
    lines = [
        f"- {each.claim}: {_plain(each.before)} now; without {source.name} it would be {_plain(each.after)}. "
        f"{each.explanation}"
        for each in changes
    ]
    resting = f"Claims that would stand otherwise without {source.name} ({len(changes)}):"
    terms = [f'{name}=["{source.id}"]' for credit, name in CREDITED.items() if credit in source.standing]
    found = [f"search_claims finds these claims with {' or '.join(terms)}."] if terms else []
    alone = f"No claim would stand otherwise without {source.name}."
    return "\n".join([_source(source), *found, resting if lines else alone, *lines])


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


def told_what_if(answer: Supposed) -> str:
    """How a claim stands, and how it would; the record is told apart from what was tried."""
    when = f" (as of {answer.as_of})" if answer.as_of else ""
    lines = []
    for case, standing in (("In the record", answer.before), ("With the statements that you tried", answer.after)):
        lines += [
            f"{case}{when}: {quotable(standing.status, standing.attribution, standing.basis.since_edtf)}",
            f"Why: {standing.basis.explanation} (rule {standing.basis.rule})",
        ]
    return "\n".join([*lines, "Only what is in the record may be passed on; nothing of what you tried was kept."])


def told_matches(sentences: Sequence[MatchedSentence]) -> str:
    """Each sentence that repeats a claim, with the sentence to quote in its place."""
    found = [each for each in sentences if each.matches]
    paragraphs = [line for each in found for line in (f'"{each.text}"', *map(_match, each.matches))]
    count = f"{len(found)} of {len(sentences)} sentence{'' if len(sentences) == 1 else 's'} repeat a claim in words."
    rest = "On the others this record was not found to say anything, which makes them neither true nor false."
    return "\n".join([count, *paragraphs, *([rest] if len(found) < len(sentences) else [])])


_ANSWERS = "To answer otherwise is to have no evidence, not to comment, or to qualify."


def _plain(status: str) -> str:
    return status.replace("_", " ")


def _statement(statement: Statement, claim: Claim) -> str:
    via = f" (via {', '.join(statement.via)})" if statement.via else ""
    undated = f"undated, not before {in_words(statement.not_before)}" if statement.not_before else "undated"
    made = in_words(statement.made) if statement.made else undated
    settles = "; the document's author settles it" if statement.adjudicates else ""
    decided = "; decides" if statement.id in claim.basis.decided_by else ""
    passages, stance = ", ".join(statement.passages), STANCE_WORDS.get(statement.stance, statement.stance)
    return f"{statement.source}{via} {stance} ({made}{settles}{decided}; passages {passages})"


def _particulars(claim: Claim) -> list[tuple[str, str]]:
    return [
        *((_plain(name).capitalize(), ", ".join(getattr(claim, field))) for name, field in CREDIT_FIELDS.items()),
        ("Background", "no party to it would contest it" if claim.background else ""),
        ("Period", claim.period or ""),
        ("Figures", ", ".join(map(str, claim.quantities))),
        ("About", ", ".join(claim.about)),
        ("Parties", ", ".join(claim.parties)),
        ("Related claims", ", ".join(f"{each.relation} {each.claim}" for each in claim.related)),
        ("Note", claim.note or ""),
    ]


def _source(source: Source) -> str:
    anonymous = "" if source.named else ", kept anonymous by the document"
    role = f", {source.role}" if source.role else ""
    does = "; ".join(_does(credit, counts) for credit, counts in source.standing.items()) or "no word by then"
    return f"- {source.name} (id {source.id}, {source.kind}{role}{anonymous}): {does}"


def _does(credit: str, counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    standing = ", ".join(f"{count} {_plain(status)}" for status, count in counts.items())
    return f"{CREDIT_WORDS.get(credit, credit)} {total} claim{'' if total == 1 else 's'} ({standing})"


def _match(match: Match) -> str:
    says = "says the contrary, in words, of" if match.wording == "contradicts" else "is worded like"
    return f"- {says} {match.claim} (score {match.score:.2f}): {quotable(match.status, match.attribution)}"

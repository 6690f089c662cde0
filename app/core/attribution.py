"""One sentence for a claim that cannot lose its source, its hedge or a denial.

The sentence is made of the record's fields and of the statements that count on the day in question, so that whoever
quotes it quotes the source with it.
"""

from collections.abc import Mapping, Sequence

from app.core.dates import in_words
from app.core.model import Claim, Header, Statement
from app.core.status import named, names, retractions, undoing
from app.core.vocabulary import Stance

_AFFIRMS = Stance.affirms
_REPLIES: tuple[tuple[Stance, str], ...] = (
    (Stance.denies, "denied this"),
    (Stance.no_evidence, "reported having no evidence of this"),
    (Stance.qualifies, "qualified this"),
    (Stance.no_comment, "did not comment on this"),
)


def attribution(claim: Claim, header: Header, live: Sequence[Statement]) -> str:
    """The claim with everybody whose word counts: who affirms it, whether it was settled, who answered otherwise.

    ``live`` are statements of ``claim``; with none the sentence says that in this record nobody had made the claim.
    """
    text = claim.text.rstrip(".")
    if not live:
        return f"In this record nobody had said it by then: {text}."
    author = header.document_by_id[claim.document].author
    affirming = [each for each in live if each.stance is _AFFIRMS]
    external = [each for each in affirming if each.source != author]
    parts = [_opening(header, affirming, external, text)]
    if 0 < len(external) < len(affirming):
        parts += [_seconded(header, each) for each in affirming if each.source == author]
    for stance, said in _REPLIES if len(affirming) < len(live) else ():
        parts += [_reply(header, each, said) for each in live if each.stance is stance]
    taking_back = [each for each in live if each.stance is Stance.retracts]
    if taking_back:
        taken = retractions(claim, header)
        parts += [_taken_back(header, each, taken.get(each.id, frozenset())) for each in taking_back]
    return "; ".join(dict.fromkeys(parts)) + "."


CREDITS: Mapping[str, frozenset[Stance]] = {
    "affirmed_by": frozenset({Stance.affirms}),
    "denied_by": frozenset({Stance.denies}),
    "answered_by": frozenset({Stance.no_evidence, Stance.no_comment, Stance.qualifies}),
    "taken_back_by": frozenset({Stance.retracts}),
    "passed_on_by": frozenset(),
}
"""What a source does to a claim, by the stances of its own statements; a relay without any has only passed it on."""

_CREDIT = {stance: credit for credit, stances in CREDITS.items() for stance in stances}
_NOBODY: Mapping[str, tuple[str, ...]] = dict.fromkeys(CREDITS, ())


def credited(live: Sequence[Statement]) -> dict[str, tuple[str, ...]]:
    """For each of :data:`CREDITS` the sources that do so, each once, in the order of the record.

    No source is credited with a claim that it denies or only passed on.
    """
    by = dict(_NOBODY)
    for each in live:
        credit = _CREDIT[each.stance]
        if each.source not in by[credit]:
            by[credit] += (each.source,)
    relays = dict.fromkeys([relay for each in live for relay in each.via])
    if relays:
        origins = {each.source for each in live}
        by["passed_on_by"] = tuple([relay for relay in relays if relay not in origins])
    return by


def _opening(header: Header, affirming: Sequence[Statement], external: Sequence[Statement], text: str) -> str:
    if external:
        return f"According to {_who(header, external)}: {text}"
    if affirming:
        return f"{_who(header, affirming)} writes: {text}"
    return f"Nobody is reported to affirm that this is so: {text}"


def _seconded(header: Header, by_author: Statement) -> str:
    said = "writes that this proved true" if by_author.adjudicates else "writes this as well"
    return f"{_who(header, [by_author])} {said}"


def _reply(header: Header, statement: Statement, said: str) -> str:
    if statement.adjudicates:
        said = "writes that this proved false"
    return f"{_who(header, [statement])} {said}"


def _taken_back(header: Header, statement: Statement, stances: frozenset[Stance]) -> str:
    return f"{_who(header, [statement])} {undoing(header.source_by_id[statement.source], stances, 'this')}"


def _who(header: Header, statements: Sequence[Statement]) -> str:
    if len(statements) == 1:
        return _dated(header, statements[0])
    return names([_dated(header, each) for each in statements])


def _dated(header: Header, statement: Statement) -> str:
    source_by_id = header.source_by_id
    name = named(source_by_id[statement.source], [source_by_id[relay] for relay in statement.via])
    return f"{name} ({in_words(statement.made)})" if statement.made else name

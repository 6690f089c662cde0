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
_REPLIES = {
    Stance.denies: "denied this",
    Stance.no_evidence: "reported having no evidence of this",
    Stance.qualifies: "qualified this",
    Stance.no_comment: "did not comment on this",
}


def attribution(claim: Claim, header: Header, live: Sequence[Statement]) -> str:
    """The claim with everybody whose word is ``live``: who affirms, whether it was settled, who answered otherwise."""
    text = claim.text.rstrip(".")
    if not live:
        return f"In this record nobody had said it by then: {text}."
    author = header.document_by_id[claim.document].author
    affirming = [each for each in live if each.stance is _AFFIRMS]
    external = [each for each in affirming if each.source != author]
    if external:
        parts = [f"According to {_who(header, external)}: {text}"]
        for each in affirming:
            if each.source == author:
                said = "writes that this proved true" if each.adjudicates else "writes this as well"
                parts.append(f"{_who(header, [each])} {said}")
    elif affirming:
        parts = [f"{_who(header, affirming)} writes: {text}"]
    else:
        parts = [f"Nobody is reported to affirm that this is so: {text}"]
    for stance, reply in _REPLIES.items() if len(affirming) < len(live) else ():
        for each in live:
            if each.stance is stance:
                said = "writes that this proved false" if each.adjudicates else reply
                parts.append(f"{_who(header, [each])} {said}")
    taking_back = [each for each in live if each.stance is Stance.retracts]
    taken = retractions(claim, header) if taking_back else {}
    for each in taking_back:
        said = undoing(header.source_by_id[each.source], taken.get(each.id, frozenset()), "this")
        parts.append(f"{_who(header, [each])} {said}")
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


def _who(header: Header, statements: Sequence[Statement]) -> str:
    source_by_id, told = header.source_by_id, []
    for each in statements:
        name = named(source_by_id[each.source], [source_by_id[relay] for relay in each.via])
        told.append(f"{name} ({in_words(each.made)})" if each.made else name)
    return names(told)

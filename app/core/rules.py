"""The rule by which a claim gets its status: a table, in order, of conditions over live statements.

The first row of :data:`RULES` that holds decides. ``/statuses`` serves the table, the README prints it, and a test
compares the three. :mod:`app.core.status` applies it day by day.

Words of the rule. A statement is *live* at a day when its whole ``made`` interval has ended by then and nobody of its
origin has since taken it back or said otherwise; an undated one counts from the day its document was published. What no
longer counts silences nobody: who took a word back and then gave it again has taken nothing back. A retraction *takes
back* what its origin held when it was made: after a denial it removes the denial. An *origin* is the root of a source's
``part_of`` chain. *Strictly later* means begun after the other interval had ended: where intervals
overlap nobody can tell, so both count. *External* means not by the document's author.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.model import Claim, Source, Statement
from app.core.vocabulary import ClaimKind, SourceKind, Stance, Status

# Named once: looking a member up in its enumeration costs more than comparing it.
_AFFIRMS, _DENIES, _RETRACTS = Stance.affirms, Stance.denies, Stance.retracts
_REPLACING = frozenset({Stance.affirms, Stance.denies, Stance.no_evidence, Stance.retracts})


@dataclass(slots=True)
class Said:
    """A statement with what the rule must know of it: made no earlier than ``start``, it counts from ``counts``."""

    statement: Statement
    root: str
    relays: frozenset[str]
    start: date
    counts: date
    external: bool
    for_party: bool
    source: Source
    by: str
    """Name of the source with its relays."""
    takes_back: frozenset[Stance] = frozenset()
    """Stances that a retraction takes back; empty for every other stance."""

    @property
    def several(self) -> bool:
        """Whether the source is more than one voice: "officials say", where an agency says."""
        return self.source.kind is SourceKind.group

    def strictly_after(self, other: "Said") -> bool:
        return self.start > other.counts

    def silences(self, other: "Said") -> bool:
        """Whether ``other`` no longer counts because of this statement of the same origin."""
        if self.root != other.root or self.statement.stance not in _REPLACING:
            return False
        if self.statement.stance is _RETRACTS and other.statement.stance is not _RETRACTS:
            return not other.strictly_after(self)
        return self.strictly_after(other)

    @property
    def rank(self) -> tuple[date, bool]:
        """Larger than the rank of every statement that this one could silence."""
        retracts = self.statement.stance is _RETRACTS
        return (self.counts if retracts else self.start, retracts)


def still_counting(spoken: Sequence[Said]) -> tuple[Said, ...]:
    """Those of ``spoken`` that nobody who still counts has silenced, in the order given."""
    if len({said.root for said in spoken}) == len(spoken):
        return tuple(spoken)
    live: list[Said] = []
    for each in sorted(spoken, key=lambda said: said.rank, reverse=True):
        if not any(other.silences(each) for other in live):
            live.append(each)
    kept = {said.statement.id for said in live}
    return tuple(each for each in spoken if each.statement.id in kept)


def taken_back(retraction: Said, said: Sequence[Said]) -> frozenset[Stance]:
    """Stances that the origin of ``retraction`` held when it was made, among all of ``said`` on the claim.

    A retraction that follows another of the same origin, with nothing said in between, takes back the same.
    """
    earlier = [each for each in said if each.root == retraction.root and _precedes(each, retraction)]
    held: set[Stance] = set()
    for each in still_counting(earlier):
        held |= taken_back(each, said) if each.statement.stance is _RETRACTS else {each.statement.stance}
    return frozenset(held)


def _precedes(one: Said, retraction: Said) -> bool:
    if one.statement.stance is _RETRACTS:
        return retraction.strictly_after(one)
    return not one.strictly_after(retraction)


@dataclass(slots=True)
class Case:
    """A claim as it stands at one day: what is live, and whether anybody external had ever spoken."""

    claim: Claim
    live: Sequence[Said]
    external_spoke: bool
    affirming: list[Said] = field(init=False)
    external: list[Said] = field(init=False)
    denying: list[Said] = field(init=False)
    verdicts_for: list[Said] = field(init=False)
    verdicts_against: list[Said] = field(init=False)

    def __post_init__(self) -> None:
        self.affirming = [said for said in self.live if said.statement.stance is _AFFIRMS]
        self.external = [said for said in self.affirming if said.external]
        self.denying = [said for said in self.live if said.statement.stance is _DENIES]
        self.verdicts_for = [said for said in self.affirming if said.statement.adjudicates]
        self.verdicts_against = [said for said in self.denying if said.statement.adjudicates]

    @property
    def withdrawn(self) -> list[Said]:
        """Retractions of an affirmation, where no other origin still affirms."""
        retractions = [said for said in self.live if _AFFIRMS in said.takes_back]
        if not retractions:
            return []
        roots = {said.root for said in retractions}
        return [] if any(said.root not in roots for said in self.affirming) else retractions

    @property
    def undone(self) -> list[Said]:
        """Retractions of a denial or of another answer: the claim itself was not taken back by them."""
        return [said for said in self.live if said.statement.stance is _RETRACTS and _AFFIRMS not in said.takes_back]

    @property
    def answering(self) -> list[Said]:
        """Those who spoke to the claim and neither affirm, deny nor took back."""
        return [said for said in self.live if said.statement.stance not in (_AFFIRMS, _DENIES, _RETRACTS)]

    @property
    def admitting(self) -> list[Said]:
        """Named sources that speak for a party and affirm; of a forecast only once its period had begun."""
        voices = [said for said in self.affirming if said.for_party]
        if self.claim.kind is ClaimKind.forecast:
            return [said for said in voices if self.claim.span and said.start >= self.claim.span.start]
        return voices

    @property
    def origins(self) -> int:
        """Independent external origins that affirm; who only passed on another's word is not one."""
        roots = {said.root for said in self.external}
        passed_on = {relay for said in self.external for relay in said.relays if relay != said.root}
        return len(roots - passed_on)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: when ``holds``, the status is ``status``, decided and contested by those statements."""

    id: str
    status: Status
    condition: str
    holds: Callable[[Case], object]
    decided: Callable[[Case], Sequence[Said]]
    contested: Callable[[Case], Sequence[Said]]
    because: str
    """Template of the explanation, in which ``[denies|deny]`` agrees in number with the name before it.

    ``{voices}`` are the sources that :attr:`voices` names.
    """
    unaffirmed: str = ""
    """The template where there is nobody to be named: a denial credits nobody with the claim."""
    voices: Callable[[Case], Sequence[Said]] | None = None
    """Who is named in the explanation, where these are not all whose statements decided."""


def _nobody(_: Case) -> Sequence[Said]:
    return ()


def _denying(case: Case) -> Sequence[Said]:
    return case.denying


RULES: tuple[Rule, ...] = (
    Rule(
        "not-yet-made", Status.not_yet_made, "Nothing had been said by then.",
        lambda case: not case.live, _nobody, _nobody, "In this record nobody had said it by then.",
    ),
    Rule(
        "judgement", Status.not_checkable,
        "The claim is a judgement, or a forecast that only the document's author makes.",
        lambda case: case.claim.kind is ClaimKind.judgement
        or (case.claim.kind is ClaimKind.forecast and case.affirming and not case.external),
        lambda case: case.affirming or case.live, lambda case: case.denying if case.affirming else (),
        "An assessment by {voices} that no record could settle.",
        "An assessment that no record could settle, and that nobody here affirms.",
        voices=lambda case: case.affirming,
    ),
    Rule(
        "withdrawn", Status.retracted, "A source took back having affirmed it, and no other origin still affirms it.",
        lambda case: case.withdrawn, lambda case: case.withdrawn, _nobody,
        "{voices} took it back, and no other source affirms it.",
    ),
    Rule(
        "verdicts-clash", Status.disputed, "The author states both that it proved true and that it proved false.",
        lambda case: case.verdicts_for and case.verdicts_against,
        lambda case: [*case.verdicts_for, *case.verdicts_against], _nobody,
        "{voices} [states|state] both that it proved true and that it proved false.",
    ),
    Rule(
        "verdict-against", Status.refuted, "The author states that it proved false, after somebody else had spoken.",
        lambda case: case.verdicts_against and case.external_spoke,
        lambda case: case.verdicts_against, lambda case: case.affirming,
        "{voices} [states|state] that it proved false.",
    ),
    Rule(
        "verdict-for", Status.confirmed, "The author states that it proved true, and somebody else affirms it.",
        lambda case: case.verdicts_for and case.external, lambda case: [*case.verdicts_for, *case.external], _denying,
        "{voices} [affirms|affirm] it, and the author of the document states that it proved true.",
        voices=lambda case: case.external,
    ),
    Rule(
        "admitted", Status.confirmed,
        "A named source that speaks for a party affirms it, and nobody denies it; "
        "a forecast, only if affirmed once its period had begun.",
        lambda case: case.admitting and not case.denying, lambda case: case.admitting, _nobody,
        "{voices} [speaks|speak] for a party to it and [affirms|affirm] it; no denial stands.",
    ),
    Rule(
        "denied", Status.disputed, "Somebody denies it.",
        lambda case: case.denying, _denying, lambda case: case.affirming, "{voices} [denies|deny] it.",
    ),
    Rule(
        "independent-origins", Status.corroborated, "Two or more independent origins other than the author affirm it.",
        lambda case: case.origins >= 2, lambda case: case.external, _nobody,
        "{voices} affirm it independently of each other.",
    ),
    Rule(
        "single-origin", Status.unconfirmed, "One origin other than the author affirms it.",
        lambda case: case.external, lambda case: case.external, _nobody, "{voices} alone [affirms|affirm] it.",
    ),
    Rule(
        "author-alone", Status.asserted, "Only the document's author says so: a fact about sourcing, not about truth.",
        lambda case: case.affirming, lambda case: case.affirming, _nobody,
        "{voices}, the author of the document, alone says so.",
    ),
    Rule(
        "no-affirmation", Status.unconfirmed,
        "Nobody affirms it; there is only no evidence, no comment, a qualification or a denial taken back.",
        lambda case: True, lambda case: case.live, _nobody,
        "Nobody affirms it; {voices} spoke to it without affirming it.",
        "Nobody affirms it.",
        voices=lambda case: case.answering,
    ),
)  # fmt: skip
"""The rule, in order. It is total: the last row always holds."""

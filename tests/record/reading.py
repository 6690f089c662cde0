"""Reading of the essay, sentence by sentence, made apart from the record: whose word, since when, and how it stands.

Data only; ``test_reading`` holds the record to it. Claims are found by the passages on which their
statements rest, by voice, kind and words, never by id. Where reading and record differ, the essay's text settles it.
"""

from dataclasses import dataclass

from app.core.vocabulary import DateBasis, Stance, Status

AUTHOR = "dina-esfandiary"
DAYS = ("2022-07-31", "2022-12-31", "2023-01-31")
"""Days before the essay appeared on which the claims of external voices are looked at."""

A, C, U, N, Y = Status.asserted, Status.confirmed, Status.unconfirmed, Status.not_checkable, Status.not_yet_made
AFFIRMS, DENIES, NO_EVIDENCE = Stance.affirms, Stance.denies, Stance.no_evidence
TEXT, INFERRED, UNDATED = DateBasis.text, DateBasis.inferred, DateBasis.document


@dataclass(frozen=True)
class Voice:
    """External source on a passage, its date, and the statuses of what it spoke to at :data:`DAYS` and at the end."""

    source: str
    stance: Stance
    at: tuple[set[Status], set[Status], set[Status], set[Status]]
    via: tuple[str, ...] = ()
    made: str | None = None
    basis: DateBasis = UNDATED
    not_before: str | None = None


@dataclass(frozen=True)
class Row:
    """Passage: statuses that its claims must and may end with, external voices, and the sourcing of its claims.

    ``author`` says whether the author must rest a statement of her own on it.
    """

    ref: str
    ends: set[Status]
    may: frozenset[Status] = frozenset()
    voices: tuple[Voice, ...] = ()
    author: bool = True
    sourcing: frozenset[str] = frozenset({"author_only"})
    may_sourcing: frozenset[str] = frozenset()


def quoted(ref: str, ends: set[Status], sourcing: str, *voices: Voice, author: bool = False) -> Row:
    """Row of a passage with external voices; that somebody spoke may be a claim by the author beside."""
    own = frozenset({"author_only"})
    return Row(ref, ends, frozenset({A}), voices, author, frozenset(sourcing.split()), own)


LOOSE_N, LOOSE_A = frozenset({N}), frozenset({A})

# A: a fact or course of events that the author alone states. N: an assessment, or a forecast that only she makes.
# A third column names a status that a further claim of the passage may have.
# fmt: off
PASSAGES: tuple[Row, ...] = (
    quoted("p1s1", {A, C}, "author_verdict author_only",
           Voice("jake-sullivan", AFFIRMS, ({U}, {U}, {U}, {C}), made="2022-07", basis=TEXT), author=True),
    # The denial has no date; it can only follow the accusation, so it is pending from July and counts at the end.
    quoted("p1s2", {A, C}, "author_verdict author_only",
           Voice("iranian-government", DENIES, ({U}, {U}, {U}, {C}), not_before="2022-07"), author=True),
    Row("p1s3", {A}),
    Row("p1s4", {A}),
    Row("p1s5", {A}),
    Row("p2s1", {N}),
    Row("p2s2", {A, N}),       # Isolation is a state of affairs; how much help they need is weighed.
    Row("p2s3", {N}, LOOSE_A),
    Row("p2s4", {A}, LOOSE_N),  # Betrayals and distrust make a history that can be looked up; the dislike may be N.
    Row("p2s5", {A}),
    Row("p2s6", {A}),
    Row("p2s7", {A}),
    Row("p3s1", {N}),
    Row("p3s2", {N}, LOOSE_A),
    Row("p3s3", {N}, LOOSE_A),  # Skill is graded here; what they did is told in p16s2.
    Row("p3s4", {A}),
    Row("p3s5", {A}, LOOSE_N),  # A view that each came to hold of the other.
    quoted("p3s6", {U}, "anonymous", Voice("iranian-diplomat", AFFIRMS, ({Y}, {Y}, {Y}, {U}))),
    Row("p3s7", {A}),
    quoted("p3s8", {N}, "anonymous", Voice("iranian-diplomat", AFFIRMS, ({Y}, {Y}, {Y}, {N}))),
    Row("p4s1", {A}),           # The rest of the section narrates this hostility: a course of history.
    Row("p4s2", {A}),
    Row("p4s3", {A}),
    Row("p4s4", {A}),
    Row("p4s5", {A}),
    Row("p4s6", {A}),
    Row("p4s7", {A}),
    Row("p4s8", {A}),
    Row("p5s1", {A}, LOOSE_N),  # Relations grew in years that are named; that Russia still was a threat may be N.
    Row("p5s2", {A}, LOOSE_N),  # Alignment, revolution and isolation happened; the need drawn from them may be N.
    Row("p5s3", {A}, LOOSE_N),
    Row("p6s1", {A}),
    Row("p6s2", {A}),
    Row("p6s3", {A}),
    Row("p6s4", {A}),
    Row("p6s5", {A}),
    Row("p7s1", {A}),           # An attitude that the next sentences document.
    Row("p7s2", {A}),
    Row("p7s3", {A}),
    Row("p7s4", {N}, LOOSE_A),
    Row("p7s5", {A}),           # A wish, a belief, and two facts about who had what in Syria.
    Row("p7s6", {A}),           # A self-image and the conduct that followed from it; both can be shown.
    Row("p7s7", {A}),
    Row("p7s8", {A}, LOOSE_N),
    Row("p8s1", {A}, LOOSE_N),
    Row("p8s2", {A}),
    Row("p8s3", {A}),
    Row("p8s4", {A}),
    Row("p8s5", {A}),
    Row("p9s1", {N}),
    Row("p9s2", {A}, LOOSE_N),
    # Washington speaks to deliveries only; of the pledge it says nothing, so no stance of its own rests there.
    quoted("p9s3", {U}, "named_outlet none",
           Voice("reuters", AFFIRMS, ({Y}, {Y}, {Y}, {U})),
           Voice("us-government", NO_EVIDENCE, ({Y}, {Y}, {Y}, {U}))),
    Row("p9s4", {A}),
    # The newspaper's credit begins after the advisers, who are the author's.
    quoted("p9s5", {A, U}, "named_outlet author_only",
           Voice("the-washington-post", AFFIRMS, ({Y}, {Y}, {Y}, {U})), author=True),
    Row("p10s1", {A}),          # Says that Russia gives too, which the next sentences list.
    quoted("p10s2", {U}, "named_person_or_body",
           Voice("british-ambassador-to-us", AFFIRMS, ({Y}, {U}, {U}, {U}), ("reuters",), "2022-12", INFERRED)),
    quoted("p10s3", {C}, "admission",
           Voice("western-intelligence-officials", AFFIRMS, ({Y}, {U}, {C}, {C}), (), "2022-12", INFERRED)),
    # The purchase is the one of p10s3. The delivery lay ahead when Iran spoke of it, so its word settles nothing there.
    Row("p10s4", {C, U}, LOOSE_A,
        (Voice("iranian-government", AFFIRMS, ({Y}, {Y, U}, {C, U}, {C, U}), (), "2023-01", INFERRED),),
        False, frozenset({"admission"}), frozenset({"named_person_or_body", "author_only"})),
    Row("p10s5", {A}),
    Row("p10s6", {A}),
    Row("p10s7", {N}, LOOSE_A),
    Row("p11s1", {N}),
    Row("p11s2", {A, N}),       # What the war did to Russia is a fact; what would have been without it is not.
    Row("p11s3", {N}),
    Row("p11s4", {A}),
    Row("p11s5", {A}),          # A death, protests, a crackdown and their effect abroad.
    Row("p11s6", {N}, LOOSE_A),
    Row("p12s1", {N}),
    Row("p12s2", {N}),
    Row("p12s3", {A, N}),       # The war's course is foretold; the regime's conduct is described.
    Row("p12s4", {N}),
    Row("p13s1", {N}),
    Row("p13s2", {A, N}),
    Row("p13s3", {A, N}),
    Row("p13s4", {A, N}),       # The military's wish is a fact about it; how attractive a market is, is weighed.
    Row("p13s5", {N}, LOOSE_A),
    Row("p13s6", {A, N}),
    Row("p14s1", {N}),
    Row("p14s2", {A}),
    Row("p14s3", {A}),
    Row("p14s4", {A}),
    Row("p15s1", {N}),
    Row("p15s2", {N}, LOOSE_A),
    Row("p15s3", {A, N}),
    Row("p15s4", {N}, LOOSE_A),
    Row("p15s5", {A}),
    Row("p15s6", {A}),
    Row("p16s1", {N}),          # Hedged as an appearance: the author's impression.
    Row("p16s2", {A}),
    Row("p16s3", {N}),
    Row("p16s4", {N}),
)
# fmt: on

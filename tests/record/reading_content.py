"""Reading of the essay, made apart from the record: what its claims must hold, when it was so, and what bears on what.

Claims are found by the passages on which their statements rest, by kind and by words of our own, never by id.
"""

from dataclasses import dataclass

from app.core.vocabulary import ClaimKind

BELIEF, EVENT, FORECAST = ClaimKind.belief, ClaimKind.event, ClaimKind.forecast
QUANTITY, SPEECH, STATE = ClaimKind.quantity, ClaimKind.speech, ClaimKind.state


@dataclass(frozen=True)
class Dated:
    """Claim of a passage that must have a period inside ``within`` and around ``covers``."""

    ref: str
    within: str
    covers: str | None = None
    kinds: tuple[ClaimKind, ...] = (EVENT,)


SO_FAR = "../2023-02"
"""Past when the essay appeared, and dated by nothing else."""

PERIODS: tuple[Dated, ...] = (
    Dated("p1s1", "2022-07", "2022-07", (EVENT, STATE, SPEECH)),
    Dated("p1s3", "2022-09/2022-11", "2022-09/2022-11"),  # The year follows from the paragraph's opening.
    Dated("p1s4", "2022-09/2023-02"),
    Dated("p2s5", "1500/1828"),  # The wars that the fourth paragraph tells.
    Dated("p2s6", "1800/2000"),  # Likewise.
    Dated("p4s3", "1500/1800", "1600/1700"),
    Dated("p4s4", "1804/1813", "1804/1813"),
    Dated("p4s4", "1826/1828", "1826/1828"),
    Dated("p4s5", "1804/1828"),
    Dated("p4s6", "1804/1828"),
    Dated("p4s7", "1800/2000", "1801/1999"),
    Dated("p5s1", "1920/1924"),
    Dated("p5s2", "1979", "1979"),
    Dated("p6s2", "1995", "1995"),
    Dated("p6s3", "../2000", "2000", (EVENT, STATE, QUANTITY)),
    Dated("p6s4", "2007", "2007"),
    Dated("p6s5", "2014", "2014"),
    Dated("p7s3", SO_FAR),
    Dated("p7s7", "2016", "2016"),
    Dated("p8s1", "2016/2022"),  # After the cease-fire, and before July 2022; see INVASION.
    Dated("p8s2", "2022-07", "2022-07"),
    Dated("p8s4", "2022-01/2022-10", "2022-01/2022-10", (EVENT, QUANTITY)),
    Dated("p8s5", "../2022-11", "2022-11", (EVENT, STATE, QUANTITY)),  # Inferred year.
    Dated("p9s2", SO_FAR),
    Dated("p9s3", SO_FAR),
    Dated("p9s4", SO_FAR),
    Dated("p9s5", SO_FAR),
    Dated("p10s2", "2022-12/..", "2022-12", (EVENT, STATE)),
    Dated("p10s3", "2022-12/2023-01", "2022-12", (EVENT, STATE)),
    Dated("p10s4", "../2023-01"),
    Dated("p10s4", "2023-04/..", "2023-04", (FORECAST,)),
    Dated("p10s5", SO_FAR),
    Dated("p11s4", "2021/..", "2021-12", (EVENT, STATE)),
    Dated("p11s5", "2022-09", "2022-09"),
    Dated("p13s2", "2022-05", "2022-05"),
    Dated("p14s4", "2021", "2021"),
    Dated("p15s5", SO_FAR),
    Dated("p15s6", SO_FAR),
)

YEARS = frozenset(
    [*range(1920, 1926), 1804, 1813, 1826, 1828, 1979, 1995, 2000, 2007, *range(2014, 2017), *range(2021, 2024)]
)
"""Years that the essay states, and 2023, which follows for the January and March of the jets."""

CENTURIES = frozenset({1500, 1501, 1599, 1600, 1700, 1701, 1799, 1800, 1801, 1899, 1900, 1901, 1999, 2000})
"""Bounds of the centuries that it names."""

INVASION = r"2022 (full-scale )?invasion|invasion (of \w+ )?(in|of) (\w+ )?2022|invaded Ukraine in (\w+ )?2022"
"""Claim text that dates the invasion of Ukraine, which no sentence does."""


@dataclass(frozen=True)
class Wanted:
    """Claim that must rest on a passage: by kind, entities that it is about, and words in its text."""

    ref: str
    words: str
    kinds: tuple[ClaimKind, ...]
    about: tuple[str, ...] = ()


WISH = r"\bwant|\bwish|\bdesire|\bsought|\bseek|\bhope|\bkeen|\beager|\baim"

WANTED: tuple[Wanted, ...] = (
    Wanted("p1s1", r"\bannounc|\bsaid\b|\baccus|\bdeclar|\bstated", (SPEECH,)),
    Wanted("p1s2", r"\bden(y|ied|ial)", (SPEECH,), ("iran",)),
    Wanted(
        "p1s2",
        r"\bcorrect|\bright\b|\bwrong|\buntrue|\bfalse|\brefut|\bb(o|or)re out|\bborne out",
        (SPEECH, EVENT, STATE),
    ),
    Wanted("p6s2", r"\bagree", (EVENT,), ("russia", "iran")),
    Wanted("p6s4", r"\bpromis|\bpledg|\bagree", (EVENT,), ("russia", "iran")),
    Wanted("p7s2", r"\bbeliev|\bthought|\bheld\b|\bsaw\b", (BELIEF,), ("iran",)),
    Wanted("p7s3", r"\bcrash", (EVENT,)),
    Wanted("p7s3", r"\binferior|\bworse|\bless good|\bpoorer", (BELIEF,), ("iran",)),
    Wanted("p7s5", WISH, (STATE,), ("iran",)),  # A desire is no opinion about what is so.
    Wanted("p7s5", r"\bdictat|\bterms\b", (BELIEF,), ("iran",)),
    Wanted("p7s6", r"\bsaw\b|\bconsider|\bregard|\bbeliev|\bview|\bthought", (BELIEF,), ("russia",)),
    Wanted("p7s6", r"\bact(ed|ing|s)?\b|\bbehav|\bconduct", (EVENT, STATE), ("russia",)),
    Wanted(
        "p7s8",
        r"\bwatch|\bwar(y|ily|iness)\b|\bcautio|\bsuspic|\bmistrust|\bdistrust|\bguarded|\beye",
        (EVENT, STATE, BELIEF),
    ),
    Wanted("p9s3", r"\bpledg|\bpromis|\bagree", (EVENT,), ("iran", "russia")),
    Wanted("p9s5", r"\bagree", (EVENT,), ("iran", "russia")),
    Wanted(
        "p10s2", r"\bpoised|\bready|\bprepar|\babout to|\bset to|\bon the point", (STATE,), ("russia", "iran")
    ),  # A readiness.
    Wanted("p10s4", r"\bdeliver|\barriv|\breceiv", (FORECAST,)),
    Wanted("p13s4", WISH, (STATE,)),
    Wanted("p15s3", r"\bGulf\b", (STATE,), ("iran",)),
)


@dataclass(frozen=True)
class Support:
    """Premise that supports a conclusion, each by the passages on which it rests and by words in its text."""

    premise: tuple[str, ...]
    conclusion: tuple[str, ...]
    premise_words: str = ""
    conclusion_words: str = ""


SUPPORTS: tuple[Support, ...] = (
    Support(("p1s3", "p9s2"), ("p1s1",), conclusion_words=r"drone|unmanned|uncrewed|UAV"),
    Support(("p2s2",), ("p2s1", "p2s2"), r"\bisolat|cut off", r"\bneed|\bhelp|\bsense"),
    Support(("p5s2",), ("p5s2",), r"\bisolat|\brevolution", r"\bneed|\breason"),
    Support(("p5s3",), ("p5s3",), r"\benem|\badversar|\bfoe|\bhostil|\boppos", r"\bincentiv|\breason|\bmotiv|\bground"),
    Support(("p10s3", "p10s4"), ("p10s2",)),
    Support(("p11s2",), ("p11s2",), r"\bneed|\bcut\b|\bsupplier", r"\bunlikely|\bwould|\bwithout|\bhardly"),
    Support(("p11s4",), ("p11s4",), r"\btalks?\b|\bnegotiat", r"\balone|\bisolat"),
    Support(("p12s3",), ("p12s4",)),
    Support(("p13s6",), ("p13s6",), r"\bvot|\bseat|\bmember", r"\buseful|\bhelp|\bbenefit|\bvalu|\bserve"),
    Support(("p14s4",), ("p14s4",), r"\belection|\bwon\b|\bswept", r"\bcontrol|\blever"),
    Support(
        ("p16s2", "p16s4"),
        ("p16s4",),
        r"\bknow|\bcollaborat|\bcooperat|\bwork|\bcompartment|\bpragmat",
        r"\buseful|\bcollaborat|\bcooperat|\bwork",
    ),
)

TENSIONS: tuple[tuple[str, str], ...] = (("p16s4", "p10s7"), ("p7s6", "p7s5"))
"""Pairs of passages with claims of which one speaks against the other."""


@dataclass(frozen=True)
class Figure:
    """Figure that a passage states; a large one may be told in full or in billions."""

    ref: str
    values: tuple[float, ...]
    approximate: bool = False


FIGURES: tuple[Figure, ...] = (
    Figure("p1s4", (50, 0.5), approximate=True),
    Figure("p8s4", (27,)),
    Figure("p8s4", (10,)),
    Figure("p8s5", (40, 40e9)),
    Figure("p8s5", (6.5, 6.5e9)),
)

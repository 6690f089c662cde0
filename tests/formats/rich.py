"""A record in which every field is filled, and several of what most records have one of."""

from datetime import date
from functools import cache

from app.core.model import Claim, Record, Statement
from app.core.status import Period, period_at
from tests import records

DAYS = [None, date(2020, 12, 31), date(2021, 3, 30), date(2021, 3, 31), date(2021, 6, 30), date(2022, 1, 31)]


@cache
def rich() -> Record:
    """Claims with several origins, relays, passages and figures in two documents, and one claim of each bare kind.

    The Courier relays and speaks itself; Norland denies and takes its denial back; the author settles.
    """
    several = records.claim(
        "several-origins", text="Norland lent 40 ferries, and 2.5 t of freight, to Portvale.", kind="quantity",
        about=["ferries", "portvale"], parties=["norland", "portvale"], topics=["law", "transport"],
        period="2021-03/2021-06",
        quantities=[
            {"value": 40, "unit": "ferries", "of": "ferries lent"},
            {"value": 2.5, "unit": "t", "of": "freight lent", "approximate": True},
            {"value": 0.125, "unit": "t", "of": "freight lost"},
        ],
        statements=[
            records.statement("by-master", source="harbour-master", via=["courier", "norland-official"], made="2021-03",
                              passages=["p1s1", "p1s3", "p2s3"], note="Told twice over."),
            records.statement("by-courier", source="courier", made="2021-04-02", passages=["p1s3", "p1s1"]),
            records.statement("by-clerk", source="clerk", via=["courier"], not_before="2021-02",
                              passages=["p2s2"]),
            records.statement("denied", source="norland", via=["courier"], stance="denies", made="2021-04",
                              passages=["p1s2", "p1s4"]),
            records.statement("denied-before", source="courier", stance="denies", made="2020", passages=["p1s3"]),
            records.statement("taken-back", source="norland", stance="retracts", made="2021-06", passages=["p1s4"]),
            records.statement("settled", adjudicates=True, passages=["p2s1", "p2s4"]),
        ],
        related=[
            {"relation": "supports", "claim": "bare"}, {"relation": "restates", "claim": "answered"},
            {"relation": "supports", "claim": "answered"},
        ],
        note="Counted twice.",
    )  # fmt: skip
    answered = records.claim(
        "answered", text="Norland sank a ferry.", document="the-tides", kind="speech", background=True,
        statements=[
            records.statement("told", source="harbour-master", made="2021-01", date_basis="inferred",
                              passages=["p1s1", "p2s1"]),
            records.statement("unaware", source="norland", stance="no_evidence", made="2021-03", passages=["p1s2"]),
            records.statement("silent", source="courier", stance="no_comment", made="2021-03",
                              passages=["p1s2", "p1s1"]),
            records.statement("but", source="norland-official", stance="qualifies", made="2021-05", passages=["p1s3"]),
            records.statement("untold", source="harbour-master", stance="retracts", made="2021-06", passages=["p1s4"]),
            records.statement("never", stance="denies", adjudicates=True, passages=["p1s3"]),
        ],
    )  # fmt: skip
    tides = records.document(
        "the-tides", title="The Tides", author="harbour-master", published="2021-12", language="de",
        url="https://vale.example/the tides",
    )  # fmt: skip
    sources = [*records.record()["sources"], records.source("clerk", name="a clerk", named=False)]
    return Record.model_validate(
        records.record(
            documents=[records.document(), tides], sources=sources, claims=[several, answered, records.claim("bare")]
        )
    )


def standing(claim: Claim, day: date | None) -> tuple[Period | None, list[Statement]]:
    """The period of a claim at the end of a day, and its live statements."""
    period = period_at(claim, rich().header, day)
    return period, [each for each in claim.statements if period and each.id in period.live]

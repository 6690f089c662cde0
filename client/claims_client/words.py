"""Words of the API's closed lists, for editors and type checkers. Each list is open: a newer server may add to it."""

from typing import Literal, TypeAlias

Status: TypeAlias = (
    Literal[
        "confirmed", "corroborated", "unconfirmed", "disputed", "refuted", "retracted", "asserted", "not_checkable",
        "not_yet_made",
    ]
    | str
)  # fmt: skip
Sourcing: TypeAlias = (
    Literal[
        "author_verdict", "admission", "named_person_or_body", "named_outlet", "anonymous", "author_only", "none",
    ]
    | str
)  # fmt: skip
Stance: TypeAlias = Literal["affirms", "denies", "no_evidence", "no_comment", "qualifies", "retracts"] | str
Credit: TypeAlias = Literal["affirms", "denies", "answers", "took_back", "passed_on"] | str
ClaimKind: TypeAlias = Literal["event", "state", "quantity", "speech", "belief", "forecast", "judgement"] | str
SourceKind: TypeAlias = Literal["person", "organization", "government", "outlet", "group"] | str
EntityKind: TypeAlias = Literal["state", "person", "organization", "weapon", "agreement", "place", "event"] | str
Outcome: TypeAlias = Literal["verified", "moved", "ambiguous", "missing"] | str
DateBasis: TypeAlias = Literal["text", "inferred", "document"] | str
RelationKind: TypeAlias = (
    Literal["supports", "contradicts", "in_tension_with", "elaborates", "qualifies", "restates"] | str
)

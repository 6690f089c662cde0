"""What the client can ask: each question as a path, its parameters, and the shape of the answer.

Addresses and parameters are those of the server's OpenAPI document; a test compares the two. A filter that there is not
is refused here already, before anything is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any, Generic, TypedDict, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter

from app.core.errors import ParametersInvalid, QueryInvalid
from app.record.lists import (
    ClaimList,
    Coverage,
    Dataset,
    Impact,
    Listing,
    Moment,
    ServedDocument,
    ServedEntity,
    ServedSource,
    ServedTopic,
    SourcingKind,
    StatusRow,
    Verified,
)
from app.record.served import ServedClaim, Transition

Answer_co = TypeVar("Answer_co", covariant=True)
Answer = TypeVar("Answer")
Item = TypeVar("Item")
Many = str | Sequence[str]
"""One value, or several of which one must fit."""
Day = str | date
"""``2022``, ``2022-07``, ``2022-07-17`` or a date."""

MOST = 100
"""Items on a page, at most."""


class Filters(TypedDict, total=False):
    """Parameters of a search. Different filters must all hold; ``from_`` is the server's ``from``.

    ``origin`` and ``stance`` together ask for one statement that has both.
    """

    q: str
    status: Many
    sourcing: Many
    affirmed_by: Many
    denied_by: Many
    answered_by: Many
    taken_back_by: Many
    passed_on_by: Many
    source: Many
    origin: Many
    via: Many
    stance: Many
    kind: Many
    background: bool | Many
    about: Many
    topic: Many
    document: Many
    section: Many
    from_: Day | None
    to: Day | None
    as_of: Day | None
    sort: str


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer_co]):
    """One question to the server."""

    path: str
    params: tuple[tuple[str, str], ...]
    shape: type[Answer_co]
    kind: str = ""
    """What is looked for, where one thing is looked for by its id."""
    wanted: str = ""
    text: str | None = None
    """A text that is sent along (POST)."""

    def read(self, body: bytes) -> Answer_co:
        """The answer in ``body``. Fields that a newer server may have added are passed over.

        Raises ``ValueError`` where the bytes are no such answer.
        """
        return _adapter(self.shape).validate_json(body, extra="ignore")  # type: ignore[arg-type, no-any-return]

    def following(self, address: str) -> "Call[Answer_co]":
        """The same question for the page at ``address``, as ``next`` gives it."""
        return Call(address, (), self.shape)


def claims(given: Mapping[str, Any], limit: int, cursor: str = "", facets: Sequence[str] = ()) -> Call[ClaimList]:
    """A page of a search. Raises :class:`~app.core.errors.ParametersInvalid` for every filter that there is not."""
    _check(given)
    pairs = [(name.rstrip("_"), text) for name, value in given.items() for text in _texts(value)]
    pairs += [(name, text) for name, text in (("cursor", cursor), ("facets", ",".join(facets))) if text]
    return Call("/claims", (*pairs, ("limit", str(limit))), ClaimList)


def claim(id: str, as_of: Day | None) -> Call[ServedClaim]:
    """One claim."""
    return Call(f"/claims/{_segment(id)}", _optional(as_of=as_of), ServedClaim, "claim", id)


def timeline(id: str) -> Call[Listing[Moment]]:
    """A claim's status through time."""
    return Call(f"/claims/{_segment(id)}/timeline", (), Listing[Moment], "claim", id)


def sources(as_of: Day | None) -> Call[Listing[ServedSource]]:
    """Everybody who speaks on a claim or passes it on."""
    return Call("/sources", (*_optional(as_of=as_of), *_full), Listing[ServedSource])


def source(id: str, as_of: Day | None) -> Call[ServedSource]:
    """One of them."""
    return Call(f"/sources/{_segment(id)}", _optional(as_of=as_of), ServedSource, "source", id)


def impact(id: str) -> Call[Listing[Impact]]:
    """What would change without a source."""
    return Call(f"/sources/{_segment(id)}/impact", _full, Listing[Impact], "source", id)


def documents() -> Call[Listing[ServedDocument]]:
    """The texts whose claims are served."""
    return Call("/documents", _full, Listing[ServedDocument])


def coverage(document: str) -> Call[Listing[Coverage]]:
    """A document passage by passage."""
    return Call(f"/documents/{_segment(document)}/coverage", _full, Listing[Coverage], "document", document)


def entities() -> Call[Listing[ServedEntity]]:
    """What claims are about."""
    return Call("/entities", _full, Listing[ServedEntity])


def topics() -> Call[Listing[ServedTopic]]:
    """Subjects of claims."""
    return Call("/topics", _full, Listing[ServedTopic])


def statuses() -> Call[Listing[StatusRow]]:
    """The rule."""
    return Call("/statuses", (), Listing[StatusRow])


def sourcings() -> Call[Listing[SourcingKind]]:
    """The kinds of word."""
    return Call("/sourcings", (), Listing[SourcingKind])


def transitions(from_: Day | None, to: Day | None) -> Call[Listing[Transition]]:
    """What changed when."""
    return Call("/transitions", (*_optional(**{"from": from_, "to": to}), *_full), Listing[Transition])


def verify(text: str, document: str) -> Call[Listing[Verified]]:
    """The reader's copy against the record."""
    params = (("document", document),) if document else ()
    return Call("/verify", params, Listing[Verified], "document", document, text)


def dataset() -> Call[Dataset]:
    """The record as a whole."""
    return Call("/dataset", (), Dataset)


_full = (("limit", str(MOST)),)


def _check(given: Mapping[str, Any]) -> None:
    known = Filters.__annotations__
    errors = [
        QueryInvalid(name, "There is no such filter.", get_close_matches(name, known, n=3, cutoff=0.6))
        for name in given
        if name not in known
    ]
    if errors:
        raise ParametersInvalid(errors)


def _texts(value: Any) -> Sequence[str]:
    if value is None:
        return ()
    if isinstance(value, bool):
        return [str(value).lower()]
    return [str(value)] if isinstance(value, str | date) else [str(each) for each in value]


def _optional(**given: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, value in given.items() for text in _texts(value))


def _segment(id: str) -> str:
    # Dots alone would be taken for a step in the path, and nothing for its parent.
    return quote(id, safe="").replace(".", "%2E") or "%20"


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)

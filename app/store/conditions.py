"""The claims that a question wants, as the conditions of a statement.

:func:`app.query.matches` is the meaning. Of arrays only ``@>`` is used, the one operator of GIN that distributed
databases run too.
"""
# ruff: noqa: S608 - nothing is put into a statement's text but the number of an edition, and names of this file
# (bandit knows no rule for a file, hence a B608 a line)

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from psycopg.types.numeric import Int4

from app.query import ClaimQuery, search
from app.store.keys import Codes, in_a_row, is_cut, word_key
from app.vocabulary import Status

_PLACES = {status.value: place for place, status in enumerate(Status)}
_UNSAID = _PLACES[Status.not_yet_made]

STANDING = f"coalesce(c.standing[width_bucket(%(day)s, c.days)], {_UNSAID})"
"""The status at the end of a day: that of the last change up to it."""


class Conditions:
    """The claims that a question wants, as the inside of a ``WHERE``, with its parameters."""

    def __init__(self, edition: int, codes: Codes, query: ClaimQuery) -> None:
        self.edition = edition
        self._codes = codes
        self.keys: list[str] = []
        """Keys that a claim must all have."""
        self.alternatives: list[list[str]] = []
        """Keys of which a claim must have one; of each of these lists."""
        self.runs: list[tuple[str, ...]] = []
        """Words that must stand together: in the claim's text, or in one name."""
        self.others: list[str] = []
        """What else must hold, as SQL."""
        self._among: Sequence[int] | None = None
        self._rare = False
        self.parameters: dict[str, Any] = {}
        self._add_words(query)
        for name, wanted in query.filters():
            self._add_term(name, wanted, on_a_day=query.as_of is not None)
        if query.during:
            self.others.append("c.starts <= %(to)s AND c.ends >= %(from)s")
            self.parameters |= {"from": Int4(query.during.start.toordinal()), "to": Int4(query.during.end.toordinal())}
        if query.as_of:
            self.parameters["day"] = Int4(query.as_of.toordinal())

    def among(self, positions: Sequence[int]) -> None:
        """Look only among the claims at ``positions``, which have the keys that are wanted."""
        self._among = positions

    def rare(self) -> None:
        """Look up the keys before anything else: few claims have them, however many the database expects."""
        self._rare = True

    @property
    def by_rows(self) -> bool:
        """Whether only its row can tell if a claim is wanted that has the keys."""
        return bool(self.runs or self.others)

    def claims(self, *, texts: bool = False) -> str:
        """The claims as the inside of a ``FROM``; ``texts`` where their words are needed as well."""
        claims = "rare c" if self._rare else f"claims_{self.edition} c"
        return f"{claims} JOIN {self.bodies}" if texts or self.runs else claims

    @property
    def beforehand(self) -> Sequence[str]:
        """What must be looked up first, as the inside of a ``WITH``."""
        if not self._rare:
            return []
        # A fence. Without it the plan for a page may be to walk all claims in order until some have a word of which
        # the statistics know nothing.
        return [f"rare AS MATERIALIZED (SELECT * FROM claims_{self.edition} WHERE keys @> %(keys)s::text[])"]  # nosec B608

    def counted(self, facets: Iterable[str]) -> str:
        """That a ``code`` is of one of ``facets``; or less than 0, as statuses on a day are."""
        spans = [self._codes.span[facet] for facet in facets if facet in self._codes.span]
        return " OR ".join(["code < 0", *(f"code BETWEEN {first} AND {last}" for first, last in spans)])

    @property
    def bodies(self) -> str:
        """What joins a claim's body to it."""
        return f"bodies_{self.edition} b ON b.edition = {self.edition} AND b.position = c.position"

    @property
    def every(self) -> str:
        """All claims, whether they are wanted or not, with their bodies."""
        return f"claims_{self.edition} c JOIN {self.bodies}"

    def __str__(self) -> str:
        return " AND ".join([f"c.edition = {self.edition}", *self._having(), *self.running(), *self.others])

    def _having(self) -> Iterator[str]:
        if self._among is not None:
            self.parameters["among"] = list(self._among)
            yield "c.position = ANY (%(among)s::int[])"
            return
        self.parameters["keys"] = self.keys
        if self.keys and not self._rare:
            yield "c.keys @> %(keys)s::text[]"
        for nth, keys in enumerate(self.alternatives):
            names = [f"any{nth}_{each}" for each in range(len(keys))]
            self.parameters |= dict(zip(names, keys, strict=True))
            yield f"({' OR '.join(f'c.keys @> ARRAY[%({name})s]' for name in names) or 'false'})"

    def running(self) -> Iterator[str]:
        """That the words of each of ``runs`` stand together."""
        for nth, run in enumerate(self.runs):
            self.parameters[f"run{nth}"] = in_a_row(run)
            yield f"(strpos(b.own, %(run{nth})s) > 0 OR strpos(b.named, %(run{nth})s) > 0)"

    def _add_words(self, query: ClaimQuery) -> None:
        asked = search(query.q)
        if asked.impossible:
            self.others.append("false")
        self.keys += sorted(map(word_key, asked.words))
        self.runs += [*asked.phrases, *((word,) for word in sorted(asked.words) if is_cut(word))]

    def _add_term(self, name: str, wanted: tuple[str, ...], *, on_a_day: bool) -> None:
        if name == "status" and on_a_day:
            places = [_PLACES[value] for value in wanted if value in _PLACES]
            self.others.append(self._stood(places))
            self.parameters["standing"] = places
            return
        keys = self._codes.alternatives(name, wanted)
        if len(keys) == 1:
            self.keys += keys
        else:
            self.alternatives.append(keys)

    def _stood(self, places: list[int]) -> str:
        if _UNSAID in places:  # most such claims have no row in periods
            return f"{STANDING} = ANY (%(standing)s::int[])"
        return (
            f"c.position IN (SELECT position FROM periods_{self.edition} WHERE edition = {self.edition} "  # nosec B608
            "AND status = ANY (%(standing)s::int[]) AND first <= %(day)s AND until > %(day)s)"
        )

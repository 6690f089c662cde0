"""Questions as SQL: each is one statement, so that an answer costs one round trip.

:func:`app.query.matches` and :func:`app.query.sort_key` are the meaning. Only plain PostgreSQL is used, and of arrays
only ``@>`` under GIN, which distributed databases that speak its protocol can run too.
"""
# ruff: noqa: S608 - nothing is put into a statement's text but the number of an edition, and names of this file

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from psycopg.types.numeric import Int4

from app.query import TERMS, ClaimQuery, Page, search
from app.store.keys import NEVER, Codes, in_a_row, is_cut, word_key
from app.vocabulary import Status

# Every statement names the edition, although its tables hold no other: it leads their primary keys.

PAGE, CODE, TOTAL, AFTER = range(4)
"""What a row of the answer to :func:`find` is, in its first column."""

LATER_STATUS = -1
"""A status on a day is counted as this number less its place, apart from the codes of the statuses at the end."""

_PLACES = {status.value: place for place, status in enumerate(Status)}
_UNSAID = _PLACES[Status.not_yet_made]
_STANDING = f"coalesce(c.standing[width_bucket(%(day)s, c.days)], {_UNSAID})"
"""The status at the end of a day: that of the last change up to it."""

_BACKWARD = "(-c.position)"

CURRENT = "SELECT edition, revision FROM editions ORDER BY edition DESC LIMIT 1"
EDITION = (
    "SELECT edition, revision, extract(epoch FROM loaded)::bigint, size, last_day, counts, header "
    "FROM editions ORDER BY edition DESC LIMIT 1"
)

BODY = "b.body, 0"
BODY_ON_DAY = (
    "CASE WHEN p.first IS NULL THEN substring(b.body, 1, b.head) WHEN p.tail IS NULL THEN b.body "
    "ELSE substring(b.body, 1, b.head) || p.tail END, (p.first IS NULL)::int"
)
"""The claim as served, and 0; or the part of it that no day changes, and 1, where it had no period yet."""


Count: TypeAlias = Literal["nothing", "total", "facets", "status"]
"""What is counted over the whole answer: the values of all facets, from which the total follows, or of one on a day."""


class Conditions:
    """The claims that a question wants, as the inside of a ``WHERE``, with its parameters."""

    def __init__(self, edition: int, codes: Codes, query: ClaimQuery) -> None:
        self.edition = edition
        self._codes = codes
        self._texts = False
        self.keys: list[str] = []
        """Keys that a claim must all have."""
        self.alternatives: list[list[str]] = []
        """Keys of which a claim must have one; of each of these lists."""
        self.others: list[str] = []
        """What else must hold, as SQL."""
        self._among: Sequence[int] | None = None
        self.parameters: dict[str, Any] = {}
        self._add_words(query)
        for name in TERMS:
            if wanted := getattr(query, name):
                self._add_term(name, wanted, on_a_day=query.as_of is not None)
        if query.during:
            self.others.append("c.starts <= %(to)s AND c.ends >= %(from)s")
            self.parameters |= {"from": _day(query.during.start.toordinal()), "to": _day(query.during.end.toordinal())}
        if query.as_of:
            self.parameters["day"] = _day(query.as_of.toordinal())

    def among(self, positions: Sequence[int]) -> None:
        """Look only among the claims at ``positions``, which have the keys that are wanted."""
        self._among = positions

    def claims(self, *, texts: bool = False) -> str:
        """The claims as the inside of a ``FROM``; ``texts`` where their words are needed as well."""
        claims = f"claims_{self.edition} c"
        return f"{claims} JOIN {self.bodies}" if texts or self._texts else claims

    @property
    def bodies(self) -> str:
        """What joins a claim's body to it."""
        return f"bodies_{self.edition} b ON b.edition = {self.edition} AND b.position = c.position"

    def __str__(self) -> str:
        return " AND ".join([f"c.edition = {self.edition}", *self._having(), *self.others])

    def _having(self) -> Iterator[str]:
        if self._among is not None:
            self.parameters["among"] = list(self._among)
            yield "c.position = ANY (%(among)s::int[])"
            return
        if self.keys:
            self.parameters["keys"] = self.keys
            yield "c.keys @> %(keys)s::text[]"
        for nth, keys in enumerate(self.alternatives):
            names = [f"any{nth}_{each}" for each in range(len(keys))]
            self.parameters |= dict(zip(names, keys, strict=True))
            yield f"({' OR '.join(f'c.keys @> ARRAY[%({name})s]' for name in names) or 'false'})"

    def _add_words(self, query: ClaimQuery) -> None:
        asked = search(query.q)
        if asked.impossible:
            self.others.append("false")
        self.keys += sorted(map(word_key, asked.words))
        runs = [*asked.phrases, *((word,) for word in sorted(asked.words) if is_cut(word))]
        for nth, run in enumerate(runs):
            self._texts = True
            self.others.append(f"(strpos(b.own, %(run{nth})s) > 0 OR strpos(b.named, %(run{nth})s) > 0)")
            self.parameters[f"run{nth}"] = in_a_row(run)

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
            return f"{_STANDING} = ANY (%(standing)s::int[])"
        return (
            f"c.position IN (SELECT position FROM periods_{self.edition} WHERE edition = {self.edition} "
            "AND status = ANY (%(standing)s::int[]) AND first <= %(day)s AND until > %(day)s)"
        )


def find(where: Conditions, query: ClaimQuery, page: Page, count: Count) -> tuple[str, Mapping[str, Any]]:
    """The statement that answers :meth:`app.store.Edition.find`, and besides counts what ``count`` says.

    Its rows are, by their first column: ``PAGE``, four numbers by which to sort, the id, and what ``BODY`` says;
    ``AFTER`` where the claim ``page.after`` exists; ``CODE`` and a code with its count; ``TOTAL`` with the total.
    """
    keys, parameters = _order(page.sort, query)
    parts = [_page(where, keys, query, page, texts="b.own" in "".join(keys))]
    if count in ("facets", "status"):
        standing = f"{LATER_STATUS} - {_STANDING}"
        code = (
            standing
            if count == "status"
            else f"unnest(c.facets || ({standing}))"
            if query.as_of
            else "unnest(c.facets)"
        )
        parts.append(
            f"SELECT {CODE}, code, 0, 0, 0, NULL, NULL, count(*)::int "
            f"FROM (SELECT {code} AS code FROM {where.claims()} WHERE {where}) hits GROUP BY code"
        )
    elif count == "total":
        parts.append(f"SELECT {TOTAL}, 0, 0, 0, 0, NULL, NULL, count(*)::int FROM {where.claims()} WHERE {where}")
    start = ""
    if page.after is not None:
        named = ", ".join(f"{key} AS k{nth}" for nth, key in enumerate(keys))
        source, claim = where.claims(texts=True), f"c.edition = {where.edition}"
        start = f"WITH after AS MATERIALIZED (SELECT {named} FROM {source} WHERE {claim} AND b.id = %(after)s) "
        parts.append(f"SELECT {AFTER}, 0, 0, 0, 0, NULL, NULL, 0 FROM after")
        parameters["after"] = page.after
    return start + " UNION ALL ".join(f"({part})" for part in parts), parameters | where.parameters


def _page(where: Conditions, keys: list[str], query: ClaimQuery, page: Page, *, texts: bool) -> str:
    named = [f"k{nth}" for nth in range(len(keys))]
    wanted, order = str(where), ", ".join(keys)
    if keys == [_BACKWARD]:
        # The primary key can be walked backward, but not by an expression.
        order, following = "c.position DESC", " AND c.position < (SELECT -k0 FROM after)"
    else:
        following = f" AND ({order}) > (SELECT {', '.join(named)} FROM after)"
    if page.after is not None:
        wanted += following
    columns = ", ".join(f"{key} AS {name}" for key, name in zip(keys, named, strict=True))
    padded = [*named, "0", "0", "0"][:4]
    periods = f" LEFT JOIN {_periods(where.edition, 'c')}"
    return (
        f"SELECT {PAGE}, {', '.join(padded)}, b.id, {BODY_ON_DAY if query.as_of else BODY} FROM ("
        f"SELECT c.position, {columns} FROM {where.claims(texts=texts)} WHERE {wanted} "
        f"ORDER BY {order} LIMIT {page.limit + 1}) c JOIN {where.bodies}{periods if query.as_of else ''}"
    )


def _order(sort: str, query: ClaimQuery) -> tuple[list[str], dict[str, Any]]:
    """Whole numbers, ascending, by which an order goes; the same as :func:`app.query.sort_key`."""
    back = sort.startswith("-")
    parameters: dict[str, Any] = {}
    match sort.lstrip("-"):
        case "status":
            status = _STANDING if query.as_of else "c.status"
            return [f"(-{status})" if back else status, "c.position"], parameters
        case "period" if back:
            return [f"(CASE WHEN c.starts = {NEVER} THEN 0 ELSE -c.starts END)", "(-c.ends)", "c.position"], parameters
        case "period":
            return ["c.starts", "c.ends", "c.position"], parameters
        case "relevance" if asked := sorted(search(query.q).words):
            parameters = {f"word{nth}": in_a_row([word]) for nth, word in enumerate(asked)}
            found = " + ".join(f"(strpos(b.own, %({name})s) > 0)::int" for name in parameters)
            return [f"({found})" if back else f"(-({found}))", "c.position"], parameters
        case "document" if back:
            return [_BACKWARD], parameters
        case _:
            return ["c.position"], parameters


def claim(edition: int, *, on_a_day: bool) -> str:
    """The claim with an id, as :data:`BODY` says."""
    return _bodies(edition, on_a_day=on_a_day) + " AND b.id = %(id)s"


def batch(edition: int, *, on_a_day: bool) -> str:
    """Some claims in the order of the record, from a position on, as :data:`BODY` says."""
    some = " AND b.position >= %(start)s AND b.position < %(end)s ORDER BY b.position"
    return _bodies(edition, on_a_day=on_a_day) + some


def _bodies(edition: int, *, on_a_day: bool) -> str:
    columns, periods = (BODY_ON_DAY, f" LEFT JOIN {_periods(edition, 'b')}") if on_a_day else (BODY, "")
    return f"SELECT {columns} FROM bodies_{edition} b{periods} WHERE b.edition = {edition}"


def _periods(edition: int, beside: str) -> str:
    return (
        f"periods_{edition} p ON p.edition = {edition} AND p.position = {beside}.position "
        "AND p.first <= %(day)s AND p.until > %(day)s"
    )


def heads(edition: int) -> str:
    """Some claims as the record has them, but for the last brace."""
    return (
        f"SELECT substring(body, 1, head) FROM bodies_{edition} WHERE edition = {edition} "
        "AND position >= %(start)s AND position < %(end)s ORDER BY position"
    )


def changes(edition: int) -> str:
    """Changes of status between two days: day and head of some of them, and on every row how many there are."""
    days = "first BETWEEN %(since)s AND %(until)s"
    changed = f"periods_{edition} WHERE edition = {edition} AND changed AND {days}"
    return (
        f"WITH chosen AS (SELECT first, position FROM {changed} "
        "ORDER BY first, position OFFSET %(offset)s LIMIT %(limit)s), "
        f"whole AS (SELECT count(*)::int AS total FROM {changed}) "
        "SELECT whole.total, chosen.first, chosen.position, substring(b.body, 1, b.head) "
        "FROM whole LEFT JOIN chosen ON true "
        f"LEFT JOIN bodies_{edition} b ON b.edition = {edition} AND b.position = chosen.position"
    )


def grounds(edition: int) -> str:
    """Claims of one document with the passages they rest on, in the order of the record, from a position on."""
    return (
        f"SELECT c.position, b.id, b.refs FROM claims_{edition} c "
        f"JOIN bodies_{edition} b ON b.edition = {edition} AND b.position = c.position "
        f"WHERE c.edition = {edition} AND c.keys @> ARRAY[%(document)s] AND c.position > %(after)s "
        "ORDER BY c.position LIMIT %(limit)s"
    )


def position(edition: int) -> str:
    """The position of the claim with an id."""
    return f"SELECT position FROM bodies_{edition} WHERE edition = {edition} AND id = %(id)s"


def postings(edition: int) -> str:
    """The postings of some keys."""
    return f"SELECT key, claims FROM postings_{edition} WHERE edition = {edition} AND key = ANY (%(keys)s::text[])"


def ids(edition: int) -> str:
    """All ids."""
    return f"SELECT id FROM bodies_{edition} WHERE edition = {edition}"


def neighbours(edition: int) -> str:
    """Ids next to one in the alphabet, on either side, read from the front and from the back."""
    found = ids(edition)
    sides = [
        f"{found} AND {each} {side} ORDER BY {each} {way} LIMIT %(near)s"
        for each, wanted in (("id", "%(id)s"), ("reverse(id)", "%(back)s"))
        for side, way in ((f">= {wanted}", ""), (f"< {wanted}", "DESC"))
    ]
    return " UNION ALL ".join(f"({each})" for each in sides)


def _day(day: int) -> Int4:
    return Int4(day)

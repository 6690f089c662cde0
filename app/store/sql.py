"""Questions as SQL: each is one statement, so that an answer costs one round trip.

:func:`app.query.sort_key` is the meaning of an order. Only plain PostgreSQL is used, which distributed databases that
speak its protocol run too.
"""
# ruff: noqa: S608 - nothing is put into a statement's text but the number of an edition, and names of this file
# (bandit knows no rule for a file, hence a B608 a line)

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from app.query import ClaimQuery, Page, search
from app.store.conditions import STANDING, Conditions
from app.store.keys import NEVER, in_a_row

# Every statement names the edition, although its tables hold no other: it leads their primary keys.

PAGE, CODE, TOTAL, AFTER = range(4)
"""What a row of the answer to :func:`find` is, in its first column."""

LATER_STATUS = -1
"""A status on a day is counted as this number less its place, apart from the codes of the statuses at the end."""

_BACKWARD = "(-c.position)"

CURRENT = "SELECT edition, revision FROM editions ORDER BY edition DESC LIMIT 1"
EDITION = (
    "SELECT edition, revision, extract(epoch FROM loaded)::bigint, size, last_day, counts, common, header "
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


def find(where: Conditions, query: ClaimQuery, page: Page, count: Count) -> tuple[str, Mapping[str, Any]]:
    """The statement that answers :meth:`app.store.Edition.find`, and besides counts what ``count`` says.

    Its rows are, by their first column: ``PAGE``, four numbers by which to sort, the id, and what ``BODY`` says;
    ``AFTER`` where the claim ``page.after`` exists; ``CODE`` and a code with its count, those of the kinds always, of
    which every claim has one; ``TOTAL`` with the total.
    """
    keys, parameters = _order(page.sort, query)
    parts = [_page(where, keys, query, page, texts="b.own" in "".join(keys))]
    if count in ("facets", "status"):
        standing = f"{LATER_STATUS} - {STANDING}"
        code = (
            standing
            if count == "status"
            else f"unnest(c.facets || ({standing}))"
            if query.as_of
            else "unnest(c.facets)"
        )
        parts.append(
            f"SELECT {CODE}, code, 0, 0, 0, NULL, NULL, count(*)::int "  # nosec B608
            f"FROM (SELECT {code} AS code FROM {where.claims()} WHERE {where}) hits "
            f"WHERE {where.counted({*page.facets, 'kind'})} GROUP BY code"
        )
    elif count == "total":
        parts.append(f"SELECT {TOTAL}, 0, 0, 0, 0, NULL, NULL, count(*)::int FROM {where.claims()} WHERE {where}")  # nosec B608
    first = list(where.beforehand)
    if page.after is not None:
        named = ", ".join(f"{key} AS k{nth}" for nth, key in enumerate(keys))
        known = f"c.edition = {where.edition} AND b.id = %(after)s"
        first.append(f"after AS MATERIALIZED (SELECT {named} FROM {where.every} WHERE {known})")  # nosec B608
        parts.append(f"SELECT {AFTER}, 0, 0, 0, 0, NULL, NULL, 0 FROM after")  # nosec B608
        parameters["after"] = page.after
    start = f"WITH {', '.join(first)} " if first else ""
    return start + " UNION ALL ".join(f"({part})" for part in parts), parameters | where.parameters


def _page(where: Conditions, keys: list[str], query: ClaimQuery, page: Page, *, texts: bool) -> str:
    named = [f"k{nth}" for nth in range(len(keys))]
    wanted, order = str(where), ", ".join(keys)
    if keys == [_BACKWARD]:
        # The primary key can be walked backward, but not by an expression.
        order, following = "c.position DESC", " AND c.position < (SELECT -k0 FROM after)"
    else:
        following = f" AND ({order}) > (SELECT {', '.join(named)} FROM after)"  # nosec B608
    if page.after is not None:
        wanted += following
    columns = ", ".join(f"{key} AS {name}" for key, name in zip(keys, named, strict=True))
    padded = [*named, "0", "0", "0"][:4]
    periods = f" LEFT JOIN {_periods(where.edition, 'c')}"
    return (
        f"SELECT {PAGE}, {', '.join(padded)}, b.id, {BODY_ON_DAY if query.as_of else BODY} FROM ("  # nosec B608
        f"SELECT c.position, {columns} FROM {where.claims(texts=texts)} WHERE {wanted} "
        f"ORDER BY {order} LIMIT {page.limit + 1}) c JOIN {where.bodies}{periods if query.as_of else ''}"
    )


def _order(sort: str, query: ClaimQuery) -> tuple[list[str], dict[str, Any]]:
    """Whole numbers, ascending, by which an order goes; the same as :func:`app.query.sort_key`."""
    back = sort.startswith("-")
    parameters: dict[str, Any] = {}
    match sort.lstrip("-"):
        case "status":
            status = STANDING if query.as_of else "c.status"
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


def some(edition: int, *, on_a_day: bool) -> str:
    """The claims at some positions: these, their ids, and what :data:`BODY` says."""
    return _bodies(edition, "b.position, b.id, ", on_a_day=on_a_day) + " AND b.position = ANY (%(some)s::int[])"


def _bodies(edition: int, named: str = "", *, on_a_day: bool) -> str:
    columns, periods = (BODY_ON_DAY, f" LEFT JOIN {_periods(edition, 'b')}") if on_a_day else (BODY, "")
    return f"SELECT {named}{columns} FROM bodies_{edition} b{periods} WHERE b.edition = {edition}"  # nosec B608


def _periods(edition: int, beside: str) -> str:
    return (
        f"periods_{edition} p ON p.edition = {edition} AND p.position = {beside}.position "
        "AND p.first <= %(day)s AND p.until > %(day)s"
    )


def heads(edition: int) -> str:
    """Some claims as the record has them, but for the last brace."""
    return (
        f"SELECT substring(body, 1, head) FROM bodies_{edition} WHERE edition = {edition} "  # nosec B608
        "AND position >= %(start)s AND position < %(end)s ORDER BY position"
    )


def changes(edition: int) -> str:
    """Changes of status between two days: day and head of some of them, and on every row how many there are."""
    days = "first BETWEEN %(since)s AND %(until)s"
    changed = f"periods_{edition} WHERE edition = {edition} AND changed AND {days}"
    return (
        f"WITH chosen AS (SELECT first, position FROM {changed} "  # nosec B608
        "ORDER BY first, position OFFSET %(offset)s LIMIT %(limit)s), "
        f"whole AS (SELECT count(*)::int AS total FROM {changed}) "
        "SELECT whole.total, chosen.first, chosen.position, substring(b.body, 1, b.head) "
        "FROM whole LEFT JOIN chosen ON true "
        f"LEFT JOIN bodies_{edition} b ON b.edition = {edition} AND b.position = chosen.position"
    )


def grounds(edition: int) -> str:
    """Claims of one document with the passages they rest on, in the order of the record, from a position on."""
    return (
        f"SELECT c.position, b.id, b.refs FROM claims_{edition} c "  # nosec B608
        f"JOIN bodies_{edition} b ON b.edition = {edition} AND b.position = c.position "
        f"WHERE c.edition = {edition} AND c.keys @> ARRAY[%(document)s] AND c.position > %(after)s "
        "ORDER BY c.position LIMIT %(limit)s"
    )


def standing(where: Conditions, among: Sequence[int]) -> tuple[str, Mapping[str, Any]]:
    """Those of some claims, by their positions, in which the phrases that are wanted stand."""
    conditions = " AND ".join([f"b.edition = {where.edition}", "b.position = ANY (%(among)s::int[])", *where.running()])
    statement = f"SELECT b.position FROM bodies_{where.edition} b WHERE {conditions}"  # nosec B608
    return statement, where.parameters | {"among": list(among)}


def position(edition: int) -> str:
    """The position of the claim with an id."""
    return f"SELECT position FROM bodies_{edition} WHERE edition = {edition} AND id = %(id)s"  # nosec B608


def postings(edition: int) -> str:
    """The postings of some keys."""
    return f"SELECT key, claims FROM postings_{edition} WHERE edition = {edition} AND key = ANY (%(keys)s::text[])"  # nosec B608


def ids(edition: int) -> str:
    """All ids."""
    return f"SELECT id FROM bodies_{edition} WHERE edition = {edition}"  # nosec B608


def neighbours(edition: int) -> str:
    """Ids next to one in the alphabet, on either side, read from the front and from the back."""
    found = ids(edition)
    sides = [
        f"{found} AND {each} {side} ORDER BY {each} {way} LIMIT %(near)s"
        for each, wanted in (("id", "%(id)s"), ("reverse(id)", "%(back)s"))
        for side, way in ((f">= {wanted}", ""), (f"< {wanted}", "DESC"))
    ]
    return " UNION ALL ".join(f"({each})" for each in sides)

"""What the database is asked. Only plain SQL by primary keys, which distributed databases run too.

Every statement names the edition, although its tables hold no other: it leads their primary keys.
"""
# ruff: noqa: S608 - nothing is put into a statement's text but the number of an edition, and names of this file
# (bandit knows no rule for a file, hence a B608 a line)

CURRENT = "SELECT edition, revision FROM editions ORDER BY edition DESC LIMIT 1"
EDITION = (
    "SELECT edition, revision, extract(epoch FROM loaded)::bigint, size, last_day, turns, common, counts, header "
    "FROM editions ORDER BY edition DESC LIMIT 1"
)

BODY = "b.body, 0"
BODY_ON_DAY = (
    "CASE WHEN p.first IS NULL THEN substring(b.body, 1, b.head) WHEN p.tail IS NULL THEN b.body "
    "ELSE substring(b.body, 1, b.head) || p.tail END, (p.first IS NULL)::int"
)
"""The claim as served, and 0; or the part of it that no day changes, and 1, where it had no period yet."""


def claim(edition: int, *, on_a_day: bool) -> str:
    """The claim with an id, as :data:`BODY` says."""
    return _bodies(edition, on_a_day=on_a_day) + " AND b.id = %(id)s"


def batch(edition: int, *, on_a_day: bool) -> str:
    """Some claims in the order of the record, from a position on, as :data:`BODY` says."""
    some_ = " AND b.position >= %(start)s AND b.position < %(end)s ORDER BY b.position"
    return _bodies(edition, on_a_day=on_a_day) + some_


def some(edition: int, *, on_a_day: bool) -> str:
    """The claims at some positions: these, their ids, and what :data:`BODY` says."""
    return _bodies(edition, "b.position, b.id, ", on_a_day=on_a_day) + " AND b.position = ANY (%(some)s::int[])"


def _bodies(edition: int, named: str = "", *, on_a_day: bool) -> str:
    columns = BODY_ON_DAY if on_a_day else BODY
    periods = (
        f" LEFT JOIN periods_{edition} p ON p.edition = {edition} AND p.position = b.position "
        "AND p.first <= %(day)s AND p.until > %(day)s"
        if on_a_day
        else ""
    )
    return f"SELECT {named}{columns} FROM bodies_{edition} b{periods} WHERE b.edition = {edition}"  # nosec B608


def _of(edition: int, columns: str) -> str:
    return f"SELECT {columns} FROM bodies_{edition} WHERE edition = {edition}"  # nosec B608


def heads(edition: int) -> str:
    """Some claims as the record has them, but for the last brace."""
    return (
        _of(edition, "substring(body, 1, head)") + " AND position >= %(start)s AND position < %(end)s ORDER BY position"
    )


def standing(edition: int, runs: int) -> str:
    """Some claims by their positions, and whether in the own text of each the words of each of ``runs`` stand."""
    stand = ", ".join(f"strpos(own, %(run{nth})s) > 0" for nth in range(runs))
    return _of(edition, f"position, {stand}") + " AND position = ANY (%(some)s::int[])"


def codes(edition: int) -> str:
    """Over some claims by their positions each code of a value that is counted, and how many of them have it."""
    return (
        "SELECT code, count(*)::int FROM ("  # nosec B608
        + _of(edition, "unnest(facets) AS code")
        + " AND position = ANY (%(some)s::int[])) having_ GROUP BY code"
    )


def resting(edition: int) -> str:
    """Some claims by their positions: these, the ids, and the passages they rest on."""
    return _of(edition, "position, id, refs") + " AND position = ANY (%(some)s::int[])"


def position(edition: int) -> str:
    """The position of the claim with an id."""
    return _of(edition, "position") + " AND id = %(id)s"


def postings(edition: int) -> str:
    """The postings of some keys."""
    return f"SELECT key, claims FROM postings_{edition} WHERE edition = {edition} AND key = ANY (%(keys)s::text[])"  # nosec B608


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


def ids(edition: int) -> str:
    """All ids."""
    return _of(edition, "id")


def neighbours(edition: int) -> str:
    """Ids next to one in the alphabet, on either side, read from the front and from the back."""
    sides = [
        f"{ids(edition)} AND {each} {side} ORDER BY {each} {way} LIMIT %(near)s"
        for each, wanted in (("id", "%(id)s"), ("reverse(id)", "%(back)s"))
        for side, way in ((f">= {wanted}", ""), (f"< {wanted}", "DESC"))
    ]
    return " UNION ALL ".join(f"({each})" for each in sides)

"""The tables of :mod:`~app.store.clickhouse`, and a question as SQL over them.

=================  =========================================================================================
table              rows
=================  =========================================================================================
claims_editions    an edition that was served or is: number, revision, size; header without its passages
claims_headers     the passages of a document as JSON, and the header as the file has it, in pieces
claims_index       a claim: what questions, orders, counts and changes compare
claims_bodies      a claim: its head, and its tails by the first day of each
=================  =========================================================================================

Each table is partitioned by edition, so an edition is dropped by its partitions. ``keys`` holds ``name=value`` for each
term of :func:`app.core.query.terms`, ``text=word`` for words of the claim's own text, ``name=word`` for those of its names,
and ``id=``; a text index finds the claims of a key. Terms of the day are columns: ``status`` in the last period,
``status_then`` in each. Words and terms are made by us and only compared by the database.

In a cluster each table is sharded and replicated by itself: the same names are then ``Distributed`` tables.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from itertools import chain
from typing import Any

from app.core.query import BY_DAY, FACETS, ClaimQuery, Page, search
from app.core.vocabulary import Sourcing, Status
from app.store.plan import Names

EDITIONS, HEADERS, INDEX, BODIES = TABLES = ("claims_editions", "claims_headers", "claims_index", "claims_bodies")

UNDATED = 2**31 - 1
"""First day of the period of a claim that has none; its last day is 0."""

WHOLE = f"SELECT count() FROM {INDEX} WHERE edition = {{edition:UInt64}}"  # noqa: S608 - a name of ours
"""How many claims of an edition are there."""

_NAME = "LowCardinality(String)"


def _enum(words: type[Enum]) -> str:
    numbered = ", ".join(f"'{each.value}' = {number}" for number, each in enumerate(words))
    return f"Enum8({numbered})"


SINGLE = {"status": _enum(Status), "sourcing": _enum(Sourcing), "kind": _NAME, "background": _NAME}
"""Terms of which a claim has one value on a day."""

_COUNTED = {name: SINGLE.get(name, f"Array({_NAME})") for name in FACETS}
_ROW = {"edition": "UInt64", "position": "UInt32"}
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    EDITIONS: {
        "edition": "UInt64", "number": "UInt32", "revision": "String", "made_by": "String", "size": "UInt64",
        "modified": "UInt64", "header": "String",
    },
    HEADERS: {"edition": "UInt64", "key": "String", "value": "String"},
    INDEX: {
        **_ROW, "id": "String", "keys": "Array(String)", "text": "String", "first": "Int32", "last": "Int32",
        "turns": "Array(Int32)", "changed": "Array(Int32)", "rests": f"Array({_NAME})", **_COUNTED,
        **{f"{name}_then": f"Array({_COUNTED[name]})" for name in BY_DAY},
    },
    BODIES: {**_ROW, "head": "String", "turns": "Array(Int32)", "tails": "Array(String)"},
}  # fmt: skip
_ORDER = {EDITIONS: "number", HEADERS: "key", INDEX: "position", BODIES: "position"}
_SETTINGS = {
    # The second of two inserts with one token is no insert: so one of two imports wins.
    EDITIONS: "non_replicated_deduplication_window = 100",
    HEADERS: "index_granularity = 16",
    INDEX: "index_granularity = 8192",
    # Few of many claims are read, each somewhere else: small pieces are unpacked for them.
    BODIES: "index_granularity = 16, min_compress_block_size = 8192, max_compress_block_size = 16384",
}


def schema(cluster: str = "") -> Iterator[str]:
    """The statements that make the tables where they are missing."""
    for table, columns in _COLUMNS.items():
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        if table == INDEX:
            listed += ", INDEX by_key keys TYPE text(tokenizer = array)"
        engine, on, settings = "MergeTree", on_cluster(cluster), _SETTINGS[table]
        if cluster:
            # What is sharded has replicas in a shard; the small tables have one in every server.
            shard, replica = ("{shard}", "{replica}") if table in (INDEX, BODIES) else ("all", "{shard}-{replica}")
            engine = f"ReplicatedMergeTree('/clickhouse/tables/{shard}/{{database}}/{table}', '{replica}')"
            settings = settings.removeprefix("non_")
        yield (
            f"CREATE TABLE IF NOT EXISTS {local(table, cluster)}{on} ({listed}) ENGINE = {engine} PARTITION BY edition "
            f"ORDER BY {_ORDER[table]} SETTINGS {settings}"
        )
        if local(table, cluster) != table:
            yield (
                f"CREATE TABLE IF NOT EXISTS {table}{on} AS {local(table, cluster)} "
                f"ENGINE = Distributed('{cluster}', currentDatabase(), {local(table, cluster)}, position)"
            )


def drop(edition: int, cluster: str = "") -> Iterator[str]:
    """The statements that drop an edition, the row that names it first."""
    for table in TABLES:
        yield f"ALTER TABLE {local(table, cluster)}{on_cluster(cluster)} DROP PARTITION {edition}"


def local(table: str, cluster: str = "") -> str:
    """The table that holds the rows of a server."""
    return f"{table}_local" if cluster and table in (INDEX, BODIES) else table


def on_cluster(cluster: str) -> str:
    """What makes a statement one of every server of a cluster."""
    return f" ON CLUSTER '{cluster}'" if cluster else ""


def then(name: str, day: date | None) -> str:
    """The values of a term at the end of the day that the parameter ``day`` gives."""
    return name if day is None or name not in BY_DAY else f"{name}_then[{turn(day)}]"


def turn(day: date | None) -> str:
    """The place of a claim's period on that day among all of its periods; the last one where no day is asked for."""
    return "-1" if day is None else "arrayLastIndex(turn -> turn <= {day:Int32}, turns)"


class Question:
    """A question to an edition as SQL: :attr:`parameters` are the values that its statements name."""

    def __init__(self, edition: int, query: ClaimQuery, names: Names) -> None:
        self.query = query
        self.parameters: dict[str, Any] = {"edition": edition}
        if query.as_of:
            self.parameters["day"] = query.as_of.toordinal()
        conditions = chain(self._searched(names), self._filtered())
        self.source = f"FROM {INDEX} WHERE {' AND '.join(('edition = {edition:UInt64}', *conditions))}"

    def total(self) -> str:
        """How many claims match."""
        return f"SELECT count() {self.source}"

    def counts(self, name: str) -> str:
        """The values of a facet with their numbers."""
        column = then(name, self.query.as_of)
        value = f"toString({column})" if name in SINGLE else f"arrayJoin({column})"
        return f"SELECT groupArray((value, claims)) FROM (SELECT {value} AS value, count() AS claims {self.source} GROUP BY value)"

    def after(self, page: Page) -> str:
        """Where the claim stands after which ``page`` begins, whether it matches or not; none if there is none."""
        place, _, _ = self._order(page.sort)
        key = self._value([f"id={page.after}"], "Array(String)")
        return (
            f"SELECT groupArray({place}) FROM {INDEX} WHERE edition = {{edition:UInt64}} AND hasAnyTokens(keys, {key})"
        )

    def page(self, page: Page) -> str:
        """Positions and ids of a page's claims and of one more, in order."""
        place, way, order = self._order(page.sort)
        following = f"AND {place} {way} ({self.after(page)})[1] " if page.after is not None else ""
        return (
            f"SELECT groupArray((position, id)) FROM "
            f"(SELECT position, id {self.source} {following}ORDER BY {order} LIMIT {page.limit + 1})"
        )

    def _order(self, sort: str) -> tuple[str, str, str]:
        """A claim's place in an order, how later places compare with it, and the order; see ``sort_key()``."""
        sign = "-" if sort.startswith("-") else ""
        match sort.lstrip("-"):
            case "status":
                keys = [f"{sign}toInt8({then('status', self.query.as_of)})"]
            case "period":
                keys = [f"first = {UNDATED}", f"{sign}first", f"{sign}last"]
            case "relevance":
                words = search(self.query.q).words
                held = [f"(position(text, {self._value(f' {word} ', 'String')}) > 0)" for word in sorted(words)]
                keys = [f"{'' if sign else '-'}toInt32({' + '.join(held) or '0'})"]
            case _:
                return "position", "<" if sign else ">", f"position {'DESC' if sign else 'ASC'}"
        return f"({', '.join((*keys, 'position'))})", ">", ", ".join((*keys, "position"))

    def _searched(self, names: Names) -> Iterator[str]:
        asked = search(self.query.q)
        if asked.impossible:
            yield "0"
        if own := [f"text={word}" for word in asked.words if not names.having((word,))]:
            yield f"hasAllTokens(keys, {self._value(own, 'Array(String)')})"
        for word in asked.words:
            if names.having((word,)):
                yield self._any((f"text={word}", f"name={word}"))
        for phrase in asked.phrases:
            run = self._value(f" {' '.join(phrase)} ", "String")
            stands = f"position(text, {run}) > 0"
            named = names.having(phrase)
            yield f"({stands} OR {self._any(named)})" if named else stands

    def _filtered(self) -> Iterator[str]:
        query, filters = self.query, dict(self.query.filters())
        if query.origin and query.stance:
            filters["said"] = tuple(f"{origin}/{stance}" for origin in query.origin for stance in query.stance)
            del filters["origin"], filters["stance"]
        for name, values in filters.items():
            if query.as_of is None or name not in BY_DAY:
                yield self._any(f"{name}={value}" for value in values)
            elif name in SINGLE:
                yield f"has({self._value(values, 'Array(String)')}, toString({then(name, query.as_of)}))"
            else:
                # Who does something to a claim on some day is a source of it: the index has those.
                yield self._any(f"source={value}" for value in values)
                yield f"hasAny({then(name, query.as_of)}, {self._value(values, 'Array(String)')})"
        if query.during:
            yield f"first <= {query.during.end.toordinal()} AND last >= {query.during.start.toordinal()}"

    def _any(self, keys: Iterable[str]) -> str:
        return f"hasAnyTokens(keys, {self._value(list(dict.fromkeys(keys)), 'Array(String)')})"

    def _value(self, value: str | Sequence[str], kind: str) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value if isinstance(value, str) else list(value)
        return f"{{{name}:{kind}}}"

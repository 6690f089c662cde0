"""The tables of :mod:`~app.store.clickhouse`, and a question as SQL over them.

===================  =======================================================================================
table                rows
===================  =======================================================================================
``claims_editions``  an edition that is or was served: number, revision, number of claims and of the header's rows
``claims_headers``   passages of a document as JSON; the header as the file has it, in pieces, and as rows
``claims_index``     a claim: what questions, orders, counts and changes compare
``claims_bodies``    a claim: its head, and its tails with the first day of each
===================  =======================================================================================

Each table is partitioned by edition. ``keys`` has a text index and holds ``name=value`` for each term of
:func:`app.core.query.terms`, and ``text=word`` and ``name=words`` as :mod:`~app.store.plan` has them. ``status`` is a
term of the day in a claim's last period, ``status_then`` in each one. Words are stemmed and folded by us, the database
compares them; values are parameters. In a cluster the rows of claims are sharded and replicated, and the same names are
``Distributed`` tables.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from enum import Enum
from itertools import chain
from typing import Any

from app.core.query import BY_DAY, FACETS, MOST_VALUES, ClaimQuery, Page, search
from app.core.vocabulary import Sourcing, Status

EDITIONS, HEADERS, INDEX, BODIES = TABLES = ("claims_editions", "claims_headers", "claims_index", "claims_bodies")
OF_EDITION = "WHERE edition = {edition:UInt64}"

UNDATED = 2**31 - 1
"""First day of the period of a claim that has none; its last day is 0."""


def _enum(words: type[Enum]) -> str:
    """The words in their order; the last is 0, which an array gives where it has nothing."""
    return f"Enum8({', '.join(f'{each.value!r} = {nth - len(words) + 1}' for nth, each in enumerate(words))})"


_NAME = "LowCardinality(String)"
SINGLE = {"status": _enum(Status), "sourcing": _enum(Sourcing), "kind": _NAME, "background": _NAME}
"""Terms of which a claim has one value on a day, with the type of its column."""

_COUNTED = {name: SINGLE.get(name, f"Array({_NAME})") for name in FACETS}
# Small numbers: to unpack them would take longer than to read them.
_TURNS = "turns Array(Int32) CODEC(NONE)"
_THEN = ", ".join(f"{name}_then Array({_COUNTED[name]}){' CODEC(NONE)' * (name in SINGLE)}" for name in BY_DAY)
_COLUMNS = {
    EDITIONS: "number UInt32, revision String, made_by String, size UInt64, modified UInt64, rows UInt64",
    HEADERS: "key String, value String",
    INDEX: f"position UInt32, id String, keys Array(String), text String, first Int32, last Int32, {_TURNS}, "
    f"changed Array(Int32), rests Array({_NAME}), {', '.join(map(' '.join, _COUNTED.items()))}, {_THEN}, "
    "INDEX by_key keys TYPE text(tokenizer = array), PROJECTION by_id (SELECT edition, id, position ORDER BY id)",
    BODIES: f"position UInt32, head String, {_TURNS}, tails Array(String)",
}
_STORED = {
    # The second of two inserts with one token is none, so one of two imports wins.
    EDITIONS: "ORDER BY number SETTINGS non_replicated_deduplication_window = 100",
    HEADERS: "ORDER BY key SETTINGS index_granularity = 16",
    INDEX: "ORDER BY position",
    # Few of many claims are read, each somewhere else: small pieces are unpacked for them.
    BODIES: "ORDER BY position SETTINGS index_granularity = 16, min_compress_block_size = 8192, "
    "max_compress_block_size = 16384",
}


def schema(cluster: str) -> Iterator[str]:
    """The statements that make the tables where they are missing; ``cluster`` is empty where there is one server."""
    for table, columns in _COLUMNS.items():
        name, on, stored = local(table, cluster), on_cluster(cluster), _STORED[table]
        engine = "MergeTree"
        if cluster:
            stored = stored.replace("non_replicated", "replicated")
            # Each server has all of a small table.
            shard, replica = ("{shard}", "{replica}") if name != table else ("all", "{shard}-{replica}")
            engine = f"ReplicatedMergeTree('/clickhouse/tables/{shard}/{{database}}/{table}', '{replica}')"
        made = f"CREATE TABLE IF NOT EXISTS {name}{on} (edition UInt64, {columns})"
        yield f"{made} ENGINE = {engine} PARTITION BY edition {stored}"
        if name != table:
            distributed = f"Distributed('{cluster}', currentDatabase(), {name}, position)"
            yield f"CREATE TABLE IF NOT EXISTS {table}{on} AS {name} ENGINE = {distributed}"


def local(table: str, cluster: str) -> str:
    """The table that holds a server's own rows."""
    return f"{table}_local" if cluster and table in (INDEX, BODIES) else table


def on_cluster(cluster: str) -> str:
    """What makes a statement one of every server of a cluster."""
    return f" ON CLUSTER '{cluster}'" if cluster else ""


def body(day: date | None) -> str:
    """A claim as it is served at the end of the parameter ``day``."""
    return f"concat(head, tails[{'-1' if day is None else f'{_TURN} + 1'}])"


_TURN = "arrayCount(turn -> turn <= {day:Int32}, turns)"
"""The place among a claim's periods of the one on that day; 0 before the first."""


class Question:
    """A question to an edition as SQL; :attr:`parameters` are the values that its statements name."""

    def __init__(self, query: ClaimQuery) -> None:
        self.query = query
        self.parameters: dict[str, Any] = {"day": query.as_of.toordinal()} if query.as_of else {}
        self._source = " AND ".join((f"FROM {INDEX} {OF_EDITION}", *chain(self._searched(), self._filtered())))

    def counts(self, name: str) -> str:
        """The values of a facet, each with its number of claims."""
        value = f"toString({self._then(name)})" if name in SINGLE else f"arrayJoin({self._then(name)})"
        order = f"ORDER BY claims DESC, value LIMIT {MOST_VALUES}"
        counted = f"SELECT {value} AS value, count() AS claims {self._source} GROUP BY value {order}"
        return f"SELECT groupArray((value, claims)) FROM ({counted})"

    def edge(self, page: Page) -> str:
        """Where the claim stands after or before which ``page`` lies, whether it matches or not; empty without one."""
        found = f"id = {self._value(page.after or page.before or '')}"
        return f"SELECT groupArray({self._order(page.sort)[0]}) FROM {INDEX} {OF_EDITION} AND {found}"

    def found(self, page: Page) -> str:
        """The total, and positions of a page's claims and of one more; those before a claim from it backwards."""
        place, later = self._order(page.sort)
        comes = later if page.before is None else "<" if later == ">" else ">"
        edged = page.after is not None or page.before is not None
        beyond = f"{place} {comes} ({self.edge(page)})[1]" if edged else "1"
        if place == "position":
            nearest = f"groupArraySortedIf({page.limit + 1})({'' if comes == '>' else '-'}position, {beyond})"
            return f"SELECT (count(), arrayMap(each -> abs(each), {nearest})) {self._source}"
        order = f"{place} {'ASC' if comes == '>' else 'DESC'}"
        positions = f"SELECT position {self._source} AND {beyond} ORDER BY {order} LIMIT {page.limit + 1}"
        return f"SELECT ((SELECT count() {self._source}), (SELECT groupArray(position) FROM ({positions})))"

    def changes(self, since: date, until: date, ids: Collection[str]) -> str:
        """Days between the two and positions of the claims that match, and are among ``ids`` where there are any."""
        within = f"day -> day BETWEEN {since.toordinal()} AND {until.toordinal()}, changed"
        among = f" AND id IN {self._value(ids, 'Array(String)')}" if ids else ""
        return f"SELECT arrayJoin(arrayFilter({within})) AS day, position {self._source}{among}"

    def _order(self, sort: str) -> tuple[str, str]:
        """A claim's place in an order, and how later places compare with it, as ``sort_key()`` has it."""
        sign = "-" if sort.startswith("-") else ""
        match sort.lstrip("-"):
            case "status":
                keys = f"{sign}toInt8({self._then('status')})"
            case "period":
                keys = f"first = {UNDATED}, {sign}first, {sign}last"
            case "relevance":
                held = [f"(position(text, {self._value(f' {each} ')}) > 0)" for each in search(self.query.q).words]
                keys = f"{'' if sign else '-'}toInt32({' + '.join(held) or '0'})"
            case _:
                return "position", "<" if sign else ">"
        return f"({keys}, position)", ">"

    def _searched(self) -> Iterator[str]:
        asked = search(self.query.q)
        if asked.impossible:
            yield "0"
        for word in asked.words:
            yield self._any((f"text={word}", f"name={word}"))
        for phrase in asked.phrases:
            run = " ".join(phrase)
            yield f"(position(text, {self._value(f' {run} ')}) > 0 OR {self._any([f'name={run}'])})"

    def _filtered(self) -> Iterator[str]:
        query, filters = self.query, dict(self.query.filters())
        if query.origin and query.stance:
            filters["said"] = tuple(f"{origin}/{stance}" for origin in query.origin for stance in query.stance)
            del filters["origin"], filters["stance"]
        for name, values in filters.items():
            if query.as_of is None or name not in BY_DAY:
                yield self._any(f"{name}={value}" for value in values)
            elif name in SINGLE:
                yield f"{self._then(name)} IN {self._value(values, 'Array(String)')}"
            else:
                # Who does something to a claim on any day is a source of it, and those the index has.
                yield self._any(f"source={value}" for value in values)
                yield f"hasAny({self._then(name)}, {self._value(values, 'Array(String)')})"
        if query.during:
            yield f"first <= {query.during.end.toordinal()} AND last >= {query.during.start.toordinal()}"

    def _then(self, name: str) -> str:
        day = self.query.as_of if name in BY_DAY else None
        return f"{name}_then[{_TURN}]" if day else name

    def _any(self, keys: Iterable[str]) -> str:
        return f"hasAnyTokens(keys, {self._value(keys, 'Array(String)')})"

    def _value(self, value: str | Iterable[str], kind: str = "String") -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value if isinstance(value, str) else list(dict.fromkeys(value))
        return f"{{{name}:{kind}}}"

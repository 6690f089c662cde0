"""What can be said of the store in ClickHouse without ClickHouse: its statements, and a machine without the driver."""

import sys
from datetime import date

import pytest

from app.core.errors import StoreUnavailable
from app.core.query import FACETS, ClaimQuery, Page
from app.store.clickhouse import ClickHouseStore
from app.store.clickhouse_sql import TABLES, Question, schema
from tests.store.meaning import ORDERS


def test_the_tables_of_a_cluster_are_those_of_a_server_sharded_and_replicated():
    statements = list(schema("claims"))
    assert len(statements) == len(TABLES) + 2
    assert all(" ON CLUSTER 'claims' " in each for each in statements)
    assert sum("ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/" in each for each in statements) == 2
    assert sum("ENGINE = Distributed('claims', currentDatabase(), " in each for each in statements) == 2


def test_a_server_alone_has_each_table_once_and_no_cluster():
    statements = list(schema(""))
    assert len(statements) == len(TABLES)
    assert not any(word in each for each in statements for word in ("CLUSTER", "Replicated", "Distributed"))


@pytest.mark.parametrize("sort", ORDERS)
def test_what_a_reader_writes_is_a_parameter_and_never_part_of_a_statement(sort):
    evil = "evil' OR 1=1 --"
    query = ClaimQuery(q=f'"{evil} said" evil', status=(evil,), affirmed_by=(evil,), topic=(evil,))
    question = Question(query)
    page = Page(sort=sort, after=evil)
    statements = [
        question.found(page),
        question.edge(page),
        question.changes(date.min, date.max, (evil,)),
        *map(question.counts, FACETS),
    ]
    assert not any("evil" in each for each in statements)
    assert any("evil" in str(each) for each in question.parameters.values())


@pytest.mark.anyio
async def test_a_machine_without_the_driver_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "clickhouse_connect", None)
    with pytest.raises(StoreUnavailable, match=r"pip install 'claims-api\[clickhouse\]'"):
        await ClickHouseStore("clickhouse://127.0.0.1:1/claims").open()

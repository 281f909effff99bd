from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.schema import Column, Index, Key, Table, TableRef
from django_schemaguard.core.traces import Deed, Lost, was_run

RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
SOON = timedelta(seconds=1)
ORDER = TableRef(None, "shop_order", "shop.Order")
TABLE = MissingTable(ORDER, Table("shop_order", model="shop.Order"))
COLUMN = MissingColumn(ORDER, Column("total", "integer", field="total"))
INDEX = MissingIndex(ORDER, Index("recent", (Key("total"),), named=True))
LOST = Lost("shop.0002", RECORDED, (TABLE,))
MADE = Deed(
    run=7,
    whole=True,
    migration="shop.0002",
    code="",
    table="",
    name="",
    statements=('CREATE TABLE "shop_order" ("id" integer)',),
    started=RECORDED - SOON,
    finished=RECORDED + SOON,
    closed=RECORDED + SOON,
)
REPAIR = replace(
    MADE,
    whole=False,
    migration=".",
    code="SG101",
    table="shop_order",
    started=RECORDED,
    statements=(),
)


def test_run_that_wrote_the_record_and_made_the_table():
    assert was_run(LOST, [MADE])
    assert was_run(LOST, [replace(MADE, closed=None)])


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"whole": False}, id="recorded-by-itself"),
        pytest.param({"migration": "shop.0003"}, id="another-migration"),
        pytest.param({"started": RECORDED + SOON}, id="recorded-before"),
        pytest.param({"closed": RECORDED - SOON}, id="recorded-after"),
        pytest.param({"statements": ()}, id="made-by-no-statement"),
    ],
)
def test_run_that_shows_nothing(facts):
    assert not was_run(LOST, [replace(MADE, **facts)])


@pytest.mark.parametrize(
    ("finding", "statement", "shown"),
    [
        (TABLE, "CREATE TABLE IF NOT EXISTS `shop_order` (id int)", True),
        (TABLE, 'CREATE TABLE "shop_orders" (id int)', False),
        (TABLE, 'CREATE INDEX "i" ON "shop_order" ("total")', False),
        (TABLE, 'ALTER TABLE "x" ADD "y" int REFERENCES "shop_order"', False),
        (COLUMN, 'ALTER TABLE "shop_order" ADD COLUMN "total" integer', True),
        (COLUMN, "ALTER TABLE `shop_order` ADD `total` int", True),
        (COLUMN, 'ALTER TABLE "shop_order" DROP COLUMN "total"', False),
        (COLUMN, 'ALTER TABLE "other" ADD COLUMN "total" integer', False),
        (INDEX, 'CREATE INDEX CONCURRENTLY "recent" ON "shop_order" ("total")', True),
        (INDEX, 'CREATE UNIQUE INDEX "recent" ON "shop_order" ("total")', True),
        (INDEX, 'DROP INDEX "recent" ON "shop_order"', False),
    ],
)
def test_what_a_statement_makes(finding, statement, shown):
    lost = replace(LOST, findings=(finding,))
    assert was_run(lost, [replace(MADE, statements=(statement,))]) is shown


def test_statements_may_be_entered_one_by_one():
    whole = replace(MADE, statements=())
    single = replace(MADE, whole=False)

    assert was_run(LOST, [whole, single])
    assert not was_run(LOST, [whole, replace(single, run=8)])


@pytest.mark.parametrize(
    ("finding", "facts"),
    [
        pytest.param(TABLE, {}, id="that-made-it"),
        pytest.param(TABLE, {"code": "SG301", "name": "recent"}, id="to-the-table"),
        pytest.param(COLUMN, {"code": "SG102", "name": "total"}, id="column"),
    ],
)
def test_repair_after_the_record(finding, facts):
    lost = replace(LOST, findings=(finding,))
    assert was_run(lost, [replace(REPAIR, **facts)])


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"table": "shop_item"}, id="of-another-table"),
        pytest.param({"finished": RECORDED - SOON}, id="before-the-record"),
        pytest.param({"finished": None}, id="not-known-when"),
    ],
)
def test_repair_that_shows_nothing(facts):
    assert not was_run(LOST, [replace(REPAIR, **facts)])


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"code": "SG101", "name": ""}, id="of-the-table"),
        pytest.param({"code": "SG301", "name": "total"}, id="of-an-index"),
        pytest.param({"code": "SG102", "name": "paid"}, id="of-another-column"),
    ],
)
def test_repair_that_shows_nothing_of_a_column(facts):
    lost = replace(LOST, findings=(COLUMN,))
    assert not was_run(lost, [replace(REPAIR, **facts)])

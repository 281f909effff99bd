from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.history import History, Work
from django_schemaguard.core.kinds.migration_fake_applied import MigrationFakeApplied
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.policy import Policy
from django_schemaguard.core.schema import (
    Column,
    Facet,
    ForeignKey,
    Index,
    Key,
    Table,
    TableRef,
)
from tests.core.kinds.builders import Told, found, order, pairs_of

PAID = Column("paid", "boolean", field="paid")
TOTAL = Column("total", "integer", field="total")
RECENT = Index("recent", (Key("total"),), named=True)
NONE: Matching[Index] = Matching()
MADE = Work("shop.0002_paid", (("shop.order", "paid"), ("shop.order", "recent")))


def history(*works: Work) -> History:
    return History(migrated=True, works=works)


def without(*missing: Column, indexes: Matching[Index] = NONE):
    return order(
        expected={"columns": (PAID, TOTAL)}, missing_columns=missing, indexes=indexes
    )


def test_a_migration_of_which_nothing_is_there_is_an_error():
    pair = without(PAID, indexes=Matching(missing=(RECENT,)))

    assert found(MigrationFakeApplied, pairs_of(pair, history=history(MADE))) == [
        Told(
            severity="error",
            effect="what needs it fails, and 'migrate' will not mend it",
            message=(
                "Migration 'shop.0002_paid' is recorded, and nothing it made is there."
            ),
            hint="Run what 'manage.py sqlmigrate shop 0002_paid' prints.",
            object="shop.0002_paid",
            expected="column 'shop_order.paid', index 'recent'",
        )
    ]


def test_a_missing_table_counts_for_the_migration_that_made_it_alone():
    initial = Work("shop.0001", (("shop.order", ""), ("shop.order", "total")))
    pairs = pairs_of(
        missing=(Table("shop_order", model="shop.Order"),),
        history=history(initial, MADE),
    )

    assert [it.object for it in found(MigrationFakeApplied, pairs)] == ["shop.0001"]


def test_a_table_between_two_models_counts():
    work = Work("shop.0003", (("shop.order", "tags"),))
    pairs = pairs_of(
        order(),
        missing=(Table("shop_order_tags", model="shop.Order_tags"),),
        history=history(work),
    )

    assert [it.expected for it in found(MigrationFakeApplied, pairs)] == [
        "table 'shop_order_tags'"
    ]


def test_where_only_an_index_is_gone_it_is_a_warning():
    pair = without(indexes=Matching(missing=(RECENT,)))
    work = Work("shop.0003", (("shop.order", "recent"),))

    (told,) = found(MigrationFakeApplied, pairs_of(pair, history=history(work)))
    assert isinstance(told, Told)
    assert told.severity == "warning"


def test_a_column_that_it_altered_shows_that_it_was_run():
    pair = without(indexes=Matching(missing=(RECENT,)))
    altered = Work(
        "shop.0003",
        (("shop.order", "recent"),),
        reshaped=(("shop.order", "total"),),
    )

    for type_name, count in (("integer", 0), ("smallint", 1)):
        there = replace(TOTAL, type=type_name)
        pairs = pairs_of(
            replace(pair, columns=((TOTAL, there),)), history=history(altered)
        )
        assert len(found(MigrationFakeApplied, pairs)) == count


@pytest.mark.parametrize(
    ("vendor", "count"),
    [
        pytest.param("postgresql", 0, id="refuses-to-refer-to-nothing"),
        pytest.param("sqlite", 1, id="allows-it"),
    ],
)
def test_a_column_that_refers_to_its_table_shows_that_it_was_run(vendor, count):
    key = ForeignKey("f", ("total",), TableRef(None, "shop_buyer"), ("id",))
    pairs = pairs_of(
        order(expected={"foreign_keys": (key,)}, columns=((TOTAL, TOTAL),)),
        missing=(Table("shop_buyer", model="shop.Buyer"),),
        history=history(Work("shop.0001", (("shop.buyer", ""),))),
    )
    actual = replace(pairs.actual, traits=replace(pairs.actual.traits, vendor=vendor))

    told = found(MigrationFakeApplied, replace(pairs, actual=actual))
    assert len(told) == count


def test_half_a_migration_is_drift_and_silent_here():
    pair = without(PAID, indexes=Matching(same=((RECENT, RECENT),)))

    assert found(MigrationFakeApplied, pairs_of(pair, history=history(MADE))) == []


def test_a_column_of_another_migration_says_nothing():
    pair = without(TOTAL, indexes=Matching(same=((RECENT, RECENT),)))

    assert found(MigrationFakeApplied, pairs_of(pair, history=history(MADE))) == []


def test_tables_that_may_be_concealed_say_nothing():
    initial = Work("shop.0001", (("shop.order", ""),))
    pairs = pairs_of(
        missing=(Table("shop_order", model="shop.Order"),), history=history(initial)
    )
    pairs = replace(pairs, actual=replace(pairs.actual, concealed="No privilege."))

    assert found(MigrationFakeApplied, pairs) == []


def test_objects_that_the_reader_cannot_see_say_nothing():
    work = Work("shop.0003", (("shop.order", "recent"),))
    pair = without(indexes=Matching(missing=(RECENT,)))
    pairs = pairs_of(pair, history=history(work), blind=Facet.INDEXES)

    assert found(MigrationFakeApplied, pairs) == []


def test_a_migration_that_makes_nothing_is_silent():
    assert found(MigrationFakeApplied, pairs_of(history=history(Work("a.1", ())))) == []


@pytest.mark.parametrize(
    ("optional", "severity"),
    [
        pytest.param("shop_order", "warning", id="optional-table"),
        pytest.param("crm", "error", id="another-app"),
    ],
)
def test_only_what_required_tables_lack_is_an_error(optional, severity):
    pair = without(PAID, indexes=Matching(missing=(RECENT,)))
    (finding,) = MigrationFakeApplied.detect(pairs_of(pair, history=history(MADE)))

    assert Policy(optional=(Pattern(optional),)).severity(finding).word == severity

from __future__ import annotations

import pytest

from django_schemaguard.core.history import History, Work
from django_schemaguard.core.kinds.migration_partial import MigrationPartial
from django_schemaguard.core.schema import Column, Table
from tests.core.kinds.builders import Told, found, order, pairs_of

PAID = Column("paid", "boolean", field="paid")
MADE = (("shop.order", "paid"), ("shop.refund", ""))
REFUND = Table("shop_refund", model="shop.Refund")


def half(*, whole: bool = False):
    return pairs_of(
        order(expected={"columns": (PAID,)}),
        missing=(REFUND,),
        history=History(waiting=(Work("shop.0002", MADE, whole=whole),)),
    )


def test_half_of_a_migration_is_an_error():
    assert found(MigrationPartial, half()) == [
        Told(
            severity="error",
            effect="'manage.py migrate' fails on what is there",
            message=(
                "Migration 'shop.0002' is half done: column 'shop_order.paid' is there,"
                " table 'shop_refund' not."
            ),
            hint=(
                "Do by hand what is missing of what 'manage.py sqlmigrate shop 0002'"
                " prints, then run 'manage.py migrate --fake shop 0002'."
            ),
            object="shop.0002",
            expected="table 'shop_refund'",
            actual="column 'shop_order.paid'",
        )
    ]


def test_of_an_atomic_one_the_record_was_lost_and_more():
    assert found(MigrationPartial, half(whole=True)) == found(MigrationPartial, half())


def test_what_a_migration_makes_in_the_state_only_may_be_there():
    work = Work("shop.0002", MADE, stated=frozenset(MADE))
    pairs = pairs_of(
        order(expected={"columns": (PAID,)}),
        missing=(REFUND,),
        history=History(waiting=(work,)),
    )

    assert found(MigrationPartial, pairs) == []


@pytest.mark.parametrize(
    "missing",
    [pytest.param((PAID,), id="nothing-there"), pytest.param((), id="all-there")],
)
def test_all_or_nothing_is_silent(missing):
    pair = order(expected={"columns": (PAID,)}, missing_columns=missing)
    work = Work("shop.0002", MADE[:1], whole=False)

    assert (
        found(MigrationPartial, pairs_of(pair, history=History(waiting=(work,)))) == []
    )

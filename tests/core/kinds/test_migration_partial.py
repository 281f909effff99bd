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
            hint="Remove what it left and migrate, or finish it and 'migrate --fake'.",
            object="shop.0002",
            expected="table 'shop_refund'",
            actual="column 'shop_order.paid'",
        )
    ]


def test_an_atomic_migration_cannot_stop_half_way():
    assert found(MigrationPartial, half(whole=True)) == []


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

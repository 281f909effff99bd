from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.schema import Column, Facet, RelationKind
from tests.core.kinds.builders import Told, declared, found, order, pairs_of, sql

TOTAL = Column("total", "numeric(10,2)", nullable=False, field="total")
FAILS = "every query on shop.Order fails"
ADD = "See what 'manage.py schemaguard auto_fix --dry-run' would do."


def test_a_missing_column_is_told_with_its_type():
    assert found(MissingColumn, pairs_of(order(missing_columns=(TOTAL,)))) == [
        Told(
            severity="error",
            effect=FAILS,
            message="Column 'shop_order.total' (numeric(10,2)) is missing.",
            hint=ADD,
            object="total",
            field="total",
            expected="numeric(10,2) NOT NULL",
        )
    ]


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(Column("a", "text"), id="nullable"),
        pytest.param(Column("a", "text", False, sql("'x'")), id="default"),
        pytest.param(Column("a", "text", False, generated=sql("b")), id="generated"),
    ],
)
def test_a_column_that_fills_itself_can_be_added(column):
    pairs = pairs_of(order(missing_columns=(column,)))

    assert [told.fixable for told in found(MissingColumn, pairs)] == [True]


def test_a_column_of_a_view_cannot_be_added():
    view = order(kind=RelationKind.VIEW, missing_columns=(Column("a", "text"),))

    assert found(MissingColumn, pairs_of(view)) == [
        Told(
            severity="error",
            effect=FAILS,
            message="Column 'shop_order.a' (text) is missing.",
            hint=ADD,
            object="a",
            expected="text",
        )
    ]


def test_a_column_renamed_by_hand_names_the_other():
    renamed = order(renamed_columns=((TOTAL, Column("amount", TOTAL.type)),))

    assert found(MissingColumn, pairs_of(renamed)) == [
        Told(
            severity="error",
            effect=FAILS,
            message=(
                "Column 'shop_order.total' is missing;"
                " 'amount', of the same definition, may be its new name."
            ),
            hint="Rename the column back, or rename it in a migration, too.",
            object="total",
            field="total",
            expected="numeric(10,2) NOT NULL",
        )
    ]


def test_a_column_of_the_settings_without_a_type():
    column = Column("rate", "", default=sql(""), stated=frozenset({Facet.DEFAULTS}))

    assert found(MissingColumn, pairs_of(declared(missing_columns=(column,)))) == [
        Told(
            severity="error",
            effect="every query on rates fails",
            message="Column 'rates.rate' is missing.",
            hint="Add it, or take it out of SCHEMAGUARD['TABLES'].",
            object="rate",
        )
    ]


def test_columns_that_are_there_are_silent():
    assert found(MissingColumn, pairs_of(order(columns=((TOTAL, TOTAL),)))) == []

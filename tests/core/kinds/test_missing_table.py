from __future__ import annotations

from dataclasses import replace

from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.schema import Column, Skip, Table
from tests.core.kinds.builders import Told, found, order, pairs_of

ORDER = Table(
    "shop_order", (Column("id", "bigint"), Column("ref", "text")), model="shop.Order"
)
FAILS = "every query on shop.Order fails"


def test_a_missing_table_is_one_finding():
    assert found(MissingTable, pairs_of(missing=(ORDER,))) == [
        Told(
            severity="error",
            effect=FAILS,
            message="Table 'shop_order' is missing.",
            hint=(
                "Add it by hand;"
                " 'manage.py sqlmigrate' prints the SQL of its migration."
            ),
            expected="table with 2 columns",
            fixable=True,
        )
    ]


def test_a_table_renamed_by_hand_names_the_other():
    other = Table("orders", ORDER.columns, namespace="public")

    assert found(MissingTable, pairs_of(renamed=((ORDER, other),))) == [
        Told(
            severity="error",
            effect=FAILS,
            message=(
                "Table 'shop_order' is missing;"
                " 'orders', with the same columns, may be its new name."
            ),
            hint="Rename the table back, or rename it in a migration, too.",
            expected="table with 2 columns",
            actual="orders",
        )
    ]


def test_a_table_of_the_settings_is_not_told_to_migrate():
    rates = Table("rates", (Column("id", ""),), namespace="billing", partial=True)

    assert found(MissingTable, pairs_of(missing=(rates,))) == [
        Told(
            severity="error",
            effect="every query on rates fails",
            message="Table 'billing.rates' is missing.",
            hint="Create it, or take it out of SCHEMAGUARD['TABLES'].",
            expected="table with 1 column",
        )
    ]


def test_a_table_that_is_there_is_silent():
    assert found(MissingTable, pairs_of(order())) == []


def test_a_locked_table_is_skipped_once():
    locked = order(actual={"locked": "Another session holds a lock on it."})

    assert found(MissingTable, pairs_of(locked)) == [
        Skip("shop_order", None, "Another session holds a lock on it.")
    ]


def test_a_table_that_could_not_be_read_is_skipped():
    hidden = Table("shop_order", locked="Another session is changing it.")

    assert found(MissingTable, pairs_of(hidden=(hidden,))) == [
        Skip("shop_order", None, "Another session is changing it.")
    ]


def test_a_table_that_the_role_may_not_see_is_not_called_missing():
    pairs = pairs_of(missing=(ORDER,))
    blinkered = replace(pairs.actual, concealed="The role sees some tables only.")

    assert found(MissingTable, replace(pairs, actual=blinkered)) == [
        Skip("shop_order", None, "The role sees some tables only.")
    ]

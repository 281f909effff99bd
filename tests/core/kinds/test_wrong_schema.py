from __future__ import annotations

from dataclasses import replace

from django_schemaguard.core.kinds.wrong_schema import WrongSchema
from django_schemaguard.core.schema import Table, TableRef
from tests.core.kinds.builders import Told, found, order, pairs_of


def test_a_table_outside_the_search_path():
    misplaced = (
        (Table("shop_order", model="shop.Order"), TableRef("archive", "shop_order")),
    )

    assert found(WrongSchema, pairs_of(misplaced=misplaced)) == [
        Told(
            severity="error",
            effect="every query on shop.Order fails",
            message=(
                "Table 'shop_order' is in schema 'archive', outside the search path."
            ),
            hint=(
                "Add the schema to search_path,"
                " or move the table into one that is in it."
            ),
            expected="in the search path",
            actual="archive.shop_order",
        )
    ]


def test_a_table_outside_the_schema_of_its_model():
    table = Table("shop_order", namespace="shop", model="shop.Order")
    misplaced = ((table, TableRef("public", "shop_order")),)

    assert found(WrongSchema, pairs_of(misplaced=misplaced)) == [
        Told(
            severity="error",
            effect="every query on shop.Order fails",
            message="Table 'shop_order' is in schema 'public', not in 'shop'.",
            hint="Move it into that schema, or change db_table and migrate.",
            expected="in schema 'shop'",
            actual="public.shop_order",
        )
    ]


def test_a_table_that_another_one_covers():
    table = Table("shop_order", model="shop.Order")
    pairs = pairs_of(misplaced=((table, TableRef("public", "shop_order")),))
    cover = Table("shop_order", namespace="first")
    actual = replace(pairs.actual, tables=(cover,))

    assert found(WrongSchema, replace(pairs, actual=actual)) == [
        Told(
            severity="error",
            effect="queries on shop.Order may give other results",
            message=(
                "Table 'shop_order' is in schema 'public';"
                " the search path finds the one of 'first' before it."
            ),
            hint="Rename the one of 'first', or mend search_path.",
            expected="in the search path",
            actual="public.shop_order",
        )
    ]


def test_a_table_in_its_place_is_silent():
    assert found(WrongSchema, pairs_of(order())) == []

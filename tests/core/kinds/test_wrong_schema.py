from __future__ import annotations

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


def test_a_table_in_its_place_is_silent():
    assert found(WrongSchema, pairs_of(order())) == []

from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.fk_target import ForeignKeyTarget
from django_schemaguard.core.pairing import Matching, TablePair
from django_schemaguard.core.schema import Column, ForeignKey, Table, TableRef
from tests.core.kinds.builders import Told, found, order, pairs_of


def key(table="shop_customer", column="id", namespace=None):
    target = TableRef(namespace, table)
    return ForeignKey("fk", ("customer_id",), target, (column,), field="customer")


def pairs(expected, actual, *tables, **rest):
    keys = Matching(changed=((expected, actual),))
    return pairs_of(order(foreign_keys=keys), *tables, **rest)


@pytest.mark.parametrize(
    ("actual", "target"),
    [
        pytest.param(key("shop_client"), "shop_client (id)", id="table"),
        pytest.param(key(column="ref"), "shop_customer (ref)", id="column"),
        pytest.param(
            key(namespace="archive"), "archive.shop_customer (id)", id="namespace"
        ),
    ],
)
def test_another_target(actual, target):
    assert found(ForeignKeyTarget, pairs(key(), actual)) == [
        Told(
            severity="error",
            effect="the database rejects rows that shop.Order allows",
            message=(
                f"Foreign key (customer_id) of 'shop_order' refers to {target};"
                " the model needs shop_customer (id)."
            ),
            hint="Drop the foreign key and add it as its migration made it.",
            object="fk",
            field="customer",
            expected=key().definition,
            actual=actual.definition,
        )
    ]


def test_an_equal_target_is_silent():
    same = order(foreign_keys=Matching(same=((key(), key()),)))

    assert found(ForeignKeyTarget, pairs_of(same)) == []


def test_a_target_whose_namespace_the_search_path_finds_is_silent():
    customer = TablePair(
        Table("shop_customer", namespace="crm"), Table("shop_customer", namespace="crm")
    )

    assert found(ForeignKeyTarget, pairs(key(namespace="crm"), key(), customer)) == []


def test_a_target_in_a_namespace_that_is_not_the_one_found():
    customer = TablePair(
        Table("shop_customer"), Table("shop_customer", namespace="public")
    )
    results = found(ForeignKeyTarget, pairs(key(namespace="crm"), key(), customer))

    assert [told.message for told in results] == [
        (
            "Foreign key (customer_id) of 'shop_order' refers to shop_customer (id);"
            " the model needs crm.shop_customer (id)."
        )
    ]


def test_a_target_table_that_was_renamed_is_silent():
    renamed = ((Table("shop_customer"), Table("clients", namespace="public")),)

    assert found(ForeignKeyTarget, pairs(key(), key("clients"), renamed=renamed)) == []


def test_a_target_table_that_was_moved_is_silent():
    misplaced = ((Table("shop_customer"), TableRef("archive", "shop_customer")),)
    moved = pairs(key(), key(namespace="archive"), misplaced=misplaced)

    assert found(ForeignKeyTarget, moved) == []


def test_a_target_column_that_was_renamed_is_silent():
    customer = TablePair(
        Table("shop_customer"),
        Table("shop_customer", namespace="public"),
        renamed_columns=((Column("id", "bigint"), Column("ident", "bigint")),),
    )

    assert found(ForeignKeyTarget, pairs(key(), key(column="ident"), customer)) == []

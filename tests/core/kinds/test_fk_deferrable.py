from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.kinds.fk_deferrable import ForeignKeyDeferral
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import Deferral, ForeignKey, TableRef
from tests.core.kinds.builders import Told, found, order, pairs_of


def key(deferral):
    return ForeignKey(
        "fk",
        ("customer_id",),
        TableRef(None, "shop_customer"),
        ("id",),
        deferral=deferral,
        field="customer",
    )


def pairs(expected, actual):
    return pairs_of(order(foreign_keys=Matching(same=((expected, actual),))))


@pytest.mark.parametrize("actual", [Deferral.NOT_DEFERRABLE, Deferral.IMMEDIATE])
def test_another_time(actual):
    assert found(ForeignKeyDeferral, pairs(key(Deferral.DEFERRED), key(actual))) == [
        Told(
            severity="warning",
            effect="some operations on shop.Order behave differently",
            message=(
                f"Foreign key (customer_id) of 'shop_order' is {actual};"
                " the model needs deferrable initially deferred."
            ),
            hint="Alter the foreign key to be deferrable initially deferred.",
            object="fk",
            field="customer",
            expected="deferrable initially deferred",
            actual=str(actual),
        )
    ]


@pytest.mark.parametrize("deferral", list(Deferral))
def test_the_same_time_is_silent(deferral):
    assert found(ForeignKeyDeferral, pairs(key(deferral), key(deferral))) == []


def test_a_foreign_key_without_a_name_is_called_by_its_columns():
    nameless = replace(key(Deferral.NOT_DEFERRABLE), name="")
    (told,) = found(
        ForeignKeyDeferral,
        pairs(nameless, replace(nameless, deferral=Deferral.DEFERRED)),
    )

    assert told.object == "customer_id"

from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.fk_on_delete import ForeignKeyAction
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import ForeignKey, TableRef
from tests.core.kinds.builders import Told, found, order, pairs_of


def key(on_delete="NO ACTION", on_update="NO ACTION"):
    return ForeignKey(
        "fk",
        ("customer_id",),
        TableRef(None, "shop_customer"),
        ("id",),
        on_delete,
        on_update,
        field="customer",
    )


def pairs(expected, actual, vendor="postgresql"):
    keys = Matching(same=((expected, actual),))
    return pairs_of(order(foreign_keys=keys), vendor=vendor)


OTHERWISE = {
    "ON DELETE NO ACTION": ", or set on_delete to one of Python's and migrate",
    "ON DELETE CASCADE": ", or set on_delete to DB_CASCADE (Django 6.1) and migrate",
    "ON DELETE SET NULL": ", or set on_delete to DB_SET_NULL (Django 6.1) and migrate",
}


@pytest.mark.parametrize(
    ("expected", "actual", "vendor", "severity", "wanted", "there"),
    [
        pytest.param(
            key(),
            key("CASCADE"),
            "postgresql",
            "error",
            "ON DELETE NO ACTION",
            "ON DELETE CASCADE",
            id="cascade",
        ),
        pytest.param(
            key("CASCADE"),
            key("RESTRICT"),
            "mysql",
            "error",
            "ON DELETE CASCADE",
            "ON DELETE RESTRICT",
            id="cascade-lost",
        ),
        pytest.param(
            key(),
            key("RESTRICT"),
            "postgresql",
            "warning",
            "ON DELETE NO ACTION",
            "ON DELETE RESTRICT",
            id="checked-earlier",
        ),
        pytest.param(
            key(),
            key(on_update="CASCADE"),
            "postgresql",
            "warning",
            "ON UPDATE NO ACTION",
            "ON UPDATE CASCADE",
            id="update",
        ),
    ],
)
def test_another_action(expected, actual, vendor, severity, wanted, there):
    done = "ON DELETE NO ACTION" if vendor == "mysql" else there

    assert found(ForeignKeyAction, pairs(expected, actual, vendor)) == [
        Told(
            severity=severity,
            effect="some operations on shop.Order behave differently",
            message=(
                f"Foreign key (customer_id) of 'shop_order' is {there};"
                f" the model needs {wanted}."
            ),
            hint=f"Replace it as its migration made it{OTHERWISE.get(done, '')}.",
            object="fk",
            field="customer",
            expected=wanted,
            actual=there,
        )
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "vendor"),
    [
        pytest.param(key("SET NULL"), key("SET NULL"), "postgresql", id="equal"),
        pytest.param(
            key(), key("RESTRICT", "RESTRICT"), "mysql", id="one-thing-on-mariadb"
        ),
    ],
)
def test_silent(expected, actual, vendor):
    assert found(ForeignKeyAction, pairs(expected, actual, vendor)) == []

from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import (
    Absence,
    Check,
    Exclusion,
    Facet,
    ForeignKey,
    Key,
    TableRef,
    Unique,
)
from tests.core.kinds.builders import Told, found, order, pairs_of, sql

ACCEPTS = "the database accepts rows that shop.Order forbids"
ADD = "Add it by hand; 'manage.py sqlmigrate' prints the SQL of its migration."
LEFT_OUT = "Add it by RunSQL in a migration, where it is needed."
REF = Unique("shop_order_ref_uniq", (Key("ref"),))
POSITIVE = Check("total_positive", sql("total > 0"), named=True)
CUSTOMER = ForeignKey(
    "fk_1", ("customer_id",), TableRef(None, "shop_customer"), ("id",), field="customer"
)
APART = Exclusion("rooms_apart", (Key("room", operator="="),))


@pytest.mark.parametrize(
    ("lacking", "thing", "severity", "message"),
    [
        pytest.param(
            "uniques",
            REF,
            "error",
            "Unique constraint (ref) of 'shop_order' is missing.",
            id="unique",
        ),
        pytest.param(
            "uniques",
            Unique("uq_ref", (Key("ref"),), named=True),
            "error",
            "Unique constraint 'uq_ref' of 'shop_order' is missing.",
            id="named-unique",
        ),
        pytest.param(
            "uniques",
            Unique("uq_ref", (Key("ref"),), absence=Absence.ARTEFACT),
            "info",
            "Unique constraint (ref) of 'shop_order' is missing.",
            id="left-out-by-django",
        ),
        pytest.param(
            "checks",
            POSITIVE,
            "warning",
            "Check constraint 'total_positive' of 'shop_order' is missing.",
            id="check",
        ),
        pytest.param(
            "checks",
            Check("shop_order_n_check", sql('"n" >=\n 0')),
            "warning",
            "Check constraint (\"n\" >= 0) of 'shop_order' is missing.",
            id="check-of-a-field",
        ),
        pytest.param(
            "exclusions",
            APART,
            "warning",
            "Exclusion constraint 'rooms_apart' of 'shop_order' is missing.",
            id="exclusion",
        ),
    ],
)
def test_a_missing_constraint(lacking, thing, severity, message):
    pairs = pairs_of(order(**{lacking: Matching(missing=(thing,))}))

    assert found(MissingConstraint, pairs) == [
        Told(
            severity=severity,
            effect=ACCEPTS,
            message=message,
            hint=LEFT_OUT if severity == "info" else ADD,
            object=thing.name,
            expected=thing.definition,
            fixable=True,
        )
    ]


def test_a_missing_foreign_key_names_its_field():
    pairs = pairs_of(order(foreign_keys=Matching(missing=(CUSTOMER,))))

    assert found(MissingConstraint, pairs) == [
        Told(
            severity="warning",
            effect=ACCEPTS,
            message="Foreign key (customer_id) of 'shop_order' is missing.",
            hint=ADD,
            object="fk_1",
            field="customer",
            expected="FOREIGN KEY (customer_id) REFERENCES shop_customer (id)",
            fixable=True,
        )
    ]


def test_a_constraint_of_an_unknown_class_cannot_be_added():
    check = Check("own", sql(""), named=True, opaque=True)
    pairs = pairs_of(order(checks=Matching(missing=(check,))))

    assert [told.fixable for told in found(MissingConstraint, pairs)] == [False]


def test_what_the_server_rightly_does_without_is_silent():
    check = Check("n", sql("n >= 0"), absence=Absence.ALLOWED)

    assert (
        found(MissingConstraint, pairs_of(order(checks=Matching(missing=(check,)))))
        == []
    )


def test_what_the_reader_cannot_see_is_silent():
    pair = order(checks=Matching(missing=(POSITIVE,)))

    assert found(MissingConstraint, pairs_of(pair, blind=Facet.CHECKS)) == []


def test_a_constraint_that_is_there_is_silent():
    pair = order(uniques=Matching(same=((REF, REF),)))

    assert found(MissingConstraint, pairs_of(pair)) == []

from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.kinds.nullability import Nullability
from django_schemaguard.core.schema import Column, Facet, PrimaryKey, RelationKind
from tests.core.kinds.builders import Told, column_pair, declared, found, pairs_of, sql

OPEN = Column("note", "text", nullable=True, field="note")
CLOSED = Column("note", "text", nullable=False, field="note")
KEY = {"primary_key": PrimaryKey("k", ("note",))}


def test_a_database_stricter_than_the_model():
    assert found(Nullability, column_pair(OPEN, CLOSED)) == [
        Told(
            severity="error",
            effect="the database rejects rows that shop.Order allows",
            message="Column 'shop_order.note' is NOT NULL; the model allows NULL.",
            hint="Drop NOT NULL from the column, or set null=False and migrate.",
            object="note",
            field="note",
            expected="NULL",
            actual="NOT NULL",
        )
    ]


def test_a_generated_column_that_may_not_be_null():
    made = Column("note", "text", generated=sql("a"))
    pair = column_pair(made, replace(made, nullable=False))

    assert [told.actual for told in found(Nullability, pair)] == ["NOT NULL"]
    assert found(Nullability, column_pair(made, made)) == []


def test_a_database_laxer_than_the_model():
    assert found(Nullability, column_pair(CLOSED, OPEN)) == [
        Told(
            severity="warning",
            effect="the database accepts rows that shop.Order forbids",
            message="Column 'shop_order.note' allows NULL; the model needs NOT NULL.",
            hint="Fill the NULLs and set NOT NULL, or set null=True and migrate.",
            object="note",
            field="note",
            expected="NOT NULL",
            actual="NULL",
        )
    ]


def test_what_the_settings_state():
    stated = Column("rate", "", nullable=False, stated=frozenset({Facet.NULLS}))
    pairs = pairs_of(declared(columns=((stated, Column("rate", "text")),)))

    assert found(Nullability, pairs) == [
        Told(
            severity="warning",
            effect="the database accepts rows that rates forbids",
            message=(
                "Column 'rates.rate' allows NULL; the TABLES setting needs NOT NULL."
            ),
            hint="Fill the NULLs and set NOT NULL, or change SCHEMAGUARD['TABLES'].",
            object="rate",
            expected="NOT NULL",
            actual="NULL",
        )
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "rest"),
    [
        pytest.param(OPEN, OPEN, {}, id="equal"),
        pytest.param(CLOSED, OPEN, {"expected": KEY}, id="expected-key"),
        pytest.param(OPEN, CLOSED, {"actual": KEY}, id="actual-key"),
        pytest.param(
            Column("note", "text", generated=sql("a")), CLOSED, {}, id="to-be-generated"
        ),
        pytest.param(
            CLOSED, Column("note", "text", generated=sql("a")), {}, id="generated"
        ),
        pytest.param(CLOSED, OPEN, {"kind": RelationKind.VIEW}, id="view"),
        pytest.param(
            Column("note", "", stated=frozenset({Facet.TYPES})),
            CLOSED,
            {},
            id="not-stated",
        ),
    ],
)
def test_silent(expected, actual, rest):
    assert found(Nullability, column_pair(expected, actual, **rest)) == []

from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.type_mismatch import TypeMismatch
from django_schemaguard.core.schema import Column, Facet, RelationKind
from tests.core.kinds.builders import Told, column_pair, declared, found, pairs_of


def column(kind, **rest):
    return Column("total", kind, field="total", **rest)


@pytest.mark.parametrize(
    ("expected", "actual", "vendor", "severity", "effect"),
    [
        pytest.param(
            "bigint",
            "integer",
            "postgresql",
            "error",
            "the database rejects or cuts values that shop.Order allows",
            id="narrower",
        ),
        pytest.param(
            "character varying(30)",
            "character varying(50)",
            "postgresql",
            "warning",
            "the database accepts rows that shop.Order forbids",
            id="wider",
        ),
        pytest.param(
            "citext",
            "text",
            "postgresql",
            "warning",
            "queries on shop.Order may give other results",
            id="one-family",
        ),
        pytest.param(
            "integer",
            "text",
            "postgresql",
            "error",
            "saving, filtering or joining on shop.Order may fail",
            id="another-family",
        ),
        pytest.param(
            "varchar(30)",
            "varchar(20)",
            "sqlite",
            "info",
            "nothing at run time",
            id="length-that-sqlite-ignores",
        ),
    ],
)
def test_severity_follows_what_the_type_holds(
    expected, actual, vendor, severity, effect
):
    pairs = column_pair(column(expected), column(actual), vendor=vendor)

    assert found(TypeMismatch, pairs) == [
        Told(
            severity=severity,
            effect=effect,
            message=(
                f"Column 'shop_order.total' is {actual}; the model needs {expected}."
            ),
            hint=f"Alter it to {expected}, or change the model and migrate.",
            object="total",
            field="total",
            expected=expected,
            actual=actual,
        )
    ]


def test_a_uuid_from_before_django_5():
    pairs = column_pair(column("uuid"), column("char(32)"), vendor="mysql")

    assert found(TypeMismatch, pairs) == [
        Told(
            severity="error",
            effect="the database rejects rows that shop.Order allows",
            message="Column 'shop_order.total' is char(32); the model needs uuid.",
            hint=(
                "Convert it as the release notes of Django 5.0 tell, or keep char(32)."
            ),
            object="total",
            field="total",
            expected="uuid",
            actual="char(32)",
        )
    ]


def test_any_integer_does_not_mean_any_type():
    pairs = column_pair(column("bigint", any_integer=True), column("text"))

    assert [told.message for told in found(TypeMismatch, pairs)] == [
        "Column 'shop_order.total' is text; the model needs bigint."
    ]


def test_a_type_of_the_settings():
    stated = Column("rate", "integer", stated=frozenset({Facet.TYPES}))
    pairs = pairs_of(declared(columns=((stated, Column("rate", "text")),)))

    assert found(TypeMismatch, pairs) == [
        Told(
            severity="error",
            effect="saving, filtering or joining on rates may fail",
            message="Column 'rates.rate' is text; the TABLES setting needs integer.",
            hint="Alter it to integer, or change SCHEMAGUARD['TABLES'].",
            object="rate",
            expected="integer",
            actual="text",
        )
    ]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(column("bigint"), column("bigint"), id="equal"),
        pytest.param(
            column("bigint", any_integer=True), column("integer"), id="any-integer"
        ),
        pytest.param(
            column("integer", any_integer=True),
            column("bigint unsigned"),
            id="any-integer-unsigned",
        ),
        pytest.param(
            column("", stated=frozenset()), column("text"), id="type-not-stated"
        ),
        pytest.param(
            column("character varying", stated=frozenset({Facet.TYPES})),
            column("character varying(30)"),
            id="length-not-stated",
        ),
    ],
)
def test_silent(expected, actual):
    assert found(TypeMismatch, column_pair(expected, actual)) == []


def test_a_view_is_silent():
    pairs = column_pair(column("bigint"), column("text"), kind=RelationKind.VIEW)

    assert found(TypeMismatch, pairs) == []

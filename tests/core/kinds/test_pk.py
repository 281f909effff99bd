from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.pk import WrongPrimaryKey
from django_schemaguard.core.schema import PrimaryKey
from tests.core.kinds.builders import Told, found, order, pairs_of

ACCEPTS = "the database accepts rows that shop.Order forbids"
ADD = "Add the primary key by hand or with RunSQL, once no key stands twice."
REPLACE = "Replace the primary key by hand, or change the model and migrate."


def key(*columns):
    return PrimaryKey("shop_order_pkey", columns) if columns else None


@pytest.mark.parametrize(
    ("expected", "actual", "severity", "effect", "message", "hint"),
    [
        pytest.param(
            key("id"),
            None,
            "error",
            ACCEPTS,
            "Table 'shop_order' has no primary key; the model needs (id).",
            ADD,
            id="none",
        ),
        pytest.param(
            key("shop", "number"),
            None,
            "warning",
            ACCEPTS,
            "Table 'shop_order' has no primary key; the model needs (shop, number).",
            ADD,
            id="composite-key-that-django-does-not-add",
        ),
        pytest.param(
            key("id"),
            key("ref"),
            "error",
            ACCEPTS,
            "The primary key of 'shop_order' is (ref); the model needs (id).",
            REPLACE,
            id="another-column",
        ),
        pytest.param(
            key("shop", "number"),
            key("number", "shop"),
            "warning",
            "queries on shop.Order may be slower",
            "The primary key of 'shop_order' is (number, shop);"
            " the model needs (shop, number).",
            REPLACE,
            id="another-order",
        ),
    ],
)
def test_another_key(expected, actual, severity, effect, message, hint):
    pairs = pairs_of(order(primary_keys=(expected, actual)))

    assert found(WrongPrimaryKey, pairs) == [
        Told(
            severity=severity,
            effect=effect,
            message=message,
            hint=hint,
            expected=expected.definition,
            actual=actual and actual.definition,
            fixable=actual is None,
        )
    ]


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param((key("id"), PrimaryKey("k", ("id",))), id="another-name"),
        pytest.param((None, None), id="not-compared"),
        pytest.param((None, key("id")), id="not-expected"),
    ],
)
def test_silent(keys):
    assert found(WrongPrimaryKey, pairs_of(order(primary_keys=keys))) == []

from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.kinds.generated_expression import GeneratedExpression
from django_schemaguard.core.schema import Column, Expression, Facet, RelationKind, Skip
from tests.core.kinds.builders import (
    UNCOMPILED,
    Told,
    column_pair,
    found,
    order,
    pairs_of,
    sql,
)

HINT = "Drop the column and add it anew, or change the model and migrate."


def area(text=None, *, stored=True, **rest):
    generated = sql(text, text) if text else None
    return Column(
        "area", "integer", generated=generated, stored=stored, field="area", **rest
    )


PLAIN = area(stored=False)


@pytest.mark.parametrize(
    ("expected", "actual", "severity", "effect", "message"),
    [
        pytest.param(
            area("w * h"),
            PLAIN,
            "error",
            "queries on shop.Order may give other results",
            "Column 'shop_order.area' is a plain column;"
            " the model needs stored (w * h).",
            id="plain",
        ),
        pytest.param(
            area("w * h"),
            area(stored=False, nullable=False),
            "error",
            "every INSERT into shop.Order fails",
            "Column 'shop_order.area' is a plain column;"
            " the model needs stored (w * h).",
            id="plain-and-required",
        ),
        pytest.param(
            PLAIN,
            area("w * h"),
            "error",
            "every INSERT into shop.Order fails",
            "Column 'shop_order.area' is stored (w * h);"
            " the model needs a plain column.",
            id="generated-for-plain",
        ),
        pytest.param(
            area("w * h"),
            area("w + h"),
            "error",
            "queries on shop.Order may give other results",
            "Column 'shop_order.area' is stored (w + h);"
            " the model needs stored (w * h).",
            id="another-expression",
        ),
        pytest.param(
            area("w * h"),
            area("w * h", stored=False),
            "warning",
            "queries on shop.Order may be slower",
            "Column 'shop_order.area' is virtual (w * h);"
            " the model needs stored (w * h).",
            id="virtual-for-stored",
        ),
        pytest.param(
            area("w * h", stored=False),
            area("w * h"),
            "info",
            "nothing at run time",
            "Column 'shop_order.area' is stored (w * h);"
            " the model needs virtual (w * h).",
            id="stored-for-virtual",
        ),
    ],
)
def test_generated_otherwise(expected, actual, severity, effect, message):
    assert found(GeneratedExpression, column_pair(expected, actual)) == [
        Told(
            severity=severity,
            effect=effect,
            message=message,
            hint=HINT,
            object="area",
            field="area",
            expected=_definition(expected) or "a plain column",
            actual=_definition(actual),
        )
    ]


def _definition(column):
    if column.generated is None:
        return None
    return f"({column.generated.sql}) {'STORED' if column.stored else 'VIRTUAL'}"


def test_an_expression_that_cannot_be_compared_is_skipped():
    expected = Column(
        "area", "integer", generated=sql("f(w)", problem=UNCOMPILED), stored=True
    )

    assert found(GeneratedExpression, column_pair(expected, area("w"))) == [
        Skip(
            "shop_order",
            "area",
            "Cannot compare generated column 'shop_order.area':"
            " the server could not compile it.",
        )
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "rest"),
    [
        pytest.param(area("w * h"), area("(w * h)"), {}, id="parentheses"),
        pytest.param(PLAIN, PLAIN, {}, id="plain"),
        pytest.param(area("w"), PLAIN, {"kind": RelationKind.VIEW}, id="view"),
        pytest.param(
            Column("area", "", stated=frozenset({Facet.TYPES})),
            area("w"),
            {},
            id="not-stated",
        ),
    ],
)
def test_silent(expected, actual, rest):
    assert found(GeneratedExpression, column_pair(expected, actual, **rest)) == []


def test_an_expression_that_names_a_renamed_column_is_silent():
    total = Column("total", "integer", generated=Expression('"price" * 2'), stored=True)
    found_total = replace(total, generated=Expression("prize * 2", canonical="x"))
    pair = order(
        columns=((total, found_total),),
        renamed_columns=((Column("price", "integer"), Column("prize", "integer")),),
    )

    assert found(GeneratedExpression, pairs_of(pair)) == []

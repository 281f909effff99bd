from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.collation import Collation
from django_schemaguard.core.schema import Column, Facet
from tests.core.kinds.builders import Told, column_pair, found


def name(collation=None, kind="text", **rest):
    return Column("name", kind, collation=collation, field="name", **rest)


@pytest.mark.parametrize(
    ("expected", "actual", "message"),
    [
        pytest.param(
            "C",
            "de-x-icu",
            "Column 'shop_order.name' has collation de-x-icu; the model needs C.",
            id="another",
        ),
        pytest.param(
            "Posix",
            "posix",
            "Column 'shop_order.name' has collation posix; the model needs Posix.",
            id="case-on-postgresql",
        ),
        pytest.param(
            "C",
            None,
            "Column 'shop_order.name' has the default collation;"
            " the model needs collation C.",
            id="lost",
        ),
        pytest.param(
            None,
            "C",
            "Column 'shop_order.name' has collation C;"
            " the model needs the default collation.",
            id="extra",
        ),
    ],
)
def test_another_collation(expected, actual, message):
    assert found(Collation, column_pair(name(expected), name(actual))) == [
        Told(
            severity="warning",
            effect="queries on shop.Order may give other results",
            message=message,
            hint="Alter the column's collation, or change db_collation and migrate.",
            object="name",
            field="name",
            expected=expected or "the default collation",
            actual=actual,
        )
    ]


@pytest.mark.parametrize(
    ("nullable", "severity"),
    [
        pytest.param(False, "info", id="not-null-loses-it-in-django"),
        pytest.param(True, "info", id="another-type-does-too"),
    ],
)
def test_a_collation_lost_on_mariadb(nullable, severity):
    pairs = column_pair(
        name("utf8mb4_bin", nullable=nullable),
        name(nullable=nullable),
        vendor="mysql",
        actual={"collation": "utf8mb4_general_ci"},
    )

    assert [told.severity for told in found(Collation, pairs)] == [severity]


@pytest.mark.parametrize(
    ("expected", "actual", "table"),
    [
        pytest.param(name(), name(), None, id="default"),
        pytest.param(name("C"), name("C"), None, id="equal"),
        pytest.param(name("NOCASE"), name("nocase"), None, id="case"),
        pytest.param(
            name("utf8mb4_bin"), name(), "utf8mb4_bin", id="default-of-the-table"
        ),
        pytest.param(name("utf8_bin"), name("utf8mb3_bin"), None, id="alias-of-utf8"),
        pytest.param(
            name("uca1400_ai_ci"),
            name("utf8mb4_uca1400_ai_ci"),
            None,
            id="without-character-set",
        ),
        pytest.param(name("C"), name(kind="integer"), None, id="no-longer-a-text"),
        pytest.param(
            name(stated=frozenset({Facet.TYPES})), name("C"), None, id="not-stated"
        ),
    ],
)
def test_silent(expected, actual, table):
    pairs = column_pair(expected, actual, vendor="mysql", actual={"collation": table})

    assert found(Collation, pairs) == []

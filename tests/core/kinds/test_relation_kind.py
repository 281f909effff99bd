from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.relation_kind import WrongRelationKind
from django_schemaguard.core.pairing import TablePair
from django_schemaguard.core.schema import RelationKind, Table

from .builders import Told, found, order, pairs_of

LOCAL = "some operations on shop.Order behave differently"


@pytest.mark.parametrize(
    ("kind", "severity", "effect", "message"),
    [
        pytest.param(
            RelationKind.VIEW,
            "error",
            LOCAL,
            "'shop_order' is a view; the model needs a table.",
            id="view",
        ),
        pytest.param(
            RelationKind.MATERIALIZED_VIEW,
            "error",
            "every INSERT into shop.Order fails",
            "'shop_order' is a materialized view; the model needs a table.",
            id="materialized-view",
        ),
        pytest.param(
            RelationKind.FOREIGN,
            "error",
            "the database accepts rows that shop.Order forbids",
            "'shop_order' is a foreign table; the model needs a table.",
            id="foreign-table",
        ),
        pytest.param(
            RelationKind.UNLOGGED,
            "warning",
            LOCAL,
            "'shop_order' is an unlogged table; the model needs a table.",
            id="unlogged",
        ),
    ],
)
def test_another_relation(kind, severity, effect, message):
    assert found(WrongRelationKind, pairs_of(order(kind=kind))) == [
        Told(
            severity=severity,
            effect=effect,
            message=message,
            hint="Replace it by a table, or waive it.",
            expected="table",
            actual=str(kind),
        )
    ]


def test_another_engine():
    pair = order(expected={"engine": "InnoDB"}, actual={"engine": "ARIA"})

    assert found(WrongRelationKind, pairs_of(pair)) == [
        Told(
            severity="warning",
            effect=LOCAL,
            message="'shop_order' is an ARIA table; the model needs an InnoDB table.",
            hint="Replace it by an InnoDB table, or waive it.",
            expected="InnoDB table",
            actual="ARIA table",
        )
    ]


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(order(), id="table"),
        pytest.param(order(kind=RelationKind.PARTITIONED), id="partitioned"),
        pytest.param(
            order(expected={"engine": "InnoDB"}, actual={"engine": "INNODB"}),
            id="engine-in-other-case",
        ),
        pytest.param(order(actual={"engine": "ARIA"}), id="engine-not-expected"),
        pytest.param(
            TablePair(
                Table("rates", partial=True), Table("rates", kind=RelationKind.VIEW)
            ),
            id="view-that-the-settings-declare",
        ),
    ],
)
def test_silent(pair):
    assert found(WrongRelationKind, pairs_of(pair)) == []

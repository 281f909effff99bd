from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.relation_kind import WrongRelationKind
from django_schemaguard.core.pairing import TablePair
from django_schemaguard.core.schema import RelationKind, Table
from tests.core.kinds.builders import Told, found, order, pairs_of

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
            "shop.Order is emptied after a crash",
            "'shop_order' is an unlogged table; the model needs a table.",
            id="unlogged",
        ),
    ],
)
def test_another_relation(kind, severity, effect, message):
    hint = "Replace it by a table, or waive it."
    if kind is RelationKind.UNLOGGED:
        hint = 'Run: ALTER TABLE "shop_order" SET LOGGED;'

    assert found(WrongRelationKind, pairs_of(order(kind=kind))) == [
        Told(
            severity=severity,
            effect=effect,
            message=message,
            hint=hint,
            expected="table",
            actual=str(kind),
        )
    ]


@pytest.mark.parametrize(
    ("due", "engine"),
    [
        pytest.param(None, "InnoDB", id="usual"),
        pytest.param("ROCKSDB", "ROCKSDB", id="default-of-the-server"),
    ],
)
def test_another_engine(due, engine):
    pair = order(expected={"engine": due}, actual={"engine": "ARIA"})
    needs = f"an {engine}" if engine == "InnoDB" else f"a {engine}"

    assert found(WrongRelationKind, pairs_of(pair, vendor="mysql")) == [
        Told(
            severity="error",
            effect="the database accepts rows that shop.Order forbids",
            message=f"'shop_order' is an ARIA table; the model needs {needs} table.",
            hint=f"Replace it by {needs} table, or waive it.",
            expected=f"{engine} table",
            actual="ARIA table",
        )
    ]


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(order(), id="table"),
        pytest.param(order(kind=RelationKind.PARTITIONED), id="partitioned"),
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


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(order(actual={"engine": "INNODB"}), id="usual-engine"),
        pytest.param(
            order(expected={"engine": "ARIA"}, actual={"engine": "ARIA"}),
            id="engine-that-is-due",
        ),
        pytest.param(order(), id="engine-not-read"),
    ],
)
def test_engines_that_are_silent(pair):
    assert found(WrongRelationKind, pairs_of(pair, vendor="mysql")) == []

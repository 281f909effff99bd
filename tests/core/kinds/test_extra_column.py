from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.extra_column import ExtraColumn
from django_schemaguard.core.schema import Column, Hook, Identity, RelationKind
from tests.core.kinds.builders import Told, declared, found, order, pairs_of, sql

REQUIRED = Column("legacy", "integer", nullable=False)


def test_a_required_column_fails_every_insert():
    assert found(ExtraColumn, pairs_of(order(extra_columns=(REQUIRED,)))) == [
        Told(
            severity="error",
            effect="every INSERT into shop.Order fails",
            message=(
                "Column 'shop_order.legacy' (integer NOT NULL) is not in the model."
            ),
            hint="Give it a default, make it nullable, or drop it.",
            object="legacy",
            actual="integer NOT NULL",
        )
    ]


@pytest.mark.parametrize(
    ("column", "definition"),
    [
        pytest.param(Column("legacy", "integer"), "integer", id="nullable"),
        pytest.param(
            Column("legacy", "integer", nullable=False, default=sql("0")),
            "integer NOT NULL DEFAULT 0",
            id="default",
        ),
        pytest.param(
            Column("legacy", "integer", nullable=False, generated=sql("id")),
            "integer GENERATED ALWAYS AS (id) VIRTUAL NOT NULL",
            id="generated",
        ),
        pytest.param(
            Column("legacy", "integer", nullable=False, identity=Identity.SERIAL),
            "integer NOT NULL serial",
            id="numbered",
        ),
    ],
)
def test_a_column_that_fills_itself_is_info(column, definition):
    short = definition if len(definition) <= 48 else f"{definition[:47]}…"

    assert found(ExtraColumn, pairs_of(order(extra_columns=(column,)))) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message=f"Column 'shop_order.legacy' ({short}) is not in the model.",
            hint="Drop it if nothing needs it, or waive it in SCHEMAGUARD['IGNORE'].",
            object="legacy",
            actual=definition,
        )
    ]


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(declared(extra_columns=(REQUIRED,)), id="settings-tell-some"),
        pytest.param(
            order(kind=RelationKind.VIEW, extra_columns=(REQUIRED,)), id="view"
        ),
        pytest.param(order(columns=((REQUIRED, REQUIRED),)), id="expected"),
    ],
)
def test_silent(pair):
    assert found(ExtraColumn, pairs_of(pair)) == []


@pytest.mark.parametrize(
    ("hook", "vendor", "severity"),
    [
        pytest.param(
            Hook("fill", "trigger", "BEFORE", ("INSERT", "UPDATE")),
            "postgresql",
            "info",
            id="before-insert",
        ),
        pytest.param(
            Hook("fill", "trigger", "BEFORE", ("INSERT",)),
            "mysql",
            "info",
            id="before-insert-mariadb",
        ),
        pytest.param(
            Hook("fill", "trigger", "BEFORE", ("INSERT",)),
            "sqlite",
            "error",
            id="sqlite-cannot-change-the-row",
        ),
        pytest.param(
            Hook("fill", "trigger", "BEFORE", ("UPDATE",)),
            "postgresql",
            "error",
            id="before-update",
        ),
        pytest.param(
            Hook("audit", "trigger", "AFTER", ("INSERT",)),
            "postgresql",
            "error",
            id="after-insert",
        ),
    ],
)
def test_a_trigger_may_fill_a_required_column(hook, vendor, severity):
    pair = order(actual={"hooks": (hook,)}, extra_columns=(REQUIRED,))

    (told,) = found(ExtraColumn, pairs_of(pair, vendor=vendor))

    assert told.severity == severity

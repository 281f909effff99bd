"""The example shop's record of migrations, damaged by hand on each database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.finding import Cause
from django_schemaguard.history import MigrationGraph
from django_schemaguard.pipeline import evidence
from django_schemaguard.pipeline.narrowing import narrowed
from tests.damage.harness import Damage, case, findings, inspect, run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

ROW = "INSERT INTO django_migrations (app, name, applied) VALUES ('{}', '{}', {})"
NOW = "'2026-01-01 00:00:00'"
FIRST = (
    "INSERT INTO django_migrations (id, app, name, applied)"
    f" VALUES (-{{}}, '{{}}', '{{}}', {NOW})"
)
GONE = "DELETE FROM django_migrations WHERE app = '{}' AND name = '{}'"

RECORDS = [
    case(
        "of-another-release",
        ROW.format("orders", "0099_tomorrow", NOW),
        "warning SG702 django_migrations.orders.0099_tomorrow",
    ),
    case(
        "left-by-a-squash",
        (FIRST.format(2, "orders", "0000_a"), FIRST.format(1, "orders", "0000_b")),
        "info SG702 django_migrations.orders",
    ),
    case(
        "twice",
        ROW.format("orders", "0002_payments", NOW),
        "info SG708 django_migrations.orders.0002_payments",
    ),
    case(
        "last-one-deleted",
        GONE.format("orders", "0004_rate_limit_violations"),
        "warning SG701 django_migrations.orders.0004_rate_limit_violations",
    ),
    case(
        "middle-one-deleted",
        GONE.format("catalogue", "0002_suppliers_and_sku"),
        "error SG703 django_migrations.catalogue.0003_fill_sku",
        "warning SG701 django_migrations.catalogue.0002_suppliers_and_sku",
    ),
    case(
        "first-one-deleted",
        GONE.format("orders", "0001_initial"),
        "error SG703 django_migrations.orders.0002_payments",
        "warning SG701 django_migrations.orders.0001_initial",
    ),
]


@pytest.mark.parametrize("damage", RECORDS)
def test_a_damaged_record_is_found(
    connection: BaseDatabaseWrapper, alias: str, damage: Damage
):
    assert findings(alias) == ()

    run(connection, damage)

    assert findings(alias) == damage.found


def test_records_of_an_app_that_is_gone_are_silent(
    connection: BaseDatabaseWrapper, alias: str
):
    rows = (ROW.format("polls", "0001_initial", NOW), FIRST.format(1, "polls", "0002"))

    run(connection, Damage(rows, ()))

    assert findings(alias) == ()


def causes(alias: str) -> dict[str, tuple[Cause, str | None, str]]:
    """Return cause, migration and hint of each finding, by its code."""
    return {
        verdict.finding.code: (verdict.cause, verdict.migration, verdict.hint)
        for verdict in inspect(alias).findings
        if "kitchen" not in verdict.finding.table.name
    }


def test_a_deleted_record_of_what_is_there_is_unrecorded(
    connection: BaseDatabaseWrapper, alias: str
):
    run(connection, Damage((GONE.format("catalogue", "0004_reviews"),), ()))

    assert causes(alias) == {
        "SG701": (
            Cause.UNRECORDED,
            "catalogue.0004_reviews",
            completed(
                "Run 'manage.py migrate --fake catalogue 0004_reviews' to record it.",
                alias,
            ),
        )
    }


def test_a_deleted_record_of_an_early_one_is_to_be_inserted(
    connection: BaseDatabaseWrapper, alias: str
):
    run(connection, Damage((GONE.format("orders", "0001_initial"),), ()))

    assert causes(alias) == {
        "SG701": (
            Cause.UNRECORDED,
            "orders.0001_initial",
            "Insert 'orders.0001_initial' into 'django_migrations' by hand.",
        ),
        "SG703": (
            Cause.DRIFT,
            "orders.0002_payments",
            "Insert its record by hand, once all that it makes is there.",
        ),
    }


# What a migration made is dropped, as if it had been recorded with --fake. On
# MariaDB this could not be rolled back.
FAKED = [
    case(
        "all-of-it",
        (
            "DROP TABLE orders_payment",
            "ALTER TABLE orders_order DROP COLUMN customer_ip",
        ),
        "error SG101 orders_payment",
        "error SG102 orders_order.customer_ip",
        "error SG706 django_migrations.orders.0002_payments",
    ),
    case("its-table", "DROP TABLE orders_payment", "error SG101 orders_payment"),
    case(
        "its-only-table",
        "DROP TABLE customers_profile",
        "error SG101 customers_profile",
        "error SG706 django_migrations.customers.0002_profile",
    ),
]


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.parametrize("damage", FAKED)
def test_a_migration_of_which_nothing_is_there_is_found(
    connection: BaseDatabaseWrapper, alias: str, damage: Damage
):
    run(connection, damage)

    assert findings(alias) == damage.found


@pytest.mark.vendors("sqlite", "postgresql")
def test_a_faked_migration_is_the_cause_of_what_it_explains(
    connection: BaseDatabaseWrapper, alias: str
):
    run(connection, FAKED[0].values[0])  # type: ignore[attr-defined]

    assert set(causes(alias).values()) == {
        (
            Cause.FAKE_APPLIED,
            "orders.0002_payments",
            completed("Run 'manage.py schemaguard auto_fix'.", alias),
        )
    }


ALTOGETHER = [
    pytest.param((GONE.format("catalogue", "0004_reviews"),), id="unrecorded"),
    pytest.param(
        (
            GONE.format("orders", "0004_rate_limit_violations"),
            "DROP TABLE rate_limit_violations",
            "DROP TABLE orders_payment",
        ),
        id="pending-and-drift",
    ),
    pytest.param(
        (
            GONE.format("catalogue", "0002_suppliers_and_sku"),
            "CREATE TABLE stray (id integer)",
            "ALTER TABLE orders_order ADD stray integer",
        ),
        id="middle-and-extras",
    ),
    pytest.param(
        (GONE.format("orders", "0001_initial"), "DROP TABLE catalogue_review"),
        id="first-and-drift",
    ),
]


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.parametrize("statements", ALTOGETHER)
def test_causes_are_those_of_comparing_all_tables(
    connection: BaseDatabaseWrapper,
    alias: str,
    statements: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
):
    """Tables that are sound and expected as before are left out of the evidence."""
    model = apps.get_model("orders", "order")
    monkeypatch.setattr(model._meta.get_field("customer_ip"), "null", False)
    run(connection, Damage(statements, ()))
    compared: list[int] = []

    def whole(first, expected, findings, models):
        left = narrowed(first, expected, findings, models)[0]
        compared.append(len(left.tables))
        assert 0 < len(left.tables) < len(expected.tables) / 2
        return expected, first[1]

    narrowly = inspect(alias)
    monkeypatch.setattr(evidence, "narrowed", whole)

    assert inspect(alias).findings == narrowly.findings
    assert compared


@pytest.mark.vendors("postgresql")
def test_what_is_applied_is_worked_out_a_few_times(
    monkeypatch: pytest.MonkeyPatch, connection: BaseDatabaseWrapper, alias: str
):
    found = MigrationGraph.applied.fget
    asked = []

    def applied(graph: MigrationGraph) -> frozenset[tuple[str, str]]:
        asked.append(graph)
        return found(graph)

    run(connection, Damage((GONE.format("orders", "0001_initial"),), ()))
    monkeypatch.setattr(MigrationGraph, "applied", property(applied))
    inspect(alias)

    assert 0 < len(asked) < 10

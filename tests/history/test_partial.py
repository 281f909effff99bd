"""A migration that stopped half-way, on servers that keep its half and that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from django_schemaguard.core.finding import Cause
from tests.damage.harness import findings, inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

UNDONE = (
    "DELETE FROM django_migrations WHERE app = 'orders' AND name <> '0001_initial'",
    "ALTER TABLE orders_order DROP COLUMN customer_ip",
)
WAITING = (
    "warning SG701 django_migrations.orders.0002_payments",
    "warning SG701 django_migrations.orders.0003_turnover",
    "warning SG701 django_migrations.orders.0004_rate_limit_violations",
)


@pytest.fixture
def half_done(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take back one of the two things that orders.0002 makes, and its record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, app, name, applied FROM django_migrations")
        records = cursor.fetchall()
        for statement in UNDONE:
            cursor.execute(statement)
    yield
    if connection.features.can_rollback_ddl:
        return  # The test's transaction takes it all back.
    field = apps.get_model("orders", "order")._meta.get_field("customer_ip")
    added = f"ALTER TABLE orders_order ADD customer_ip {field.db_type(connection)} NULL"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations")
        cursor.executemany(
            "INSERT INTO django_migrations (id, app, name, applied)"
            " VALUES (%s, %s, %s, %s)",
            records,
        )
        cursor.execute(added)  # Commits the records, too.
    assert findings(connection.alias) == ()


@pytest.mark.vendors("mariadb")
@pytest.mark.usefixtures("half_done")
def test_a_half_that_the_server_kept_is_found(alias: str):
    assert findings(alias) == tuple(
        sorted(
            (
                *WAITING,
                "error SG707 django_migrations.orders.0002_payments",
                "info SG103 orders_payment",
            )
        )
    )


@pytest.mark.vendors("mariadb")
@pytest.mark.usefixtures("half_done")
def test_a_half_is_to_be_undone(alias: str):
    verdicts = {v.finding.code: v for v in inspect(alias).findings}

    assert verdicts["SG707"].finding.message == (
        "Migration 'orders.0002_payments' is half done:"
        " table 'orders_payment' is there, column 'orders_order.customer_ip' not."
    )
    assert (verdicts["SG103"].cause, verdicts["SG103"].hint) == (
        Cause.UNRECORDED,
        "Undo it by hand, then run 'manage.py migrate orders --database mariadb'.",
    )


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.usefixtures("half_done")
def test_where_a_migration_is_atomic_nothing_is_half_done(alias: str):
    assert findings(alias) == tuple(sorted((*WAITING, "info SG103 orders_payment")))

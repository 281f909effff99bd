"""A migration that stopped half-way, on servers that keep its half and that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from django_schemaguard.core.finding import Cause, Severity
from tests.damage.harness import Damage, findings, inspect, run

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


FINISH = (
    "Do by hand what is missing of what"
    " 'manage.py sqlmigrate orders {0}{1}' prints,"
    " then run 'manage.py migrate --fake orders {0}{1}'."
)


def on(alias: str) -> str:
    return "" if alias == "default" else f" --database {alias}"


def hints(alias: str) -> dict[tuple[str, str | None], tuple[Cause, str]]:
    return {
        (verdict.finding.code, verdict.finding.object): (verdict.cause, verdict.hint)
        for verdict in inspect(alias).findings
        if "kitchen" not in verdict.finding.table.name
    }


@pytest.mark.usefixtures("half_done")
def test_of_a_half_the_missing_record_is_told_and_no_table(alias: str):
    half = "error SG707 django_migrations.orders.0002_payments"

    assert findings(alias) == (half, *WAITING)


@pytest.mark.usefixtures("half_done")
def test_a_half_is_to_be_finished(alias: str):
    (told,) = (v for v in inspect(alias).findings if v.finding.code == "SG707")
    finish = FINISH.format("0002_payments", on(alias))
    wait = (
        "Settle 'orders.0002_payments' first, then run 'manage.py migrate --fake"
        f" orders {{}}{on(alias)}' where its Python and SQL ran,"
        f" else 'manage.py migrate{on(alias)}'."
    )

    assert told.finding.message == (
        "Migration 'orders.0002_payments' is half done:"
        " table 'orders_payment' and 7 more are there,"
        " column 'orders_order.customer_ip' not."
    )
    assert hints(alias) == {
        ("SG707", "orders.0002_payments"): (Cause.UNRECORDED, finish),
        ("SG701", "orders.0002_payments"): (Cause.UNRECORDED, finish),
        **{
            ("SG701", f"orders.{name}"): (Cause.PENDING, wait.format(name))
            for name in ("0003_turnover", "0004_rate_limit_violations")
        },
    }


@pytest.mark.vendors("postgresql")
@pytest.mark.parametrize(
    ("damage", "told"),
    [
        pytest.param(
            "DROP INDEX order_queue",
            "table 'orders_order' and 18 more are there, index 'order_queue' not.",
            id="absent",
        ),
        pytest.param(
            "ALTER TABLE orders_order DROP CONSTRAINT"
            " orders_order_ship_to_id_d877641f_fk_customers_address_id",
            "table 'orders_order' and 19 more are there, but not all as it makes it."
            " Foreign key (ship_to_id) of 'orders_order' is missing.",
            id="without-a-name",
        ),
    ],
)
def test_a_lost_record_and_a_damage_leave_full_tables_what_they_are(
    connection: BaseDatabaseWrapper, alias: str, damage: str, told: str
):
    lost = "DELETE FROM django_migrations WHERE app = 'orders'"

    run(connection, Damage((lost, damage), ()))

    (half,) = (v for v in inspect(alias).findings if v.finding.code == "SG707")
    assert half.severity is Severity.ERROR
    assert half.message == f"Migration 'orders.0001_initial' is half done: {told}"
    assert not [it for it in findings(alias) if " SG1" in it]
    assert hints(alias)["SG701", "orders.0002_payments"] == (
        Cause.UNRECORDED,
        "Settle 'orders.0001_initial' first. Run 'manage.py migrate --fake"
        f" orders 0002_payments{on(alias)}' to record it.",
    )


@pytest.mark.vendors("sqlite", "postgresql")
def test_what_migrate_refuses_is_not_advised(
    connection: BaseDatabaseWrapper, alias: str
):
    lost = (
        "DELETE FROM django_migrations WHERE app = 'orders' AND name = '0001_initial'"
    )

    run(connection, Damage((lost, "DROP INDEX order_queue"), ()))

    assert hints(alias)["SG707", "orders.0001_initial"][1] == (
        "Do by hand what is missing of what"
        f" 'manage.py sqlmigrate orders 0001_initial{on(alias)}' prints,"
        " then insert 'orders.0001_initial' into 'django_migrations'."
    )

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.core.report import Report
from django_schemaguard.core.rules import Mode
from django_schemaguard.core.snapshot import ACTUAL, EXPECTED, dump
from django_schemaguard.exceptions import UnknownName
from django_schemaguard.pipeline import Job
from django_schemaguard.pipeline.differing import differ
from django_schemaguard.pipeline.taking import take
from tests.damage.harness import SETTINGS

JOB = Job(SETTINGS, Mode.PRODUCTION)


def compared(one: str, other: str, alias: str) -> Report:
    report = differ(one, other, JOB, alias)
    assert report.reachable
    return report


def told(report: Report) -> list[str]:
    """Return what differs; what Django itself leaves out of the kitchen is not told."""
    return [
        f"{verdict.severity.word} {verdict.finding.code} {verdict.message}"
        for verdict in report.findings
        if not (verdict.severity.word == "info" and "kitchen" in verdict.message)
    ]


@pytest.fixture
def before(alias: str, tmp_path: Path) -> str:
    """Return the snapshot of the database as it is before the test changes it."""
    path = tmp_path / "before.json"
    path.write_text(dump(take(alias, ACTUAL, JOB)), encoding="utf-8")
    return str(path)


def run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_what_is_alike_does_not_differ(alias: str, before: str, tmp_path: Path) -> None:
    frozen = tmp_path / "expected.json"
    frozen.write_text(dump(take(alias, EXPECTED, JOB)), encoding="utf-8")
    for one, other in (
        (alias, alias),
        (before, alias),
        (alias, before),
        (before, before),
        ("models", alias),
        (alias, "migrations"),
        ("models", "migrations"),
        (str(frozen), alias),
        (str(frozen), "models"),
        (before, str(frozen)),
    ):
        assert told(compared(one, other, alias)) == [], (one, other)


def test_yardstick_is_what_is_planned(alias: str, before: str) -> None:
    assert compared(alias, "models", alias).against == "models"
    assert compared("models", alias, alias).against == "models"
    assert compared("models", "migrations", alias).against == "models"
    assert compared(alias, before, alias).against == alias
    assert compared(before, alias, alias).against == before


# Where a change of the schema is undone with the transaction.
TRANSACTIONAL = pytest.mark.vendors("sqlite", "postgresql")
CHANGES = (
    "CREATE INDEX by_hand ON orders_order (status)",
    "ALTER TABLE catalogue_tag ADD COLUMN colour varchar(10)",
    "DELETE FROM django_migrations WHERE app = 'sessions'",
)


@TRANSACTIONAL
def test_what_differs_is_told_in_the_words_of_the_yardstick(
    alias: str, connection: BaseDatabaseWrapper, before: str
) -> None:
    run(connection, *CHANGES)
    report = compared(before, alias, alias)
    (column,) = [v.finding.actual for v in report.findings if v.finding.code == "SG104"]
    assert sorted(told(report)) == [
        f"info SG104 Column 'catalogue_tag.colour' ({column}) is not in '{before}'.",
        f"info SG306 Index 'by_hand' of 'orders_order' is not in '{before}':"
        " INDEX USING btree (status).",
        "warning SG701 Migration 'sessions.0001_initial' is not applied.",
    ]
    assert sorted(told(compared(alias, before, alias))) == [
        f"error SG102 Column 'catalogue_tag.colour' ({column}) is missing.",
        "warning SG301 Index 'by_hand' of 'orders_order' is missing.",
        "warning SG702 Migration 'sessions.0001_initial' is recorded as applied"
        f" and not in '{alias}'.",
    ]


@TRANSACTIONAL
def test_models_keep_their_words(alias: str, connection: BaseDatabaseWrapper) -> None:
    run(connection, "CREATE INDEX by_hand ON orders_order (status)")
    assert told(compared("models", alias, alias)) == [
        "info SG306 Index 'by_hand' of 'orders_order' is not in the model:"
        " INDEX USING btree (status)."
    ]


@TRANSACTIONAL
def test_what_is_odd_in_both_is_no_difference(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    run(
        connection,
        "CREATE INDEX by_hand ON orders_order (status)",
        "CREATE INDEX by_hand_2 ON orders_order (status)",
        "CREATE TABLE leftover (id integer)",
    )
    assert told(compared(alias, alias, alias)) == []


@pytest.mark.vendors("postgresql")
def test_postgresql_tells_details(
    alias: str, connection: BaseDatabaseWrapper, before: str
) -> None:
    run(
        connection,
        "SET CONSTRAINTS ALL IMMEDIATE",
        "ALTER TABLE catalogue_product ALTER price TYPE numeric(12, 2)",
        "ALTER TABLE catalogue_product ALTER price SET DEFAULT 5",
        "ALTER TABLE catalogue_product ADD CHECK (price <> 13)",
    )
    expected = [
        f"warning SG105 Column 'catalogue_product.price' is numeric(12,2);"
        f" '{before}' has numeric(10,2).",
        "warning SG107 Column 'catalogue_product.price' has the default 5;"
        f" '{before}' has none.",
        "error SG204 Check constraint 'catalogue_product_price_check' of"
        f" 'catalogue_product' is not in '{before}':"
        " CHECK ((price <> (13)::numeric)).",
    ]
    assert told(compared(before, alias, alias)) == expected


@pytest.mark.vendors("postgresql")
def test_two_files_are_compared_by_their_text(
    alias: str, connection: BaseDatabaseWrapper, before: str, tmp_path: Path
) -> None:
    run(
        connection,
        "ALTER TABLE orders_orderline DROP CONSTRAINT orders_orderline_quantity_check",
        "ALTER TABLE orders_orderline ADD CONSTRAINT orders_orderline_quantity_check"
        " CHECK (quantity >= 1)",
    )
    after = tmp_path / "after.json"
    after.write_text(dump(take(alias, ACTUAL, JOB)), encoding="utf-8")
    report = compared(before, str(after), alias)
    assert [verdict.finding.code for verdict in report.findings] == ["SG203"]
    assert report.databases[0].queries == 0


@pytest.mark.parametrize("target", ["orders.0001", "orders.0001_initial"])
def test_migrations_up_to_a_point(alias: str, target: str) -> None:
    report = compared(f"migrations@{target}", alias, alias)
    unknown = [v.finding.object for v in report.findings if v.finding.code == "SG702"]
    assert unknown
    assert all(name and name.startswith("orders.") for name in unknown)
    assert "orders.0001_initial" not in unknown


def test_two_plans_differ_by_migrations(alias: str) -> None:
    report = compared("migrations@orders.0001", "migrations", alias)
    column, table = report.findings
    assert column.message.endswith(") is not in 'migrations@orders.0001'.")
    assert table.message == "Table 'orders_payment' is not in 'migrations@orders.0001'."
    hint = "Nothing to mend: the migrations between the two make the difference."
    assert (column.hint, table.hint) == (hint, hint)


def test_migrations_before_an_app(alias: str) -> None:
    report = compared("migrations@orders.zero", alias, alias)
    unknown = {v.finding.object for v in report.findings if v.finding.code == "SG702"}
    tables = {
        v.finding.table.name for v in report.findings if v.finding.code == "SG103"
    }
    assert "orders.0001_initial" in unknown
    assert all(name and name.startswith("orders.") for name in unknown)
    assert {"orders_order", "orders_payment"} <= tables
    assert not [name for name in tables if name.startswith("catalogue_")]


@pytest.mark.vendors("sqlite", "postgresql", "mariadb")
@pytest.mark.parametrize(
    ("one", "other"),
    [("default", "postgresql"), ("postgresql", "mariadb"), ("mariadb", "default")],
)
def test_two_vendors_are_compared_as_far_as_they_can_be(one: str, other: str) -> None:
    report = compared(one, other, one)
    shop = ("auth_", "catalogue_", "customers_", "orders_", "schemaguard_")
    assert [line for line in told(report) if f"'{shop}" in line] == []
    assert not [
        verdict
        for verdict in report.findings
        if verdict.finding.table.name.startswith(shop)
    ]
    skipped = {skip.object: skip.reason for _, skip in report.skipped}
    assert "cannot be compared between" in skipped["column types"]
    assert "tables" not in skipped


@pytest.mark.vendors("sqlite", "mariadb")
def test_two_vendors_still_differ_in_columns() -> None:
    run(connections["default"], "ALTER TABLE catalogue_tag ADD colour varchar(10)")
    assert [
        verdict.message
        for verdict in compared("default", "mariadb", "default").findings
        if verdict.finding.table.name == "catalogue_tag"
    ] == ["Column 'catalogue_tag.colour' (varchar(10)) is missing."]


@pytest.mark.vendors("sqlite")
@pytest.mark.parametrize(
    ("word", "message"),
    [
        pytest.param(
            "defualt",
            "'defualt' is no alias, no snapshot file, and neither 'models' nor"
            " 'migrations[@APP.NAME]'. Did you mean 'default'?",
            id="typing-error",
        ),
        pytest.param(
            "migrations@orders.0000_nothing",
            "There is no migration 'orders.0000_nothing'.",
            id="no-migration",
        ),
        pytest.param(
            "migrations@order.zero",
            "There is no migration 'order.zero'.",
            id="no-app",
        ),
        pytest.param(
            "migrations@orders.0",
            "Several migrations begin with 'orders.0'.",
            id="several",
        ),
    ],
)
def test_unknown_words(alias: str, word: str, message: str) -> None:
    with pytest.raises(UnknownName) as caught:
        compared(word, alias, alias)
    assert str(caught.value).startswith(message)

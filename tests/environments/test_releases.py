"""Snapshots of two releases of one server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.core.difference import NO_MAINTAIN
from django_schemaguard.core.report import Report
from django_schemaguard.core.snapshot import ACTUAL, dump
from django_schemaguard.pipeline.taking import take
from tests.environments.test_differ import JOB, compared, run, told
from tests.environments.test_objects import BASE

pytestmark = pytest.mark.vendors("postgresql")
DOUBT = "postgresql 14 and 15 may print it differently"
CHECK = "orders_orderline_quantity_check"
CHANGES = (
    "SET CONSTRAINTS ALL IMMEDIATE",
    "CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders_order"
    " WHERE status <> 'gone'",
    "DROP POLICY own ON orders_order",
    "CREATE POLICY own ON orders_order USING (status <> 'public')",
    "CREATE OR REPLACE FUNCTION twice(int) RETURNS int LANGUAGE sql RETURN $1 + $1",
    "CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN OLD; END $$",
    "DROP TRIGGER seldom ON orders_order",
    "CREATE TRIGGER seldom BEFORE UPDATE ON orders_order FOR EACH ROW"
    " WHEN (OLD.note <> 'b') EXECUTE FUNCTION note()",
    f"ALTER TABLE orders_orderline DROP CONSTRAINT {CHECK}",
    f"ALTER TABLE orders_orderline ADD CONSTRAINT {CHECK} CHECK (quantity >= 1)",
    "ALTER TABLE catalogue_tag ADD COLUMN colour varchar(10)",
)


@pytest.fixture
def before(alias: str, connection: BaseDatabaseWrapper, tmp_path: Path) -> str:
    """Return a snapshot that says to be of PostgreSQL 14."""
    run(
        connection,
        *BASE,
        "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql RETURN 2 * $1",
        "CREATE TRIGGER seldom BEFORE UPDATE ON orders_order FOR EACH ROW"
        " WHEN (OLD.note <> 'a') EXECUTE FUNCTION note()",
    )
    document = json.loads(dump(take(alias, ACTUAL, JOB)))
    release = connection.pg_version // 10_000
    assert document["server_version"] == str(release)
    path = tmp_path / "before.json"
    path.write_text(json.dumps(document | {"server_version": "14"}), encoding="utf-8")
    return str(path)


def doubts(report: Report, release: int) -> list[str]:
    doubt = DOUBT.replace("15", str(release))
    return sorted(
        f"{skip.table}.{skip.object}"
        for _, skip in report.skipped
        if doubt in skip.reason
    )


def codes(report: Report) -> list[str]:
    return sorted({line.split()[1] for line in told(report)})


def test_what_each_prints_in_its_own_way_is_skipped(
    alias: str, connection: BaseDatabaseWrapper, before: str, tmp_path: Path
) -> None:
    release = connection.pg_version // 10_000
    same = compared(before, alias, alias)
    assert (codes(same), doubts(same, release)) == ([], [])
    run(connection, *CHANGES)
    texts = [
        "open_orders.view open_orders",
        "orders_order.policy own",
        "orders_order.trigger seldom",
        "twice(integer).function twice(integer)",
    ]

    live = compared(before, alias, alias)
    assert doubts(live, release) == texts
    assert codes(live) == ["SG104", "SG203", "SG410"]
    (body,) = (it for it in told(live) if "SG410" in it)
    assert "Function 'note()' is defined otherwise" in body
    assert live.databases[0].server_version != "14"

    after = tmp_path / "after.json"
    after.write_text(dump(take(alias, ACTUAL, JOB)), encoding="utf-8")
    files = compared(before, str(after), alias)
    assert doubts(files, release) == sorted([*texts, f"orders_orderline.{CHECK}"])
    assert codes(files) == ["SG104", "SG410"]


def test_privilege_that_came_later_is_skipped(
    alias: str, connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    run(connection, "GRANT SELECT, UPDATE ON orders_order TO PUBLIC")
    text = dump(take(alias, ACTUAL, JOB))
    newer = json.loads(text.replace('"SELECT, UPDATE"', '"MAINTAIN, SELECT, UPDATE"'))
    path = tmp_path / "newer.json"
    path.write_text(json.dumps(newer | {"server_version": "99"}), encoding="utf-8")
    report = compared(str(path), alias, alias)
    assert codes(report) == []
    assert [
        skip.object for _, skip in report.skipped if skip.reason == NO_MAINTAIN
    ] == ["grant PUBLIC"]
    run(connection, "REVOKE UPDATE ON orders_order FROM PUBLIC")
    assert codes(compared(str(path), alias, alias)) == ["SG410"]

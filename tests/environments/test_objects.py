"""What models do not tell of: triggers, functions, views and the like."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.core.rules import Mode
from django_schemaguard.core.snapshot import ACTUAL, dump, load
from django_schemaguard.pipeline import Job
from django_schemaguard.pipeline.differing import differ
from django_schemaguard.pipeline.taking import take
from tests.damage.harness import SETTINGS

pytestmark = pytest.mark.vendors("postgresql")
JOB = Job(SETTINGS, Mode.PRODUCTION)
FUNCTION = (
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN NEW; END $$"
)
TRIGGER = (
    "CREATE TRIGGER note BEFORE INSERT ON orders_order"
    " FOR EACH ROW EXECUTE FUNCTION note()"
)
BASE = (
    FUNCTION,
    TRIGGER,
    "CREATE VIEW open_orders AS SELECT id FROM orders_order WHERE status <> 'done'",
    "CREATE TYPE mood AS ENUM ('fine', 'sad')",
    "CREATE POLICY own ON orders_order USING (status <> 'secret')",
    "ALTER TABLE orders_order ENABLE ROW LEVEL SECURITY",
    "GRANT SELECT ON orders_order TO PUBLIC",
)


@pytest.fixture
def before(alias: str, connection: BaseDatabaseWrapper, tmp_path: Path) -> str:
    """Return the snapshot of a database that has one of each."""
    run(connection, *BASE)
    path = tmp_path / "before.json"
    path.write_text(dump(take(alias, ACTUAL, JOB)), encoding="utf-8")
    return str(path)


def run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


def told(one: str, other: str) -> list[str]:
    report = differ(one, other, JOB, "postgresql")
    return [f"{v.finding.code} {v.message}" for v in report.findings]


def available(connection: BaseDatabaseWrapper, extension: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_available_extensions WHERE name = %s", [extension]
        )
        return cursor.fetchone() is not None


@pytest.mark.parametrize(
    ("change", "missing", "extra"),
    [
        pytest.param(
            "DROP TRIGGER note ON orders_order",
            "SG408 Trigger 'note' of 'orders_order' is missing.",
            "SG409 Trigger 'note' of 'orders_order' is not in '{}'.",
            id="trigger",
        ),
        pytest.param(
            "ALTER TABLE orders_order DISABLE TRIGGER note",
            "SG410 Trigger 'note' of 'orders_order' is defined otherwise than in '{}'.",
            "SG410 Trigger 'note' of 'orders_order' is defined otherwise than in '{}'.",
            id="trigger-disabled",
        ),
        pytest.param(
            FUNCTION.replace("CREATE", "CREATE OR REPLACE").replace("NEW", "NULL"),
            "SG410 Function 'note()' is defined otherwise than in '{}'.",
            "SG410 Function 'note()' is defined otherwise than in '{}'.",
            id="function",
        ),
        pytest.param(
            "DROP VIEW open_orders",
            "SG408 View 'open_orders' is missing.",
            "SG409 View 'open_orders' is not in '{}'.",
            id="view",
        ),
        pytest.param(
            "ALTER TYPE mood RENAME VALUE 'sad' TO 'glad'",
            "SG410 Enum type 'mood' is 'fine', 'glad'; '{}' has 'fine', 'sad'.",
            "SG410 Enum type 'mood' is 'fine', 'sad'; '{}' has 'fine', 'glad'.",
            id="enum",
        ),
        pytest.param(
            "DROP POLICY own ON orders_order",
            "SG408 Policy 'own' of 'orders_order' is missing.",
            "SG409 Policy 'own' of 'orders_order' is not in '{}'.",
            id="policy",
        ),
        pytest.param(
            "ALTER TABLE orders_order DISABLE ROW LEVEL SECURITY",
            "SG408 Row security 'orders_order' of 'orders_order' is missing.",
            "SG409 Row security 'orders_order' of 'orders_order' is not in '{}'.",
            id="row-security",
        ),
        pytest.param(
            "GRANT UPDATE ON orders_order TO PUBLIC",
            "SG410 Grant 'PUBLIC' of 'orders_order' is SELECT, UPDATE;"
            " '{}' has SELECT.",
            "SG410 Grant 'PUBLIC' of 'orders_order' is SELECT;"
            " '{}' has SELECT, UPDATE.",
            id="grant",
        ),
        pytest.param(
            "DROP EXTENSION IF EXISTS citext; CREATE EXTENSION pg_trgm SCHEMA public",
            None,
            "SG408 Extension 'pg_trgm' is missing.",
            id="extension",
        ),
    ],
)
def test_each_kind_of_object(
    alias: str,
    connection: BaseDatabaseWrapper,
    before: str,
    change: str,
    missing: str | None,
    extra: str,
) -> None:
    if "pg_trgm" in change and "pg_trgm" in Path(before).read_text(encoding="utf-8"):
        pytest.skip("the test database has the extension")
    if "pg_trgm" in change and not available(connection, "pg_trgm"):
        pytest.skip("the server does not come with the extension")
    assert told(before, alias) == []
    run(connection, change)
    if missing is not None:
        assert told(before, alias) == [missing.format(before)]
    assert extra.format(alias) in told(alias, before)


def test_snapshot_keeps_them(before: str) -> None:
    objects = load(Path(before).read_text(encoding="utf-8")).schema.objects
    assert objects is not None
    labels = {it.label for it in objects}
    assert labels >= {"trigger", "function", "view", "policy", "grant", "enum type"}


def test_models_tell_nothing_of_them(alias: str, before: str) -> None:
    assert not [
        line for line in told("models", alias) if line[:5] in {"SG408", "SG409"}
    ]

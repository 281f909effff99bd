"""The repair as a migration, on the damaged database and on a sound one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

from django_schemaguard.repair.as_migration import as_migrations
from django_schemaguard.repair.homes import MigrationFile, NotWritable
from django_schemaguard.repair.planning import Choices
from tests.damage.harness import Damage, findings, restored, run
from tests.repair import test_law
from tests.repair.applying import JOB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


@pytest.fixture(autouse=True)
def as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    if "mariadb" not in request.node.name:
        yield
        return
    with restored(connections["mariadb"]):
        yield


def files(alias: str) -> tuple[MigrationFile, ...]:
    written = as_migrations([alias], JOB, Choices())
    assert written.left_out == ()
    return written.files


def apply(alias: str, file: MigrationFile, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Apply a migration from its text, in the transaction of the test."""
    names: dict[str, Any] = {}
    exec(compile(file.text, str(file.path), "exec"), names)
    migration = names["Migration"](file.path.stem, file.app)
    ran: list[str] = []

    def run_sql(self: RunSQL, schema_editor: Any, sqls: Any) -> None:
        for sql in sqls:
            ran.append(sql)
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(sql.replace(" CONCURRENTLY", ""))

    monkeypatch.setattr(RunSQL, "_run_sql", run_sql)
    loader = MigrationLoader(connections[alias])
    state = loader.project_state()
    editor = connections[alias].schema_editor(collect_sql=True)
    editor.atomic_migration = True
    migration.apply(state, editor)
    return ran


CASES = {
    "sqlite": test_law.SQLITE,
    "postgresql": test_law.POSTGRESQL,
    "mysql": test_law.MARIADB,
}
# Filled in batches, or in a schema of their own.
LEFT_OUT = {
    "column-per-row",
    "null-allowed",
    "table-in-another-namespace",
    "table-with-comments",
}
OFTEN = {"foreign-key", "unique"}


def damages(vendor: str) -> list[object]:
    return [
        pytest.param(
            *each.values,
            id=each.id,
            marks=() if each.id in OFTEN else pytest.mark.slow,
        )
        for each in CASES[vendor]
        if each.id not in LEFT_OUT
    ]


def holds(
    alias: str,
    connection: BaseDatabaseWrapper,
    damage: Damage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor == "postgresql":
        run(connection, Damage(("SET CONSTRAINTS ALL IMMEDIATE",), ()))
    run(connection, damage)
    assert findings(alias)
    made = files(alias)
    for file in made:
        assert apply(alias, file, monkeypatch)
    assert findings(alias) == ()
    for file in made:
        assert apply(alias, file, monkeypatch) == []
    assert findings(alias) == ()


@pytest.mark.vendors("postgresql")
@pytest.mark.parametrize("damage", damages("postgresql"))
def test_on_postgresql(alias, connection, damage, monkeypatch) -> None:
    holds(alias, connection, damage, monkeypatch)


@pytest.mark.vendors("sqlite")
@pytest.mark.parametrize("damage", damages("sqlite"))
def test_on_sqlite(alias, connection, damage, monkeypatch) -> None:
    holds(alias, connection, damage, monkeypatch)


@pytest.mark.vendors("mariadb")
@pytest.mark.parametrize("damage", damages("mysql"))
def test_on_mariadb(alias, connection, damage, monkeypatch) -> None:
    holds(alias, connection, damage, monkeypatch)


@pytest.mark.django_db(databases=["default"])
@pytest.mark.vendors("postgresql")
def test_migrate_applies_the_file_and_makemigrations_stays_silent(
    alias: str,
    connection: BaseDatabaseWrapper,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run(connection, Damage(("DROP TABLE orders_payment",), ()))
    (file,) = files(alias)
    package = tmp_path / "orders_migrations"
    package.mkdir()
    for each in file.path.parent.glob("*.py"):
        (package / each.name).write_text(each.read_text())
    (package / file.path.name).write_text(file.text)
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.MIGRATION_MODULES = {"orders": "orders_migrations"}
    call_command("migrate", "orders", database=alias, verbosity=0)
    assert findings(alias) == ()
    call_command("makemigrations", "orders", check=True, dry_run=True, verbosity=0)
    call_command("migrate", "orders", _before(file), database=alias, verbosity=0)
    assert findings(alias) == (
        f"warning SG701 django_migrations.orders.{file.path.stem}",
    )


def _before(file: MigrationFile) -> str:
    return max(it.stem for it in file.path.parent.glob("0*.py"))


@pytest.mark.vendors("sqlite")
def test_a_package_is_not_written_to(alias: str, connection) -> None:
    run(connection, Damage(("DROP TABLE django_redirect",), ()))
    with pytest.raises(NotWritable, match="App 'redirects' is a package"):
        files(alias)
    (file,) = as_migrations([alias], JOB, Choices(), into="orders").files
    assert file.app == "orders"
    assert "('redirects'," in file.text


@pytest.mark.vendors("sqlite")
def test_nothing_is_written_where_nothing_is_missing(alias: str) -> None:
    assert files(alias) == ()


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "0001_schemaguard_repair.py"
    file = MigrationFile("orders", path, "text")
    file.write()
    assert path.read_text() == "text"
    with pytest.raises(NotWritable, match="cannot be written"):
        file.write()


@pytest.mark.vendors("postgresql")
def test_an_invalid_index_does_not_pass_for_the_missing_one(
    alias: str, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(connection, Damage(("DROP INDEX address_place",), ()))
    (file,) = files(alias)
    run(
        connection,
        Damage(
            (
                "CREATE INDEX address_place ON customers_address (country, postcode)",
                "UPDATE pg_index SET indisvalid = false"
                " WHERE indexrelid = 'address_place'::regclass",
            ),
            (),
        ),
    )
    assert len(apply(alias, file, monkeypatch)) == 2
    assert findings(alias) == ()


ORDER = (
    "INSERT INTO orders_order (id, reference, customer_id, note, status)"
    " VALUES (1, '7b2d0f5a6f6a4c6d8a3b8d1f0c9e4a11', 1, '', 'cancelled')"
)


@pytest.mark.vendors("postgresql")
@pytest.mark.parametrize(
    ("backfill", "reason"),
    [
        (True, "Its rows are filled in batches, by auto_fix alone."),
        (False, "Each row needs a value of its own in 'reference'."),
    ],
)
def test_what_is_left_out_takes_all_that_stands_on_it_with_it(
    alias: str, connection: BaseDatabaseWrapper, backfill: bool, reason: str
) -> None:
    sound = (test_law.USER, ORDER, "SET CONSTRAINTS ALL IMMEDIATE")
    drop = "ALTER TABLE orders_order DROP COLUMN reference"
    run(connection, Damage((*sound, drop), ()))
    written = as_migrations([alias], JOB, Choices(backfill=backfill))
    assert not any('"reference"' in file.text for file in written.files)
    (line,) = written.left_out
    assert line.endswith(reason)

"""The repair as a migration, on the damaged database and on a sound one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

from django_schemaguard.repair.as_migration import as_migrations
from django_schemaguard.repair.homes import MigrationFile, NotWritable
from django_schemaguard.repair.planning import Choices
from tests.damage.harness import Damage, findings, restored, run
from tests.repair.applying import JOB
from tests.repair.damages import DAMAGES, USER, rounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


# Filled in batches, or in a schema of their own.
LEFT_OUT = {
    "column-per-row",
    "null-allowed",
    "table-in-another-namespace",
    "table-with-comments",
}
OFTEN = ("foreign-key", "unique")


def holds(
    alias: str,
    connection: BaseDatabaseWrapper,
    damages: Mapping[str, Damage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Make sure that the migrations mend all of it, and do nothing when run again."""
    if connection.vendor == "postgresql":
        run(connection, Damage(("SET CONSTRAINTS ALL IMMEDIATE",), ()))
    for name, damage in damages.items():
        if name not in LEFT_OUT:
            run(connection, damage)
    assert findings(alias)
    made = files(alias)
    for file in made:
        assert apply(alias, file, monkeypatch)
    assert findings(alias) == ()
    for file in made:
        assert apply(alias, file, monkeypatch) == []
    assert findings(alias) == ()


def vendor_of(connection: BaseDatabaseWrapper) -> str:
    return "mariadb" if connection.vendor == "mysql" else connection.vendor


@pytest.mark.vendors("postgresql", "mariadb")
def test_the_file_mends_what_is_missing(alias, connection, monkeypatch) -> None:
    cases = {it.id: it.values[0] for it in DAMAGES[vendor_of(connection)]}
    holds(alias, connection, {name: cases[name] for name in OFTEN}, monkeypatch)


@pytest.mark.vendors("postgresql", "mariadb")
def test_rows_elsewhere_stop_what_has_no_value_and_get_what_has(
    alias, connection, monkeypatch
) -> None:
    drop = "ALTER TABLE {} DROP COLUMN {}"
    lost = (("catalogue_tag", "name"), ("customers_customer", "is_staff"))
    run(connection, Damage(tuple(drop.format(*each) for each in lost), ()))
    made = {file.app: file for file in files(alias)}
    run(connection, Damage(("INSERT INTO catalogue_tag (id) VALUES (1)",), ()))

    told = "Table 'catalogue_tag' holds rows, and no value is known for 'name'. "
    with pytest.raises(CommandError, match=re.escape(told)):
        apply(alias, made["catalogue"], monkeypatch)
    assert " NOT NULL DEFAULT " in made["customers"].text
    assert apply(alias, made["customers"], monkeypatch)


@pytest.mark.vendors("postgresql", "mariadb")
def test_rows_elsewhere_that_break_a_constraint_stop_it(
    alias, connection, monkeypatch
) -> None:
    check = "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive"
    run(connection, Damage((check,), ()))
    (file,) = files(alias)
    off = {"mysql": "SET foreign_key_checks = 0"}.get(connection.vendor, "SELECT 1")
    insert = (
        "INSERT INTO orders_orderline (quantity, unit_price, order_id, product_id)"
        " VALUES (0, 1, 1, 1)"
    )
    run(connection, Damage((off, insert), ()))
    with pytest.raises(CommandError, match=r"^Rows break it\. This finds them: SELECT"):
        apply(alias, file, monkeypatch)
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "orders_orderline")
    assert "line_quantity_positive" not in found
    run(connection, Damage(("DELETE FROM orders_orderline",), ()))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_the_files_mend_all_damages(alias, connection, number, monkeypatch) -> None:
    found = tuple(rounds(vendor_of(connection)))
    if number < len(found):
        holds(alias, connection, found[number], monkeypatch)


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
    sound = (USER, ORDER, "SET CONSTRAINTS ALL IMMEDIATE")
    drop = "ALTER TABLE orders_order DROP COLUMN reference"
    run(connection, Damage((*sound, drop), ()))
    written = as_migrations([alias], JOB, Choices(backfill=backfill))
    assert not any('"reference"' in file.text for file in written.files)
    (line,) = written.left_out
    assert line.endswith(reason)

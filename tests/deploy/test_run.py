"""A run from lock to verified, and back again where it fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from django_schemaguard.commands.migrate_text import as_text
from django_schemaguard.deploy.backup import Backup
from django_schemaguard.deploy.linting import lint
from django_schemaguard.deploy.result import Result
from django_schemaguard.models import Run, SchemaVersion
from django_schemaguard.reporters.look import Look
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import (
    FAILS,
    INSERT,
    ITEM,
    NO_PRICE,
    NOTE_MODEL,
    ORDER,
    ORDER_ROW,
    PRICE,
    TWO_ROWS,
    UNIQUE_NAME,
    WRONG_SQL,
)

if TYPE_CHECKING:
    from django_schemaguard.deploy.request import Request
    from tests.deploy.conftest import Site


def test_what_is_pending_is_applied_recorded_and_journalled(site: Site):
    site.write("0001_initial", ITEM, ORDER)
    site.write("0002_price", PRICE)

    result = site.migrate()

    assert (result.status, result.exit_code, result.message) == ("done", 0, "")
    assert result.applied[-2:] == ("shop.0001_initial", "shop.0002_price")
    assert site.tables == {"shop_item", "shop_order"}
    assert site.recorded == ["0001_initial", "0002_price"]
    assert site.run.status == Run.Status.DONE
    assert result.report is not None
    assert result.news == ()
    assert SchemaVersion.objects.using(ALIAS).get().fingerprint == site.run.schema_after
    if site.connection.features.can_rollback_ddl:
        assert site.steps == ["apply 0001_initial done", "apply 0002_price done"]


def test_nothing_due_is_said_and_not_journalled(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()

    result = site.migrate()

    assert (result.status, result.exit_code, result.applied) == ("unchanged", 0, ())
    assert Run.objects.using(ALIAS).count() == 1


def test_the_third_fails_and_the_two_before_are_put_back(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_order", ORDER)
    site.write("0004_wrong", WRONG_SQL)

    result = site.migrate()

    assert (result.status, result.exit_code) == ("reverted", 3)
    assert result.put_back == ("shop.0003_order", "shop.0002_price")
    assert site.recorded == ["0001_initial"]
    assert site.tables == {"shop_item"}
    assert "price" not in site.columns("shop_item")
    assert site.said[0].startswith(
        "Applying 3 migrations to database 'deploy'. If one fails, those before it are"
        " undone."
    )
    assert "The 2 migrations before it were undone." in result.message


def test_python_that_fails_is_put_back_on_every_server(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_fails", FAILS)

    result = site.migrate()

    assert (result.status, result.exit_code) == ("reverted", 3)
    assert site.recorded == ["0001_initial"]
    assert "price" not in site.columns("shop_item")


def test_what_cannot_be_put_back_is_said_before_and_stays(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)
    site.migrate()
    site.write("0003_no_price", NO_PRICE)
    site.write("0004_fails", FAILS)

    result = site.migrate()

    assert (result.status, result.exit_code) == ("needs_resume", 4)
    assert "unless 'shop.0003_no_price', which removes what its" in site.said[0]
    assert "stays applied: shop.0003_no_price, since" in result.message
    assert site.recorded[-1] == "0003_no_price"


def test_no_rollback_leaves_what_was_applied(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_wrong", 'RunSQL("SELECT nothing", "SELECT 1")')

    result = site.migrate(put_back=False)

    assert (result.status, result.exit_code) == ("needs_resume", 4)
    assert site.recorded == ["0001_initial", "0002_price"]


@servers("postgresql", "mariadb")
def test_a_created_table_that_gained_rows_blocks_the_way_back(site: Site):
    site.write("0001_note", NOTE_MODEL)
    site.migrate()
    site.write("0002_item", ITEM)
    site.write("0003_wrong", FAILS)
    other = connections["other"] = site.connection.copy("other")

    def say(line: str) -> None:
        if line.startswith("  shop.0002_item"):
            with other.cursor() as cursor:
                cursor.execute("INSERT INTO shop_item (name) VALUES ('written')")
            other.close()

    try:
        result = site.migrate(say=say)
    finally:
        del connections["other"]

    assert (result.status, result.exit_code) == ("revert_blocked", 4)
    assert "Undoing would lose rows of table 'shop_item'" in result.message
    assert site.rows("SELECT name FROM shop_item") == [("written",)]
    assert site.recorded == ["0001_note", "0002_item"]


@servers("sqlite", "postgresql")
def test_a_single_transaction_leaves_nothing(site: Site):
    site.write("0001_initial", ITEM, ORDER)
    site.write("0002_rows", INSERT)
    site.write("0003_wrong", WRONG_SQL)

    result = site.migrate(single_transaction=True)

    assert (result.status, result.exit_code) == ("failed_clean", 3)
    assert (site.tables, site.recorded) == (set(), [])


@servers("sqlite", "postgresql")
def test_a_single_transaction_does_data_and_schema(site: Site):
    site.write("0001_initial", ITEM, ORDER)
    site.write("0002_rows", INSERT)
    site.write(
        "0003_order",
        ORDER_ROW,
    )
    site.write(
        "0004_price",
        PRICE,
        'migrations.AddField("order", "note", models.TextField(default=""))',
    )

    result = site.migrate(single_transaction=True)

    assert (result.status, result.exit_code, result.message) == ("done", 0, "")
    assert site.rows("SELECT count(*) FROM shop_order") == [(1,)]


@servers("mariadb")
def test_mariadb_refuses_a_single_transaction(site: Site):
    from django_schemaguard.deploy.applying import SingleImpossible

    site.write("0001_initial", ITEM)

    with pytest.raises(SingleImpossible, match="ends each transaction"):
        site.migrate(single_transaction=True)
    assert site.tables == set()


@servers("sqlite", "postgresql")
def test_a_deferred_constraint_that_fails_leaves_nothing(site: Site):
    """Django's schema editor would leave its transaction open here."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write(
        "0002_twice",
        TWO_ROWS,
        UNIQUE_NAME,
    )

    result = site.migrate()

    assert (result.status, result.exit_code) == ("failed_clean", 3)
    assert site.connection.in_atomic_block is False
    assert site.rows("SELECT count(*) FROM shop_item") == [(0,)]


@pytest.mark.parametrize(
    ("status", "code", "offered"), [("reverted", 3, False), ("needs_resume", 4, True)]
)
def test_the_backup_is_offered_where_something_stands(
    status: str, code: int, offered: bool
):
    backup = Backup(Path("shop.dump"), "", 1, "pg_restore shop.dump")
    result = Result("default", status, code, backup=backup)

    told = as_text((result,), Look(), full=False)

    assert ("Restore the backup with: pg_restore shop.dump" in told) is offered


@servers("sqlite")
def test_the_first_run_on_a_database_is_linted_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    linted: list[str] = []

    def counted(request: Request, *plan: Any) -> Any:
        linted.append(request.alias)
        return lint(request, *plan)

    monkeypatch.setattr("django_schemaguard.deploy.run.lint", counted)
    site.write("0001_initial", ITEM)
    site.migrate()
    assert linted == [ALIAS]
    site.write("0002_price", PRICE)

    site.migrate()

    assert linted == [ALIAS] * 2


@servers("sqlite")
def test_of_many_that_stay_applied_the_first_and_the_last_are_named(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    for number in range(2, 7):
        site.write(f"000{number}_insert", INSERT)
    site.write("0007_fails", FAILS)

    result = site.migrate()

    assert result.message.endswith(
        "What was applied before it stays applied: 5 migrations, shop.0002_insert to"
        " shop.0006_insert, since 'shop.0002_insert' runs Python that may change rows."
    )

"""What the SQL that undoes a RunSQL would take with it is looked at beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.deploy.guard import WouldLose
from django_schemaguard.deploy.rolling_back import look
from django_schemaguard.models import Run
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import FAILS, ITEM

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

LOG = 'RunSQL("CREATE TABLE shop_log (id int)", "DROP TABLE IF EXISTS shop_log")'
LEGACY = (
    'RunSQL("ALTER TABLE shop_item ADD COLUMN legacy varchar(9){}",'
    ' "ALTER TABLE shop_item DROP COLUMN legacy")'
)
SCHEMA = 'RunSQL("CREATE SCHEMA more", "DROP SCHEMA more CASCADE")'
SEED = "INSERT INTO shop_item (name) VALUES ('a'), ('b')"


def applied(site: Site, *operations: str) -> Run:
    """Apply a migration to a table with rows."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows(SEED)
    site.write("0002_sql", *operations)
    number = site.migrate().run
    return Run.objects.using(ALIAS).get(pk=number)


@pytest.mark.parametrize(
    ("operation", "written", "what"),
    [
        (LOG, "INSERT INTO shop_log VALUES (1)", "rows of table 'shop_log'"),
        (
            f"migrations.SeparateDatabaseAndState([{LOG}])",
            "INSERT INTO shop_log VALUES (1)",
            "rows of table 'shop_log'",
        ),
        (
            LEGACY.format(""),
            "UPDATE shop_item SET legacy = 'x' WHERE name = 'a'",
            "values of column 'shop_item.legacy'",
        ),
        (
            LEGACY.format(" DEFAULT 'new'"),
            "UPDATE shop_item SET legacy = 'x' WHERE name = 'a'",
            "values of column 'shop_item.legacy'",
        ),
        (
            'RunSQL("SELECT 1", "DELETE FROM shop_item")',
            "SELECT 1",
            "rows of table 'shop_item'",
        ),
    ],
)
def test_rows_written_since_stand_in_the_way(
    site: Site, operation: str, written: str, what: str
):
    run = applied(site, operation)
    site.rows(written)

    with pytest.raises(WouldLose) as caught:
        look(site.connection, run)

    assert str(caught.value) == f"Undoing would lose {what}."


@pytest.mark.parametrize(
    ("operation", "harmless"),
    [
        (LOG, "SELECT 1"),
        (LOG, "DROP TABLE shop_log"),
        (LEGACY.format(""), "DELETE FROM shop_item WHERE name = 'a'"),
        (LEGACY.format(" DEFAULT 'new'"), "SELECT 1"),
        (
            'RunSQL("SELECT 1", "CREATE TABLE shop_own (id int); DROP TABLE shop_own")',
            "SELECT 1",
        ),
    ],
)
def test_what_the_migration_made_itself_does_not(
    site: Site, operation: str, harmless: str
):
    run = applied(site, operation)
    site.rows(harmless)

    assert look(site.connection, run) == ("shop.0002_sql",)


@servers("postgresql")
def test_a_table_of_another_schema_is_meant_where_it_is_named(site: Site):
    made = 'RunSQL("CREATE SCHEMA more; CREATE TABLE more.shop_item (id int)", "{}")'
    drop = "DROP TABLE more.shop_item; DROP SCHEMA more"
    run = applied(site, made.format(drop))
    assert look(site.connection, run) == ("shop.0002_sql",)

    site.rows("INSERT INTO more.shop_item VALUES (1)")
    with pytest.raises(WouldLose, match=r"rows of table 'more\.shop_item'"):
        look(site.connection, run)


@servers("postgresql")
def test_what_nobody_can_look_at_is_told(site: Site):
    run = applied(site, SCHEMA)

    code, said = site.command("rollback", str(run.pk))

    assert code == 0, said
    assert (
        "This may not bring back all: 'shop.0002_sql' is undone by SQL that may take"
        " more than it made (DROP SCHEMA is final)." in said
    )


@servers("postgresql")
def test_nor_is_it_done_by_itself_after_a_failure(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write(
        "0002_schema", 'RunSQL("CREATE SCHEMA more", "DROP SCHEMA more CASCADE")'
    )
    site.write("0003_fails", FAILS)

    result = site.migrate()

    assert (result.exit_code, result.put_back) == (4, ())
    assert "is undone by SQL that may take more than it made" in result.message


def test_what_sql_made_is_put_back_after_a_failure(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows(SEED)
    site.write("0002_log", LOG, LEGACY.format(" DEFAULT 'new'"))
    site.write("0003_fails", FAILS)

    result = site.migrate()

    assert result.exit_code == 3, result.message
    assert (site.recorded, site.tables) == (["0001_initial"], {"shop_item"})
    assert site.columns("shop_item") == {"id", "name"}

"""What validation advises where the models do not tell what a migration did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.finding import Cause
from django_schemaguard.core.rules import Mode
from django_schemaguard.pipeline import validate_one
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import ITEM, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

AUTO_FIX = "Run 'manage.py schemaguard auto_fix --database deploy'."
AHEAD = "Deploy the code that has 'shop.0002_newer', which may have left it so."
INDEX = 'migrations.AddIndex("item", models.Index(fields=["name"], name="item_name"))'


def told(site: Site) -> dict[str, tuple[Cause, str | None, str]]:
    """Return cause, migration and hint of each finding about the schema."""
    # The shop has no live models.
    job = replace(site.request(mode=Mode.PRODUCTION).job, unmade=False)
    report = validate_one(ALIAS, job)
    return {
        verdict.finding.object or verdict.finding.table.name: (
            verdict.cause,
            verdict.migration,
            verdict.hint,
        )
        for verdict in report.verdicts
        if verdict.finding.table.name.startswith("shop")
    }


@servers("postgresql")
def test_what_a_newer_release_made_is_left_to_its_code(site: Site):
    site.write("0001_initial", ITEM, PRICE, INDEX)
    site.migrate()
    for sql in (
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('shop', '0002_newer', now())",
        "ALTER TABLE shop_item ALTER price TYPE numeric(9, 2), ADD colour int",
        "CREATE INDEX item_pair ON shop_item (id, name)",
        "CREATE TABLE shop_colour (id int)",
        "DROP INDEX item_name",
    ):
        site.rows(sql)

    ahead = (Cause.UNKNOWN, "shop.0002_newer", AHEAD)
    assert told(site) == {
        "price": ahead,
        "colour": ahead,
        "item_pair": ahead,
        "shop_colour": ahead,
        # Adding it takes nothing from the newer code.
        "item_name": (Cause.DRIFT, "shop.0001_initial", AUTO_FIX),
    }


@servers("postgresql")
def test_what_the_sql_of_a_migration_did_is_told_as_such(site: Site):
    site.write("0001_initial", ITEM, PRICE, INDEX)
    site.write(
        "0002_sql",
        'RunSQL(["DROP INDEX item_name", ("CREATE INDEX item_pair ON shop_item'
        ' (id, name)", None)])',
        "migrations.SeparateDatabaseAndState(database_operations=["
        'RunSQL("ALTER TABLE shop_item DROP COLUMN price, ADD price text")])',
    )
    site.migrate()

    drift, hint = Cause.DRIFT, "If the RunSQL of 'shop.0002_sql' did it, give that"
    assert told(site) == {
        "item_name": (
            drift,
            "shop.0001_initial",
            f"{hint} state_operations; else: {AUTO_FIX}",
        ),
        "item_pair": (
            Cause.UNDECLARED,
            None,
            "Give the RunSQL of 'shop.0002_sql' state_operations, or waive it in"
            " SCHEMAGUARD['IGNORE'].",
        ),
        "price": (
            drift,
            "shop.0001_initial",
            f"{hint} state_operations; else:"
            " Alter it to integer, or change the model and migrate.",
        ),
    }


@servers("sqlite")
@pytest.mark.parametrize(
    "sql",
    [
        pytest.param('"DROP INDEX IF EXISTS item_name_2"', id="another-name"),
        pytest.param('"CREATE INDEX item_name ON shop_item (id)"', id="makes-it"),
        pytest.param('"DROP INDEX item_name", state_operations=[NO]', id="told"),
    ],
)
def test_other_sql_is_not_blamed(site: Site, sql: str):
    nothing = 'migrations.AlterModelOptions("item", {})'
    site.write("0001_initial", ITEM, INDEX)
    site.migrate()
    site.rows("DROP INDEX item_name")
    site.write("0002_sql", f"RunSQL({sql.replace('NO', nothing)})")
    site.rows(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('shop', '0002_sql', '2026-01-01')"
    )

    assert told(site) == {"item_name": (Cause.DRIFT, "shop.0001_initial", AUTO_FIX)}

"""`migrate --plan` says what the run itself would be refused for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.commands.migrate_report import checked
from django_schemaguard.commands.migrate_text import as_text, outcome
from django_schemaguard.core.rules import Mode
from django_schemaguard.deploy.preview import plan
from django_schemaguard.deploy.unfinished import Unfinished
from django_schemaguard.reporters.look import Look
from tests.deploy.conftest import servers
from tests.deploy.operations import (
    FAILS,
    INSERT,
    ITEM,
    NO_PRICE,
    NOTE,
    NOTHING,
    PRICE,
)

if TYPE_CHECKING:
    from tests.deploy.conftest import Site


@servers("sqlite", "postgresql")
def test_a_run_that_stopped_half_way_is_said(site: Site):
    site.write("0001_initial", ITEM)
    assert plan(site.request()).exit_code == 0
    site.write("0002_wrong", FAILS)
    site.migrate(put_back=False)
    with pytest.raises(Unfinished) as refused:
        site.migrate()

    code, said = site.command("migrate", "--plan")

    assert (code, f"migrate would be refused: {refused.value}" in said) == (4, True)
    assert "due on" not in said
    assert site.command("migrate", "--check")[0] == 4


@servers("sqlite", "postgresql")
def test_what_lint_refuses_is_said_and_what_is_allowed_is_not(site: Site):
    site.write("0001_initial", ITEM, PRICE, INSERT)
    site.migrate()
    site.write("0002_drop", NO_PRICE)
    real = site.migrate(mode=Mode.PRODUCTION)
    assert (real.status, real.exit_code) == ("refused", 1)

    refused = plan(site.request(mode=Mode.PRODUCTION))
    codes = frozenset(each.code for each in refused.lint)
    allowed = plan(site.request(mode=Mode.PRODUCTION, allow=codes))

    assert (refused.status, refused.exit_code) == ("refused", 1)
    assert refused.message.startswith("migrate would be refused: SG5")
    assert refused.hint == real.hint
    assert (allowed.status, allowed.exit_code) == ("planned", 0)
    assert plan(site.request()).exit_code == 0


@servers("sqlite")
def test_check_tells_of_what_is_merely_due(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    assert site.command("migrate", "--check")[0] == 0
    site.write("0002_note", NOTE)

    code, said = site.command("migrate", "--check")

    assert (code, "1 migration due on database" in said) == (1, True), said


@servers("sqlite")
def test_a_rule_that_is_none_is_not_allowed(site: Site):
    site.write("0001_initial", ITEM)

    code, said = site.command("migrate", "--allow", "SG5400")

    assert (code, "No lint rule has the code 'SG5400'. Did you mean" in said) == (
        2,
        True,
    ), said
    assert site.tables == set()
    assert site.command("migrate", "--allow", "sg540")[0] == 0


@servers("sqlite")
def test_what_is_to_be_unapplied_is_not_called_due(site: Site):
    site.write("0001_initial", ITEM)
    assert outcome(plan(site.request())).startswith("5 migrations due on database")
    site.write("0002_price", PRICE)
    site.migrate()

    back = plan(site.request(app="shop", migration="0001"))
    asked = checked(back)

    assert outcome(back).startswith("1 migration to unapply on database 'deploy' (")
    assert (asked.exit_code, asked.message, asked.hint) == (
        1,
        "1 migration to unapply on database 'deploy'.",
        "Run it without --check to unapply them.",
    )
    none = plan(site.request())
    assert outcome(none).startswith("No migrations due on database 'deploy' (")


@servers("sqlite", "postgresql")
def test_a_run_that_fails_to_unapply_says_what_stays_unapplied(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_wrong", 'RunSQL("SELECT 1", "SELECT nothing FROM nowhere")')
    site.write("0003_price", PRICE)
    site.migrate()

    result = site.migrate(app="shop", migration="0001")

    text = as_text((result,), Look(), full=False)
    assert (result.exit_code, site.recorded) == (4, ["0001_initial", "0002_wrong"])
    assert text.startswith("❌ Failed to unapply migrations\n"), text
    assert "What was unapplied before it stays unapplied: shop.0003_price" in text


@servers("sqlite")
def test_unapplied_migrations_that_leave_drift_are_applied_again(site: Site):
    site.write("0001_initial", ITEM)
    drop = "RunSQL('SELECT 1', 'ALTER TABLE shop_item RENAME TO shop_lost')"
    site.write("0002_drop", drop)
    site.migrate()

    result = site.migrate(app="shop", migration="0001")

    assert (result.exit_code, result.hint) == (
        1,
        "Look at the findings below; 'manage.py schemaguard migrate' applies them"
        " again.",
    )


@servers("sqlite")
def test_what_is_faked_is_not_called_migrated(site: Site):
    site.write("0001_nothing", NOTHING)
    site.migrate()
    site.write("0002_nothing", NOTHING)

    there = site.migrate(fake=True)
    back = site.migrate(app="shop", migration="0001", fake=True)

    said = "Recorded 1 migration of database 'deploy' as"
    assert outcome(there).startswith(f"{said} applied (run 2, ")
    assert outcome(back).startswith(f"{said} unapplied (run 3, ")


@servers("sqlite")
@pytest.mark.parametrize("option", ["--plan", "--check"])
def test_no_file_is_made_where_nothing_is_to_be_changed(site: Site, option: str):
    site.write("0001_initial", ITEM)
    file = Path(site.connection.settings_dict["NAME"])
    file.unlink()

    code, said = site.command("migrate", option)

    assert (code, file.exists()) == (2, False)
    assert f"Database file '{file}' does not exist." in said
    assert "Check NAME in DATABASES, or run 'manage.py migrate' to create it." in said
    assert site.command("migrate")[0] == 0
    assert site.recorded == ["0001_initial"]

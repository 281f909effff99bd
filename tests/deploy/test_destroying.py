"""What destroys something does not pass in production, unless it is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.rules import Mode
from tests.deploy.conftest import servers
from tests.deploy.operations import INSERT, ITEM

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

NOOP_DROP = 'RunSQL("DROP TABLE shop_item", RunSQL.noop)'


@servers("sqlite", "postgresql")
def test_sql_that_drops_a_table_is_refused_until_it_is_allowed(site: Site):
    site.write("0001_initial", ITEM, INSERT)
    site.migrate()
    site.write("0002_drop", NOOP_DROP)

    refused = site.migrate(mode=Mode.PRODUCTION)

    assert (refused.status, refused.exit_code) == ("refused", 1)
    assert [each.code for each in refused.refused] == ["SG561"]
    assert refused.message == "Nothing was changed: SG561 must not pass in production."
    assert site.rows("SELECT count(*) FROM shop_item") == [(1,)]
    allowed = site.migrate(mode=Mode.PRODUCTION, allow=frozenset({"SG561"}))
    assert ("0002_drop" in site.recorded, allowed.applied) == (
        True,
        ("shop.0002_drop",),
    )
    assert site.tables == set()


@servers("sqlite", "postgresql")
def test_what_rows_make_fail_is_not_offered_to_be_allowed(site: Site):
    site.write("0001_initial", ITEM, INSERT)
    site.migrate()
    check = "models.CheckConstraint(condition=models.Q(name='y'), name='only_y')"
    site.write("0002_check", f"migrations.AddConstraint('item', {check})")
    site.write("0003_drop", NOOP_DROP)

    refused = site.migrate(mode=Mode.PRODUCTION)
    failed = site.migrate()

    assert refused.hint == (
        "Mend the rows that SG531 tells of: they make it fail. Mend the migration, or"
        " accept it with --allow SG561."
    )
    assert (failed.exit_code, failed.hint) == (
        3,
        "Mend the rows that break it, or the migration, then run it again.",
    )


@servers("sqlite", "postgresql")
def test_sql_that_deletes_some_rows_is_told_and_passes(site: Site):
    site.write("0001_initial", ITEM, INSERT)
    site.migrate()
    site.write("0002_clean", 'RunSQL("DELETE FROM shop_item WHERE id = 7", "")')

    result = site.migrate(mode=Mode.PRODUCTION)

    assert (result.exit_code, "SG566" in {each.code for each in result.lint}) == (
        0,
        True,
    )


TEXT = """migrations.AddField("item", "text", models.TextField(default="long"))"""
CUT = """migrations.AlterField("item", "text", models.CharField(max_length=2))"""


@servers("postgresql")
def test_values_that_would_be_cut_stop_the_run(site: Site):
    site.write("0001_initial", ITEM, TEXT, INSERT)
    site.migrate()
    site.write("0002_cut", CUT)

    refused = site.migrate(mode=Mode.PRODUCTION)

    assert [each.code for each in refused.refused] == ["SG517"]
    assert site.rows("SELECT text FROM shop_item") == [("long",)]
    site.rows("UPDATE shop_item SET text = 'ok'")
    assert site.migrate(mode=Mode.PRODUCTION).exit_code == 0
    assert site.rows("SELECT text FROM shop_item") == [("ok",)]


@servers("postgresql")
def test_cut_values_are_not_promised_back(site: Site):
    site.write("0001_initial", ITEM, TEXT, INSERT)
    site.migrate()
    site.write("0002_cut", CUT)
    number = site.migrate().run
    lost = (
        "This may not bring back all: 'shop.0002_cut' may cut values (Alter field text"
        " on item).\n"
    )

    assert lost in site.command("rollback", str(number), "--dry-run")[1]
    code, said = site.command("rollback", str(number), "--yes")

    assert (code, lost in said) == (0, True), said
    assert site.rows("SELECT text FROM shop_item") == [("lo",)]


@servers("postgresql")
def test_values_that_were_refused_if_longer_are_not_called_cut(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    shorter = "models.CharField(max_length=9, db_index=True)"
    site.write("0002_short", f'migrations.AlterField("item", "name", {shorter})')
    number = site.migrate().run

    code, said = site.command("rollback", str(number), "--yes")

    assert (code, "may not bring back" in said) == (0, False), said


@servers("sqlite", "postgresql")
@pytest.mark.parametrize("inside", [False, True])
def test_what_sql_destroyed_is_not_promised_back(site: Site, *, inside: bool):
    site.write("0001_initial", ITEM)
    site.migrate()
    outer = f"migrations.SeparateDatabaseAndState([{NOOP_DROP}])"
    site.write("0002_drop", outer if inside else NOOP_DROP)

    result = site.migrate()

    lost = (
        "'shop.0002_drop' destroys what no reverse brings back (Table 'shop_item' is"
        " dropped: its rows are lost)"
    )
    assert result.exit_code == 1
    assert (
        result.hint
        == f"Look at the findings below; only a backup goes back, since {lost}."
    )
    code, said = site.command("rollback", str(result.run))
    assert (code, said) == (
        2,
        f"❌ {lost}.\n   Only a backup from before it brings that back.\n",
    )


@servers("sqlite")
def test_what_sql_made_itself_it_may_drop(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    made = 'RunSQL("CREATE TABLE shop_copy (id int); DROP TABLE shop_copy", "SELECT 1")'
    site.write("0002_copy", made)
    number = site.migrate().run

    assert site.command("rollback", str(number), "--yes")[0] == 0

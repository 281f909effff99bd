"""What destroys something does not pass in production, unless it is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

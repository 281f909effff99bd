"""Going back where later migrations of the run rename what earlier ones made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.rules import Mode
from django_schemaguard.deploy.guard import WouldLose
from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.rolling_back import NotUndone, look
from django_schemaguard.deploy.ways import Choice
from django_schemaguard.models import Run
from django_schemaguard.reporters.journal import run_as_text
from django_schemaguard.reporters.look import Look
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import ITEM, NO_PRICE, NOTE_MODEL, PRICE, WRONG_SQL

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

RENAME = 'migrations.RenameField("item", "price", "cost")'
RENAME_MODEL = 'migrations.RenameModel("Note", "Memo")'
RENAME_TABLE = 'migrations.AlterModelTable("Note", "notes")'
COLUMN = """migrations.AlterField(
    "item", "price", models.IntegerField(null=True, db_column="cost")
)"""
UNSURE = 'RunSQL("ALTER TABLE unsure ADD COLUMN more int", "SELECT 1")'
SEED = "INSERT INTO shop_item (name) VALUES ('a')"
PAID = f"{SEED}; UPDATE shop_item SET cost = 1"


def applied(site: Site, *migrations: tuple[str, ...]) -> Run:
    site.write("0001_initial", ITEM)
    site.migrate()
    for number, operations in enumerate(migrations, 2):
        site.write(f"000{number}_later", *operations)
    result = site.migrate()
    assert result.exit_code == 0, result.message
    return Run.objects.using(ALIAS).get(pk=result.run)


@servers("sqlite")
@pytest.mark.parametrize(
    ("migrations", "written", "what"),
    [
        ([(PRICE,), (RENAME,)], PAID, "values of column 'shop_item.cost'"),
        ([(PRICE, RENAME)], PAID, "values of column 'shop_item.cost'"),
        ([(PRICE,), (COLUMN,)], PAID, "values of column 'shop_item.cost'"),
        ([(PRICE,), (RENAME, PRICE)], PAID, "values of column 'shop_item.cost'"),
        (
            [(NOTE_MODEL,), (RENAME_MODEL,)],
            "INSERT INTO shop_memo DEFAULT VALUES",
            "rows of table 'shop_memo'",
        ),
        (
            [(NOTE_MODEL,), (RENAME_TABLE,)],
            "INSERT INTO notes DEFAULT VALUES",
            "rows of table 'notes'",
        ),
    ],
)
def test_what_was_renamed_is_looked_for_under_its_new_name(
    site: Site, migrations: list[tuple[str, ...]], written: str, what: str
):
    run = applied(site, *migrations)
    assert len(look(site.connection, run)) == len(migrations)

    for statement in written.split("; "):
        site.rows(statement)

    with pytest.raises(WouldLose) as caught:
        look(site.connection, run)
    assert str(caught.value) == f"Undoing would lose {what}."


@servers("postgresql", "mariadb")
def test_a_run_with_a_rename_is_undone(site: Site):
    run = applied(site, (PRICE, NOTE_MODEL), (RENAME, RENAME_MODEL))

    code, said = site.command("rollback", str(run.pk))

    assert (code, site.recorded) == (0, ["0001_initial"]), said
    assert site.columns("shop_item") == {"id", "name"}


@servers("postgresql")
def test_what_was_squashed_since_is_told(site: Site):
    run = applied(site, (PRICE,))
    site.last = ""
    site.write(
        "0001_squashed",
        ITEM,
        PRICE,
        extra='replaces = [("shop", "0001_initial"), ("shop", "0002_later")]',
    )
    site.migrate()

    with pytest.raises(NotUndone) as caught:
        look(site.connection, run)
    assert str(caught.value) == (
        "'shop.0002_later' is part of 'shop.0001_squashed' since, which replaces it."
    )


@servers("postgresql")
def test_a_half_way_stop_before_a_migration_that_needs_the_rest(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", NOTE_MODEL, WRONG_SQL, PRICE, extra="atomic = False")
    site.write("0003_needs_it", RENAME)

    result = site.migrate()

    assert result.exit_code == 4
    assert "resume --undo" in result.hint
    code, said = site.command("resume", "--undo")
    assert (code, site.recorded) == (0, ["0001_initial"]), said
    assert site.tables == {"shop_item"}


@servers("postgresql")
def test_what_the_run_was_allowed_is_allowed_when_it_is_resumed(site: Site):
    strict = {"mode": Mode.PRODUCTION}
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.write("0002_half", NOTE_MODEL, UNSURE, extra="atomic = False")
    site.write("0003_destroys", NO_PRICE)
    stopped = site.migrate(**strict, allow=frozenset({"SG540"}))
    assert stopped.exit_code == 4, stopped.message
    site.rows("CREATE TABLE unsure (id int)")

    result = resume(site.request(**strict), Choice.FINISH)

    assert (result.exit_code, result.message) == (0, "")
    assert site.recorded == ["0001_initial", "0002_half", "0003_destroys"]
    told = run_as_text(Run.objects.using(ALIAS).get(pk=stopped.run), Look())
    assert "resumed after: Migration 'shop.0002_half' failed" in told


@servers("postgresql")
def test_what_it_was_not_allowed_is_refused_after_the_half_is_done(site: Site):
    strict = {"mode": Mode.PRODUCTION}
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, UNSURE, extra="atomic = False")
    site.write("0003_later", NOTE_MODEL)
    assert site.migrate(**strict).exit_code == 4
    site.rows("CREATE TABLE unsure (id int)")
    site.last = "0002_half"
    site.write("0003_later", NO_PRICE)

    result = resume(site.request(**strict), Choice.FINISH)

    assert (result.exit_code, result.message) == (
        1,
        "'shop.0002_half' was finished, and nothing else changed: SG540 must not pass"
        " in production.",
    )

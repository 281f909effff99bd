"""Undo a run that succeeded."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.commands.rollback_migrate import find
from django_schemaguard.deploy.guard import WouldLose
from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.rolling_back import look
from django_schemaguard.deploy.unfinished import Unfinished
from django_schemaguard.deploy.ways import Choice
from django_schemaguard.exceptions import UnknownName
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.rollback import find_run
from django_schemaguard.models import Run, Step
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import (
    FAILS,
    ITEM,
    NO_PRICE,
    NOTE_MODEL,
    NOTHING,
    ORDER,
    PRICE,
)

if TYPE_CHECKING:
    from tests.deploy.conftest import Site


def test_a_run_is_undone_to_the_migrations_before_it(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_order", ORDER)
    number = site.migrate().run

    code, said = site.command("rollback", str(number))

    assert code == 0, said
    assert "shop.0003_order: unapplied" in said
    assert site.recorded == ["0001_initial"]
    assert site.tables == {"shop_item"}
    runs = Run.objects.using(ALIAS)
    assert runs.get(pk=number).status == Run.Status.ROLLED_BACK
    assert site.run.reverts_id == number


@servers("sqlite")
def test_nothing_is_said_of_success_where_that_is_asked_for(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    number = site.migrate().run

    assert site.command("rollback", str(number), "-v", "0") == (0, "")
    assert site.recorded == ["0001_initial"]


@pytest.mark.slow
@servers("sqlite")
def test_what_removed_something_is_not_undone(site: Site):
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.write("0002_no_price", NO_PRICE)
    number = site.migrate().run

    code, said = site.command("rollback", str(number))

    assert (code, said) == (
        2,
        "❌ 'shop.0002_no_price' removes what its reverse cannot bring back (Remove"
        " field price from item).\n"
        "   Only a backup from before it brings that back.\n",
    )
    assert site.recorded == ["0001_initial", "0002_no_price"]


@pytest.mark.slow
@servers("sqlite")
def test_a_later_run_stands_in_the_way(site: Site):
    site.write("0001_initial", ITEM)
    first = site.migrate().run
    site.write("0002_price", PRICE)
    site.migrate()

    code, said = site.command("rollback", str(first))

    assert (code, "Undo the later run first" in said) == (2, True)


@pytest.mark.slow
@servers("sqlite")
def test_a_dry_run_tells_the_statements(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    number = site.migrate().run

    code, said = site.command("rollback", str(number), "--dry-run")

    assert (code, said) == (
        0,
        f"""\
Undoing run {number} would run:

  shop.0002_price (unapply)
    -- Undo: Add field price to item
    ALTER TABLE "shop_item" DROP COLUMN "price";

1 migration to unapply. Nothing was changed.
""",
    )
    assert site.recorded == ["0001_initial", "0002_price"]


@servers("sqlite")
def test_a_migrate_run_has_to_be_named(site: Site):
    site.write("0001_initial", ITEM)
    number = site.migrate().run

    code, said = site.command("rollback", "--yes")

    assert (code, f"schemaguard rollback {number}'" in said) == (2, True), said
    assert site.recorded == ["0001_initial"]
    code, said = site.command("history", str(number))
    assert ". apply shop.0001_initial" in said
    assert f"  by: {socket.gethostname()}, process " in said


@servers("sqlite")
def test_a_run_that_unapplied_is_listed_as_such(site: Site):
    site.write("0001_nothing", NOTHING)
    site.write("0002_nothing", NOTHING)
    site.migrate()
    site.migrate(app="shop", migration="0001")

    back, there = site.command("history")[1].splitlines()[:2]

    assert back.endswith("  done  1 step, unapplying")
    assert there.endswith(" steps")


BACK_FAILS = """RunPython(RunPython.noop, lambda apps, editor: (
    apps.get_model('shop', 'Item').objects.using(editor.connection.alias).get()))"""


@pytest.mark.slow
@servers("postgresql", "mariadb")
def test_one_that_stops_half_way_is_finished_by_resume(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE, BACK_FAILS)
    site.write("0003_order", ORDER)
    number = site.migrate().run

    code, said = site.command("rollback", str(number))

    assert (code, site.run.status) == (4, Run.Status.NEEDS_RESUME), said
    assert (
        f"Run {site.run.pk} (rollback) stopped at 'shop.0002_price': DoesNotExist"
        in said
    )
    assert "--mark-applied" not in said
    assert site.recorded == ["0001_initial", "0002_price"]
    with pytest.raises(Unfinished, match="stopped half-way") as stopped:
        look(site.connection, Run.objects.using(ALIAS).get(pk=number))
    assert "--finish" in stopped.value.hint
    site.rows("INSERT INTO shop_item (name) VALUES ('a')")
    result = resume(site.request(), Choice.FINISH)
    assert (result.status, result.exit_code, result.message) == ("undone", 0, "")
    assert site.recorded == ["0001_initial"]
    assert site.columns("shop_item") == {"id", "name"}
    runs = Run.objects.using(ALIAS)
    assert runs.get(pk=number).status == Run.Status.ROLLED_BACK


@pytest.mark.slow
@servers("sqlite")
def test_a_dry_run_is_refused_for_what_the_rollback_is(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_note", NOTE_MODEL)
    number = str(site.migrate().run)
    site.rows("INSERT INTO shop_note (id) VALUES (1)")

    real = site.command("rollback", number)
    rehearsed = site.command("rollback", number, "--dry-run")

    assert rehearsed == real
    assert (real[0], "Undoing would lose rows of table 'shop_note'" in real[1]) == (
        2,
        True,
    )
    assert "undo it with 'manage.py migrate shop 0001_initial" in real[1]
    assert site.rows("SELECT count(*) FROM shop_note") == [(1,)]
    assert site.recorded == ["0001_initial", "0002_note"]


@servers("sqlite")
def test_one_that_fails_at_once_changes_nothing(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE, BACK_FAILS)
    number = site.migrate().run

    code, said = site.command("rollback", str(number))

    assert (code, site.run.status) == (3, Run.Status.FAILED_CLEAN), said
    assert said.startswith(f"❌ Run {site.run.pk} (rollback) failed: DoesNotExist"), (
        said
    )
    assert said.endswith(" Nothing was changed.\n"), said
    assert site.recorded == ["0001_initial", "0002_price"]
    assert "price" in site.columns("shop_item")


@servers("postgresql")
def test_what_a_view_shows_stands_in_the_way(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    number = site.migrate().run
    site.rows("CREATE VIEW prices AS SELECT price FROM shop_item")

    run = Run.objects.using(ALIAS).get(pk=number)
    with pytest.raises(WouldLose, match=r"views on column 'shop_item\.price'"):
        look(site.connection, run)
    site.rows("DROP VIEW prices")
    site.rows("CREATE VIEW names AS SELECT name FROM shop_item")
    assert look(site.connection, run) == ("shop.0002_price",)


VIEW = (
    'RunSQL("CREATE VIEW shop_names AS SELECT price FROM shop_item",'
    ' "DROP VIEW IF EXISTS {}")'
)


@servers("postgresql")
@pytest.mark.parametrize("name", ["shop_names", 'public.\\"shop_names\\"'])
def test_a_view_that_the_run_itself_made_does_not(site: Site, name: str):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_view", VIEW.format(name))
    number = site.migrate().run

    code, said = site.command("rollback", str(number))

    assert (code, site.recorded) == (0, ["0001_initial"]), said
    assert site.columns("shop_item") == {"id", "name"}


@servers("postgresql")
def test_nor_does_one_of_the_same_migration_but_another_does(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE, VIEW.format("shop_names"))
    number = site.migrate().run
    run = Run.objects.using(ALIAS).get(pk=number)
    assert look(site.connection, run) == ("shop.0002_price",)
    site.rows("CREATE VIEW prices AS SELECT price FROM shop_item")

    with pytest.raises(WouldLose, match=r"views on column 'shop_item\.price'"):
        look(site.connection, run)


@servers("sqlite")
def test_a_run_that_stopped_is_not_passed_over_for_an_older_one(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, FAILS, extra="atomic = False")
    assert site.migrate().exit_code == 4

    code, said = site.command("rollback")

    assert code == 4
    head, hint = said.splitlines()
    assert head == (
        "❌ Run 2 on database 'deploy' stopped half-way at 'shop.0002_half' and was"
        " not resumed."
    )
    assert "'manage.py schemaguard resume --mark-applied'" in hint


@servers("sqlite")
def test_an_older_run_than_the_last_is_not_offered(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_fails", FAILS)
    assert site.migrate().exit_code == 3

    assert site.command("rollback") == (
        2,
        "❌ Run 1, the last that is done, is one of migrations.\n"
        "   Name a run that 'manage.py schemaguard history' lists.\n",
    )


@servers("sqlite")
def test_repairs_that_were_cut_short_are_the_last_that_left_anything(site: Site):
    """A later run of repairs that was undone, or left nothing, hides neither."""
    site.write("0001_initial", ITEM)
    site.migrate()
    runs = Run.objects.using(ALIAS)
    killed = runs.create(command="auto_fix", status=Run.Status.INTERRUPTED)
    step = killed.steps.create(position=1, status=Step.Status.ADOPTED)
    later = runs.create(command="auto_fix", status=Run.Status.ROLLED_BACK)
    later.steps.create(position=1, status=Step.Status.ROLLED_BACK)

    assert find(site.connection, None) is None
    with run_lock(site.connection, Deadline(5)) as lock:
        assert find_run(Journal(site.connection, lock), None) == killed

    step.delete()
    runs.filter(pk=later.pk).update(status=Run.Status.DONE)
    with pytest.raises(UnknownName, match="Run 1, the last that is done"):
        find(site.connection, None)

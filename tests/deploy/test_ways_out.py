"""Which ways out of a run that stopped are offered, and that each is accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.deploy.halves import HalfUnknown
from django_schemaguard.deploy.resuming import NothingToTell, doubt, resume
from django_schemaguard.deploy.stopping import read_stop
from django_schemaguard.deploy.unapplying import StoppedHalfWay
from django_schemaguard.deploy.unfinished import Unfinished
from django_schemaguard.deploy.ways import Choice, ways
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.models import Run
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
    from django_schemaguard.deploy.result import Result
    from tests.deploy.conftest import Site

# Fails until there is a row, and then writes another one; in no transaction.
LOOSE = """RunPython(lambda apps, editor: (
    apps.get_model('shop', 'Item').objects.using(editor.connection.alias).get(),
    apps.get_model('shop', 'Item').objects.using(editor.connection.alias)
    .create(name='late'),
), RunPython.noop, atomic=False)"""
NOT_ATOMIC = "atomic = False"


def offered(site: Site) -> set[Choice]:
    return set(ways(read_stop(site.connection, site.run)))


def refused(site: Site, choice: Choice) -> SchemaguardError:
    with pytest.raises(SchemaguardError) as error:
        resume(site.request(), choice)
    assert error.value.exit_code == 4
    return error.value


@pytest.fixture
def loose(site: Site) -> Site:
    """Stop in a RunPython that no transaction undoes, between two other operations."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_loose", PRICE, LOOSE, NOTE, extra=NOT_ATOMIC)
    result = site.migrate()
    assert (result.status, result.exit_code) == ("needs_resume", 4), result
    said = result.hint
    resume = "'manage.py schemaguard resume"
    wanted = f"{resume} --rerun' to run the operation again or {resume} --skip' to"
    assert wanted in said, said
    assert f"{resume} --rerun --database {result.alias}'" in result.advice
    assert "--finish" not in said
    return site


def finished(site: Site, result: Result) -> list[tuple[str]]:
    assert (result.exit_code, result.message) == (0, "")
    assert {"price", "note"} <= site.columns("shop_item")
    assert site.recorded == ["0001_initial", "0002_loose"]
    return site.rows("SELECT name FROM shop_item ORDER BY id")


@servers("postgresql", "mariadb")
def test_python_of_which_nobody_knows_is_run_again_on_demand(loose: Site):
    assert isinstance(refused(loose, Choice.FINISH), HalfUnknown)
    with pytest.raises(StoppedHalfWay, match="stopped again: DoesNotExist") as stopped:
        resume(loose.request(), Choice.RERUN)
    assert "operation 2: Raw Python operation" in str(stopped.value)
    loose.rows("INSERT INTO shop_item (name) VALUES ('a')")

    result = resume(loose.request(), Choice.RERUN)

    assert finished(loose, result) == [("a",), ("late",)]


@servers("sqlite", "mariadb")
def test_python_of_which_nobody_knows_is_skipped_on_demand(loose: Site):
    result = resume(loose.request(), Choice.SKIP)

    assert "Finishing 'shop.0002_loose': 2 of 3 operations are done." in loose.said
    assert finished(loose, result) == []


@pytest.mark.slow
@servers("mariadb")
def test_what_is_older_than_the_migration_does_not_stand_in_its_way(site: Site):
    """An index, a type and a column that others changed, on the very table."""
    site.write("0001_initial", ITEM)
    site.migrate()
    ((index,),) = site.rows(
        "SELECT index_name FROM information_schema.statistics"
        " WHERE table_schema = database() AND column_name = 'name'"
        " AND table_name = 'shop_item'"
    )
    site.rows(f"DROP INDEX {index} ON shop_item")
    site.rows("ALTER TABLE shop_item ADD odd integer")
    site.write("0002_loose", PRICE, LOOSE, extra=NOT_ATOMIC)
    site.migrate()

    assert offered(site) == {
        Choice.RERUN,
        Choice.SKIP,
        Choice.MARK_APPLIED,
    }
    code, said = site.command("resume", "--mark-applied")
    assert (code, "Operation 2 of 'shop.0002_loose' (Raw Python" in said) == (2, True)
    assert "did not succeed" in said
    assert site.recorded == ["0001_initial"]
    listed = site.command("history")[1].splitlines()[0]
    assert re.search(r"  migrate +stopped half-way  \d+ steps$", listed), listed
    shown = site.answered("no", "resume", "--mark-applied")
    assert "did not succeed. Take the migration for applied? [y/N]" in shown
    assert ("Nothing was done." in shown, site.recorded) == (True, ["0001_initial"])
    shown = site.answered("y", "resume", "--mark-applied")
    assert site.recorded == ["0001_initial", "0002_loose"], shown


@servers("mariadb")
def test_what_the_migration_makes_does(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, FAILS, NOTE)
    result = site.migrate()
    # The Python was undone, so that it can simply be run again.
    resume = "'manage.py schemaguard resume"
    wanted = f"{resume} --finish' to go on, {resume} --skip' to take"
    assert wanted in result.hint, result.hint
    assert "--undo" in result.hint
    assert "--rerun" not in result.hint
    assert "--mark-applied" not in result.hint
    site.rows("ALTER TABLE shop_item MODIFY price varchar(9)")

    assert "cannot be taken for applied" in str(refused(site, Choice.MARK_APPLIED))
    assert "--finish" not in refused(site, Choice.UNDO).hint
    assert offered(site) == set()
    with pytest.raises(Unfinished, match="stopped half-way") as stopped:
        site.migrate()
    assert "bring the tables to what 'shop.0002_half' makes" in stopped.value.hint


@servers("sqlite")
def test_of_whole_migrations_only_what_is_possible_is_offered(site: Site):
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.write("0002_no_price", NO_PRICE)
    site.write("0003_note", NOTE, FAILS)
    result = site.migrate()

    assert result.hint.endswith("'manage.py schemaguard resume --finish' to go on.")
    assert isinstance(refused(site, Choice.RERUN), NothingToTell)
    assert "--finish" in refused(site, Choice.UNDO).hint
    assert doubt(site.request()) == "'shop.0003_note' did not succeed."
    site.write("0003_note", NOTE, NOTHING)
    path = site.folder / site.module / "0003_note.py"
    path.write_text(path.read_text().replace("0003_note", "0002_no_price"))
    site.forget()
    resume(site.request(), Choice.FINISH)
    assert site.recorded == ["0001_initial", "0002_no_price", "0003_note"]


@servers("mariadb")
def test_rows_written_into_a_half_are_not_lost(site: Site):
    site.migrate()
    site.write("0001_half", ITEM, INSERT, FAILS)
    site.migrate()

    error = refused(site, Choice.UNDO)

    assert "Undoing would lose rows of table 'shop_item'" in str(error)
    assert "--undo" not in error.hint
    assert site.run.status == Run.Status.NEEDS_RESUME
    assert site.rows("SELECT name FROM shop_item") == [("x",)]

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.plan import Backfill, Guard, Stage, Target
from django_schemaguard.exceptions import NotInTime
from django_schemaguard.executor.apply import RepairFailed, RepairIncomplete
from django_schemaguard.health.journal import read_journal
from django_schemaguard.models import Run, Step
from tests.executor.conftest import only, run
from tests.executor.plans import SHOP, applied, column, index, place, planned

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@pytest.fixture
def shop(private: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Make a table with two rows."""
    run(
        private,
        "CREATE TABLE shop (id int NOT NULL PRIMARY KEY, ref int)",
        "INSERT INTO shop VALUES (1, 7), (2, 7)",
    )
    return private


def columns(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop")
        return [it[0] for it in cursor.description]


def steps_of(entry: Run) -> list[tuple[int, str, str]]:
    found = Step.objects.using("private").filter(run=entry)
    return [(it.position, it.object_name, it.status) for it in found]


def test_each_stage_is_entered_with_its_reverse(shop: BaseDatabaseWrapper) -> None:
    entry, done = applied(
        shop, planned(column(shop, "total")), planned(index(shop, "shop_idx"))
    )

    assert done.failure is None
    assert columns(shop) == ["id", "ref", "total"]
    assert steps_of(entry) == [(1, "total", "done"), (2, "shop_idx", "done")]
    first = done.entries[0]
    assert first.statements[0].startswith("ALTER TABLE shop ADD COLUMN")
    assert first.reverse[0].startswith("ALTER TABLE shop DROP COLUMN")
    assert first.definition_before == ""
    assert "int" in first.definition_after.lower()


def test_step_that_fails_is_put_back_and_those_before_stand(
    shop: BaseDatabaseWrapper,
) -> None:
    broken = Stage(
        ("ALTER TABLE shop ADD COLUMN size nonsense(",),
        Target("column", SHOP, "size"),
        atomic=shop.vendor != "mysql",
    )
    entry, done = applied(
        shop,
        planned(column(shop, "total")),
        planned(column(shop, "half"), broken),
        planned(column(shop, "later")),
    )

    assert isinstance(done.failure, RepairIncomplete)
    assert done.failure.exit_code == 4
    assert done.failure.hint == (
        "The repair before it stands. Run 'auto_fix' again to go on, or"
        f" 'manage.py schemaguard rollback {entry.pk}' to undo what was done."
    )
    assert [(it.object_name, it.status) for it in done.undone] == [
        ("half", "rolled_back")
    ]
    assert columns(shop) == ["id", "ref", "total"]
    assert steps_of(entry) == [
        (1, "total", "done"),
        (2, "half", "rolled_back"),
        (3, "size", "failed"),
    ]
    assert entry.status == "needs_resume"


def test_first_step_that_fails_leaves_all_as_it_was(shop: BaseDatabaseWrapper) -> None:
    entry, done = applied(shop, planned(column(shop, "bad", "nonsense(")))

    assert isinstance(done.failure, RepairFailed)
    assert done.failure.exit_code == 3
    assert columns(shop) == ["id", "ref"]
    assert steps_of(entry) == [(1, "bad", "failed")]
    assert entry.status == "failed_clean"


def test_what_others_made_meanwhile_is_adopted(shop: BaseDatabaseWrapper) -> None:
    run(shop, "ALTER TABLE shop ADD COLUMN total int")

    entry, done = applied(shop, planned(column(shop, "total")))

    assert done.failure is None
    assert steps_of(entry) == [(1, "total", "adopted")]
    assert done.entries[0].reverse == []


def test_precheck_refuses_before_anything_is_run(shop: BaseDatabaseWrapper) -> None:
    stage = column(shop, "total")
    guard = Guard(stage.guard.lock, "SELECT 1 FROM shop", "table 'shop' holds rows")

    _, done = applied(shop, planned(replace(stage, precheck=guard)))

    assert isinstance(done.failure, RepairFailed)
    assert "table 'shop' holds rows." in str(done.failure)
    assert columns(shop) == ["id", "ref"]


def test_proof_that_fails_cleans_up(shop: BaseDatabaseWrapper) -> None:
    stage = column(shop, "total")
    unproven = replace(stage, proof="SELECT 1 FROM shop", cleanup=stage.reverse)

    entry, done = applied(shop, planned(unproven))

    assert isinstance(done.failure, RepairFailed)
    assert columns(shop) == ["id", "ref"]
    assert steps_of(entry) == [(1, "total", "failed")]


def test_unique_index_over_duplicates_leaves_nothing(
    shop: BaseDatabaseWrapper,
) -> None:
    stage = index(shop, "shop_unique", unique=True)
    text = stage.statements[0].replace("(id)", "(ref)")
    _, done = applied(shop, planned(replace(stage, statements=(text,))))

    assert isinstance(done.failure, RepairFailed)
    with shop.cursor() as cursor:
        found = shop.introspection.get_constraints(cursor, "shop")
    assert "shop_unique" not in found


def test_backfill_gives_each_row_a_value_of_its_own(shop: BaseDatabaseWrapper) -> None:
    numbers = iter((10, 20, 30))
    select = "SELECT id FROM shop WHERE total IS NULL"
    fill = Stage(
        (),
        Target("column", SHOP, "total"),
        atomic=False,
        backfill=Backfill(
            first=f"{select} ORDER BY id LIMIT 1",
            following=f"{select} AND id > %s ORDER BY id LIMIT 1",
            update="UPDATE shop SET total = %s WHERE id = %s",
            value=lambda: next(numbers),
        ),
    )
    entry, done = applied(shop, planned(column(shop, "total"), fill))

    assert done.failure is None
    with shop.cursor() as cursor:
        cursor.execute("SELECT total FROM shop ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == [10, 20]
    assert [status for _, _, status in steps_of(entry)] == ["done", "done"]


@only("postgresql", "mariadb")
def test_lock_that_is_never_free_changes_nothing(shop: BaseDatabaseWrapper) -> None:
    holder = shop.copy("private")
    try:
        run(holder, "BEGIN", "SELECT * FROM shop")
        entry, done = applied(shop, planned(column(shop, "total")), seconds=1)
    finally:
        holder.close()

    assert isinstance(done.failure, NotInTime)
    assert done.failure.exit_code == 75
    assert "Could not lock 'shop' within 1 s" in str(done.failure)
    assert columns(shop) == ["id", "ref"]
    assert entry.status == "failed_clean"


@only("sqlite")
def test_writer_that_never_ends_changes_nothing(shop: BaseDatabaseWrapper) -> None:
    with place(shop, seconds=1) as at:
        entry = at.journal.start("auto_fix")
        holder = shop.copy("private")
        run(holder, "BEGIN IMMEDIATE")
        from django_schemaguard.executor.apply import apply

        done = apply(at, entry, [planned(column(shop, "total"))])
        holder.close()

    assert isinstance(done.failure, NotInTime)
    assert columns(shop) == ["id", "ref"]


def test_health_counts_repairs_not_their_steps(private: BaseDatabaseWrapper) -> None:
    run(private, "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)")
    whole = planned(column(private, "total"), index(private, "shop_idx"))
    applied(private, whole, planned(index(private, "other_idx")))
    found = read_journal(private)
    assert found is not None
    assert (found.runs[0].steps, found.fixes) == (3, 2)
    assert [it.subject for it in found.last_fixes] == [
        "shop.other_idx",
        "shop.shop_idx",
    ]

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.plan import Stage, Target
from django_schemaguard.exceptions import UnknownName
from django_schemaguard.executor.rollback import (
    RollbackRefused,
    find_run,
    look,
    part,
    roll_back,
)
from django_schemaguard.models import Run, Step
from tests.executor.conftest import another, only, run
from tests.executor.plans import SHOP, applied, column, index, place, planned

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@pytest.fixture
def shop(private: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Make a table with one row, and add a column and an index to it."""
    run(
        private,
        "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)",
        "INSERT INTO shop VALUES (1)",
    )
    _, done = applied(
        private, planned(column(private, "total")), planned(index(private, "shop_idx"))
    )
    assert done.failure is None
    return private


def undo(connection: BaseDatabaseWrapper, seconds: float = 10) -> Run:
    with place(connection, seconds) as at:
        return roll_back(at, find_run(at.journal, None))


def statuses() -> list[str]:
    return [it.status for it in Step.objects.using("private").order_by("pk")]


def columns(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop")
        return [it[0] for it in cursor.description]


def test_last_step_is_undone_first(shop: BaseDatabaseWrapper) -> None:
    with place(shop) as at:
        steps = look(at, find_run(at.journal, None))
    assert [it.entry.object_name for it in steps] == ["shop_idx", "total"]
    assert [it.obstacle for it in steps] == ["", ""]

    done = undo(shop)

    assert columns(shop) == ["id"]
    assert statuses() == ["rolled_back", "rolled_back"]
    runs = Run.objects.using("private").order_by("pk")
    assert [it.status for it in runs] == ["rolled_back", "done"]
    assert done.reverts_id == runs[0].pk
    with place(shop) as at, pytest.raises(UnknownName):
        find_run(at.journal, None)


def test_values_that_came_since_are_kept(shop: BaseDatabaseWrapper) -> None:
    run(shop, "UPDATE shop SET total = 5")
    with pytest.raises(RollbackRefused, match=r"Column 'shop.total' holds values\."):
        undo(shop)
    assert columns(shop) == ["id", "total"]
    assert statuses() == ["done", "done"]


@only("postgresql", "mariadb")
def test_object_that_was_altered_since_is_kept(shop: BaseDatabaseWrapper) -> None:
    alter = {
        "postgresql": "ALTER COLUMN total TYPE bigint",
        "mysql": "MODIFY total bigint",
    }
    run(shop, f"ALTER TABLE shop {alter[shop.vendor]}")
    with pytest.raises(RollbackRefused, match=r"'shop.total' was changed since\."):
        undo(shop)
    assert columns(shop) == ["id", "total"]


@only("postgresql", "mariadb")
def test_index_of_somebody_else_is_kept(shop: BaseDatabaseWrapper) -> None:
    run(shop, "CREATE INDEX theirs ON shop (total)")
    with pytest.raises(RollbackRefused, match=r"'shop.total' is used by 'theirs'\."):
        undo(shop)
    assert columns(shop) == ["id", "total"]


@only("postgresql")
def test_view_is_kept(shop: BaseDatabaseWrapper) -> None:
    run(shop, "CREATE VIEW theirs AS SELECT total FROM shop")
    with pytest.raises(Exception, match="other objects depend on it"):
        undo(shop)
    assert columns(shop) == ["id", "total"]


def test_what_is_gone_already_is_no_obstacle(shop: BaseDatabaseWrapper) -> None:
    run(
        shop,
        "DROP INDEX shop_idx" + (" ON shop" if shop.vendor == "mysql" else ""),
        "ALTER TABLE shop DROP COLUMN total",
    )
    undo(shop)
    assert statuses() == ["rolled_back", "rolled_back"]


@only("postgresql", "mariadb")
def test_row_that_is_being_written_is_not_lost(shop: BaseDatabaseWrapper) -> None:
    run(shop, "DROP INDEX shop_idx" + (" ON shop" if shop.vendor == "mysql" else ""))
    with closing(another(shop)) as other:
        run(other, "BEGIN", "UPDATE shop SET total = 7")
        timer = threading.Timer(0.5, lambda: run(other, "COMMIT"))
        timer.start()
        with pytest.raises(Exception, match=r"'shop\.total' holds values"):
            undo(shop)
        timer.join()
    assert columns(shop) == ["id", "total"]
    with shop.cursor() as cursor:
        cursor.execute("SELECT total FROM shop")
        assert cursor.fetchone() == (7,)


@only("postgresql", "mariadb")
def test_lock_that_is_never_free_undoes_nothing(shop: BaseDatabaseWrapper) -> None:
    run(shop, "DROP INDEX shop_idx" + (" ON shop" if shop.vendor == "mysql" else ""))
    with closing(another(shop)) as other:
        run(other, "BEGIN", "SELECT * FROM shop")
        with pytest.raises(Exception) as caught:  # noqa: PT011
            undo(shop, seconds=1)
    assert getattr(caught.value, "exit_code", None) in {4, 75}
    assert columns(shop) == ["id", "total"]


@only("postgresql", "mariadb")
def test_values_are_seen_before_a_later_step_on_the_column_is_undone(
    private: BaseDatabaseWrapper,
) -> None:
    run(
        private,
        "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)",
        "INSERT INTO shop VALUES (1)",
    )
    change = "ALTER TABLE shop ALTER COLUMN total"
    default = Stage(
        (f"{change} SET DEFAULT 3",),
        Target("column", SHOP, "total"),
        atomic=private.vendor == "postgresql",
        reverse=(f"{change} DROP DEFAULT",),
    )
    applied(private, planned(column(private, "total"), default))
    run(private, "UPDATE shop SET total = 5")
    with pytest.raises(RollbackRefused, match=r"'shop\.total' holds values"):
        undo(private)
    assert statuses() == ["done", "done"]


@only("postgresql")
def test_stages_of_one_object_are_undone_as_one(private: BaseDatabaseWrapper) -> None:
    run(private, "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)")
    target = Target("constraint", SHOP, "positive")
    add = Stage(
        ("ALTER TABLE shop ADD CONSTRAINT positive CHECK (id > 0) NOT VALID",),
        target,
        reverse=("ALTER TABLE shop DROP CONSTRAINT positive",),
    )
    validate = Stage(
        ("ALTER TABLE shop VALIDATE CONSTRAINT positive",), target, atomic=False
    )
    _, done = applied(private, planned(add, validate))
    assert done.failure is None

    undo(private)
    run(private, "INSERT INTO shop VALUES (-1)")
    assert statuses() == ["rolled_back", "rolled_back"]


def test_rest_is_undone_where_a_step_is_blocked(shop: BaseDatabaseWrapper) -> None:
    run(shop, "UPDATE shop SET total = 5")
    with pytest.raises(RollbackRefused) as caught:
        undo(shop)
    assert caught.value.hint == (
        "Nothing was changed. To undo the rest, give --skip-blocked."
    )
    with place(shop) as at:
        found = find_run(at.journal, None)
        _, blocked = part(at, found)
        assert [why for _, why in blocked] == ["column 'shop.total' holds values"]
        roll_back(at, found, skip_blocked=True)
    assert columns(shop) == ["id", "total"]
    assert statuses() == ["done", "rolled_back"]
    with pytest.raises(RollbackRefused, match=r"'shop.total' holds values\.$"):
        undo(shop)
    with place(shop) as at, pytest.raises(RollbackRefused, match="nothing to undo"):
        roll_back(at, find_run(at.journal, None), skip_blocked=True)
    run(shop, "UPDATE shop SET total = NULL")
    undo(shop)
    assert columns(shop) == ["id"]

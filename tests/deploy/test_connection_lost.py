"""The server ends the session of a run in the middle of its work."""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.rolling_back import roll_back
from django_schemaguard.deploy.stopping import NotAsMade, read_stop
from django_schemaguard.deploy.unapplying import StoppedHalfWay
from django_schemaguard.deploy.unfinished import Unfinished, foreseen
from django_schemaguard.deploy.ways import LOST, LOST_BETWEEN, Choice, ways
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from tests.deploy.conftest import another, servers
from tests.deploy.operations import FAILS, ITEM, NOTE, PRICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.conftest import Site

INDEX = "models.Index(fields=['name'], name='by_name')"
ADD = f"operations.AddIndexConcurrently('item', {INDEX})"
REMOVE = "operations.RemoveIndexConcurrently('item', 'by_name')"
LOOSE = "from django.contrib.postgres import operations\n    atomic = False"
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('by_name')"
END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
  AND query ~ '^(CREATE|DROP) INDEX CONCURRENTLY'
"""
DIES = "RunSQL('SELECT 1', 'SELECT pg_terminate_backend(pg_backend_pid())')"


def end_session(site: Site) -> None:
    """End the session that builds or drops an index, once it waits for others."""
    with another(site, "killer") as killer, killer.cursor() as cursor:
        killer.set_autocommit(True)
        for _ in range(300):
            cursor.execute(END)
            if cursor.fetchall():
                return
            time.sleep(0.02)


@contextmanager
def ended(site: Site) -> Iterator[None]:
    """Let an index wait for a transaction, and end its session then."""
    with another(site, "reader") as reader, reader.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT 1 FROM pg_class LIMIT 1")
        if site.rows(VALID):
            cursor.execute("SELECT name FROM shop_item")
        thread = Thread(target=end_session, args=(site,))
        thread.start()
        yield
        thread.join()


def offered(site: Site) -> tuple[Choice, ...]:
    return ways(read_stop(site.connection, site.run))


@pytest.fixture
def built(site: Site) -> Site:
    """End the session that builds the index of a migration in no transaction."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, ADD, NOTE, extra=LOOSE)
    with ended(site):
        result = site.migrate()
    assert (result.exit_code, result.hint) == (4, LOST)
    assert "(operation 2: " in result.message
    assert result.message.endswith("A part of it may be done.")
    assert site.rows(VALID) == [(False,)]
    return site


@servers("postgresql")
def test_an_index_that_is_not_valid_closes_no_way(built: Site):
    """Any of them drops it first; looking changes nothing."""
    stopped = foreseen(built.connection)
    assert stopped is not None
    for way in (Choice.FINISH, Choice.UNDO):
        assert f"'manage.py schemaguard resume --{way.value}'" in stopped.hint
    assert "--mark-applied" not in stopped.hint
    assert offered(built) == (Choice.FINISH, Choice.UNDO)
    with pytest.raises(NotAsMade, match="cannot be taken for applied"):
        resume(built.request(), Choice.MARK_APPLIED)
    with pytest.raises(Unfinished) as refused:
        built.migrate()
    assert refused.value.hint == stopped.hint
    assert built.rows(VALID) == [(False,)]

    resume(built.request(), Choice.FINISH)

    assert built.rows(VALID) == [(True,)]
    assert built.recorded == ["0001_initial", "0002_half"]


@pytest.mark.slow
@servers("postgresql")
def test_nor_does_one_that_was_being_dropped(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_index", ADD, extra=LOOSE)
    site.migrate()
    site.write("0003_none", REMOVE, NOTE, extra=LOOSE)
    with ended(site):
        assert site.migrate().hint == LOST
    assert site.rows(VALID) == [(False,)]
    assert offered(site) == (Choice.FINISH, Choice.UNDO)

    resume(site.request(), Choice.FINISH)

    assert site.rows(VALID) == []
    assert site.recorded == ["0001_initial", "0002_index", "0003_none"]


@servers("postgresql")
def test_between_whole_migrations_the_next_run_goes_on(site: Site):
    """Whatever ends the session there, nothing stands by half."""
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)

    def say(line: str) -> None:
        if line.startswith("  shop.0001_initial: applied"):
            site.connection.connection.close()

    result = site.migrate(say=say)

    assert (result.exit_code, result.hint) == (4, LOST_BETWEEN)
    assert site.migrate().applied == ("shop.0002_price",)


@pytest.mark.slow
@servers("postgresql")
def test_while_a_failed_run_is_put_back(site: Site):
    site.write("0001_half", ITEM, DIES, extra="atomic = False")
    site.write("0002_fails", FAILS)

    result = site.migrate()

    assert (result.exit_code, result.status, result.hint) == (4, "running", LOST)
    assert " to shop.0001_half, since going back stopped" in result.message


@pytest.mark.slow
@servers("postgresql")
def test_during_a_rollback_and_again_during_resume(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", NOTE, DIES, extra="atomic = False")
    site.migrate()

    with (
        run_lock(site.connection, Deadline(5)) as lock,
        pytest.raises(StoppedHalfWay, match=r"Run 3 .*stopped at 'shop") as lost,
    ):
        roll_back(site.request(), site.run, lock)
    with pytest.raises(StoppedHalfWay, match=r"Run 3 stopped again: ") as again:
        resume(site.request(), Choice.RERUN)

    assert (lost.value.hint, again.value.hint) == (LOST, LOST)

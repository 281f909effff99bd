"""Behind PgBouncer in transaction mode, where no session lasts."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from django_schemaguard.exceptions import NotInTime, NotPermitted
from django_schemaguard.executor.apply import RepairIncomplete, apply
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import LEASE_MS
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.resume import settle_unfinished
from django_schemaguard.models import Run, Step
from tests.executor.conftest import another, only, run
from tests.executor.plans import applied, column, index, place, planned
from tests.executor.poolers import pooled

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = [pytest.mark.slow, only("postgresql")]


def test_lock_tells_of_the_pooler(private: BaseDatabaseWrapper) -> None:
    with run_lock(private, Deadline(1)) as lock:
        assert not lock.pooled
    with pooled(private) as behind, run_lock(behind, Deadline(1)) as lock:
        assert lock.pooled
        assert lock.facts()["kind"] == "transaction"


def test_one_transaction_is_applied_and_anything_else_refused(
    private: BaseDatabaseWrapper,
) -> None:
    run(private, "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)")
    with pooled(private) as behind:
        _, done = applied(behind, planned(column(behind, "total")))
        assert done.failure is None
        _, refused = applied(behind, planned(index(behind, "shop_idx")))
        assert isinstance(refused.failure, NotPermitted)
        assert refused.failure.exit_code == 2
        assert "reached through a pooler" in str(refused.failure)
    assert [it.status for it in Step.objects.using("private")] == ["done"]
    with private.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'shop_idx'")
        assert cursor.fetchone() == (0,)


def test_nothing_is_left_in_the_sessions_of_the_pool(
    private: BaseDatabaseWrapper,
) -> None:
    run(private, "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)")
    with pooled(private) as behind:
        applied(behind, planned(column(behind, "total")))
        with behind.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("0",)
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
                " WHERE locktype = 'advisory' AND datname = current_database()"
            )
            assert cursor.fetchone() == (0,)


def test_lease_of_a_dead_run_is_taken_over_and_fenced(
    private: BaseDatabaseWrapper,
) -> None:
    run(private, "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)")
    with pooled(private) as behind, place(behind) as at:
        slow = at.journal.start("auto_fix")
        assert at.journal.alive() == slow
        with pytest.raises(NotInTime), place(behind, seconds=0.3) as hasty:
            settle_unfinished(hasty)
        long_ago = timezone.now() - timedelta(milliseconds=LEASE_MS + 1)
        Run.objects.using("private").update(heartbeat=long_ago)
        assert at.journal.alive() is None

        at.journal.finish(Run.objects.using("private").get(), Run.Status.INTERRUPTED)
        done = apply(at, slow, [planned(column(behind, "total"))])

    assert isinstance(done.failure, RepairIncomplete)
    assert "was taken for dead" in str(done.failure)
    with private.cursor() as cursor:
        cursor.execute("SELECT * FROM shop")
        assert [it[0] for it in cursor.description] == ["id"]


def test_two_at_once_do_not_meet_in_a_transaction(private: BaseDatabaseWrapper) -> None:
    run(private, "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)")
    with pooled(private) as behind, place(behind) as at:
        entry = at.journal.start("auto_fix")
        with closing(another(behind)) as other:
            run(other, "BEGIN", f"SELECT pg_try_advisory_xact_lock({at.lock.key})")
            timer = threading.Timer(0.5, lambda: run(other, "COMMIT"))
            timer.start()
            done = apply(at, entry, [planned(column(behind, "total"))])
            timer.join()
    assert done.failure is None
    assert done.entries[0].attempts > 1

"""The ledger knows which run of django-schemaguard made a change."""

from __future__ import annotations

from django.core.management import call_command
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.locks.postgresql import TransactionLock
from django_schemaguard.models import Run
from tests.executor.conftest import (  # noqa: F401
    _databases_are_dropped,
    only,
    private,
    run,
)


def noted(session: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    with session.cursor() as cursor:
        cursor.execute(
            "SELECT object_name, run FROM schemaguard_ledger.entry"
            " WHERE object_type = 'table' AND object_name IN ('a', 'b') ORDER BY id"
        )
        return cursor.fetchall()


@only("postgresql")
def test_run_signs_what_it_does_and_nothing_after(
    private: BaseDatabaseWrapper,  # noqa: F811
) -> None:
    call_command("schemaguard", "ledger", "install", database=private.alias)
    with run_lock(private, Deadline(5)) as lock:
        journal = Journal(private, lock)
        journal.ensure()
        entry = journal.start("auto_fix")
        run(private, "CREATE TABLE a (id int)")
        journal.finish(entry, Run.Status.DONE)
    run(private, "CREATE TABLE b (id int)")
    assert noted(private) == [("a", f"auto_fix {entry.pk}"), ("b", "")]


@only("postgresql")
def test_behind_a_pooler_the_signature_ends_with_the_transaction(
    private: BaseDatabaseWrapper,  # noqa: F811
) -> None:
    call_command("schemaguard", "ledger", "install", database=private.alias)
    lock = TransactionLock(private)
    lock.sign("migrate 3")
    with transaction.atomic(using=private.alias):
        assert lock.enter()
        run(private, "CREATE TABLE a (id int)")
    run(private, "CREATE TABLE b (id int)")
    assert noted(private) == [("a", "migrate 3"), ("b", "")]

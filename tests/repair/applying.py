"""Run a plan in the plainest way, and undo it: what the executor does with care."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from django.db import connections, transaction

from django_schemaguard.core.rules import Mode
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.place import Place
from django_schemaguard.executor.rollback import find_run, roll_back
from django_schemaguard.pipeline import Job
from django_schemaguard.repair.planning import Choices, plan
from tests.damage.harness import SETTINGS
from tests.executor.conftest import ALIAS

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import Backfill, Guard, Plan, Stage

JOB = Job(SETTINGS, Mode.PRODUCTION)


def planned(alias: str, **choices: object) -> Plan:
    """Return the plan for a database."""
    return plan(alias, JOB, Choices(**choices))


def apply(made: Plan) -> None:
    """Run all stages in their order."""
    for step in made.steps:
        for stage in step.stages:
            run_stage(connections[made.alias], stage)


def undo(made: Plan) -> None:
    """Run the reverse of all stages, the last first."""
    for step in reversed(made.steps):
        for stage in reversed(step.stages):
            if stage.reverse:
                undo_stage(connections[made.alias], stage)


def run_stage(connection: BaseDatabaseWrapper, stage: Stage) -> None:
    if stage.backfill is not None:
        fill(connection, stage.backfill)
        return
    assert stage.atomic or len(stage.statements) == 1
    with _block(connection, atomic=stage.atomic):
        hold(connection, stage.precheck)
        _run(connection, stage.statements)
        _unlock(connection, stage.precheck)
    if stage.proof:
        with connection.cursor() as cursor:
            cursor.execute(stage.proof)
            assert cursor.fetchone() is None


def undo_stage(connection: BaseDatabaseWrapper, stage: Stage) -> None:
    with _block(connection, atomic=True):
        hold(connection, stage.guard)
        _run(connection, stage.reverse)
        _unlock(connection, stage.guard)


def hold(connection: BaseDatabaseWrapper, guard: Guard) -> None:
    """Take the guard's locks, and see that nothing would be lost."""
    _run(connection, guard.lock)
    if guard.loss:
        with connection.cursor() as cursor:
            cursor.execute(guard.loss)
            found = cursor.fetchone()
        if found is not None:
            _unlock(connection, guard)
            raise AssertionError(guard.says)


def fill(connection: BaseDatabaseWrapper, backfill: Backfill) -> None:
    sql, params = backfill.first, ()
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, params or None)
            keys = cursor.fetchall()
            if not keys:
                return
            for key in keys:
                cursor.execute(backfill.update, (backfill.value(), *key))
            sql, params = backfill.following, keys[-1]


def _block(connection: BaseDatabaseWrapper, *, atomic: bool) -> object:
    if atomic and connection.features.can_rollback_ddl:
        return transaction.atomic(using=connection.alias)
    return nullcontext()


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            # The tests run in a transaction, which is rolled back.
            cursor.execute(statement.replace(" CONCURRENTLY", ""))


def _unlock(connection: BaseDatabaseWrapper, guard: Guard) -> None:
    if guard.lock and connection.vendor == "mysql":
        _run(connection, ("UNLOCK TABLES",))


def undo_last() -> None:
    """Roll the last run on the alias "private" back, as the command does."""
    deadline = Deadline(10)
    with run_lock(connections[ALIAS], deadline) as lock:
        place = Place.at(lock, deadline)
        roll_back(place, find_run(place.journal, None))

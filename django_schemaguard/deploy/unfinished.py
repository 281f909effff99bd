"""Runs that never ended: those that left no half are settled, the others stop us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.tables import have_tables
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.executor.journal import Journal

COMMAND = "migrate"
OPEN = (Run.Status.RUNNING, Run.Status.NEEDS_RESUME, Run.Status.REVERT_BLOCKED)
_HALF: dict[str, Any] = {
    "kind": "apply",
    "status__in": (Step.Status.INTENT, Step.Status.FAILED),
}


class Unfinished(SchemaguardError):
    """An earlier run stopped half-way and has not been resumed."""

    exit_code = 4


def unfinished(journal: Journal) -> tuple[Run, ...]:
    """Return the migrate runs that never ended, the oldest first."""
    runs = journal.runs.filter(command=COMMAND, status__in=OPEN)
    return tuple(runs.order_by("pk"))


def settle_unfinished(journal: Journal) -> None:
    """Close the runs whose process died between two migrations.

    Under the lock none of them is at work. What ran in transactions is there with
    its record, or not at all.

    Raises:
        Unfinished: One left half a migration, or failed and was not resumed.
    """
    for run in unfinished(journal):
        if run.status == Run.Status.RUNNING and not half_done(journal, run):
            journal.finish(run, Run.Status.INTERRUPTED)
            continue
        if run.status == Run.Status.RUNNING:
            (step, *_) = half_done(journal, run)
            journal.finish(
                run,
                Run.Status.NEEDS_RESUME,
                error={
                    "message": "the process died",
                    "migration": f"{step.app}.{step.migration}",
                },
            )
        raise _refusal(run)


def foreseen(connection: BaseDatabaseWrapper) -> Unfinished | None:
    """Return what `settle_unfinished` would raise, writing nothing.

    A run that is at work now is none: the next one waits for it.
    """
    if not have_tables(connection):
        return None
    runs = Run.objects.using(connection.alias).filter(command=COMMAND, status__in=OPEN)
    for run in runs.order_by("pk"):
        if run.status != Run.Status.RUNNING or (
            _left_half(connection, run) and not _at_work(connection)
        ):
            return _refusal(run)
    return None


def _left_half(connection: BaseDatabaseWrapper, run: Run) -> bool:
    recorded = MigrationRecorder(connection).applied_migrations()
    steps = Step.objects.using(connection.alias).filter(run=run, **_HALF)
    return any((step.app, step.migration) not in recorded for step in steps)


def _at_work(connection: BaseDatabaseWrapper) -> bool:
    try:
        with run_lock(connection, Deadline(0)):
            return False
    except NotInTime:
        return True


def _refusal(run: Run) -> Unfinished:
    return Unfinished(
        f"Run {run.pk} on database '{run.alias}' stopped half-way"
        f"{_where(run)} and was not resumed.",
        f"Look at 'manage.py schemaguard history {run.pk}', then run"
        " 'manage.py schemaguard resume' with --finish, --undo or --mark-applied.",
    )


def half_done(journal: Journal, run: Run) -> tuple[Step, ...]:
    """Return the migrations of a run that began outside of a transaction only.

    One that is recorded all the same was cut short after its record, so it is done.
    """
    recorded = MigrationRecorder(journal.connection).applied_migrations()
    halves = []
    for step in journal.steps.filter(run=run, **_HALF):
        if (step.app, step.migration) in recorded:
            journal.settle(step, Step.Status.DONE)
        else:
            halves.append(step)
    return tuple(halves)


def _where(run: Run) -> str:
    migration = run.error.get("migration")
    return f" at '{migration}'" if migration else ""

"""Runs that never ended: those that left no half are settled, the others stop us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from django_schemaguard.executor.journal import Journal

COMMAND = "migrate"
OPEN = (Run.Status.RUNNING, Run.Status.NEEDS_RESUME, Run.Status.REVERT_BLOCKED)


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
        raise Unfinished(
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
    for step in journal.steps.filter(
        run=run, kind="apply", status__in=(Step.Status.INTENT, Step.Status.FAILED)
    ):
        if (step.app, step.migration) in recorded:
            journal.settle(step, Step.Status.DONE)
        else:
            halves.append(step)
    return tuple(halves)


def _where(run: Run) -> str:
    migration = run.error.get("migration")
    return f" at '{migration}'" if migration else ""

"""Runs that never ended: those that left no half are settled, the others stop us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from django_schemaguard.deploy.stopping import halves_of, read_stop
from django_schemaguard.deploy.ways import hint
from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.tables import have_tables
from django_schemaguard.models import Run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.executor.journal import Journal

_OPEN = (Run.Status.RUNNING, Run.Status.NEEDS_RESUME, Run.Status.REVERT_BLOCKED)
_OF_MIGRATIONS = Q(command="migrate") | Q(reverts__command="migrate")


class Unfinished(SchemaguardError):
    """An earlier run stopped half-way and has not been resumed."""

    exit_code = 4


def unfinished(connection: BaseDatabaseWrapper) -> tuple[Run, ...]:
    """Return the runs that never ended of migrations, or to undo them; oldest first."""
    runs = Run.objects.using(connection.alias).filter(_OF_MIGRATIONS, status__in=_OPEN)
    return tuple(runs.select_related("reverts").order_by("pk"))


def settle_unfinished(journal: Journal) -> None:
    """Close the runs whose process died between two migrations.

    Under the lock none of them is at work. What ran in transactions is there with
    its record, or not at all.

    Raises:
        Unfinished: One left half a migration, or failed and was not resumed.
    """
    for run in unfinished(journal.connection):
        if note_stopped(journal, run):
            raise refusal(journal.connection, run)
        journal.finish(run, Run.Status.INTERRUPTED)


def note_stopped(journal: Journal, run: Run) -> bool:
    """Return whether a run stopped half-way; of one that died, write that down.

    Args:
        journal: Under the lock, so that the run is not at work.
        run: From `unfinished`.
    """
    if run.status != Run.Status.RUNNING:
        return True
    halves = halves_of(journal.connection, run)
    if not halves:
        return False
    step = halves[-1]
    journal.finish(
        run,
        Run.Status.NEEDS_RESUME,
        error={
            "message": "the process or its connection died",
            "migration": f"{step.app}.{step.migration}",
        },
    )
    return True


def foreseen(connection: BaseDatabaseWrapper) -> Unfinished | None:
    """Return what `settle_unfinished` would raise, writing nothing.

    A run that is at work now is none: the next one waits for it.
    """
    if not have_tables(connection):
        return None
    for run in unfinished(connection):
        if run.status != Run.Status.RUNNING or (
            halves_of(connection, run) and not _at_work(connection)
        ):
            return refusal(connection, run)
    return None


def stopped(connection: BaseDatabaseWrapper) -> Run | None:
    """Return the first run that is known to have stopped half-way; take no lock.

    One whose process died since is not known to, until the next run looks.
    """
    if not have_tables(connection):
        return None
    found = (it for it in unfinished(connection) if it.status != Run.Status.RUNNING)
    return next(found, None)


def _at_work(connection: BaseDatabaseWrapper) -> bool:
    try:
        with run_lock(connection, Deadline(0)):
            return False
    except NotInTime:
        return True


def refusal(connection: BaseDatabaseWrapper, run: Run) -> Unfinished:
    """Return what tells that a run stopped half-way, and the ways out of it."""
    stop = read_stop(connection, run)
    where = f" at '{stop.migration}'" if stop.migration else ""
    return Unfinished(
        f"Run {run.pk} on database '{run.alias}' stopped half-way{where} and was not"
        " resumed.",
        hint(stop),
    )

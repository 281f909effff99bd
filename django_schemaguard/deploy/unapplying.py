"""Unapply migrations as the work of a run, and end that run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.deploy import django_side
from django_schemaguard.deploy.blame import described
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.holders import in_the_way
from django_schemaguard.deploy.putting_back import undo
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.stopping import read_stop
from django_schemaguard.deploy.verifying import inspect, read_fingerprint
from django_schemaguard.deploy.waiting import is_lock_failure
from django_schemaguard.deploy.ways import LOST, LOST_BETWEEN, hint
from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.models import Run

if TYPE_CHECKING:
    from collections.abc import Collection

    from django_schemaguard.deploy.putting_back import Undoer
    from django_schemaguard.deploy.request import Request
    from django_schemaguard.executor.journal import Journal


class StoppedHalfWay(SchemaguardError):
    """A part is done and a part is not; the run wants to be resumed."""

    exit_code = 4


class NothingUndone(SchemaguardError):
    """A migration could not be unapplied; all is as it was."""

    exit_code = 3


def unapply(
    request: Request, journal: Journal, run: Run, undoer: Undoer, names: Collection[str]
) -> Result:
    """Unapply migrations, the latest first; then validate.

    Args:
        request: What was asked for.
        journal: Of the database.
        run: The one that does it.
        undoer: Of that run.
        names: Applied migrations, as "app.name".

    Raises:
        StoppedHalfWay: Some were unapplied; or one of them was in part.
        NothingUndone: A migration failed; nothing was changed.
        WouldLose: Rows were written since; nothing was changed.
        NotInTime: Another transaction was in the way; nothing was changed.
    """
    try:
        undo(undoer, names)
    except Exception as error:
        _stopped(journal, run, undoer, error)
        raise
    django_side.conclude(request, Executor(journal.connection).state(applied=True), [])
    schema = read_fingerprint(request)
    journal.finish(run, Run.Status.DONE, schema_after=schema, error={})
    journal.version(run, schema)
    if run.reverts is not None:
        journal.finish(run.reverts, Run.Status.ROLLED_BACK)
    return replace(
        Result(request.alias, "undone", run=run.pk),
        put_back=tuple(undoer.applied),
        report=inspect(request, unmade=True),
    )


def _stopped(journal: Journal, run: Run, undoer: Undoer, error: Exception) -> None:
    """Write down that a run stopped, and raise what says so."""
    connection = journal.connection
    resumed = run.status != Run.Status.RUNNING
    if not connection.is_usable():
        raise StoppedHalfWay(
            f"{_subject(run)} stopped{_at(undoer)}.",
            LOST if undoer.unsettled or resumed else LOST_BETWEEN,
        ) from error
    undoer.failed(error)
    migration = undoer.stopped_at
    said = described(error, connection, migration).rstrip(".")
    part = bool(undoer.applied or undoer.began or resumed)
    journal.finish(
        run,
        Run.Status.NEEDS_RESUME if part else Run.Status.FAILED_CLEAN,
        error={"message": said, "migration": str(migration or "")},
    )
    if part:
        raise StoppedHalfWay(
            f"{_subject(run)} stopped{_at(undoer)}: {said}.",
            hint(read_stop(connection, run)),
        ) from error
    if is_lock_failure(error):
        raise NotInTime(
            f"{_subject(run)} failed: {said}. Nothing was changed.",
            in_the_way(connection, undoer.statement),
        ) from error
    if not isinstance(error, SchemaguardError):
        raise NothingUndone(
            f"{_subject(run)} failed: {said}. Nothing was changed."
        ) from error


def _at(undoer: Undoer) -> str:
    return f" at '{undoer.stopped_at}'" if undoer.stopped_at else ""


def _subject(run: Run) -> str:
    return f"Run {run.pk} ({run.command})"

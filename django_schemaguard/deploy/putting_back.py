"""After a failure: back to the migrations that were applied before the run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard._typing import override
from django_schemaguard.backends.connect import one_line
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.guard import Guard, check
from django_schemaguard.deploy.losses import guards_of
from django_schemaguard.deploy.recording import Recorder
from django_schemaguard.deploy.waiting import is_lock_failure
from django_schemaguard.deploy.ways import LOST, LOST_BETWEEN
from django_schemaguard.models import Run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.migrations import Migration

    from django_schemaguard.deploy.applying import Application, Failure
    from django_schemaguard.deploy.planning import MigratePlan
    from django_schemaguard.deploy.request import Request


FEW = 4  # Migrations named one by one.


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a failed run stands.

    Attributes:
        applied: What of the run stands, as "app.name".
        put_back: What of it was undone.
        migration: The one that failed; "" where it was none of them.
    """

    status: Run.Status
    exit_code: int
    message: str
    hint: str
    migration: str
    applied: tuple[str, ...] = ()
    put_back: tuple[str, ...] = ()


class Undoer(Recorder):
    """Checks, in the transaction that undoes a migration, that nothing is lost.

    Attributes:
        guards: By migration.
    """

    guards: Mapping[str, tuple[Guard, ...]] = {}

    @override
    def opened(self, migration: Migration, *, whole: bool) -> None:
        found = self.guards.get(str(migration), ())
        if not whole:  # Nothing is locked, so that nothing has to have begun.
            check(self.connection, found)
        super().opened(migration, whole=whole)
        if whole:
            self._watching = False
            check(self.connection, found)
            self._watching = True


def undo(recorder: Undoer, names: Collection[str]) -> None:
    """Unapply migrations, the latest first; stop where rows would be lost.

    Args:
        recorder: Of the run that undoes; its patience is that of the run.
        names: Applied migrations, as "app.name".

    Raises:
        WouldLose: Nothing of that migration, and of the earlier ones, was undone.
        Exception: What Django raises where a migration cannot be unapplied.
    """
    left = set(names)
    while True:
        started = time.perf_counter()
        try:
            return _undo(recorder, left)
        except Exception as error:
            taken = time.perf_counter() - started
            if not (is_lock_failure(error) and recorder.connection.is_usable()):
                raise
            if recorder.began or not recorder.patience.pause(taken):
                raise
            left -= set(recorder.applied)


def _undo(recorder: Undoer, names: Collection[str]) -> None:
    executor = Executor(recorder.connection, watcher=recorder)
    full = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    recorder.guards = guards_of(executor, names)
    steps = [(each, True) for each, _ in reversed(full) if str(each) in names]
    with recorder.capturing():
        if steps:
            executor.migrate([], plan=steps)


def put_back(
    request: Request, application: Application, plan: MigratePlan, failure: Failure
) -> Outcome:
    """Return how the database stands after a failure, having undone what can be."""
    done = tuple(application.applied)
    subject = f"Migration '{failure.migration}'" if failure.migration else "The run"
    said = f"{subject} failed: {str(failure).rstrip('.')}."
    if failure.gone:
        return Outcome(
            Run.Status.RUNNING,
            4,
            f"{said} {_half(plan, done)}" if failure.half else said,
            LOST if failure.half else LOST_BETWEEN,
            failure.migration,
            done,
        )
    if failure.half:
        return Outcome(
            Run.Status.NEEDS_RESUME,
            4,
            f"{said} {_half(plan, done)}",
            application.way_out(failure),
            failure.migration,
            done,
        )
    if not done:
        return _clean(failure, said)
    reason = _obstacle(request, plan, done)
    if reason:
        return Outcome(
            Run.Status.NEEDS_RESUME,
            4,
            f"{said} {_stand(plan, done)}, since {reason}.",
            application.way_out(failure),
            failure.migration,
            done,
        )
    return _undone(application, plan, failure, said)


def _obstacle(request: Request, plan: MigratePlan, done: Collection[str]) -> str:
    """Return what forbids to undo these, or ""."""
    if not request.put_back:
        return "--no-rollback was given"
    met = (str(each) for each in plan.obstacles if each.migration in done)
    return next(met, "")


def _clean(failure: Failure, said: str) -> Outcome:
    hint = failure.hint or "Mend the migration, then run it again."
    return Outcome(
        Run.Status.FAILED_CLEAN,
        75 if failure.locked else 3,
        f"{said} Nothing was changed.",
        hint,
        failure.migration,
    )


def _undone(
    application: Application, plan: MigratePlan, failure: Failure, said: str
) -> Outcome:
    done, recorder = tuple(application.applied), application.undoer()
    try:
        undo(recorder, done)
    except Exception as error:  # noqa: BLE001  Whatever it is, it is told.
        back = tuple(recorder.applied)
        left = tuple(name for name in done if name not in back)
        reason = one_line(error, recorder.connection).rstrip(".")
        status = Run.Status.RUNNING
        hint = LOST if recorder.unsettled else LOST_BETWEEN
        if recorder.connection.is_usable():
            recorder.failed(error)
            status, hint = Run.Status.REVERT_BLOCKED, application.way_out(failure)
        return Outcome(
            status,
            4,
            f"{said} {_stand(plan, left)}, since going back stopped: {reason}.",
            hint,
            failure.migration,
            left,
            back,
        )
    hint = failure.hint or "Mend the migration, then run it again."
    return Outcome(
        Run.Status.REVERTED,
        75 if failure.locked else 3,
        f"{said} {_count(done)} undone.",
        hint,
        failure.migration,
        (),
        tuple(recorder.applied),
    )


def _count(names: Collection[str]) -> str:
    many = f"The {len(names)} migrations before it were"
    return many if len(names) > 1 else "The migration before it was"


def _stand(plan: MigratePlan, names: Sequence[str]) -> str:
    listed = ", ".join(names)
    if len(names) > FEW:
        listed = f"{len(names)} migrations, {names[0]} to {names[-1]}"
    if plan.backwards:
        return f"What was unapplied before it stays unapplied: {listed}"
    return f"What was applied before it stays applied: {listed}"


def _half(plan: MigratePlan, names: Sequence[str]) -> str:
    before = f" {_stand(plan, names)}." if names else ""
    return f"A part of it may be done.{before}"

"""After a run that stopped half-way: finish it, undo it, or take it for done."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.deploy import django_side
from django_schemaguard.deploy.applying import Application
from django_schemaguard.deploy.asking import nothing
from django_schemaguard.deploy.blame import described
from django_schemaguard.deploy.completing import complete, take_back
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.guard import WouldLose
from django_schemaguard.deploy.halves import Half, HalfUnknown, Told, Trail
from django_schemaguard.deploy.holders import in_the_way
from django_schemaguard.deploy.indexes import drop_invalid
from django_schemaguard.deploy.no_return import NoWayBack
from django_schemaguard.deploy.putting_back import undo
from django_schemaguard.deploy.recording import OPERATION, STATEMENT
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.run import migrate_under
from django_schemaguard.deploy.stopping import NotAsMade, read_stop
from django_schemaguard.deploy.unapplying import StoppedHalfWay, unapply
from django_schemaguard.deploy.unfinished import note_stopped, unfinished
from django_schemaguard.deploy.verifying import inspect, read_fingerprint
from django_schemaguard.deploy.waiting import (
    bounded_locks,
    is_lock_failure,
)
from django_schemaguard.deploy.ways import LOST, Choice, hint
from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.tables import have_none, have_tables
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.deploy.putting_back import Undoer
    from django_schemaguard.deploy.recording import Recorder
    from django_schemaguard.deploy.request import Request
    from django_schemaguard.executor.locks.base import Lock

_TOLD = {
    Choice.FINISH: Told.NOTHING,
    Choice.RERUN: Told.NOT_DONE,
    Choice.SKIP: Told.DONE,
}


class NothingToTell(SchemaguardError):
    """The run did not stop at an operation on rows."""


def resume(request: Request, choice: Choice) -> Result:
    """Settle the last run that stopped half-way, then validate.

    Raises:
        NothingToResume: There is none.
        HalfUnknown: What stands cannot be told for sure.
        NothingToTell: For RERUN and SKIP: it did not stop at RunPython or RunSQL.
        NotAsMade: For MARK_APPLIED: the migration's effects are not all there.
        NoWayBack: For UNDO: what was removed cannot be brought back.
        WouldLose: For UNDO: rows were written since.
        StoppedHalfWay: It stopped again.
    """
    started = time.perf_counter()
    connection = _connected(request)
    deadline = Deadline(request.deadline if request.wait else 0)
    with run_lock(connection, deadline) as lock:
        result = _Resumption(request, connection, lock).go(choice)
    return replace(result, seconds=time.perf_counter() - started)


def doubt(request: Request) -> str:
    """Return what speaks against MARK_APPLIED, for people; "" where nothing does."""
    connection = _connected(request)
    runs = unfinished(connection) if have_tables(connection) else ()
    if not runs:
        return ""
    stop = read_stop(connection, runs[-1])
    if stop.trail is not None:
        return stop.trail.say()
    return f"'{stop.failed}' did not succeed." if stop.failed else ""


def _connected(request: Request) -> BaseDatabaseWrapper:
    connection = connections[request.alias]
    connect(connection, request.job.limits.connect_seconds)
    return connection


def _passed(run: Run) -> frozenset[str]:
    """Return the lint rules that found something and let the run begin all the same."""
    lines = [*run.lint, *(run.reverts.lint if run.reverts else ())]
    return frozenset(line.split()[1] for line in lines)


class _Resumption:
    def __init__(
        self, request: Request, connection: BaseDatabaseWrapper, lock: Lock
    ) -> None:
        self._request, self._connection, self._lock = request, connection, lock
        self._journal = Journal(connection, lock)
        if not have_none(connection):
            self._journal.ensure()
        runs = () if have_none(connection) else unfinished(connection)
        if not runs:
            raise nothing(connection)
        self._run = runs[-1]
        note_stopped(self._journal, self._run)
        self._stop = read_stop(connection, self._run)
        lock.sign(str(self._run))
        self._application = Application(request, self._journal, lock, self._run)

    def go(self, choice: Choice) -> Result:
        """Do what was chosen; what is refused offers what would not be."""
        django_side.connect_receivers()
        try:
            with bounded_locks(self._lock, self._request.lock_timeout):
                match choice:
                    case Choice.UNDO:
                        return self._undo()
                    case Choice.MARK_APPLIED:
                        return self._mark()
                    case _:
                        return self._finish(choice)
        except (HalfUnknown, NothingToTell, NotAsMade, NoWayBack, WouldLose) as error:
            error.exit_code = 4  # The run still wants to be resumed.
            error.hint = hint(self._stop)
            raise

    def _finish(self, choice: Choice) -> Result:
        if choice is not Choice.FINISH and not self._stop.can_be_told:
            raise NothingToTell(
                f"Run {self._run.pk} did not stop at RunPython or RunSQL, so there is"
                f" nothing to {choice.value}."
            )
        backwards = self._stop.backwards
        half = self._half(_TOLD[choice])
        if half is not None:
            self._request.say(f"Finishing '{half.migration}': {half.say()}.")
            self._take_back(half) if backwards else self._complete(half)
        if backwards:
            undoer = self._application.undoer()
            return unapply(
                self._request, self._journal, self._run, undoer, self._left()
            )
        return self._go_on(Run.Status.DONE, half)

    def _undo(self) -> Result:
        half = self._half()
        if self._stop.backwards:
            if half is not None:
                self._complete(half)
            return self._go_on(Run.Status.REVERTED)
        self._stop.refuse_unapplying(half)
        back = self._take_back(half) if half is not None else ()
        undoer = self._application.undoer()
        self._attempt(undoer, lambda: self._undo_whole(undoer))
        self._close(Run.Status.REVERTED)
        return self._validated("undone", put_back=(*back, *undoer.applied))

    def _undo_whole(self, undoer: Undoer) -> None:
        try:
            undo(undoer, self._left())
        except Exception as error:
            if self._connection.is_usable():
                undoer.failed(error)
            raise

    def _go_on(self, status: Run.Status, half: Half | None = None) -> Result:
        """End the run, and apply what of it is not applied as another one.

        Args:
            status: How this one ended.
            half: The migration that it completed, which counts as applied.
        """
        self._close(status)
        request = replace(
            self._request,
            names=frozenset(self._run.plan),
            allow=self._request.allow | _passed(self._run),
        )
        result = migrate_under(request, self._connection, self._lock)
        if half is None:
            return result
        finished = f"'{half.migration}' was finished, and nothing else changed"
        return replace(
            result,
            message=result.message.replace("Nothing was changed", finished, 1),
            status=Run.Status.DONE if result.status == "unchanged" else result.status,
            run=result.run or self._run.pk,
            applied=(str(half.migration), *result.applied),
        )

    def _left(self) -> list[str]:
        """Return what is still to be unapplied."""
        return read_stop(self._connection, self._run).standing

    def _half(self, told: Told = Told.NOTHING) -> Half | None:
        trail = self._stop.trail
        if trail is None:
            return None
        drop_invalid(self._connection, trail.migration)
        half = self._stop.half(told)
        if half is not None and half.done != trail.stands:
            self._adopt(trail)
        return half

    def _adopt(self, trail: Trail) -> None:
        """Note that the operation at which it stopped was done, by user or database."""
        step = trail.begun or Step(
            kind=OPERATION,
            app=trail.migration.app_label,
            migration=trail.migration.name,
            operation=trail.number,
            atomic=False,
        )
        self._journal.enter(self._run, step, Step.Status.ADOPTED)
        for each in trail.steps:
            begun = each.kind == STATEMENT and each.status == Step.Status.INTENT
            if begun and each.position > step.position:
                self._journal.settle(each, Step.Status.ADOPTED)

    def _complete(self, half: Half) -> None:
        executor, recorder = Executor(self._connection), self._application.recorder
        self._attempt(recorder, lambda: complete(recorder, executor, half))

    def _take_back(self, half: Half) -> tuple[str, ...]:
        executor, undoer = Executor(self._connection), self._application.undoer()
        undoer.guards = self._stop.guards(half)
        self._attempt(undoer, lambda: take_back(undoer, executor, half))
        return tuple(undoer.applied)

    def _attempt(self, recorder: Recorder, work: Callable[[], None]) -> None:
        """Do it; where it stops again, write down and say where."""
        connection = self._connection
        try:
            work()
        except SchemaguardError:
            raise
        except Exception as error:
            migration = recorder.stopped_at
            said = described(error, connection, migration).rstrip(".")
            if not connection.is_usable():
                raise StoppedHalfWay(
                    f"Run {self._run.pk} stopped again: {said}.", LOST
                ) from error
            if is_lock_failure(error) and not recorder.began:
                raise NotInTime(
                    f"Run {self._run.pk} still stands as it was: {said}.",
                    in_the_way(connection, recorder.statement),
                ) from error
            facts = {"message": said, "migration": str(migration or "")}
            self._journal.finish(self._run, Run.Status.NEEDS_RESUME, error=facts)
            stop = read_stop(connection, self._run)
            raise StoppedHalfWay(
                f"Migration '{migration}' stopped again: {said}.", hint(stop)
            ) from error

    def _mark(self) -> Result:
        migration = self._stop.require_made()
        self._stop.executor.record(migration)
        self._close(Run.Status.DONE)
        return self._validated("done", applied=(str(migration),))

    def _close(self, status: Run.Status) -> None:
        for step in self._journal.steps.filter(
            run=self._run, status=Step.Status.INTENT
        ):
            self._journal.settle(step, Step.Status.ABANDONED)
        schema = read_fingerprint(self._request)
        self._journal.finish(self._run, status, schema_after=schema)
        self._journal.version(self._run, schema)

    def _validated(self, status: str, **facts: Any) -> Result:
        report = inspect(self._request, unmade=True)
        return Result(
            self._request.alias, status, run=self._run.pk, report=report, **facts
        )

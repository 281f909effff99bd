"""After a run that stopped half-way: finish it, undo it, or take it for done."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, cast

from django_schemaguard.deploy.applying import Application
from django_schemaguard.deploy.executor import Executor, is_whole, with_operations
from django_schemaguard.deploy.halves import Half, read_half, wrong_after
from django_schemaguard.deploy.opening import open_database
from django_schemaguard.deploy.putting_back import undo
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.reversal import obstacles
from django_schemaguard.deploy.run import migrate_under
from django_schemaguard.deploy.unfinished import half_done, unfinished
from django_schemaguard.deploy.verifying import inspect, read_fingerprint
from django_schemaguard.deploy.waiting import bounded_locks
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration

    from django_schemaguard.deploy.request import Request
    from django_schemaguard.executor.locks.base import Lock


class Choice(Enum):
    """What is to become of the run."""

    FINISH = "finish"
    UNDO = "undo"
    MARK_APPLIED = "mark_applied"


class NothingToResume(SchemaguardError):
    """No run stopped half-way."""


class NotAsMade(SchemaguardError):
    """The database is not as the migration makes it."""

    exit_code = 4


class NoWayBack(SchemaguardError):
    """Undoing would not bring back what was there."""

    exit_code = 4


def resume(request: Request, choice: Choice) -> Result:
    """Settle the last run that stopped half-way, then validate.

    Raises:
        NothingToResume: There is none.
        HalfUnknown: What stands cannot be told for sure.
        NotAsMade: For MARK_APPLIED: the migration's effects are not all there.
        NoWayBack: For UNDO: what was removed cannot be brought back.
        WouldLose: For UNDO: rows were written since.
    """
    started = time.perf_counter()
    connection = open_database(request)
    deadline = Deadline(request.deadline if request.wait else 0)
    with run_lock(connection, deadline) as lock:
        result = _Resumption(request, connection, lock).go(choice)
    return replace(result, seconds=time.perf_counter() - started)


class _Resumption:
    def __init__(
        self, request: Request, connection: BaseDatabaseWrapper, lock: Lock
    ) -> None:
        self._request, self._connection, self._lock = request, connection, lock
        self._journal = Journal(connection, lock)
        self._journal.ensure()
        runs = unfinished(self._journal)
        if not runs:
            raise NothingToResume(
                f"No run on database '{request.alias}' stopped half-way."
            )
        self._run = runs[-1]
        self._application = Application(request, self._journal, lock, self._run)

    def go(self, choice: Choice) -> Result:
        """Do what was chosen."""
        halves = half_done(self._journal, self._run)
        name = f"{halves[0].app}.{halves[0].migration}" if halves else ""
        with bounded_locks(self._connection, self._request.lock_timeout):
            match choice:
                case Choice.FINISH:
                    return self._finish(name)
                case Choice.UNDO:
                    return self._undo(name)
                case Choice.MARK_APPLIED:
                    return self._mark(name or str(self._run.error.get("migration", "")))

    def _finish(self, name: str) -> Result:
        if name:
            executor = Executor(self._connection, watcher=self._application.recorder)
            half = self._half(executor, name)
            self._request.say(
                f"Finishing '{name}': {half.done} of"
                f" {len(half.migration.operations)} operations stand."
            )
            self._complete(executor, half)
        self._close(Run.Status.DONE)
        names = frozenset(self._run.plan)
        return migrate_under(
            replace(self._request, names=names), self._connection, self._lock
        )

    def _complete(self, executor: Executor, half: Half) -> None:
        """Run the operations that are left, and what the first ones left to the end."""
        recorder, migration = self._application.recorder, half.migration
        recorder.starting(migration, backwards=False)
        recorder.offset = half.done
        recorder.opened(migration, whole=is_whole(self._connection, migration))
        rest = with_operations(migration, migration.operations[half.done :])
        started = time.perf_counter()
        try:
            with (
                recorder.capturing(),
                self._connection.schema_editor(atomic=False) as editor,
            ):
                editor.deferred_sql.extend(half.lost)
                recorder.watched(rest).apply(half.states[half.done].clone(), editor)
        except Exception as error:
            recorder.failed(error)
            raise
        _record(executor, migration)
        recorder.finished(migration, fake=False)
        seconds = time.perf_counter() - started
        recorder.committed(migration, fake=False, seconds=seconds)

    def _undo(self, name: str) -> Result:
        executor = Executor(self._connection, watcher=self._application.recorder)
        names = self._since(executor)
        refuse_final(executor, {*names, *([name] if name else ())})
        undoer = self._application.undoer()
        if name:
            half = self._half(executor, name)
            first = with_operations(
                half.migration, half.migration.operations[: half.done]
            )
            undoer.starting(half.migration, backwards=True)
            undoer.opened(half.migration, whole=False)
            with (
                undoer.capturing(),
                self._connection.schema_editor(atomic=False) as editor,
            ):
                undoer.watched(first).unapply(half.states[0].clone(), editor)
            undoer.finished(half.migration, fake=False)
            undoer.committed(half.migration, fake=False, seconds=0.0)
        undo(undoer, names)
        self._close(Run.Status.REVERTED)
        return self._validated("undone", put_back=tuple(undoer.applied))

    def _mark(self, name: str) -> Result:
        executor = Executor(self._connection)
        migration = self._find(executor, name)
        wrong = wrong_after(self._connection, migration, executor.state(applied=True))
        if wrong:
            raise NotAsMade(
                f"'{name}' cannot be taken for applied:"
                f" {wrong[0].message.removesuffix('.')}.",
                "Bring the database to what the migration makes, or use --finish.",
            )
        _record(executor, migration)
        self._close(Run.Status.DONE)
        return self._validated("done", applied=(name,))

    def _half(self, executor: Executor, name: str) -> Half:
        migration = self._find(executor, name)
        self._drop_invalid(migration)
        state = executor.state(applied=True)
        return read_half(self._journal, self._run, migration, state)

    def _drop_invalid(self, migration: Migration) -> None:
        """Drop the indexes that a broken CONCURRENTLY of ours left behind."""
        if self._connection.vendor != "postgresql":
            return
        names = [
            operation.index.name
            for operation in migration.operations
            if hasattr(operation, "index")
        ]
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid"
                " WHERE NOT indisvalid AND relname = ANY(%s)"
                " AND pg_table_is_visible(indexrelid)",
                [names],
            )
            for (found,) in cursor.fetchall():
                quoted = self._connection.ops.quote_name(found)
                cursor.execute(f"DROP INDEX CONCURRENTLY {quoted}")

    def _find(self, executor: Executor, name: str) -> Migration:
        app, _, label = name.partition(".")
        migration = executor.loader.graph.nodes.get((app, label))
        if migration is None:
            raise NothingToResume(
                f"Migration '{name}' is not on disk."
                if name
                else "No migration of the run failed.",
                "Use --finish or --undo.",
            )
        return cast("Migration", migration)

    def _since(self, executor: Executor) -> list[str]:
        """Return what the run applied, and what still stands of it."""
        before = set(self._run.applied_before)
        now = (f"{app}.{name}" for app, name in executor.loader.applied_migrations)
        return [name for name in now if name in self._run.plan and name not in before]

    def _close(self, status: Run.Status) -> None:
        for step in self._journal.steps.filter(
            run=self._run, status=Step.Status.INTENT
        ):
            self._journal.settle(step, Step.Status.ABANDONED)
        self._journal.finish(
            self._run, status, schema_after=read_fingerprint(self._request)
        )

    def _validated(self, status: str, **facts: tuple[str, ...]) -> Result:
        report = inspect(self._request, unmade=True)
        result = Result(self._request.alias, status, run=self._run.pk, report=report)
        return replace(
            result,
            applied=facts.get("applied", ()),
            put_back=facts.get("put_back", ()),
        )


def refuse_final(executor: Executor, names: Collection[str]) -> None:
    """Refuse to undo migrations that removed something.

    Raises:
        NoWayBack: One of them has no reverse, or removed a field or a model.
    """
    state = executor.state(applied=False)
    full = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    for migration, _ in full:
        if str(migration) not in names:
            state = migration.mutate_state(state, preserve=False)
            continue
        for obstacle in obstacles([migration], state, executor.loader):
            if obstacle.final:
                raise NoWayBack(f"{obstacle}.", "Restore the backup.")


def _record(executor: Executor, migration: Migration) -> None:
    for app, name in migration.replaces:
        executor.recorder.record_applied(app, name)
    executor.recorder.record_applied(migration.app_label, migration.name)

"""Apply a plan, with new tries where only a lock was in the way."""

from __future__ import annotations

import time
import traceback
from contextlib import ExitStack
from typing import TYPE_CHECKING

from django.db import DataError, IntegrityError

from django_schemaguard.deploy import django_side
from django_schemaguard.deploy.blame import described
from django_schemaguard.deploy.executor import Executor, in_one, is_whole
from django_schemaguard.deploy.holders import in_the_way
from django_schemaguard.deploy.lost_record import advice
from django_schemaguard.deploy.putting_back import Undoer
from django_schemaguard.deploy.recording import Recorder
from django_schemaguard.deploy.stopping import read_stop
from django_schemaguard.deploy.waiting import Patience, is_lock_failure
from django_schemaguard.deploy.ways import hint
from django_schemaguard.exceptions import LockLost, SchemaguardError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.state import ProjectState

    from django_schemaguard.deploy.planning import Prepared
    from django_schemaguard.deploy.request import Request
    from django_schemaguard.executor.journal import Journal
    from django_schemaguard.executor.locks.base import Lock
    from django_schemaguard.models import Run


MEND_ROWS = "Mend the rows that break it, or the migration, then run it again."


class Failure(Exception):
    """A migration failed.

    Attributes:
        migration: As "app.name"; "" where it was none of them.
        half: Something of it may stand.
        locked: Only a lock was in the way, and the time is up.
        gone: The connection is lost, so nothing can be put back now.
    """

    def __init__(
        self, message: str, migration: str, *, half: bool, locked: bool, gone: bool
    ) -> None:
        super().__init__(message)
        self.migration, self.half, self.locked, self.gone = (
            migration,
            half,
            locked,
            gone,
        )
        self.hint = ""


class SingleImpossible(SchemaguardError):
    """Not all migrations of the plan can be in one transaction."""


class Application:
    """One plan on its way into the database.

    Attributes:
        recorder: Writes the steps.
    """

    def __init__(
        self, request: Request, journal: Journal, lock: Lock, run: Run
    ) -> None:
        self.journal = journal
        self.connection = journal.connection
        self._request, self._lock, self._run = request, lock, run
        patience = Patience(request.lock_timeout, request.deadline)
        self.recorder = Recorder(journal, run, lock, patience, request.say)
        self.recorder.single = request.single_transaction
        self._prepared: Prepared | None = None

    @property
    def applied(self) -> list[str]:
        """The migrations done so far."""
        return self.recorder.applied

    def undoer(self) -> Undoer:
        """Return what writes the steps of going back."""
        request = self._request
        patience = Patience(request.lock_timeout, request.deadline)
        return Undoer(self.journal, self._run, self._lock, patience, request.say)

    def way_out(self, failure: Failure) -> str:
        """Return what to do where something of the run stands."""
        facts = {**self._run.error, "migration": failure.migration}
        self._run.error = facts
        return hint(read_stop(self.connection, self._run))

    def apply(self, prepared: Prepared) -> ProjectState:
        """Run pre_migrate, the apps without migrations, and the plan.

        Returns:
            The project after it.

        Raises:
            Failure: A migration failed; what it says of itself is still to be
                put back.
        """
        request = self._request
        self._prepared = prepared
        try:
            django_side.announce(request, prepared.state, prepared.steps)
            if request.run_syncdb:
                labels = Executor(self.connection).loader.unmigrated_apps
                wanted = [request.app] if request.app else sorted(labels)
                django_side.sync(self.connection, wanted)
        except Exception as error:
            raise self._failure(error) from error
        wanted_names = frozenset(str(migration) for migration, _ in prepared.steps)
        while True:
            started = time.perf_counter()
            try:
                return self._try(prepared, wanted_names)
            except Exception as error:
                failure = self._failure(error)
                taken = time.perf_counter() - started
                if not (failure.locked and self.recorder.patience.pause(taken)):
                    self._trace(error)
                    raise failure from error

    def _trace(self, error: Exception) -> None:
        if self._request.traceback:
            for line in "".join(traceback.format_exception(error)).splitlines():
                self._request.say(line)

    def _try(self, prepared: Prepared, wanted: frozenset[str]) -> ProjectState:
        """Run what of the plan is left, with an executor that has seen nothing."""
        request = self._request
        executor = Executor(self.connection, watcher=self.recorder)
        left = executor.migration_plan(prepared.targets)
        steps = [step for step in left if str(step[0]) in wanted]
        state = executor.state(applied=True)
        with ExitStack() as stack:
            stack.enter_context(self.recorder.capturing())
            if request.single_transaction:
                self.recorder.applied.clear()
                stack.enter_context(in_one(self.connection))
            return executor.migrate(
                prepared.targets,
                plan=steps,
                state=state,
                fake=request.fake and bool(steps),
                fake_initial=request.fake_initial and bool(steps),
            )

    def _failure(self, error: Exception) -> Failure:
        """Take down what happened, once all transactions are undone."""
        gone = isinstance(error, LockLost) or not self.connection.is_usable()
        migration = self.recorder.stopped_at
        half = migration is not None and not is_whole(self.connection, migration)
        half = half and (self.recorder.unsettled if gone else self.recorder.began)
        if self._request.single_transaction:
            self.recorder.applied.clear()
        if not gone:
            self.recorder.failed(error)
        failure = Failure(
            described(error, self.connection, migration),
            str(migration or ""),
            half=half,
            locked=is_lock_failure(error) and not half and not gone,
            gone=gone,
        )
        failure.hint = getattr(error, "hint", "")
        if self._prepared and migration and not (gone or half):
            lost = advice(self.connection, self._prepared, migration, error)
            failure.hint = failure.hint or lost
        if isinstance(error, DataError | IntegrityError):
            failure.hint = failure.hint or MEND_ROWS
        if failure.locked:
            failure.hint = in_the_way(self.connection, self.recorder.statement)
        return failure


def require_single(prepared: Prepared, connection: BaseDatabaseWrapper) -> None:
    """Refuse `--single-transaction` where the server or a migration forbids it.

    Raises:
        SingleImpossible: With the first migration that does.
    """
    if not connection.features.can_rollback_ddl:
        raise SingleImpossible(
            f"{connection.display_name} ends each transaction at the first DDL.",
            "Leave out --single-transaction.",
        )
    for migration, _ in prepared.steps:
        if not migration.atomic:
            raise SingleImpossible(
                f"Migration '{migration}' must run outside of a transaction.",
                "Leave out --single-transaction.",
            )

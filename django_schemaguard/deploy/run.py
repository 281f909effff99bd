"""The migrate run: lock, look, lint, back up, apply, verify; or put back."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.deploy import django_side
from django_schemaguard.deploy.applying import Application, Failure, require_single
from django_schemaguard.deploy.backup import back_up
from django_schemaguard.deploy.ending import Ending
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.linting import LintRefuses, blocking, lint, refuse_losses
from django_schemaguard.deploy.opening import check_server, open_database
from django_schemaguard.deploy.planning import Prepared, prepare, with_journal
from django_schemaguard.deploy.promising import promise
from django_schemaguard.deploy.putting_back import put_back
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.twins import refuse_twins
from django_schemaguard.deploy.unfinished import settle_unfinished
from django_schemaguard.deploy.verifying import inspect, read_fingerprint
from django_schemaguard.deploy.waiting import bounded_locks
from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import AGAIN, run_lock
from django_schemaguard.executor.tables import have_none
from django_schemaguard.perf.taking import take_beside

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.lint import LintFinding
    from django_schemaguard.core.report import DatabaseReport
    from django_schemaguard.deploy.backup import Backup
    from django_schemaguard.deploy.request import Request
    from django_schemaguard.executor.locks.base import Lock
    from django_schemaguard.models import Run


class SchemaChanged(SchemaguardError):
    """Somebody changed the schema between the plan and its execution."""


def migrate(request: Request) -> Result:
    """Apply what is asked for, and validate; or leave the database as it was.

    Returns:
        How it ended; failures of the migrations themselves are told there, too.

    Raises:
        NotInTime: Another run had the lock all the time.
        SchemaguardError: Nothing was changed, for the reason given.
    """
    started = time.perf_counter()
    connection = open_database(request)
    deadline = Deadline(request.deadline if request.wait else 0)
    with run_lock(connection, deadline) as lock:
        result = migrate_under(request, connection, lock)
    return replace(result, seconds=time.perf_counter() - started)


def migrate_under(
    request: Request, connection: BaseDatabaseWrapper, lock: Lock
) -> Result:
    """Do the same under a lock that is held already."""
    return _Run(request, connection, lock).go()


class _Run:
    """One run, under the lock."""

    def __init__(
        self, request: Request, connection: BaseDatabaseWrapper, lock: Lock
    ) -> None:
        self._request, self._connection, self._lock = request, connection, lock
        self._journal = Journal(connection, lock)
        self._ending = Ending(request, self._journal)
        self._copy: Backup | None = None
        self._found: tuple[LintFinding, ...] | None = None
        self._planned: tuple[Executor, Prepared] | None = None

    def go(self) -> Result:
        """Go through the stages of the run."""
        refused = self._foreseen() if have_none(self._connection) else None
        if refused is not None:
            return refused
        if self._journal.ensure():
            self._request.say("Made the tables of schemaguard's journal.")
        self._refuse_second()
        settle_unfinished(self._journal)
        django_side.connect_receivers()
        self._connection.prepare_database()
        executor, prepared = self._prepared()
        if not prepared.steps and not self._syncs(executor):
            return self._ending.nothing_due(executor, prepared)
        check_server(self._connection)
        before = inspect(self._request, unmade=False).databases[0]
        schema = read_fingerprint(self._request)
        found, refused = self._judged(executor, prepared)
        return refused or self._journalled(prepared, before, schema, found)

    def _foreseen(self) -> Result | None:
        """Lint and back up before the journal is made: what is refused makes none."""
        executor = Executor(self._connection)
        prepared = prepare(executor, self._request)
        if not prepared.steps and not self._syncs(executor):
            return None
        check_server(self._connection)
        found, refused = self._judged(executor, prepared)
        if refused is None:
            self._found, self._copy = found, self._backup()
            self._planned = executor, prepared
        return refused

    def _prepared(self) -> tuple[Executor, Prepared]:
        """Work out the plan; or take the first one, unless a backup was made since."""
        if self._planned is not None and self._copy is None:
            executor, prepared = self._planned
            return executor, with_journal(executor, prepared)
        executor = Executor(self._connection)
        return executor, prepare(executor, self._request)

    def _judged(
        self, executor: Executor, prepared: Prepared
    ) -> tuple[tuple[LintFinding, ...], Result | None]:
        """Return what lint found, and how the run ends where that forbids it."""
        request = self._request
        if self._found is not None:  # Under the same lock, before the journal.
            return self._found, None
        if not request.fake:
            refuse_twins(executor, prepared.state, prepared.steps)
        refuse_losses(request, executor, prepared)
        found = lint(request, executor, prepared)
        refused = blocking(request, found)
        if refused:
            return found, self._refused(prepared, found, refused)
        if request.single_transaction:
            require_single(prepared, self._connection)
        return found, None

    def _refuse_second(self) -> None:
        """Behind a pooler nobody holds a lock between two transactions."""
        other = self._journal.alive() if self._lock.pooled else None
        if other is not None:
            raise NotInTime(f"Run {other.pk} is at work on the database.", AGAIN)

    def _syncs(self, executor: Executor) -> bool:
        return self._request.run_syncdb and bool(executor.loader.unmigrated_apps)

    def _refused(
        self,
        prepared: Prepared,
        found: tuple[LintFinding, ...],
        refused: tuple[LintFinding, ...],
    ) -> Result:
        error = LintRefuses(refused)
        return Result(
            self._request.alias,
            "refused",
            exit_code=error.exit_code,
            plan=prepared.plan,
            lint=found,
            refused=refused,
            message=f"Nothing was changed: {error}",
            hint=error.hint,
        )

    def _journalled(
        self,
        prepared: Prepared,
        before: DatabaseReport,
        schema: str,
        found: tuple[LintFinding, ...],
    ) -> Result:
        request = self._request
        backup = self._copy or self._backup()
        if read_fingerprint(request) != schema:
            raise SchemaChanged(
                f"Database '{request.alias}' was changed while the run was planned.",
                "Nothing was done. Find out by whom, and run it again.",
            )
        request.say(promise(request, prepared.plan))
        run = self._journal.start(
            "migrate",
            request.arguments,
            plan=[str(migration) for migration, _ in prepared.steps],
            plan_hash=prepared.plan.hash,
            schema_before=schema,
            lint=[f"{each.severity.word} {each.code} {each.message}" for each in found],
            backup=backup.facts if backup else {},
            revertible=prepared.plan.revertible and request.put_back,
            revert_reason="; ".join(map(str, prepared.plan.obstacles)),
        )
        result = Result(
            request.alias,
            "running",
            plan=prepared.plan,
            fake=request.fake,
            run=run.pk,
            lint=found,
            backup=backup,
        )
        take_beside(
            request.alias, request.job, f"before run {run.pk}", schema, request.say
        )
        return self._apply(run, prepared, before, result)

    def _backup(self) -> Backup | None:
        if self._request.backup is None:
            return None
        self._request.job.progress(f"{self._request.alias}: backing up")
        backup = back_up(self._connection, self._request.backup)
        self._request.say(f"  backup: {backup.path} ({backup.size:,} bytes)")
        return backup

    def _apply(
        self, run: Run, prepared: Prepared, before: DatabaseReport, result: Result
    ) -> Result:
        request = self._request
        application = Application(request, self._journal, self._lock, run)
        with bounded_locks(self._lock, request.lock_timeout):
            try:
                state = application.apply(prepared)
            except Failure as failure:
                outcome = put_back(request, application, prepared.plan, failure)
                return self._ending.failed(run, result, outcome)
        result = replace(result, applied=tuple(application.applied))
        return self._ending.applied(run, prepared, state, before, result)

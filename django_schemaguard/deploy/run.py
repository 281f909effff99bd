"""The migrate run: lock, look, lint, back up, apply, verify; or put back."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.backends.connect import one_line
from django_schemaguard.deploy import django_side
from django_schemaguard.deploy.applying import Application, Failure, require_single
from django_schemaguard.deploy.backup import back_up
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.linting import blocking, lint, refuse_losses
from django_schemaguard.deploy.opening import check_server, open_database
from django_schemaguard.deploy.planning import Prepared, prepare, unplanned
from django_schemaguard.deploy.putting_back import Outcome, put_back
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.status import HistoryUnusable
from django_schemaguard.deploy.unfinished import foreseen, settle_unfinished
from django_schemaguard.deploy.verifying import inspect, news, read_fingerprint
from django_schemaguard.deploy.waiting import bounded_locks
from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import AGAIN, run_lock
from django_schemaguard.models import Run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.lint import LintFinding
    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.deploy.backup import Backup
    from django_schemaguard.deploy.request import Request
    from django_schemaguard.executor.locks.base import Lock


class SchemaChanged(SchemaguardError):
    """Somebody changed the schema between the plan and its execution."""


class LintRefuses(SchemaguardError):
    """In production, lint found what must not pass."""

    exit_code = 1


def plan(request: Request) -> Result:
    """Return what a run would do, without doing any of it.

    Returns:
        The plan; with the exit code and the reason of the run where that would be
        refused. It is the status alone where the record of migrations contradicts
        the migrations.

    Raises:
        SchemaguardError: As for `migrate`.
    """
    started = time.perf_counter()
    connection = open_database(request)
    stopped = foreseen(connection)
    report = inspect(request, unmade=True)
    executor = Executor(connection)
    try:
        prepared = prepare(executor, request, report.databases[0], sql=True)
    except HistoryUnusable as error:
        result = Result(
            request.alias, "refused", plan=unplanned(connection, report.databases[0])
        )
        return _would_refuse(result, stopped or error)
    result = Result(
        request.alias,
        "planned",
        plan=prepared.plan,
        lint=lint(request, executor, prepared),
        seconds=time.perf_counter() - started,
    )
    if stopped is not None:
        return _would_refuse(result, stopped)
    try:
        _refuse_planned(request, executor, prepared, result.lint)
    except SchemaguardError as error:
        return _would_refuse(result, error)
    return result


def _refuse_planned(
    request: Request,
    executor: Executor,
    prepared: Prepared,
    found: tuple[LintFinding, ...],
) -> None:
    """Raise what the run itself would, in its order."""
    if not prepared.steps:
        return
    refuse_losses(request, executor, prepared)
    refused = blocking(request, found)
    if refused:
        raise LintRefuses(*_reason(refused))
    if request.single_transaction:
        require_single(prepared, executor.connection)


def _would_refuse(result: Result, error: SchemaguardError) -> Result:
    return replace(
        result,
        status="refused",
        exit_code=error.exit_code,
        message=f"migrate would be refused: {error}",
        hint=error.hint,
    )


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

    def go(self) -> Result:
        """Go through the stages of the run."""
        self._journal.ensure()
        self._refuse_second()
        settle_unfinished(self._journal)
        django_side.connect_receivers()
        self._connection.prepare_database()
        executor = Executor(self._connection)
        prepared = prepare(executor, self._request)
        if not prepared.steps and not self._syncs(executor):
            return self._nothing_due(executor, prepared)
        check_server(self._connection)
        refuse_losses(self._request, executor, prepared)
        before = inspect(self._request, unmade=False).databases[0]
        schema = read_fingerprint(self._request)
        found = lint(self._request, executor, prepared)
        refused = blocking(self._request, found)
        if refused:
            return _refused(self._request, prepared, found, refused)
        return self._journalled(prepared, before, schema, found)

    def _refuse_second(self) -> None:
        """Behind a pooler nobody holds a lock between two transactions."""
        other = self._journal.alive() if self._lock.pooled else None
        if other is not None:
            raise NotInTime(f"Run {other.pk} is at work on the database.", AGAIN)

    def _journalled(
        self,
        prepared: Prepared,
        before: DatabaseReport,
        schema: str,
        found: tuple[LintFinding, ...],
    ) -> Result:
        request = self._request
        if request.single_transaction:
            require_single(prepared, self._connection)
        backup = self._backup()
        if read_fingerprint(request) != schema:
            raise SchemaChanged(
                f"Database '{request.alias}' was changed while the run was planned.",
                "Nothing was done. Find out by whom, and run it again.",
            )
        request.say(_promise(request, prepared))
        run = self._journal.start(
            "migrate",
            request.arguments,
            plan=[str(migration) for migration, _ in prepared.steps],
            plan_hash=prepared.plan.hash,
            schema_before=schema,
            lint=[f"{each.severity.word} {each.code} {each.message}" for each in found],
            backup=_facts(backup),
            revertible=prepared.plan.revertible and request.put_back,
            revert_reason="; ".join(map(str, prepared.plan.obstacles)),
        )
        result = Result(
            request.alias,
            "running",
            plan=prepared.plan,
            run=run.pk,
            lint=found,
            backup=backup,
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
        with ExitStack() as stack:
            if not self._lock.pooled:
                stack.enter_context(
                    bounded_locks(self._connection, request.lock_timeout)
                )
            try:
                state = application.apply(prepared)
            except Failure as failure:
                outcome = put_back(request, application, prepared.plan, failure)
                return self._failed(run, _told(result, outcome), outcome)
        result = replace(result, applied=tuple(application.applied))
        return self._verified(run, prepared, state, before, result)

    def _failed(self, run: Run, result: Result, outcome: Outcome) -> Result:
        if outcome.status is Run.Status.RUNNING:
            return result  # The connection is gone; the next run settles it.
        self._journal.finish(
            run,
            outcome.status,
            error={
                "message": outcome.message,
                "migration": outcome.migration,
                "stands": list(outcome.applied),
            },
            schema_after=self._fingerprint(),
        )
        return result

    def _fingerprint(self) -> str:
        try:
            return read_fingerprint(self._request)
        except SchemaguardError:
            return ""  # The server is gone; the run failed for that reason.

    def _verified(
        self,
        run: Run,
        prepared: Prepared,
        state: ProjectState,
        before: DatabaseReport,
        result: Result,
    ) -> Result:
        request = self._request
        try:
            django_side.conclude(request, state, prepared.steps)
        except Exception as error:  # noqa: BLE001  A receiver is the project's code.
            return self._unconcluded(run, result, error)
        report = inspect(request, unmade=True)
        fresh = news(before, report.databases[0])
        schema = self._fingerprint()
        self._journal.finish(
            run,
            Run.Status.DONE,
            schema_after=schema,
            error={"drift": [v.finding.message for v in fresh]} if fresh else {},
        )
        self._journal.version(run, schema)
        done = replace(result, status="done", report=report)
        return _drifted(_after(report.databases[0], done), fresh)

    def _unconcluded(self, run: Run, result: Result, error: Exception) -> Result:
        message = (
            "The migrations are applied, but a receiver of post_migrate failed:"
            f" {one_line(error, self._connection)}"
        )
        self._journal.finish(run, Run.Status.NEEDS_RESUME, error={"message": message})
        return replace(
            result,
            status=Run.Status.NEEDS_RESUME.value,
            exit_code=4,
            message=message,
            hint="Mend the receiver, then run 'manage.py schemaguard resume --finish'.",
        )

    def _syncs(self, executor: Executor) -> bool:
        return self._request.run_syncdb and bool(executor.loader.unmigrated_apps)

    def _nothing_due(self, executor: Executor, prepared: Prepared) -> Result:
        """Do what Django does all the same: both signals, and the squashes' record."""
        request = self._request
        django_side.announce(request, prepared.state, [])
        state = executor.migrate(
            prepared.targets, plan=[], state=prepared.state.clone()
        )
        django_side.conclude(request, state, [])
        report = inspect(request, unmade=True)
        return _after(
            report.databases[0],
            Result(request.alias, "unchanged", plan=prepared.plan, report=report),
        )


def _promise(request: Request, prepared: Prepared) -> str:
    """Say what is about to be done, and what becomes of it where it fails."""
    count = len(prepared.steps)
    noun = "1 migration" if count == 1 else f"{count} migrations"
    backwards = any(back for _, back in prepared.steps)
    doing = f"Unapplying {noun} of" if backwards else f"Applying {noun} to"
    if request.single_transaction:
        then = "all of them or none"
    elif not request.put_back:
        then = "a failed run stays where it stops"
    else:
        then = "a failed run is put back"
        later = prepared.plan.no_return
        then += f" until {later.clause}" if later else ""
    return f"{doing} database '{request.alias}' ({then})."


def _after(database: DatabaseReport, result: Result) -> Result:
    """Say so where the validation itself did not work."""
    if database.error is None:
        return result
    return replace(
        result, exit_code=2, message=database.error, hint=database.hint, report=None
    )


def _drifted(result: Result, fresh: tuple[Verdict, ...]) -> Result:
    if not fresh or result.exit_code:
        return result
    count = f"{len(fresh)} differences" if len(fresh) > 1 else "a difference"
    return replace(
        result,
        exit_code=1,
        news=fresh,
        message=f"The migrations left {count} from what they promise.",
        hint="Look at the findings below;"
        f" 'manage.py schemaguard rollback {result.run}' goes back.",
    )


def _told(result: Result, outcome: Outcome) -> Result:
    return replace(
        result,
        status=outcome.status.value,
        exit_code=outcome.exit_code,
        applied=outcome.applied,
        put_back=outcome.put_back,
        message=outcome.message,
        hint=outcome.hint,
    )


def _refused(
    request: Request,
    prepared: Prepared,
    found: tuple[LintFinding, ...],
    refused: tuple[LintFinding, ...],
) -> Result:
    message, hint = _reason(refused)
    return Result(
        request.alias,
        "refused",
        exit_code=1,
        plan=prepared.plan,
        lint=found,
        message=f"Nothing was changed: {message}",
        hint=hint,
    )


def _reason(refused: tuple[LintFinding, ...]) -> tuple[str, str]:
    """Return what lint refuses, and what to do about it."""
    codes = sorted({each.code for each in refused})
    allow = " ".join(f"--allow {code}" for code in codes)
    return (
        f"{', '.join(codes)} must not pass in production.",
        f"Mend the migration, or accept it with {allow}.",
    )


def _facts(backup: Backup | None) -> dict[str, object]:
    if backup is None:
        return {}
    return {
        "path": str(backup.path),
        "sha256": backup.sha256,
        "size": backup.size,
        "verified": True,
    }

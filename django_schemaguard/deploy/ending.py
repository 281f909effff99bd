"""The end of a run: validate, write down how it went, and say it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.backends.connect import one_line
from django_schemaguard.deploy import django_side
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.verifying import inspect, news, read_fingerprint
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.models import Run
from django_schemaguard.perf.taking import take_beside

if TYPE_CHECKING:
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.deploy.executor import Executor
    from django_schemaguard.deploy.planning import Prepared
    from django_schemaguard.deploy.putting_back import Outcome
    from django_schemaguard.deploy.request import Request
    from django_schemaguard.executor.journal import Journal

_MEND = "Mend what 'manage.py schemaguard validate' tells, or the receiver, then"


class Ending:
    """Ends runs of one request."""

    def __init__(self, request: Request, journal: Journal) -> None:
        self._request, self._journal = request, journal

    def failed(self, run: Run, result: Result, outcome: Outcome) -> Result:
        """Write down and return how a run stands whose migration failed."""
        told = replace(
            result,
            status=outcome.status.value,
            exit_code=outcome.exit_code,
            applied=outcome.applied,
            put_back=outcome.put_back,
            message=outcome.message,
            hint=outcome.hint,
        )
        if outcome.status is Run.Status.RUNNING:
            return told  # The connection is gone; the next run settles it.
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
        return told

    def applied(
        self,
        run: Run,
        prepared: Prepared,
        state: ProjectState,
        before: DatabaseReport,
        result: Result,
    ) -> Result:
        """Send post_migrate and validate; what was no drift before counts.

        Args:
            run: The one that applied all of its plan.
            prepared: That plan.
            state: The project after it.
            before: What a validation found before it.
            result: How it went up to here.
        """
        request = self._request
        try:
            django_side.conclude(request, state, prepared.steps)
        except Exception as error:  # noqa: BLE001  A receiver is the project's code.
            return self._unconcluded(run, result, error)
        report = inspect(request, unmade=True)
        back = prepared.plan.backwards
        fresh = news(before, report.databases[0], backwards=back)
        schema = self._fingerprint()
        self._journal.finish(
            run,
            Run.Status.DONE,
            schema_after=schema,
            error={"drift": [v.finding.message for v in fresh]} if fresh else {},
        )
        self._journal.version(run, schema)
        take_beside(
            request.alias, request.job, f"after run {run.pk}", schema, request.say
        )
        done = replace(result, status="done", report=report)
        return _drifted(_validated(report.databases[0], done), fresh)

    def nothing_due(self, executor: Executor, prepared: Prepared) -> Result:
        """Do what Django does all the same: both signals, and the squashes' record."""
        request = self._request
        result = Result(request.alias, "unchanged", plan=prepared.plan)
        try:
            django_side.announce(request, prepared.state, [])
            state = executor.migrate(
                prepared.targets, plan=[], state=prepared.state.clone()
            )
            django_side.conclude(request, state, [])
        except Exception as error:  # noqa: BLE001  A receiver is the project's code.
            return self._unheard(result, error)
        report = inspect(request, unmade=True)
        return _validated(report.databases[0], replace(result, report=report))

    def _unheard(self, result: Result, error: Exception) -> Result:
        message = (
            "No migration is due, but a receiver of pre_migrate or post_migrate"
            f" failed: {one_line(error, self._journal.connection)}"
        )
        return replace(
            result, exit_code=2, message=message, hint=f"{_MEND} run it again."
        )

    def _fingerprint(self) -> str:
        try:
            return read_fingerprint(self._request)
        except SchemaguardError:
            return ""  # The server is gone; the run failed for that reason.

    def _unconcluded(self, run: Run, result: Result, error: Exception) -> Result:
        message = (
            "The migrations are applied, but a receiver of post_migrate failed:"
            f" {one_line(error, self._journal.connection)}"
        )
        self._journal.finish(run, Run.Status.NEEDS_RESUME, error={"message": message})
        return replace(
            result,
            status=Run.Status.NEEDS_RESUME.value,
            exit_code=4,
            message=message,
            hint=f"{_MEND} run 'manage.py schemaguard resume --finish'.",
        )


def _validated(database: DatabaseReport, result: Result) -> Result:
    """Say so where the validation itself did not work."""
    if database.error is None:
        return result
    return replace(
        result, exit_code=2, message=database.error, hint=database.hint, report=None
    )


def _drifted(result: Result, fresh: tuple[Verdict, ...]) -> Result:
    if not fresh or result.exit_code:
        return result
    count = f"{len(fresh)} differences" if len(fresh) > 1 else "1 difference"
    done = "unapplied" if result.backwards else "applied"
    if result.fake:
        done = f"recorded as {done}"
    back = _way_back(result)
    return replace(
        result,
        exit_code=1,
        news=fresh,
        message=f"The migrations are {done}, but the database is not as they promise:"
        f" {count}.",
        hint=f"Look at the findings below; {back}.",
    )


def _way_back(result: Result) -> str:
    """Say what goes back, and what of it does not come back."""
    if result.backwards:
        return "'manage.py schemaguard migrate' applies them again"
    lost = result.plan.obstacles if result.plan and not result.fake else ()
    final = next((each for each in lost if each.final), None)
    if final is not None:
        return f"only a backup goes back, since {final}"
    back = f"'manage.py schemaguard rollback {result.run}' goes back"
    return f"{back}, though {lost[0]}" if lost else back

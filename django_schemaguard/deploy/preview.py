"""What a run would do, and what it would be refused for; nothing is done."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.deploy.applying import require_single
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.linting import LintRefuses, blocking, lint, refuse_losses
from django_schemaguard.deploy.opening import open_existing
from django_schemaguard.deploy.planning import Prepared, prepare, unplanned
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.status import HistoryUnusable
from django_schemaguard.deploy.twins import refuse_twins
from django_schemaguard.deploy.unfinished import foreseen
from django_schemaguard.deploy.verifying import inspect
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from django_schemaguard.core.lint import LintFinding
    from django_schemaguard.deploy.request import Request


def plan(request: Request) -> Result:
    """Return what a run would do, without doing any of it.

    Returns:
        The plan; with the exit code and the reason of the run where that would be
        refused. It is the status alone where the record of migrations contradicts
        the migrations.

    Raises:
        SchemaguardError: As for `migrate`; and where a SQLite file is missing, which
            `migrate` would make.
    """
    started = time.perf_counter()
    connection = open_existing(request)
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
    found = lint(request, executor, prepared)
    result = Result(
        request.alias,
        "planned",
        plan=prepared.plan,
        lint=found,
        refused=blocking(request, found),
        seconds=time.perf_counter() - started,
    )
    if stopped is not None:
        return _would_refuse(result, stopped)
    try:
        _refuse(request, executor, prepared, result.refused)
    except SchemaguardError as error:
        return _would_refuse(result, error)
    return result


def _refuse(
    request: Request,
    executor: Executor,
    prepared: Prepared,
    refused: tuple[LintFinding, ...],
) -> None:
    """Raise what the run itself would, in its order."""
    if not prepared.steps:
        return
    if not request.fake:
        refuse_twins(executor, prepared.state, prepared.steps)
    refuse_losses(request, executor, prepared)
    if refused:
        raise LintRefuses(refused)
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

"""Repair a database: what the command, the startup guard and the health pages call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.executor.apply import apply, plan_hash
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import not_got, run_lock
from django_schemaguard.executor.place import Place, Say, quiet
from django_schemaguard.executor.resume import settle_unfinished
from django_schemaguard.executor.rights import check_rights
from django_schemaguard.executor.tables import have_tables
from django_schemaguard.models import Run
from django_schemaguard.pipeline import validate
from django_schemaguard.repair.planning import plan
from django_schemaguard.signals import schema_fixed

if TYPE_CHECKING:
    from django_schemaguard.core.plan import Plan
    from django_schemaguard.core.report import DatabaseReport
    from django_schemaguard.executor.apply import Applied
    from django_schemaguard.models import Step
    from django_schemaguard.pipeline import Job
    from django_schemaguard.repair.planning import Choices

logger = logging.getLogger("django_schemaguard")


class PlanOutdated(NotInTime):
    """The schema is not the one that the plan was made for; nothing was done."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient a run is.

    Attributes:
        deadline: For the whole run, in seconds.
        lock_timeout: Longest wait of one try for a lock, in seconds; others wait
            behind it for as long.
        progress: Is told in a few words what is being done.
        arguments: What the command was called with, for the journal.
        command: The subcommand, for the journal.
        planner: Makes the plan anew, under the lock.
    """

    deadline: float = 60.0
    lock_timeout: float = 0.5
    progress: Say = quiet
    arguments: Sequence[str] = ()
    command: str = "auto_fix"
    planner: Callable[[str, Job, Choices], Plan] = plan


PATIENT = Pace()


@dataclass(frozen=True, slots=True)
class Repair:
    """What came of a repair.

    Attributes:
        plan: What was to be done; without steps there was nothing.
        run: Its number in the journal; None where nothing was begun.
        entries: What was done, as the journal has it.
        undone: Entries of the step that failed, which was put back.
        failure: Why it ended early; None where all was done.
        report: The database as it is after; None where nothing was done.
        made_journal: The journal's tables were absent, and were made.
    """

    alias: str
    plan: Plan
    run: int | None = None
    entries: tuple[Step, ...] = ()
    failure: SchemaguardError | None = None
    report: DatabaseReport | None = None
    made_journal: bool = False
    undone: tuple[Step, ...] = ()


def auto_fix(alias: str, job: Job, choices: Choices, pace: Pace = PATIENT) -> Repair:
    """Plan the repair of a database, and apply the plan.

    Returns:
        What was done; where a step failed, with the reason.

    Raises:
        SchemaguardError: It was not begun: the database cannot be reached or read,
            another run has it, the role lacks a right, the journal cannot be written.
    """
    return perform(plan(alias, job, choices), job, choices, pace)


def perform(made: Plan, job: Job, choices: Choices, pace: Pace = PATIENT) -> Repair:
    """Apply a plan, if the database still is as it was when the plan was made.

    Raises:
        PlanOutdated: It is not.
        SchemaguardError: As from `auto_fix`.
    """
    connection = connections[made.alias]
    connect(connection, job.limits.connect_seconds)
    if not made.steps and not _has_unfinished(made.alias):
        return Repair(made.alias, made)
    deadline = Deadline(pace.deadline)
    with run_lock(connection, deadline) as lock:
        place = Place.at(lock, deadline, round(pace.lock_timeout * 1000), pace.progress)
        repair = _perform(place, made, job, choices, pace)
    if repair.run is not None:
        _tell(repair)
    return repair


def _perform(
    place: Place, made: Plan, job: Job, choices: Choices, pace: Pace
) -> Repair:
    alias = made.alias
    now = pace.planner(alias, job, choices)
    if now.steps and now.fingerprint != made.fingerprint:
        raise PlanOutdated(
            f"The schema of database '{alias}' changed since the plan was made.",
            "Run the command again; nothing was done.",
        )
    check_rights(place.connection, now.steps)
    if not now.steps and not have_tables(place.connection):
        return Repair(alias, now)
    made_tables = place.journal.ensure()
    if settle_unfinished(place) or made_tables:
        now = pace.planner(alias, job, choices)
    if not now.steps:
        return Repair(alias, now, made_journal=made_tables)
    run = _start(place, now, pace)
    applied = _guarded(place, run, now)
    report = validate([alias], job).databases[0]
    _finish(place, run, applied, report)
    return Repair(
        alias,
        now,
        run.pk,
        applied.entries,
        applied.failure,
        report,
        made_tables,
        applied.undone,
    )


def _start(place: Place, now: Plan, pace: Pace) -> Run:
    if place.lock.pooled:
        return _leased(place, now, pace)
    return _enter(place, now, pace)


def _enter(place: Place, now: Plan, pace: Pace) -> Run:
    return place.journal.start(
        pace.command,
        pace.arguments,
        plan_hash=plan_hash(now),
        schema_before=now.fingerprint,
    )


def _leased(place: Place, now: Plan, pace: Pace) -> Run:
    """Enter the run where no other one is alive, with the lock for that moment."""
    session = place.session
    with session.transaction(place.lock_ms, place.limit_ms):
        if not place.lock.enter() or place.journal.alive():
            raise not_got(place.lock)
        return _enter(place, now, pace)


def _guarded(place: Place, run: Run, now: Plan) -> Applied:
    """Apply; a surprise, too, is entered before it goes on its way."""
    try:
        return apply(place, run, now.steps)
    except BaseException as error:
        if place.connection.connection is not None:
            said = {"message": f"{type(error).__name__}: {error}"}
            place.journal.finish(run, Run.Status.NEEDS_RESUME, error=said)
        raise


def _finish(place: Place, run: Run, applied: Applied, report: DatabaseReport) -> None:
    error = {"message": str(applied.failure)} if applied.failure else {}
    after = report.actual_fingerprint or ""
    place.journal.finish(run, applied.status, schema_after=after, error=error)
    if applied.entries and after:
        place.journal.version(run, after)


def _has_unfinished(alias: str) -> bool:
    connection = connections[alias]
    if not have_tables(connection):
        return False
    waiting = (Run.Status.RUNNING, Run.Status.NEEDS_RESUME)
    return Run.objects.using(alias).filter(status__in=waiting).exists()


def _tell(repair: Repair) -> None:
    if not repair.entries:
        return
    answers = schema_fixed.send_robust(
        repair.alias, run=repair.run, steps=len(repair.entries)
    )
    for receiver, answer in answers:
        if isinstance(answer, Exception):
            logger.error("schema_fixed: %r failed", receiver, exc_info=answer)

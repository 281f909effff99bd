"""Plan the repair of a database: what is added, in which order, and what is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.repair import Options, for_connection
from django_schemaguard.core.finding import Cause
from django_schemaguard.core.plan import Plan, PlannedStep
from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnreadable
from django_schemaguard.pipeline import validate
from django_schemaguard.repair.sources import sources
from django_schemaguard.repair.steps import Draft, draft

if TYPE_CHECKING:
    from django_schemaguard.core.report import DatabaseReport
    from django_schemaguard.pipeline import Job

MENDED = frozenset({Cause.DRIFT, Cause.FAKE_APPLIED})


@dataclass(frozen=True, slots=True)
class Choices(Options):
    """What was asked for.

    Attributes:
        apps: Labels; empty for all.
    """

    apps: frozenset[str] = frozenset()


def plan(alias: str, job: Job, choices: Choices) -> Plan:
    """Validate a database and plan its repair; run nothing.

    Raises:
        DatabaseUnreachable: It cannot be connected to.
        DatabaseUnreadable: It cannot be read in full.
    """
    job = replace(job, apps=choices.apps or job.apps, frozen=None)
    report = _validated(alias, job)
    drafts = _drafts(alias, job, choices, report)
    steps = [step for each in drafts for step in each.steps]
    return Plan(
        alias=alias,
        vendor=report.vendor,
        fingerprint=report.actual_fingerprint or "",
        steps=tuple(sorted(steps, key=_order)),
        refusals=tuple(it for each in drafts for it in each.refusals),
        pending=tuple(v for v in report.verdicts if v.cause is Cause.PENDING),
    )


def _validated(alias: str, job: Job) -> DatabaseReport:
    report = validate([alias], job).databases[0]
    if report.error is None:
        return report
    failure = DatabaseUnreadable if report.reachable else DatabaseUnreachable
    raise failure(report.error, report.hint)


def _drafts(
    alias: str, job: Job, choices: Choices, report: DatabaseReport
) -> list[Draft]:
    verdicts = [v for v in report.verdicts if v.cause in MENDED]
    if not verdicts:
        return []
    connection = connections[alias]
    writer = for_connection(connection)
    found = sources(connection, job)
    with backend_for(connection).bounded(connection, job.limits):
        return [draft(writer, found, verdict, choices) for verdict in verdicts]


_ORDER = (
    "create_extension",
    "create_table",
    "add_column",
    "set_default",
    "add_index",
    "rebuild_index",
    "add_unique",
    "add_check",
    "add_foreign_key",
    "add_exclusion",
    "validate_constraint",
    "set_comment",
    "set_sequence",
)


def _order(step: PlannedStep) -> int:
    return _ORDER.index(step.kind)

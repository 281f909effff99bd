"""Inspect; where that is allowed and may help, repair, and inspect again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.repair.planning import Choices
from django_schemaguard.repair.running import Pace, auto_fix
from django_schemaguard.reporters import words
from django_schemaguard.startup.inspection import Budget, inspect, job_for
from django_schemaguard.startup.telling import marks, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.conf import Settings
    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.repair.running import Repair

_SHARE = 0.8  # Of the time that is left; the rest is for the second inspection.
_NOUNS = {
    "missing_table": "tables",
    "missing_column": "columns",
    "missing_index": "indexes",
    "missing_constraint": "constraints",
}


def inspect_and_repair(alias: str, settings: Settings) -> DatabaseReport:
    """Return the findings that are left.

    Of many processes that start at once each repairs under the lock of all runs;
    the first does, and the others wait and find nothing left to do.

    Raises:
        SchemaguardError: The project's migrations or its snapshot cannot be used.
    """
    budget = Budget.of(settings.startup_timeout)
    report = inspect(alias, settings, budget)
    mendable = report.error is None and any(_fixable(report.verdicts))
    if not (settings.startup_auto_fix and mendable and budget.left):
        return report
    _repair(report, settings, budget)
    return inspect(alias, settings, budget)


def _fixable(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    for verdict in verdicts:
        if verdict.finding.fixable and verdict.severity > Severity.INFO:
            yield verdict


def _repair(database: DatabaseReport, settings: Settings, budget: Budget) -> None:
    """Repair a database and tell; what is left the next inspection finds."""
    news = _News(database)
    pace = Pace(
        deadline=max(0.001, min(settings.deadline, budget.left * _SHARE)),
        lock_timeout=settings.lock_timeout,
        progress=news.step,
        arguments=("startup",),
    )
    try:
        repair = auto_fix(database.alias, job_for(settings, budget), Choices(), pace)
    except NotInTime:
        return  # Another process is at it, or has just been.
    except SchemaguardError as error:
        news.failed(error)
        return
    news.done(repair)


class _News:
    """Tells of one repair, from its first step on."""

    def __init__(self, database: DatabaseReport) -> None:
        kinds = {verdict.finding.kind for verdict in _fixable(database.verdicts)}
        nouns = (noun for kind, noun in _NOUNS.items() if kind in kinds)
        self._what = f"missing {next(nouns, 'objects')}"
        self._begun = False

    def step(self, line: str) -> None:
        if not self._begun:
            say(logging.WARNING, f"{marks().fixing} Auto-fixing {self._what}...")
        self._begun = True
        say(logging.WARNING, f"   {line}")

    def done(self, repair: Repair) -> None:
        if repair.failure is not None:
            self.failed(repair.failure)
        elif repair.run is not None:
            count = words.count(len(repair.plan.steps), "repair")
            line = f"Auto-fixed {self._what} ({count}, run {repair.run})"
            say(logging.WARNING, f"{marks().passed} {line}")

    def failed(self, error: SchemaguardError) -> None:
        line = f"{marks().error} Auto-fixing {self._what} failed: {error}"
        say(logging.ERROR, line, error.hint)

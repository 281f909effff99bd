"""Tell a project's own receivers what a validation found."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from django.db import connections

from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.signals import schema_drift_detected, schema_validated

if TYPE_CHECKING:
    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.health.status import Inspection

Address: TypeAlias = tuple[str, str, str | None, str | None, str | None]


class News:
    """Sends the signals of one database, from the thread that validated it.

    A receiver that takes its time delays no answer, and no more than one thread
    waits for it: what it misses meanwhile is told with the next validation.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._telling = Lock()
        self._known: frozenset[Address] = frozenset()

    def tell(self, inspection: Inspection) -> None:
        """Send the signals; an error of a receiver is logged by Django."""
        if inspection.report is None or not inspection.is_answer:
            return
        if not self._telling.acquire(blocking=False):
            return
        try:
            self._send(inspection.report)
        finally:
            self._telling.release()
            connections.close_all()  # What receivers opened in this thread.

    def _send(self, report: DatabaseReport) -> None:
        drift = {_address(v): v for v in report.verdicts if _is_drift(v)}
        new = tuple(v for address, v in drift.items() if address not in self._known)
        self._known = frozenset(drift)
        schema_validated.send_robust(self._alias, report=report)
        if new:
            schema_drift_detected.send_robust(self._alias, report=report, verdicts=new)


def _is_drift(verdict: Verdict) -> bool:
    return verdict.severity > Severity.INFO and verdict.cause is not Cause.PENDING


def _address(verdict: Verdict) -> Address:
    finding = verdict.finding
    place = (finding.code, str(finding.table), finding.object)
    return (*place, finding.expected, finding.actual)

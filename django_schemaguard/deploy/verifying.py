"""Validate before and after, and tell what is new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.core.fingerprint import fingerprint
from django_schemaguard.core.snapshot import ACTUAL
from django_schemaguard.pipeline import validate
from django_schemaguard.pipeline.taking import take

if TYPE_CHECKING:
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import DatabaseReport, Report, Verdict
    from django_schemaguard.deploy.request import Request

# What is due to the migrations that are there, not to the schema.
_EXPECTED = frozenset({"SG701", "SG702", "SG703", "SG705", "SG708"})


def inspect(request: Request, *, unmade: bool) -> Report:
    """Return what a validation of the whole database finds."""
    return validate([request.alias], replace(request.job, unmade=unmade))


def read_fingerprint(request: Request) -> str:
    """Return the fingerprint of all that the database holds."""
    return fingerprint(take(request.alias, ACTUAL, request.job).schema)


def news(
    before: DatabaseReport, after: DatabaseReport, *, backwards: bool = False
) -> tuple[Verdict, ...]:
    """Return the drift that was not there before; the run has made it.

    A table that the settings alone declare is no promise of the migrations that are
    left, where one that made it was unapplied.
    """
    known = {identity(verdict.finding) for verdict in before.verdicts}
    return tuple(
        verdict
        for verdict in after.verdicts
        if verdict.severity >= Severity.WARNING
        and verdict.finding.code not in _EXPECTED
        and identity(verdict.finding) not in known
        and not (backwards and _is_declared(verdict.finding))
    )


def _is_declared(finding: Finding) -> bool:
    return finding.kind == "missing_table" and finding.table.model is None


def identity(finding: Finding) -> tuple[object, ...]:
    """Return what makes two findings of two comparisons the same."""
    return (
        finding.code,
        str(finding.table),
        finding.object,
        finding.expected,
        finding.actual,
    )

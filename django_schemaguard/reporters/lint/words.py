"""The sentences that reports of linting share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.reporters.words import count

if TYPE_CHECKING:
    from django_schemaguard.core.lint import (
        LintedDatabase,
        LintFinding,
        LintReport,
        Unjudged,
    )
    from django_schemaguard.reporters.look import Marks

WHOLE = "The whole run"
UNSIZED = (
    "No table's size is known, so each severity is the usual one; 'lint' against the"
    " database knows them."
)


def summary(report: LintReport, marks: Marks) -> str:
    """Return one line: the outcome, what was linted, and what was found."""
    unjudged = {code for _, each in report.unjudged for code in each.codes}
    failed = sum(database.error is not None for database in report.databases)
    counts = (
        count(report.count(Severity.ERROR), "error"),
        count(report.count(Severity.WARNING), "warning"),
        count(report.count(Severity.INFO), "info", "info"),
        count(len(unjudged), "rule not judged", "rules not judged"),
        count(report.waived, "waived", "waived"),
        count(failed, "database failed", "databases failed"),
    )
    found = ", ".join(text for text in counts if not text.startswith("0 "))
    outcome, mark = {
        "pass": ("passed", marks.passed),
        "warn": ("passed with warnings", marks.warning),
        "fail": ("failed", marks.error),
    }[report.status]
    line = f"{mark} Migration lint {outcome} ({count(report.migrations, 'migration')})"
    return f"{line}: {found}" if found else line


def heading(migration: str | None) -> str:
    """Return what findings are grouped under."""
    return migration or WHOLE


def place(finding: LintFinding) -> str:
    """Return where a finding is and how large its table, as far as is known."""
    parts = []
    if finding.operation is not None:
        parts.append(f"operation {finding.operation}")
    if finding.rows is not None:
        parts.append(f"about {count(finding.rows, 'row')}")
    return ", ".join(parts)


def advice(finding: LintFinding) -> str:
    """Return migration, message, size and hint as one paragraph."""
    where = ", ".join(filter(None, (heading(finding.migration), place(finding))))
    return f"{finding.message} ({where}) {finding.hint}"


def unjudged(each: Unjudged) -> str:
    """Return which rules could not be judged, and why."""
    where = f" in {each.migration}" if each.migration else ""
    return f"{', '.join(each.codes)}{where}: {each.reason}"


def failure(database: LintedDatabase) -> str:
    """Return what failed on a database that has an error."""
    return f"Migrations could not be linted ({database.alias})"

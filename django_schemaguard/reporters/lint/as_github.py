"""Annotations for GitHub Actions, at the line of each operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.reporters.as_github import LEVELS, command
from django_schemaguard.reporters.lint import words
from django_schemaguard.reporters.look import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.lint import LintFinding, LintReport
    from django_schemaguard.reporters.look import Look


def render(report: LintReport, look: Look) -> str:
    """Return a command for each finding, failure and gap, then the summary."""
    lines = [*_commands(report), words.summary(report, WORDS)]
    return "".join(f"{look.fitted(line)}\n" for line in lines)


def _commands(report: LintReport) -> Iterator[str]:
    for database in report.databases:
        if database.error is not None:
            text = " ".join(filter(None, (database.error, database.hint)))
            yield command("error", text, title=words.failure(database))
        findings = database.judgement.findings
        for finding in sorted(findings, key=lambda each: -each.severity):
            yield _finding(finding)
        for each in database.judgement.unjudged:
            title = f"Not judged ({database.alias})"
            yield command("notice", words.unjudged(each), title=title)


def _finding(finding: LintFinding) -> str:
    place = finding.location
    where = {"file": place.path, "line": str(place.line)} if place else {}
    title = f"{finding.code} {finding.kind} ({finding.database})"
    return command(
        LEVELS[finding.severity], words.advice(finding), **where, title=title
    )

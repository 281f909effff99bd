"""The report for people: grouped by migration, in the order of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.reporters.as_text import STYLES
from django_schemaguard.reporters.lint import words
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    from django_schemaguard.core.lint import LintedDatabase, LintFinding, LintReport
    from django_schemaguard.reporters.look import Look


def render(report: LintReport, look: Look) -> str:
    """Return the report, the summary as its last line."""
    page = Page(look)
    for database in report.databases:
        _database(page, database, many=len(report.databases) > 1)
    page.blank()
    _summary(page, report)
    return page.render()


def render_summary(report: LintReport, look: Look) -> str:
    """Return the summary line alone."""
    page = Page(look)
    _summary(page, report)
    return page.render()


def _summary(page: Page, report: LintReport) -> None:
    style = {"pass": "green", "warn": "yellow", "fail": "bold red"}[report.status]
    page.line((words.summary(report, page.look.marks), style), hang=3)


def _database(page: Page, database: LintedDatabase, *, many: bool) -> None:
    if database.error is not None:
        page.blank()
        failed = words.failure(database)
        page.line((f"{page.look.marks.error} {failed}", "bold red"))
        page.line(database.error, indent=3, hang=2)
        if database.hint:
            page.line(("hint: ", "dim"), database.hint, indent=3, hang=2)
        return
    judged = database.judgement
    if many and (judged.findings or judged.unjudged):
        page.blank()
        page.line((f"Database '{database.alias}'", "bold"))
    if page.look.detail >= 2:
        page.blank()
        page.line(f"Linted ({len(judged.migrations)}):")
        for name in judged.migrations:
            page.line(name, indent=2)
    _findings(page, judged.findings)
    _unjudged(page, database)


def _findings(page: Page, findings: tuple[LintFinding, ...]) -> None:
    groups: dict[str | None, list[LintFinding]] = {}
    for finding in findings:
        groups.setdefault(finding.migration, []).append(finding)
    for migration, found in groups.items():
        page.blank()
        page.line((words.heading(migration), "bold"))
        for finding in sorted(found, key=_by_place):
            _finding(page, finding)


def _by_place(finding: LintFinding) -> tuple[int, str]:
    return (finding.operation or 0, finding.code)


def _finding(page: Page, finding: LintFinding) -> None:
    mark = getattr(page.look.marks, finding.severity.word)
    message = finding.message.removesuffix(".")
    page.line(
        (f"{mark} {message}", STYLES[finding.severity]),
        (f" [{finding.code}]", "dim"),
        indent=2,
        hang=3,
    )
    for label, content in (("at", words.place(finding)), ("hint", finding.hint)):
        if content:
            page.line((f"{label}: ", "dim"), content, indent=5, hang=2)


def _unjudged(page: Page, database: LintedDatabase) -> None:
    judged = database.judgement
    if judged.unjudged:
        page.blank()
        page.line("Not judged:")
        for each in judged.unjudged:
            page.line(words.unjudged(each), indent=2, hang=2)
    if judged.findings and not database.live:
        page.blank()
        page.line(words.UNSIZED)

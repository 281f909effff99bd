"""What `migrate` says to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.commands.plan_text import show_plan
from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.finding import Severity
from django_schemaguard.reporters import as_text as findings_as_text
from django_schemaguard.reporters import words
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    from django_schemaguard.core.report import Report
    from django_schemaguard.deploy.result import Result
    from django_schemaguard.reporters.look import Look

VALIDATE = "'manage.py schemaguard validate'"
_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
}


def as_text(results: tuple[Result, ...], look: Look, *, full: bool) -> str:
    """Return the report for people.

    Args:
        results: One for each database, in their order.
        look: How text may look.
        full: Show how the migrations stand, and the SQL of each.
    """
    page = Page(look)
    for result in results:
        if full and result.plan:
            show_plan(page, result.alias, result.plan)
        _lint(page, result)
        _end(page, result)
    text = page.render()
    for result in results:
        if result.report is not None:
            text += _validation(result.report, look, failed=bool(result.exit_code))
    return text


def _validation(report: Report, look: Look, *, failed: bool) -> str:
    """Return what the validation found; briefly where none of it is from the run."""
    if failed or report.status != "fail":
        return findings_as_text.render(report, look)
    page = Page(look)
    page.line(
        (f"{look.marks.warning} {words.older(report)}", "yellow"),
        f" Run {completed(VALIDATE, report.databases[0].alias)} to see it.",
        hang=3,
    )
    return page.render()


def _end(page: Page, result: Result) -> None:
    marks = page.look.marks
    if not result.exit_code:
        page.line((f"{marks.passed} {outcome(result)}", "green"), hang=3)
        return
    failed = f"{marks.error} {result.message}"
    if result.status in {"failed_clean", "reverted", "needs_resume", "revert_blocked"}:
        what = "unapply" if result.backwards else "apply pending"
        page.line((f"{marks.error} Failed to {what} migrations", "bold red"))
        failed = f"   {result.message}"
    page.line((failed, "bold red"), hang=3)
    if result.hint:
        page.line(result.advice, indent=3, hang=2)
    stands = result.exit_code in {1, 4}  # Else there is nothing to restore.
    if result.backup is not None and stands:
        page.line(f"Restore the backup with: {result.backup.restore}", indent=3, hang=2)


def outcome(result: Result) -> str:
    """Return how a run ended that went well."""
    where = f"database '{result.alias}'"
    took = f"{result.seconds:.2f} s"
    match result.status:
        case "planned":
            return f"{due(result)} on {where} ({took})"
        case "unchanged":
            return f"No migrations to apply to {where} ({took})"
        case _ if result.fake:
            count = words.count(len(result.applied), "migration")
            how = "unapplied" if result.backwards else "applied"
            return f"Recorded {count} of {where} as {how} (run {result.run}, {took})"
        case _ if result.backwards or result.status == "undone":
            names = result.put_back or result.applied
            undone = words.count(len(names), "migration")
            return f"Unapplied {undone} of {where} (run {result.run}, {took})"
        case _:
            done = words.count(len(result.applied), "migration")
            return f"Migrated {where} ({done}, run {result.run}, {took})"


def due(result: Result) -> str:
    """Return how many migrations wait for a run."""
    count = len(result.plan.migrations) if result.plan else 0
    if not count:
        return "No migrations due"
    what = "to unapply" if result.backwards else "due"
    return f"{words.count(count, 'migration')} {what}"


def _lint(page: Page, result: Result) -> None:
    for finding in result.lint:
        if page.look.detail < 2 and finding.severity is Severity.INFO:
            continue
        # What may pass is no more than a warning.
        severity = min(finding.severity, Severity.WARNING)
        if finding in result.refused:
            severity = Severity.ERROR
        mark = getattr(page.look.marks, severity.word)
        where = f"{finding.migration}: " if finding.migration else ""
        page.line(
            (f"{mark} {finding.code} ", _STYLES[severity]),
            f"{where}{finding.message}",
            hang=3,
        )
        page.line(completed(finding.hint, result.alias), indent=3, hang=2)

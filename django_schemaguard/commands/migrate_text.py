"""What `migrate` says to people."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.finding import Severity
from django_schemaguard.reporters import as_text as findings_as_text
from django_schemaguard.reporters import words
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.report import Report
    from django_schemaguard.deploy.planning import MigratePlan, PlannedMigration
    from django_schemaguard.deploy.result import Result
    from django_schemaguard.deploy.status import Status
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
            _plan(page, result.alias, result.plan)
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
        page.line((f"{marks.error} Failed to apply pending migrations", "bold red"))
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
            count = len(result.plan.migrations) if result.plan else 0
            return f"{words.count(count, 'migration')} due on {where} ({took})"
        case "unchanged":
            return f"No migrations to apply to {where} ({took})"
        case "undone":
            undone = words.count(len(result.put_back), "migration")
            return f"Unapplied {undone} of {where} (run {result.run}, {took})"
        case _:
            done = words.count(len(result.applied), "migration")
            return f"Migrated {where} ({done}, run {result.run}, {took})"


def _plan(page: Page, alias: str, plan: MigratePlan) -> None:
    page.blank()
    page.line((f"Database '{alias}'", "bold"))
    for name, listed in _standing(plan.status):
        page.line(f"{name}: {', '.join(listed)}", indent=2, hang=2)
    if plan.journal:
        made = ", ".join(plan.journal)
        page.line(f"The journal's tables are made first: {made}", indent=2, hang=2)
    if plan.migrations and plan.revertible:
        page.line("A failed run would be put back.", indent=2)
    if plan.no_return is not None:
        said = f"A failed run would be put back until {plan.no_return.clause}."
        page.line(said, indent=2, hang=2)
    for migration in plan.migrations:
        page.blank()
        _migration(page, migration)
    page.blank()


def _standing(status: Status) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows = (
        ("pending", status.pending),
        ("unknown", status.unknown),
        ("out of order", tuple(f"{a} before {b}" for a, b in status.out_of_order)),
        (
            "conflicting",
            tuple(f"{app}.{n}" for app, names in status.conflicting for n in names),
        ),
        ("partly squashed", status.partly_squashed),
        ("fake-applied", status.fake_applied),
        ("half done", status.half_done),
        ("unmade", status.unmade),
    )
    return ((name, listed) for name, listed in rows if listed)


def _migration(page: Page, migration: PlannedMigration) -> None:
    facts = [
        "unapply" if migration.backwards else "apply",
        *([f"{migration.stage} deploy"] if migration.stage else []),
        *([] if migration.atomic else ["not atomic"]),
    ]
    page.line((migration.name, "bold"), f" ({', '.join(facts)})", indent=2)
    if migration.problem:
        for operation in migration.operations:
            page.line(operation, indent=4, hang=2)
        page.line(f"SQL not known: {migration.problem}", indent=4, hang=2)
    for statement in migration.sql:
        for line in dedent(statement).strip().splitlines():
            if line != "--":
                page.line(line, indent=4, hang=2)


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

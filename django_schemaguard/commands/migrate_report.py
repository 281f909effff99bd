"""What `migrate` says: for people, and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import django

from django_schemaguard import __version__
from django_schemaguard.core.finding import Severity
from django_schemaguard.reporters import as_json as findings_as_json
from django_schemaguard.reporters import as_text as findings_as_text
from django_schemaguard.reporters import words
from django_schemaguard.reporters.look import Look
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.lint import LintFinding
    from django_schemaguard.deploy.planning import MigratePlan, PlannedMigration
    from django_schemaguard.deploy.result import Result
    from django_schemaguard.deploy.status import Status

FORMAT = 1
_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
}


def plain() -> Look:
    """Return how text looks in a file."""
    return Look()


def due(result: Result) -> Result:
    """Return the result of `--check`: 1 where migrations are due.

    One that would be refused keeps its exit code, and its reason.
    """
    count = len(result.plan.migrations) if result.plan else 0
    if not count or result.exit_code:
        return result
    return replace(
        result,
        exit_code=1,
        message=f"{words.count(count, 'migration')} due.",
        hint="Run 'manage.py schemaguard migrate'.",
    )


def summary(result: Result) -> str:
    """Return one line, for callers that get an exception instead of a code."""
    return "\n".join(filter(None, (result.message or _outcome(result), result.hint)))


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
            text += findings_as_text.render(result.report, look)
    return text


def _end(page: Page, result: Result) -> None:
    marks = page.look.marks
    if not result.exit_code:
        page.line((f"{marks.passed} {_outcome(result)}", "green"), hang=3)
        return
    failed = f"{marks.error} {result.message}"
    if result.status in {"failed_clean", "reverted", "needs_resume", "revert_blocked"}:
        page.line((f"{marks.error} Failed to apply pending migrations", "bold red"))
        failed = f"   {result.message}"
    page.line((failed, "bold red"), hang=3)
    if result.hint:
        page.line(result.hint, indent=3, hang=2)
    if result.backup is not None:
        page.line(f"Restore the backup with: {result.backup.restore}", indent=3, hang=2)


def _outcome(result: Result) -> str:
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
        mark = {
            Severity.ERROR: page.look.marks.error,
            Severity.WARNING: page.look.marks.warning,
            Severity.INFO: page.look.marks.info,
        }[finding.severity]
        where = f"{finding.migration}: " if finding.migration else ""
        page.line(
            (f"{mark} {finding.code} ", _STYLES[finding.severity]),
            f"{where}{finding.message}",
            hang=3,
        )
        page.line(finding.hint, indent=3, hang=2)


def as_json(results: tuple[Result, ...], mode: str) -> str:
    """Return the document for programs; ASCII only."""
    document = {
        "format": FORMAT,
        "schemaguard": __version__,
        "django": django.get_version(),
        "mode": mode,
        "exit_code": results[-1].exit_code,
        "databases": [_document(result) for result in results],
    }
    return json.dumps(document, indent=2) + "\n"


def _document(result: Result) -> dict[str, Any]:
    backup = result.backup
    return {
        "alias": result.alias,
        "status": result.status,
        "exit_code": result.exit_code,
        "run": result.run,
        "message": result.message or None,
        "hint": result.hint or None,
        "seconds": round(result.seconds, 3),
        "applied": result.applied,
        "put_back": result.put_back,
        "plan": _plan_document(result.plan) if result.plan else None,
        "lint": [_lint_document(finding) for finding in result.lint],
        "backup": backup
        and {"path": str(backup.path), "sha256": backup.sha256, "size": backup.size},
        "drift": [verdict.finding.message for verdict in result.news],
        "validation": result.report and findings_as_json.document(result.report),
    }


def _plan_document(plan: MigratePlan) -> dict[str, Any]:
    status = plan.status
    return {
        "hash": plan.hash,
        "vendor": plan.vendor,
        "revertible": plan.revertible,
        "obstacles": [str(obstacle) for obstacle in plan.obstacles],
        "status": {
            "pending": status.pending,
            "unknown": status.unknown,
            "out_of_order": status.out_of_order,
            "conflicting": dict(status.conflicting),
            "partly_squashed": status.partly_squashed,
            "fake_applied": status.fake_applied,
            "half_done": status.half_done,
            "unmade": status.unmade,
        },
        "migrations": [
            {
                "name": migration.name,
                "backwards": migration.backwards,
                "atomic": migration.atomic,
                "stage": migration.stage or None,
                "operations": migration.operations,
                "sql": migration.sql,
                "problem": migration.problem or None,
            }
            for migration in plan.migrations
        ],
    }


def _lint_document(finding: LintFinding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "kind": finding.kind,
        "severity": finding.severity.word,
        "migration": finding.migration,
        "operation": finding.operation,
        "message": finding.message,
        "hint": finding.hint,
        "destructive": finding.destructive,
    }

"""What `migrate` says to programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import django

from django_schemaguard import __version__
from django_schemaguard.commands.subcommand import worst
from django_schemaguard.reporters import as_json as findings_as_json

if TYPE_CHECKING:
    from django_schemaguard.core.lint import LintFinding
    from django_schemaguard.deploy.planning import MigratePlan
    from django_schemaguard.deploy.result import Result

FORMAT = 1


def as_json(results: tuple[Result, ...], mode: str) -> str:
    """Return the document for programs; ASCII only."""
    document = {
        "format": FORMAT,
        "schemaguard": __version__,
        "django": django.get_version(),
        "mode": mode,
        "exit_code": worst({result.exit_code for result in results}),
        "databases": [as_document(result) for result in results],
    }
    return json.dumps(document, indent=2) + "\n"


def as_document(result: Result) -> dict[str, Any]:
    """Return how it went on one database as plain values."""
    backup = result.backup
    return {
        "alias": result.alias,
        "status": result.status,
        "exit_code": result.exit_code,
        "run": result.run,
        "message": result.message or None,
        "hint": result.advice or None,
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
        "journal": plan.journal,
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

"""The report for programs: the document that `lint-1.schema.json` describes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import django

from django_schemaguard import __version__
from django_schemaguard.core.finding import Severity

if TYPE_CHECKING:
    from django_schemaguard.core.lint import LintedDatabase, LintFinding, LintReport
    from django_schemaguard.reporters.look import Look

FORMAT = 1


def render(report: LintReport, look: Look) -> str:  # noqa: ARG001
    """Return the document; ASCII only, so every stream and log can take it."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: LintReport) -> dict[str, Any]:
    """Return the document as plain values."""
    return {
        "format": FORMAT,
        "schemaguard": __version__,
        "django": django.get_version(),
        "mode": report.mode,
        "databases": [_database(database) for database in report.databases],
        "summary": {
            "status": report.status,
            **{s.word: report.count(s) for s in sorted(Severity, reverse=True)},
            "unjudged": len(report.unjudged),
            "waived": report.waived,
        },
        "findings": [finding_document(finding) for finding in report.findings],
        "unjudged": [
            {
                "database": alias,
                "codes": list(each.codes),
                "migration": each.migration or None,
                "reason": each.reason,
            }
            for alias, each in report.unjudged
        ],
    }


def _database(database: LintedDatabase) -> dict[str, Any]:
    return {
        "alias": database.alias,
        "vendor": database.vendor,
        "live": database.live,
        "migrations": list(database.judgement.migrations),
        "error": database.error,
        "hint": database.hint or None,
    }


def finding_document(finding: LintFinding) -> dict[str, Any]:
    """Return one finding as plain values, named as those of `validate` are."""
    table = finding.table
    return {
        "code": finding.code,
        "kind": finding.kind,
        "severity": finding.severity.word,
        "database": finding.database,
        "migration": finding.migration,
        "operation": finding.operation,
        "table": table.name if table else None,
        "object": finding.object,
        "model": table.model if table else None,
        "rows": finding.rows,
        "destructive": finding.destructive,
        "effect": finding.effect,
        "message": finding.message,
        "hint": finding.hint,
    }

"""The report for programs: the document that `validate-1.schema.json` describes."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

import django

from django_schemaguard import __version__
from django_schemaguard.core.finding import Severity

if TYPE_CHECKING:
    from django_schemaguard.core.ledger import Entry
    from django_schemaguard.core.report import (
        Accepted,
        DatabaseReport,
        Report,
        Verdict,
    )
    from django_schemaguard.reporters.look import Look

FORMAT = 1


def render(report: Report, look: Look) -> str:  # noqa: ARG001
    """Return the document; ASCII only, so every stream and log can take it."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """Return the document as plain values."""
    return {
        "format": FORMAT,
        "schemaguard": __version__,
        "django": django.get_version(),
        "mode": report.mode,
        **({} if report.against is None else {"against": report.against}),
        "databases": [_database(database) for database in report.databases],
        "summary": {
            "status": report.status,
            **{s.word: report.count(s) for s in sorted(Severity, reverse=True)},
            "skipped": len(report.skipped),
            "waived": report.waived,
            "known": report.known,
            "vanished": len(report.vanished),
        },
        "findings": [_finding(verdict) for verdict in report.findings],
        "skipped": [
            {
                "database": alias,
                "table": skip.table,
                "object": skip.object,
                "reason": skip.reason,
            }
            for alias, skip in report.skipped
        ],
        "vanished": [_vanished(accepted) for accepted in report.vanished],
    }


def _database(database: DatabaseReport) -> dict[str, Any]:
    return {
        "alias": database.alias,
        "vendor": database.vendor,
        "server_version": database.server_version,
        "reachable": database.reachable,
        "tables": database.tables,
        "queries": database.queries,
        "seconds": round(database.seconds, 3),
        "fingerprint": {
            "expected": database.expected_fingerprint,
            "actual": database.actual_fingerprint,
        },
        "error": database.error,
        "hint": database.hint or None,
        **({"schemas": list(database.schemas)} if database.schemas else {}),
        **({"shards": list(database.shards)} if database.shards else {}),
    }


def _vanished(accepted: Accepted) -> dict[str, Any]:
    return {
        "database": accepted.database,
        "code": accepted.code,
        "schema": accepted.schema or None,
        "table": accepted.table,
        "object": accepted.object or None,
    }


def _finding(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    return {
        "code": finding.code,
        "kind": finding.kind,
        "severity": verdict.severity.word,
        "database": verdict.database,
        "schema": finding.table.namespace,
        "table": finding.table.name,
        "object": finding.object,
        "model": finding.table.model,
        "field": finding.field,
        "expected": finding.expected,
        "actual": finding.actual,
        "cause": verdict.cause.value,
        "migration": verdict.migration,
        "effect": finding.effect_text,
        "message": verdict.message,
        "hint": verdict.hint,
        "fixable": finding.fixable,
        **provenance(verdict),
    }


def provenance(verdict: Verdict) -> dict[str, Any]:
    """Return the member that is there only where a ledger tells."""
    told = verdict.provenance
    if told is None:
        return {}
    return {"provenance": {**entry(told.entry), "exact": told.exact}}


def entry(change: Entry) -> dict[str, Any]:
    """Return an entry of the ledger as plain values."""
    return {
        "at": change.at.astimezone(UTC).isoformat(),
        "role": change.role,
        "login": change.login,
        "application": change.application or None,
        "client": change.client,
        "command": change.command,
        "dropped": change.dropped,
        "object_type": change.type or None,
        "object": change.identity or None,
        "statement": change.statement,
        "transaction": change.transaction,
        "run": change.run or None,
    }

"""Health for programs, in the shape of application/health+json.

Source: IETF draft-inadarei-api-health-check-06.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.finding import Severity
from django_schemaguard.health.status import Status, count
from django_schemaguard.reporters import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django_schemaguard.core.report import Verdict
    from django_schemaguard.health.journal import Journal, PastRun
    from django_schemaguard.health.status import DatabaseHealth, Health


def public(health: Health) -> str:
    """Return what everybody may see: no table, host, version or driver's words."""
    return _dumps(public_document(health))


def public_document(health: Health) -> dict[str, Any]:
    """Return statuses, counts and codes as plain values."""
    return {
        "status": health.status.value,
        "time": _time(health.at),
        "checks": {
            name: [check]
            for database in health.databases
            for name, check in _checks(database)
        },
    }


def detailed(health: Health) -> str:
    """Return all that is known; for those who may see it."""
    return _dumps(detailed_document(health))


def detailed_document(health: Health) -> dict[str, Any]:
    """Return the public document and the validation's, with what each lacks."""
    validation = as_json.document(health.report)
    return {
        **public_document(health),
        "version": validation["schemaguard"],
        "django": validation["django"],
        "mode": health.mode,
        "databases": [_database(database) for database in health.databases],
        "summary": validation["summary"],
        "findings": validation["findings"],
        "skipped": validation["skipped"],
    }


def _database(database: DatabaseHealth) -> dict[str, Any]:
    report, ping = database.report, database.ping
    return {
        "alias": database.alias,
        "vendor": ping.server if ping else None,
        "server_version": report.server_version if report else None,
        "status": database.status.value,
        "connection": {
            "status": database.connection.value,
            "time": _time(ping.at) if ping else None,
            "connect_ms": milliseconds(ping.connecting) if ping else None,
            "latency_ms": milliseconds(ping.latency) if ping else None,
            "error": database.connection_error,
        },
        "schema": _schema(database),
        "migrations": {
            "status": database.migrations.value,
            "pending": list(database.pending),
        },
        "fixes_applied": _fixes(database.journal),
        "runs": [_run(run) for run in database.journal.runs]
        if database.journal
        else [],
        "schema_versions": _versions(database.journal),
        "queries": _queries(database.journal),
    }


def _schema(database: DatabaseHealth) -> dict[str, Any]:
    report, inspection = database.report, database.inspection
    return {
        "status": database.schema.value,
        "time": _time(inspection.at) if inspection else None,
        "tables": report.tables if report else None,
        "queries": report.queries if report else None,
        "seconds": round(inspection.seconds, 3) if inspection else None,
        "fingerprint": {
            "expected": report.expected_fingerprint if report else None,
            "actual": report.actual_fingerprint if report else None,
        },
        "error": database.schema_error,
        "hint": database.schema_hint or None,
    }


def _fixes(journal: Journal | None) -> dict[str, Any] | None:
    if journal is None:
        return None
    return {
        "total": journal.fixes,
        "last": [
            {
                "run": fix.run,
                "kind": fix.kind,
                "object": fix.subject,
                "time": _time(fix.at) if fix.at else None,
            }
            for fix in journal.last_fixes
        ],
    }


def _run(run: PastRun) -> dict[str, Any]:
    return {
        "run": run.number,
        "command": run.command,
        "status": run.status,
        "steps": run.steps,
        "started": _time(run.started),
        "finished": _time(run.finished) if run.finished else None,
    }


def _versions(journal: Journal | None) -> list[dict[str, Any]]:
    return [
        {
            "fingerprint": version.fingerprint,
            "source": version.source,
            "migrations": version.migrations,
            "time": _time(version.at),
        }
        for version in (journal.versions if journal else ())
    ]


def _queries(journal: Journal | None) -> dict[str, Any] | None:
    costs = journal.costs if journal else None
    if costs is None:
        return None
    return {
        "version": costs.version,
        "source": costs.source,
        "since": _time(costs.since),
        "slower": list(costs.slower),
    }


def _checks(database: DatabaseHealth) -> Iterator[tuple[str, dict[str, Any]]]:
    ping, inspection = database.ping, database.inspection
    yield (
        f"{database.alias}:connection",
        {
            "componentType": "datastore",
            "status": database.connection.value,
            **_observed(None if ping is None else milliseconds(ping.latency), "ms"),
            **({"time": _time(ping.at)} if ping else {}),
            **_output(database.connection, "The database does not answer."),
        },
    )
    at = {"time": _time(inspection.at)} if inspection else {}
    known = inspection is not None and inspection.is_answer
    yield (
        f"{database.alias}:schema",
        {
            "componentType": "datastore",
            "status": database.schema.value,
            **_observed(_serious(database.issues) if known else None, "issues"),
            **at,
            **_output(database.schema, _codes(database.issues, known=known)),
        },
    )
    yield (
        f"{database.alias}:migrations",
        {
            "componentType": "datastore",
            "status": database.migrations.value,
            **_observed(len(database.pending) if known else None, "pending"),
            **at,
            **_output(
                database.migrations, _codes(database.migration_issues, known=known)
            ),
        },
    )


def milliseconds(seconds: float | None) -> float | None:
    """Return a time in thousandths of a second; None for None."""
    return None if seconds is None else round(seconds * 1000, 3)


def _observed(value: float | None, unit: str) -> dict[str, Any]:
    return {} if value is None else {"observedValue": value, "observedUnit": unit}


def _output(status: Status, text: str) -> dict[str, str]:
    return {} if status is Status.PASS else {"output": text}


def _serious(verdicts: Iterable[Verdict]) -> int:
    verdicts = tuple(verdicts)
    return count(verdicts, Severity.ERROR) + count(verdicts, Severity.WARNING)


def _codes(verdicts: Iterable[Verdict], *, known: bool) -> str:
    """Return the codes of the errors and warnings, such as "SG101 SG301"."""
    if not known:
        return "Not validated."
    serious = (v for v in verdicts if v.severity > Severity.INFO)
    codes = sorted({verdict.finding.code for verdict in serious})
    return " ".join(codes) or "Not all could be compared."


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _dumps(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2) + "\n"

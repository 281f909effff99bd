"""Health for programs, in the shape of application/health+json.

Source: IETF draft-inadarei-api-health-check-06.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.finding import Severity
from django_schemaguard.health.status import Status, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django_schemaguard.core.report import Verdict
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

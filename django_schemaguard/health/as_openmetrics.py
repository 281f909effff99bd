"""Health for Prometheus, as OpenMetrics 1.0: counts, and no name but the aliases.

The first three families have the names that django-health-check gives its own.

Source: OpenMetrics specification 1.0, "ABNF" and "Counter".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.core.finding import Severity
from django_schemaguard.health.status import Status, count

if TYPE_CHECKING:
    from django_schemaguard.health.status import DatabaseHealth, Health

Sample: TypeAlias = tuple[dict[str, str], float]


def public(health: Health) -> str:
    """Return every family of metrics, ended as the format wants it."""
    lines = [line for family in _families(health) for line in family]
    return "\n".join((*lines, "# EOF", ""))


def _families(health: Health) -> Iterator[Iterator[str]]:
    healthy: list[Sample] = [({}, float(health.status is not Status.FAIL))]
    yield _gauge(
        "django_health_check_status",
        "Whether a check passes, with warnings or without.",
        _of_checks(health, lambda _, status: float(status is not Status.FAIL)),
    )
    yield _gauge(
        "django_health_check_overall_status", "Whether all checks pass.", healthy
    )
    yield _gauge(
        "schemaguard_database_up",
        "Whether the database answers.",
        _of_databases(health, lambda d: float(d.connection is Status.PASS)),
    )
    yield _gauge(
        "schemaguard_database_latency_seconds",
        "Time of one round trip to the database.",
        _of_databases(health, lambda d: d.ping.latency if d.ping else None),
    )
    yield _gauge("schemaguard_schema_issues", "Findings.", _issues(health))
    yield _gauge(
        "schemaguard_unapplied_migrations",
        "Migrations that wait to be applied.",
        _of_databases(health, lambda d: len(d.pending) if d.report else None),
    )
    yield _counter(
        "schemaguard_fixes_applied",
        "Repairs that the journal holds.",
        _of_databases(health, lambda d: d.journal.fixes if d.journal else None),
    )
    yield _gauge(
        "schemaguard_slower_statements",
        "Statements that cost more since the schema changed.",
        _of_databases(health, _slower),
    )
    yield _gauge(
        "schemaguard_check_duration_seconds",
        "How long the last validation took.",
        _of_databases(health, lambda d: d.inspection.seconds if d.inspection else None),
    )
    yield _gauge(
        "schemaguard_last_check_timestamp_seconds",
        "When the last validation ended.",
        _of_databases(
            health, lambda d: d.inspection.at.timestamp() if d.inspection else None
        ),
    )


def _slower(database: DatabaseHealth) -> float | None:
    costs = database.journal.costs if database.journal else None
    return None if costs is None else len(costs.slower)


def _of_databases(
    health: Health, value: Callable[[DatabaseHealth], float | None]
) -> Iterator[Sample]:
    """Yield a sample for each database of which the value is known."""
    for database in health.databases:
        found = value(database)
        if found is not None:
            yield {"database": database.alias}, found


def _of_checks(
    health: Health, value: Callable[[DatabaseHealth, Status], float]
) -> Iterator[Sample]:
    for database in health.databases:
        for check, status in (
            ("ConnectionCheck", database.connection),
            ("SchemaCheck", database.schema),
            ("MigrationsCheck", database.migrations),
        ):
            labels = {"check": check, "alias": database.alias}
            yield labels, value(database, status)


def _issues(health: Health) -> Iterator[Sample]:
    for database in health.databases:
        if database.report is None:
            continue
        found = (*database.issues, *database.migration_issues)
        for severity in sorted(Severity, reverse=True):
            labels = {"database": database.alias, "severity": severity.word}
            yield labels, count(found, severity)


def _gauge(
    name: str, text: str, samples: Iterator[Sample] | list[Sample]
) -> Iterator[str]:
    yield from (f"# TYPE {name} gauge", f"# HELP {name} {text}")
    for labels, value in samples:
        yield f"{name}{_labels(labels)} {value:.15g}"


def _counter(name: str, text: str, samples: Iterator[Sample]) -> Iterator[str]:
    yield from (f"# TYPE {name} counter", f"# HELP {name} {text}")
    for labels, value in samples:
        yield f"{name}_total{_labels(labels)} {value:.15g}"


def _labels(labels: dict[str, str]) -> str:
    told = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

"""Checks for a `HealthCheckView` of a project's own.

They share what the health URLs know, so that asking often costs the databases
nothing, and none of them can hang. django-health-check shows a check by its repr and
takes equal ones for one, so the alias is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS
from health_check.base import HealthCheck  # type: ignore[import-untyped]
from health_check.exceptions import (  # type: ignore[import-untyped]
    ServiceUnavailable,
    ServiceWarning,
)

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Severity
from django_schemaguard.health import snapshots
from django_schemaguard.health.status import Status, count

if TYPE_CHECKING:
    from django_schemaguard.core.report import Verdict


@dataclass
class ConnectionCheck(HealthCheck):  # type: ignore[misc]  # Untyped.
    """Whether a database answers."""

    alias: str = DEFAULT_DB_ALIAS

    @override
    def run(self) -> None:
        """Raise where it does not."""
        if not snapshots.answers(self.alias):
            raise ServiceUnavailable("The database does not answer.")


@dataclass
class SchemaCheck(HealthCheck):  # type: ignore[misc]  # Untyped.
    """Whether a database has the schema that its migrations promise."""

    alias: str = DEFAULT_DB_ALIAS

    @override
    def run(self) -> None:
        """Raise a warning or a failure with counts, and no name."""
        database = snapshots.database_health(self.alias)
        _require_answer(database.connection)
        known = database.inspection is not None and database.inspection.is_answer
        _judge(database.schema, database.issues, known=known)


@dataclass
class MigrationsCheck(HealthCheck):  # type: ignore[misc]  # Untyped.
    """Whether the migrations of a database are applied, and consistent."""

    alias: str = DEFAULT_DB_ALIAS

    @override
    def run(self) -> None:
        """Raise a warning for what is pending, and a failure for what is broken."""
        database = snapshots.database_health(self.alias)
        _require_answer(database.connection)
        known = database.report is not None
        _judge(database.migrations, database.migration_issues, known=known)


def _require_answer(connection: Status) -> None:
    if connection is Status.FAIL:
        raise ServiceUnavailable("The database does not answer.")


def _judge(status: Status, verdicts: Iterable[Verdict], *, known: bool) -> None:
    if not known:
        raise ServiceUnavailable("The schema could not be validated.")
    verdicts = tuple(verdicts)
    told = f"{count(verdicts, Severity.ERROR)} errors, "
    told += f"{count(verdicts, Severity.WARNING)} warnings."
    if status is Status.FAIL:
        raise ServiceUnavailable(told)
    if status is Status.WARN:
        raise ServiceWarning(told)

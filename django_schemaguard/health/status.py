"""What is known of the databases, as values that every format renders."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.core.report import DatabaseReport, Report

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django_schemaguard.core.report import Verdict
    from django_schemaguard.health.journal import Journal

_MIGRATIONS = "SG7"
_PENDING = "migration_unapplied"
NO_ANSWER = "It did not answer in time."


class Status(StrEnum):
    """How a thing is; the words of application/health+json."""

    PASS = "pass"  # noqa: S105  Not a password.
    WARN = "warn"
    FAIL = "fail"


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst; PASS where there is none."""
    return max(statuses, key=list(Status).index, default=Status.PASS)


@dataclass(frozen=True, slots=True)
class Ping:
    """Whether a database answers.

    Attributes:
        server: What it runs on, such as "postgresql"; "" where not known.
        connecting: Seconds until the connection stood; None where it did not.
        latency: Seconds of one round trip; None where none was made.
        error: What the driver said, for those who may see it; None where it works.
        at: When it was measured.
    """

    server: str
    connecting: float | None
    latency: float | None
    error: str | None
    at: datetime

    @property
    def status(self) -> Status:
        """PASS or FAIL."""
        return Status.PASS if self.error is None else Status.FAIL


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a validation found.

    Attributes:
        report: None where it could not be made at all.
        problem: Why not, for those who may see it.
        hint: What to do about that.
        seconds: How long it took.
        journal: What was done to the database; None where it holds no journal.
    """

    report: DatabaseReport | None
    problem: str | None
    hint: str
    seconds: float
    at: datetime
    journal: Journal | None = None

    @property
    def is_answer(self) -> bool:
        """Whether the database was read, so that the verdict is worth keeping."""
        return self.report is not None and self.report.error is None


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """One database.

    Attributes:
        ping: None where none has come back in time.
        inspection: The last one; None where none has come back in time.
    """

    alias: str
    ping: Ping | None
    inspection: Inspection | None

    @property
    def connection(self) -> Status:
        """How the connection is."""
        return Status.FAIL if self.ping is None else self.ping.status

    @property
    def schema(self) -> Status:
        """How the tables, columns, constraints and the rest are."""
        report = self.report
        if report is None or report.error is not None:
            return Status.FAIL
        unsure = any(skip.table and not skip.object for skip in report.skips)
        return worst((_status(self.issues), Status.WARN if unsure else Status.PASS))

    @property
    def migrations(self) -> Status:
        """How the record of migrations is; what waits to be applied is a WARN."""
        return Status.FAIL if self.report is None else _status(self.migration_issues)

    @property
    def status(self) -> Status:
        """The worst of the three."""
        return worst((self.connection, self.schema, self.migrations))

    @property
    def connection_error(self) -> str | None:
        """Why it does not answer, for those who may see it."""
        return NO_ANSWER if self.ping is None else self.ping.error

    @property
    def schema_error(self) -> str | None:
        """Why the schema is not known, for those who may see it."""
        if self.inspection is None:
            return "It has not been validated yet."
        return self.inspection.problem or (self.report.error if self.report else None)

    @property
    def schema_hint(self) -> str:
        """What to do about that; "" where there is nothing to say."""
        if self.inspection is None:
            return ""
        return self.inspection.hint or (self.report.hint if self.report else "")

    @property
    def issues(self) -> tuple[Verdict, ...]:
        """The findings, but for those about migrations."""
        return tuple(v for v in self._verdicts if not _is_about_migrations(v))

    @property
    def migration_issues(self) -> tuple[Verdict, ...]:
        """The findings about migrations."""
        return tuple(filter(_is_about_migrations, self._verdicts))

    @property
    def pending(self) -> tuple[str, ...]:
        """The migrations that wait to be applied, as "app.name"."""
        return tuple(
            verdict.finding.object or ""
            for verdict in self._verdicts
            if verdict.finding.kind == _PENDING
        )

    @property
    def report(self) -> DatabaseReport | None:
        """The last validation; None where there was none."""
        return self.inspection.report if self.inspection else None

    @property
    def standing(self) -> DatabaseReport:
        """The last validation, with the error that hinders one now."""
        server = self.ping.server if self.ping else ""
        report = self.report or DatabaseReport(
            self.alias, server, None, reachable=True, hint=self.schema_hint
        )
        if self.connection is Status.FAIL:
            report = replace(report, reachable=False, error=self.connection_error)
        return replace(report, error=report.error or self.schema_error)

    @property
    def journal(self) -> Journal | None:
        """What was done to it; None where that is not known."""
        return self.inspection.journal if self.inspection else None

    @property
    def _verdicts(self) -> tuple[Verdict, ...]:
        return self.report.verdicts if self.report else ()


@dataclass(frozen=True, slots=True)
class Health:
    """All guarded databases.

    Attributes:
        at: When it was put together.
        mode: "production" or "development".
    """

    at: datetime
    mode: str
    databases: tuple[DatabaseHealth, ...] = field(default=())

    @property
    def status(self) -> Status:
        """The worst of all."""
        return worst(database.status for database in self.databases)

    @property
    def report(self) -> Report:
        """The last validations as one report, which fails where a database is down."""
        return Report(self.mode, tuple(each.standing for each in self.databases))


def count(verdicts: Iterable[Verdict], severity: Severity) -> int:
    """Return how many are of this severity."""
    return sum(verdict.severity is severity for verdict in verdicts)


def _is_about_migrations(verdict: Verdict) -> bool:
    return verdict.finding.code.startswith(_MIGRATIONS)


def _status(verdicts: Iterable[Verdict]) -> Status:
    severity = max((verdict.severity for verdict in verdicts), default=Severity.INFO)
    return {
        Severity.INFO: Status.PASS,
        Severity.WARNING: Status.WARN,
        Severity.ERROR: Status.FAIL,
    }[severity]

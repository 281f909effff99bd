"""What keeps a process from starting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.conf import Settings, Startup
from django_schemaguard.core.finding import Effect, Severity
from django_schemaguard.core.rules import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.report import Report, Verdict

# Kinds by which a table cannot be queried at all.
_NO_TABLE = frozenset({"missing_table", "migration_table_missing", "wrong_schema"})
_NOT_COMPARED = frozenset({"unreachable", "unsupported_server"})


def refusal(report: Report, settings: Settings, *, whole: bool) -> str:
    """Return why the process must not start, as the end of a line; "" if it may.

    Args:
        report: Of the databases of which there is one.
        settings: With STARTUP, ABORT_IF_UNREACHABLE and the mode.
        whole: Whether every database could be validated.
    """
    if settings.startup is Startup.WARN:
        return ""
    if any(_forbid(report.findings, settings)):
        return "the database schema is not what the application needs"
    if settings.abort_if_unreachable and not whole:
        return "the database could not be validated"
    return ""


def _forbid(verdicts: Iterable[Verdict], settings: Settings) -> Iterable[bool]:
    for verdict in verdicts:
        kind = verdict.finding.kind
        if verdict.severity < Severity.ERROR or kind in _NOT_COMPARED:
            continue
        if settings.startup is Startup.STRICT:
            yield True
        elif settings.mode is Mode.PRODUCTION:
            yield kind in _NO_TABLE and verdict.finding.effect is Effect.QUERIES_FAIL

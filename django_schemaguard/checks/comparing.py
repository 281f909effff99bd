"""What a validation finds, as messages of the system check framework."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.core import checks

from django_schemaguard.conf import get_settings
from django_schemaguard.conf.databases import guarded_aliases
from django_schemaguard.conf.surroundings import in_tests
from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.exceptions import BadSettings, SchemaguardError
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.pipeline.frozen import read_frozen
from django_schemaguard.reporters import words
from django_schemaguard.reporters.pending import by_app, names_of, together

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.checks import CheckMessage

    from django_schemaguard.conf import Settings
    from django_schemaguard.core.report import DatabaseReport, Report, Verdict

NOT_COMPARED = "schemaguard.W001"
_OF_SETTINGS = "SG9"
_KINDS = {
    Severity.ERROR: (checks.Error, "E"),
    Severity.WARNING: (checks.Warning, "W"),
    Severity.INFO: (checks.Info, "I"),
}


def compare(databases: Iterable[str] | None) -> list[CheckMessage]:
    """Return a message for each finding; one for pending migrations.

    `manage.py check` tells all, by severity. Any other command, such as `migrate`,
    is about to do something, which an error would prevent: it is told at most
    warnings, and nothing that applying migrations would mend.

    Args:
        databases: Aliases that Django names; None for all. Those that SCHEMAGUARD
            does not guard are left out.
    """
    if in_tests():
        return []
    try:
        settings = get_settings()
    except BadSettings:
        return []  # The check of the settings tells.
    guarded = guarded_aliases(settings)
    named = guarded if databases is None else tuple(databases)
    aliases = [alias for alias in named if alias in guarded]
    try:
        report = validate(aliases, _job(settings))
    except SchemaguardError as error:
        return [_not_compared(str(error), error.hint, None)]
    return _messages(report) if _is_check() else _gentle(report)


def _job(settings: Settings) -> Job:
    frozen = None if settings.snapshot is None else read_frozen(settings.snapshot)
    return Job(settings=settings, mode=settings.mode, frozen=frozen)


def _is_check() -> bool:
    return sys.argv[1:2] == ["check"]


def _messages(report: Report) -> list[CheckMessage]:
    failed = [d for d in report.databases if d.error is not None]
    return [
        *map(_failure, failed),
        *(
            _message(first, first.severity, *others)
            for database in report.databases
            for first, *others in together(database.verdicts)
            if database.error is None
        ),
    ]


def _gentle(report: Report) -> list[CheckMessage]:
    """Return warnings at most, and none for a database that is new or absent."""
    return [
        _message(verdict, Severity.WARNING)
        for database in report.databases
        if database.error is None and not _is_new(database)
        for verdict in database.verdicts
        if _lasts(verdict)
    ]


def _lasts(verdict: Verdict) -> bool:
    """Return whether it is worth a line, and pending migrations leave it so.

    They may make a table that only the settings know.
    """
    finding = verdict.finding
    declared = finding.kind == "missing_table" and finding.table.model is None
    return (
        verdict.severity > Severity.INFO
        and verdict.cause is not Cause.PENDING
        and not declared
        and not finding.code.startswith(_OF_SETTINGS)
    )


def _is_new(database: DatabaseReport) -> bool:
    return any(v.finding.code == "SG704" for v in database.verdicts)


def _message(verdict: Verdict, severity: Severity, *others: Verdict) -> CheckMessage:
    """Return the message of a finding, or of pending migrations told as one."""
    kind, letter = _KINDS[severity]
    number = verdict.finding.code.removeprefix("SG")
    said = words.headline(verdict)
    if others:
        names = names_of((verdict, *others))
        said = f"{len(names)} migrations are not applied: {'; '.join(by_app(names))}"
    return kind(
        f"{said}.",
        hint=verdict.hint or None,
        obj=verdict.database,
        id=f"schemaguard.{letter}{number}",
    )


def _failure(database: DatabaseReport) -> CheckMessage:
    text = f"{words.failure(database)}: {database.error}"
    return _not_compared(text, database.hint, database.alias)


def _not_compared(text: str, hint: str, alias: str | None) -> CheckMessage:
    return checks.Warning(text, hint=hint or None, obj=alias, id=NOT_COMPARED)

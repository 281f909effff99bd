"""What of the SCHEMAGUARD setting has no effect, as findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause
from django_schemaguard.core.kinds._undetected import SETTINGS
from django_schemaguard.core.kinds.declaration_unused import DeclarationUnused
from django_schemaguard.core.kinds.pattern_unused import PatternUnused
from django_schemaguard.core.kinds.waiver_expired import WaiverExpired
from django_schemaguard.core.kinds.waiver_unused import WaiverUnused
from django_schemaguard.core.report import Verdict
from django_schemaguard.core.schema import TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django_schemaguard.conf import Settings
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import DatabaseReport
    from django_schemaguard.core.rules import Waiver


_TO_COME = frozenset({Cause.PENDING, Cause.UNMADE})


def with_upkeep(
    databases: tuple[DatabaseReport, ...],
    settings: Settings,
    today: date,
    *,
    whole: bool,
) -> tuple[DatabaseReport, ...]:
    """Return the reports, the first one with what is idle in the settings.

    Args:
        databases: Of one run.
        settings: Those of the run.
        today: For the waivers' expiry.
        whole: All apps of all guarded databases were asked for. What fits nothing
            is told only then, and only where each could be compared. What a waiting
            migration makes may be what a waiver or a pattern is for.
    """
    findings: list[Finding] = list(_expired(settings, today))
    if whole and all(database.error is None for database in databases):
        if not any(map(_waits, databases)):
            findings += _unused_waivers(databases, settings, today)
            findings += _unused_patterns(databases, settings)
        findings += _unused_declarations(databases, settings)
    if not databases or not findings:
        return databases
    first, *others = databases
    verdicts = (Verdict(first.alias, f, f.severity, f.cause) for f in findings)
    return (replace(first, verdicts=(*first.verdicts, *verdicts)), *others)


def _waits(database: DatabaseReport) -> bool:
    return any(verdict.cause in _TO_COME for verdict in database.verdicts)


def _expired(settings: Settings, today: date) -> Iterator[WaiverExpired]:
    for position, waiver in enumerate(settings.ignore):
        if waiver.until is not None and waiver.expired(today):
            yield WaiverExpired(
                SETTINGS,
                f"IGNORE[{position}]",
                str(waiver),
                waiver.until.isoformat(),
                waiver.owner,
            )


def _unused_waivers(
    databases: tuple[DatabaseReport, ...], settings: Settings, today: date
) -> Iterator[WaiverUnused]:
    used = {position for database in databases for position in database.waivers}
    for position, waiver in enumerate(settings.ignore):
        if position in used or waiver.expired(today):
            continue
        if not _is_in_doubt(waiver, databases):
            yield WaiverUnused(SETTINGS, f"IGNORE[{position}]", str(waiver))


def _is_in_doubt(waiver: Waiver, databases: tuple[DatabaseReport, ...]) -> bool:
    """Return whether what could not be compared might be what the waiver is for."""
    skipped = [skip.table for database in databases for skip in database.skips]
    return any(
        name is None
        or waiver.table is None
        or waiver.table.covers(TableRef(None, name))
        for name in skipped
    )


def _unused_patterns(
    databases: tuple[DatabaseReport, ...], settings: Settings
) -> Iterator[PatternUnused]:
    tables = [table for database in databases for table in database.expected]
    for key, patterns in (
        ("REQUIRED", settings.required),
        ("OPTIONAL", settings.optional),
    ):
        for position, pattern in enumerate(patterns):
            if pattern.text != "*" and not any(map(pattern.covers, tables)):
                yield PatternUnused(SETTINGS, f"{key}[{position}]", pattern.text)


def _unused_declarations(
    databases: tuple[DatabaseReport, ...], settings: Settings
) -> Iterator[DeclarationUnused]:
    models = {
        name: table.model
        for database in databases
        for table in database.expected
        if table.model
        for name in (table.name, str(table))
    }
    names = Counter(declared.name for declared in settings.tables)
    for position, declared in enumerate(settings.tables):
        name, place = declared.name, f"TABLES[{position}]"
        if names[name] > 1:
            yield DeclarationUnused(SETTINGS, place, name, "is declared twice")
        elif name in models and declared.columns:
            problem = f"is the table of {models[name]}, which tells its columns"
            yield DeclarationUnused(SETTINGS, place, name, problem)

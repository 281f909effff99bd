"""Pending migrations are told together: an old database lacks dozens of them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause
from django_schemaguard.core.kinds.migration_unapplied import MigrationUnapplied
from django_schemaguard.reporters.words import FEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.core.report import Verdict


def together(verdicts: Iterable[Verdict]) -> Iterator[tuple[Verdict, ...]]:
    """Yield each verdict alone, but pending migrations that are told alike as one."""
    for told, alike in groupby(verdicts, key=_told):
        if told is None:
            yield from ((verdict,) for verdict in alike)
        else:
            yield tuple(alike)


def _told(verdict: Verdict) -> object:
    waits = isinstance(verdict.finding, MigrationUnapplied)
    if waits and verdict.cause is Cause.PENDING:
        return (verdict.database, verdict.severity, verdict.hint)
    return None


def names_of(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """Return the migrations that findings are about."""
    return tuple(filter(None, (verdict.finding.object for verdict in verdicts)))


def by_app(migrations: Iterable[str]) -> Iterator[str]:
    """Yield the migrations of each app in one line; of many the first and the last.

    Args:
        migrations: As "app.name", in the order to be told.
    """
    apps: dict[str, list[str]] = {}
    for migration in migrations:
        app, _, name = migration.partition(".")
        apps.setdefault(app, []).append(name)
    for app, names in apps.items():
        told = ", ".join(names)
        if len(names) > FEW + 1:
            told = f"{names[0]} to {names[-1]} ({len(names)})"
        yield f"{app}: {told}"

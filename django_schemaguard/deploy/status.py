"""How the migrations of a database stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

    from django_schemaguard.core.report import DatabaseReport
    from django_schemaguard.history import MigrationGraph


class HistoryUnusable(SchemaguardError):
    """The record of migrations contradicts the migrations."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the migrations of a database stand, as "app.name" words.

    Attributes:
        pending: On disk and not applied, in the order they would be applied.
        unknown: Recorded, and neither on disk nor replaced.
        out_of_order: (applied, a dependency of it that is not).
        conflicting: (app, its several last migrations).
        partly_squashed: Squashed migrations some of whose parts are applied.
        fake_applied: Recorded, with effects that are absent.
        half_done: Not recorded, with some of its effects there.
        unmade: Labels of apps whose models have changes no migration makes.
    """

    pending: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    out_of_order: tuple[tuple[str, str], ...] = ()
    conflicting: tuple[tuple[str, tuple[str, ...]], ...] = ()
    partly_squashed: tuple[str, ...] = ()
    fake_applied: tuple[str, ...] = ()
    half_done: tuple[str, ...] = ()
    unmade: tuple[str, ...] = ()

    def require_usable(self) -> None:
        """Refuse what Django's `migrate` refuses.

        Raises:
            HistoryUnusable: Conflicting or out-of-order migrations.
        """
        for applied, needed in self.out_of_order:
            raise HistoryUnusable(
                f"Migration '{applied}' is applied, but '{needed}', which it needs,"
                " is not.",
                "Insert its record by hand, once all that it makes is there.",
            )
        for app, names in self.conflicting:
            raise HistoryUnusable(
                f"App '{app}' has several last migrations: {', '.join(names)}.",
                "Run 'manage.py makemigrations --merge'.",
            )


def read_status(graph: MigrationGraph, report: DatabaseReport | None) -> Status:
    """Return how the migrations stand.

    Args:
        graph: From `read_history`.
        report: Of a validation just made; without it, what only a comparison
            with the database shows is left out.
    """
    history = graph.history
    return Status(
        pending=history.pending,
        unknown=history.unknown,
        out_of_order=history.early,
        conflicting=history.conflicts,
        partly_squashed=_partly_squashed(graph.loader),
        fake_applied=_migrations(report, "SG706"),
        half_done=_migrations(report, "SG707"),
        unmade=_objects(report, "SG705"),
    )


def _partly_squashed(loader: MigrationLoader) -> tuple[str, ...]:
    found = []
    for (app, name), migration in loader.replacements.items():
        applied = [part in loader.applied_migrations for part in migration.replaces]
        if any(applied) and not all(applied):
            found.append(f"{app}.{name}")
    return tuple(sorted(found))


def _migrations(report: DatabaseReport | None, code: str) -> tuple[str, ...]:
    verdicts = report.verdicts if report else ()
    names = {v.finding.migration for v in verdicts if v.finding.code == code}
    return tuple(sorted(name for name in names if name))


def _objects(report: DatabaseReport | None, code: str) -> tuple[str, ...]:
    verdicts = report.verdicts if report else ()
    return tuple(
        sorted(v.finding.object or "" for v in verdicts if v.finding.code == code)
    )
